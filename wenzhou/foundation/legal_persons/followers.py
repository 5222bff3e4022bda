"""Registrations follow when the division of their place is coded anew, merged or split."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from uuid import UUID

from wenzhou.foundation.legal_persons.models import OrganisationVersion
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.geo.api import DivisionFollower, Followed
from wenzhou.kernel.registers.api import count_following, follow_division


def follow(old: str, new: str, on: date, after: UUID | None) -> Followed:
    """One batch; a name that is borne twice in what is now one county stays behind and is named."""
    return Followed(*follow_division(OrganisationVersion, old, new, on, after))


def count(codes: Collection[str], on: date) -> int:
    """Organisations that would follow."""
    return count_following(OrganisationVersion, codes, on)


PLACES_FOLLOW = DivisionFollower(
    code="legal_persons.places",
    title=Text("法人住所区划", "Divisions of firms' places"),
    follow=follow,
    count=count,
)
