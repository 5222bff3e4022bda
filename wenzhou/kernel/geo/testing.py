"""For the tests of other modules: the real divisions, and samples for the walk of all pages."""

from __future__ import annotations

from collections.abc import Callable

from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.testing import Sample
from wenzhou.kernel.geo.models import DivisionFollowing
from wenzhou.kernel.geo.services import load_divisions

__all__ = ["SAMPLES", "DivisionFollowing", "load_city"]


def load_city() -> None:
    """The real divisions in the test's database (0.3 s; rolled back with the test)."""
    load_divisions(Actor.system("geo.testing"))


def _village() -> Sample:
    load_city()
    return Sample({"code": "330302006044"})


SAMPLES: dict[str, Callable[[], Sample]] = {
    "division": _village,
    "GET /divisions/{code}": _village,
    "GET /divisions/{code}/successors": _village,
}
