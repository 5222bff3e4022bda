"""Anchors of locations, written on behalf of the registers that hold the authority over them.

No permission and no audit here: the caller's service has done both in the same transaction.
"""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from wenzhou.kernel.base.bulk import analyse, copy_rows
from wenzhou.kernel.geo.contracts import LocationRef
from wenzhou.kernel.geo.models import Location, LocationKind


def add_location(location_id: UUID, kind: LocationKind, code: str, *, made: bool = False) -> LocationRef:
    """A new anchor. Raises IntegrityError when the id or the code is taken."""
    return _ref(Location.objects.create(id=location_id, kind=kind, code=code, made=made))


def location(location_id: UUID) -> LocationRef | None:
    """The anchor of this id, or None."""
    row = Location.objects.filter(id=location_id).first()
    return _ref(row) if row else None


def location_by_code(code: str) -> LocationRef | None:
    """The anchor with this code, or None."""
    row = Location.objects.filter(code=code.strip().upper()).first()
    return _ref(row) if row else None


def last_code(kind: LocationKind, prefix: str) -> str:
    """The highest code of this kind that begins so, or "": the caller holds what gives such codes."""
    rows = Location.objects.filter(kind=kind, code__startswith=prefix)
    return rows.order_by("-code").values_list("code", flat=True).first() or ""


def copy_locations(kind: LocationKind, rows: Iterable[tuple[str, str]]) -> int:
    """Add made anchors of one kind: (id, code). Returns how many."""
    return copy_rows(
        Location, ("id", "kind", "code", "made"), ((i, kind.value, code, True) for i, code in rows)
    )


def analyse_locations() -> None:
    """Renew the planner's statistics of the anchors."""
    analyse(Location)


def _ref(row: Location) -> LocationRef:
    return LocationRef(row.id, row.kind, row.code, row.made)
