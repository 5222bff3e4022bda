"""Test kit of the counters: a clerk at a counter, samples of the pages."""

from __future__ import annotations

from wenzhou.kernel.base.actors import CLERK, Actor
from wenzhou.kernel.base.testing import Sample, SampleMaker
from wenzhou.kernel.identity.testing import actor_with, make_office

__all__ = ["SAMPLES", "counter_clerk"]


def counter_clerk() -> Actor:
    """A clerk of Lucheng's service centre."""
    office = make_office("test-government-services", function="government-services")
    return actor_with(CLERK, office=office.code)


SAMPLES: dict[str, SampleMaker] = {"open-account": lambda: Sample(account=counter_clerk().account)}
