"""Sample visits of the approvals' pages."""

from __future__ import annotations

from wenzhou.kernel.base.testing import Sample, SampleMaker

SAMPLES: dict[str, SampleMaker] = {"service": lambda: Sample({"code": "open-restaurant"})}
