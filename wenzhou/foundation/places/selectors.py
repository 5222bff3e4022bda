"""Reads of the places register. Addresses are no personal data: who lives there stands in other registers."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import shapely
from django.db import connection
from django.db.models import Count, Q
from django.db.models.functions import Left
from django.utils import timezone

from wenzhou.foundation.places.geometry import shape_of
from wenzhou.foundation.places.models import (
    Act,
    AddressVersion,
    BuildingVersion,
    Level,
    ParcelVersion,
    PlaceAct,
    Shaped,
)
from wenzhou.kernel.base.errors import NotFound
from wenzhou.kernel.base.pagination import Slice, keyset
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.geo.api import LocationKind, location_by_code, placed_table, postal_prefix
from wenzhou.kernel.registers.api import as_of, timeline

PAGE = 50


@dataclass(frozen=True, slots=True)
class AddressRecord:
    """One address as of a day. ``words`` is what stands below its division, ``path`` the ids of the parts from the
    road down, ``parts`` their level, key and name.
    """

    id: UUID
    code: str
    level: str
    name: str
    words: str
    division: str
    lon: float
    lat: float
    path: tuple[UUID, ...]
    parts: tuple[tuple[str, str, str], ...]
    ended: date | None = None
    made: bool = False

    @property
    def full(self) -> str:
        """The whole address: 浙江省温州市鹿城区五马街道鼓楼社区人民路12号."""
        return postal_prefix(self.division) + self.words


# Up to six parts; each is asked for as of the day, or, where it has ended before, as it was last.
_CHAIN = """
WITH RECURSIVE chain AS (
    SELECT start AS leaf, start AS location, 0 AS depth FROM unnest(%s::uuid[]) start
    UNION ALL
    SELECT chain.leaf, found.parent_id, chain.depth + 1
    FROM chain CROSS JOIN LATERAL (
        SELECT v.parent_id FROM places_addressversion v
        WHERE v.location_id = chain.location AND v.superseded_at IS NULL AND v.valid_from <= %s
        ORDER BY v.valid_from DESC LIMIT 1
    ) found WHERE found.parent_id IS NOT NULL AND chain.depth < 8
)
SELECT chain.leaf, chain.location, v.level, v.name, v.division, v.lon, v.lat, v.valid_to, v.made, l.code, v.key
FROM chain JOIN geo_location l ON l.id = chain.location CROSS JOIN LATERAL (
    SELECT * FROM places_addressversion v
    WHERE v.location_id = chain.location AND v.superseded_at IS NULL AND v.valid_from <= %s
    ORDER BY v.valid_from DESC LIMIT 1
) v ORDER BY chain.leaf, chain.depth
"""


def records(ids: Collection[UUID], on: date | None = None) -> dict[UUID, AddressRecord]:
    """Addresses as of a day with the words of all parts above them; one statement for any number."""
    day = on or timezone.localdate()
    with connection.cursor() as cursor:
        cursor.execute(_CHAIN, [list(ids), day, day])
        rows = cursor.fetchall()
    chains: dict[UUID, list[tuple[object, ...]]] = {}
    for leaf, *part in rows:
        chains.setdefault(leaf, []).append(tuple(part))
    return {leaf: _record(leaf, parts, day) for leaf, parts in chains.items()}


def _record(leaf: UUID, parts: list[tuple[object, ...]], day: date) -> AddressRecord:
    _, level, name, division, lon, lat, valid_to, made, code, _ = parts[0]
    ended = valid_to if isinstance(valid_to, date) and valid_to <= day else None
    return AddressRecord(
        id=leaf,
        code=str(code),
        level=str(level),
        name=str(name),
        words="".join(str(part[2]) for part in reversed(parts)),
        division=str(division),
        lon=float(lon),  # type: ignore[arg-type]
        lat=float(lat),  # type: ignore[arg-type]
        path=tuple(part[0] for part in reversed(parts)),  # type: ignore[misc]
        parts=tuple((str(part[1]), str(part[9]), str(part[2])) for part in reversed(parts)),
        ended=ended,
        made=bool(made),
    )


def record_of(location_id: UUID, on: date | None = None) -> AddressRecord:
    """One address as of a day. Raises NotFound."""
    found = records([location_id], on).get(location_id)
    if found is None:
        raise unknown()
    return found


def unknown() -> NotFound:
    """The error for an address that is not there, or was not yet."""
    return NotFound(
        Text(
            "地名地址库中没有这条地址，或在所选日期尚未设立；请核对后重新检索。",
            "The register has no such address, or had not on that day; search for it again.",
        )
    )


def children(location_id: UUID, *, token: str = "", on: date | None = None) -> Slice[AddressVersion]:
    """The parts directly below an address as of a day, by their numbers."""
    rows = as_of(AddressVersion.objects.filter(parent=location_id), on or timezone.localdate())
    return keyset(rows, "ordinal", "id", token=token, size=PAGE)


def roads_of(division_code: str, *, token: str = "", on: date | None = None) -> Slice[AddressVersion]:
    """Roads and numbers entered directly under a division, and a village's town's roads as well, by name."""
    rows = as_of(
        AddressVersion.objects.filter(division__startswith=division_code, parent=None),
        on or timezone.localdate(),
    )
    return keyset(rows, "name", "id", token=token, size=PAGE)


def by_code(code: str) -> UUID | None:
    """The address of this code, or None."""
    found = location_by_code(code)
    return found.id if found and found.kind == LocationKind.ADDRESS else None


def history(location_id: UUID) -> list[AddressVersion]:
    """All periods known now, newest first."""
    return list(timeline(AddressVersion, location_id))


def grounds_of(
    location_id: UUID, on: date | None = None
) -> list[tuple[BuildingVersion, ParcelVersion | None]]:
    """The buildings whose door an address is, each with its parcel."""
    day = on or timezone.localdate()
    houses = list(
        as_of(BuildingVersion.objects.filter(address=location_id).select_related("location"), day)[:20]
    )
    parcels = as_of(
        ParcelVersion.objects.filter(location__in=[house.parcel_id for house in houses]).select_related(
            "location"
        ),
        day,
    )
    ground = {parcel.location_id: parcel for parcel in parcels}
    return [(house, ground.get(house.parcel_id)) for house in houses]


def addresses_by_town() -> dict[str, int]:
    """Addresses with a number today by the nine digits of their town."""
    rows = as_of(AddressVersion.objects.filter(level=Level.NUMBER), timezone.localdate())
    counted = rows.annotate(town=Left("division", 9)).values_list("town").annotate(n=Count("id")).order_by()
    return dict(counted)


@dataclass(frozen=True, slots=True)
class AreaCount:
    """How many addresses of each level an area has."""

    division: str
    roads: int
    numbers: int
    rooms: int


def by_area(*, digits: int = 6, within: str = "", on: date | None = None) -> list[AreaCount]:
    """Roads, numbers and rooms on a day (today) by the first ``digits`` of their division, inside ``within``."""
    rows = as_of(AddressVersion.objects.filter(division__startswith=within), on or timezone.localdate())
    counted = (
        rows.annotate(area=Left("division", digits))
        .values("area")
        .annotate(
            roads=Count("id", filter=Q(level=Level.ROAD)),
            numbers=Count("id", filter=Q(level=Level.NUMBER)),
            rooms=Count("id", filter=Q(level=Level.ROOM)),
        )
        .order_by("area")
    )
    return [AreaCount(row["area"], row["roads"], row["numbers"], row["rooms"]) for row in counted]


def placed_by_area(
    on: date, shown_on: date, *, digits: int, within: str
) -> tuple[list[AreaCount], tuple[int, ...]]:
    """``by_area`` with the divisions of another day; and the roads, numbers and rooms that could not be placed."""
    figures = {one.division: (one.roads, one.numbers, one.rooms) for one in by_area(digits=12, on=on)}
    found, lost = placed_table(figures, on, shown_on, digits=digits, within=within)
    return [AreaCount(code, *row) for code, row in found.items()], lost


def in_order(ids: Iterable[UUID], on: date | None = None) -> list[AddressRecord]:
    """The records in the order of their ids."""
    wanted = list(ids)
    known = records(wanted, on)
    return [known[one] for one in wanted if one in known]


def latest[M: (AddressVersion, ParcelVersion, BuildingVersion)](
    model: type[M], location: UUID, on: date | None = None
) -> M:
    """What the register says of a place on a day, or said last before it. Raises NotFound."""
    rows = model._default_manager.filter(
        location=location, superseded_at=None, valid_from__lte=on or timezone.localdate()
    )
    found: M | None = rows.select_related("location").order_by("-valid_from").first()
    if found is None:
        raise unknown()
    return found


def wkt_of(row: Shaped) -> str:
    """The outline as text, to nine decimals of a degree (a tenth of a millimetre)."""
    return str(shapely.to_wkt(shape_of(row.geometry), rounding_precision=9))


def versions_of(row: ParcelVersion | BuildingVersion) -> list[ParcelVersion] | list[BuildingVersion]:
    """All periods of the place, newest first."""
    if isinstance(row, ParcelVersion):
        return list(timeline(ParcelVersion, row.location_id))
    return list(timeline(BuildingVersion, row.location_id))


def neighbours(parcel: ParcelVersion, on: date) -> list[ParcelVersion]:
    """Parcels of that day that touch one, within the tolerance of the survey; thirty at most, the nearest codes first."""
    reach = 3e-6  # some 0.3 m
    west, south, east, north = parcel.min_lon, parcel.min_lat, parcel.max_lon, parcel.max_lat
    rows = as_of(ParcelVersion.objects.select_related("location"), on).exclude(location=parcel.location_id)
    met = rows.extra(
        where=["box(point(min_lon, min_lat), point(max_lon, max_lat)) && box(point(%s, %s), point(%s, %s))"],
        params=[west - reach, south - reach, east + reach, north + reach],
    )
    shape = shapely.buffer(shape_of(parcel.geometry), reach)
    found = [row for row in met.order_by("id")[:200] if shapely.intersects(shape, shape_of(row.geometry))]
    return sorted(found, key=lambda row: row.location.code)[:30]


def houses_on(parcel: UUID, on: date) -> list[BuildingVersion]:
    """Buildings that stand on a parcel on a day."""
    rows = as_of(BuildingVersion.objects.filter(parcel=parcel), on).select_related("location")
    return list(rows.order_by("location__code")[:PAGE])


def acts_on(location: UUID) -> list[PlaceAct]:
    """What was done to a place, newest first."""
    touched = Q(made__contains=[location]) | Q(changed__contains=[location]) | Q(ended__contains=[location])
    return list(PlaceAct.objects.filter(touched).order_by("-since", "-id")[:100])


def lineage(parcel: UUID, *, before: bool) -> list[ParcelVersion]:
    """The parcels from which one was split or merged (``before``), or what it was split or merged into."""
    held = {"made__contains": [parcel]} if before else {"ended__contains": [parcel]}
    acts = PlaceAct.objects.filter(act__in=[Act.SPLIT_PARCEL, Act.MERGE_PARCELS], **held)
    ids = [one for act in acts for one in (act.ended if before else act.made)]
    rows = ParcelVersion.objects.filter(location__in=ids, superseded_at=None).select_related("location")
    last = {row.location_id: row for row in rows.order_by("location_id", "valid_from")}
    return sorted(last.values(), key=lambda row: row.location.code)


@dataclass(frozen=True, slots=True)
class Units:
    """How many parts of each level stand below a door."""

    level: str
    number: int


def units_below(address: UUID, on: date) -> list[Units]:
    """Units and rooms below an address, counted by level."""
    ids = subtree(address, on)[1:]
    rows = as_of(AddressVersion.objects.filter(location__in=ids), on)
    counted = dict(rows.values_list("level").annotate(n=Count("id")).order_by())
    return [Units(level, counted[level]) for level in Level.values if level in counted]


_BELOW = """
WITH RECURSIVE below AS (
    SELECT %s::uuid AS id, 0 AS depth
    UNION ALL
    SELECT v.location_id, below.depth + 1 FROM below JOIN places_addressversion v ON v.parent_id = below.id
    WHERE v.superseded_at IS NULL AND (v.valid_to IS NULL OR v.valid_to > %s) AND below.depth < 8
)
SELECT id FROM below GROUP BY id ORDER BY min(depth), id
"""


def subtree(location: UUID, since: date) -> list[UUID]:
    """An address and all parts below it that stand on a day or later, from above."""
    with connection.cursor() as cursor:
        cursor.execute(_BELOW, [location, since])
        return [found for (found,) in cursor.fetchall()]
