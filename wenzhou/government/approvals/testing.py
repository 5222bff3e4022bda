"""For tests: sample visits of the pages, and a catalogue that remembers nothing."""

from __future__ import annotations

from wenzhou.government.approvals import selectors
from wenzhou.government.approvals.restaurant import OPEN_RESTAURANT
from wenzhou.kernel.base.testing import Sample, SampleMaker

__all__ = ["OPEN_RESTAURANT", "SAMPLES", "forget"]


def forget() -> None:
    """Drop the names of offices that this process keeps."""
    selectors._offices.cache_clear()


SAMPLES: dict[str, SampleMaker] = {"service": lambda: Sample({"code": "open-restaurant"})}
