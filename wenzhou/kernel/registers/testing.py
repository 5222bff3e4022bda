"""For the tests of other modules: the journal's rows, to see what was written."""

from __future__ import annotations

from wenzhou.kernel.registers.models import AccessEntry, Correction, Tombstone

__all__ = ["AccessEntry", "Correction", "Tombstone"]
