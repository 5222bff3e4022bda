"""Addresses, parcels and buildings follow when their division is coded anew, merged or split."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date
from uuid import UUID

from wenzhou.foundation.places.models import AddressVersion, BuildingVersion, ParcelVersion
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.geo.api import DivisionFollower, Followed
from wenzhou.kernel.registers.api import Versioned, count_following, follow_division


def _following(model: type[Versioned]) -> Callable[[str, str, date, UUID | None], Followed]:
    def follow(old: str, new: str, on: date, after: UUID | None) -> Followed:
        return Followed(*follow_division(model, old, new, on, after))

    return follow


def _counting(model: type[Versioned]) -> Callable[[Collection[str], date], int]:
    return lambda codes, on: count_following(model, codes, on)


FOLLOWERS = (
    DivisionFollower(
        code="places.addresses",
        title=Text("地址所在区划", "Divisions of addresses"),
        follow=_following(AddressVersion),
        count=_counting(AddressVersion),
    ),
    DivisionFollower(
        code="places.parcels",
        title=Text("宗地所在区划", "Divisions of parcels"),
        follow=_following(ParcelVersion),
        count=_counting(ParcelVersion),
    ),
    DivisionFollower(
        code="places.buildings",
        title=Text("建筑物所在区划", "Divisions of buildings"),
        follow=_following(BuildingVersion),
        count=_counting(BuildingVersion),
    ),
)
