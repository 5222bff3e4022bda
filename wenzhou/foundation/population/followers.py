"""Households follow when the division of their village is coded anew, merged or split."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from uuid import UUID

from wenzhou.foundation.population.models import Household, HouseholdVersion
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.geo.api import DivisionFollower, Followed
from wenzhou.kernel.registers.api import count_following, follow_division


def follow(old: str, new: str, on: date, after: UUID | None) -> Followed:
    """One batch of versions from the day on; with the last one, where the households are now follows too."""
    done = Followed(*follow_division(HouseholdVersion, old, new, on, after))
    if done.after is None:
        Household.objects.filter(division=old).update(division=new)
    return done


def count(codes: Collection[str], on: date) -> int:
    """Households that would follow."""
    return count_following(HouseholdVersion, codes, on)


HOUSEHOLDS_FOLLOW = DivisionFollower(
    code="population.households",
    title=Text("户所在区划", "Divisions of households"),
    follow=follow,
    count=count,
)
