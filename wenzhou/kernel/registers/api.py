"""The door of registers for other modules."""

from __future__ import annotations

from wenzhou.kernel.registers.models import Versioned, temporal_constraints, temporal_indexes

__all__ = [
    "Versioned",
    "temporal_constraints",
    "temporal_indexes",
]
