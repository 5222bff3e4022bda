"""For the tests of other modules: the real divisions, and samples for the walk of all pages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from wenzhou.kernel.base.actors import DATA_OFFICER, Actor
from wenzhou.kernel.base.testing import Sample
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.geo.contracts import ChangeKind
from wenzhou.kernel.geo.models import DivisionFollowing
from wenzhou.kernel.geo.orders import Move
from wenzhou.kernel.geo.proposals import propose
from wenzhou.kernel.geo.services import load_divisions
from wenzhou.kernel.identity.testing import actor_with

__all__ = ["SAMPLES", "DivisionFollowing", "load_city"]


def load_city() -> None:
    """The real divisions in the test's database (0.3 s; rolled back with the test)."""
    load_divisions(Actor.system("geo.testing"))


def _village() -> Sample:
    load_city()
    return Sample({"code": "330302006044"})


def _order() -> Sample:
    load_city()
    officer = actor_with(DATA_OFFICER)
    moves = (Move("330302006", "330302006", Text("新街道", "New Subdistrict")),)
    row = propose(officer, "walk", ChangeKind.RENAMED, date(2026, 3, 1), moves, basis="测试文件")
    return Sample({"proposal_id": row.id}, account=officer.account)


def _as_officer() -> Sample:
    return Sample(account=actor_with(DATA_OFFICER).account)


SAMPLES: dict[str, Callable[[], Sample]] = {
    "division": _village,
    "orders": _as_officer,
    "new-order": _as_officer,
    "order": _order,
    "GET /divisions/{code}": _village,
    "GET /divisions/{code}/successors": _village,
}
