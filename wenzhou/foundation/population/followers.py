"""Households follow when the division of their village is coded anew, merged or split."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from wenzhou.foundation.population.models import Household
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.geo.api import DivisionFollower, Followed


def follow(old: str, new: str, _on: date, _after: UUID | None) -> Followed:
    """All at once: a household has no versions, its village is the present one. For an earlier day ask the mapping."""
    return Followed(Household.objects.filter(division=old).update(division=new), (), None)


HOUSEHOLDS_FOLLOW = DivisionFollower(
    code="population.households", title=Text("户所在区划", "Divisions of households"), follow=follow
)
