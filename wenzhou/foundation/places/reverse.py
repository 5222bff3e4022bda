"""What is at a point: the nearest address, the parcel, the building, the village (反向查询)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import shapely
from django.db import connection
from django.utils import timezone

from wenzhou.foundation.places.geometry import distance, metres_of_a_degree, shape_of
from wenzhou.foundation.places.models import BuildingVersion, ParcelVersion, Shaped
from wenzhou.foundation.places.selectors import AddressRecord, records
from wenzhou.kernel.base.errors import Invalid
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.geo.api import Place, division, division_at
from wenzhou.kernel.registers.api import as_of

FAR = 2_000.0
"""Metres beyond which an address says nothing about a point."""


@dataclass(frozen=True, slots=True)
class Found:
    """What the registers have at a point; ``metres`` to the address. ``division`` is the village where it is known."""

    address: AddressRecord | None
    metres: float | None
    parcel: ParcelVersion | None
    building: BuildingVersion | None
    division: Place | None


def at_point(lon: float, lat: float, *, on: date | None = None) -> Found:
    """What is there as of a day. The county is exact by its outline; the village is that of parcel or address.

    Raises Invalid for a point that is not in the city.
    """
    day = on or timezone.localdate()
    finite = math.isfinite(lon) and math.isfinite(lat)
    county = division_at(lon, lat) if finite else None
    parcel = _containing(ParcelVersion, lon, lat, day) if finite else None
    near = nearest(lon, lat, day) if finite else None
    if county is None and parcel is None and near is None:
        wrong = Text(
            "该点不在本市范围内，请核对经纬度（EPSG:4490）", "The point is not in the city (EPSG:4490)"
        )
        raise Invalid(wrong, fields={"lon": wrong})
    village = parcel.division if parcel else near[0].division if near else ""
    return Found(
        address=near[0] if near else None,
        metres=round(near[1], 1) if near else None,
        parcel=parcel,
        building=_containing(BuildingVersion, lon, lat, day),
        division=division(village, day) or county,
    )


_NEAREST = """
SELECT location_id, lon, lat FROM places_addressversion
WHERE superseded_at IS NULL AND level = 'number' AND valid_from <= %(on)s
  AND (valid_to IS NULL OR valid_to > %(on)s)
ORDER BY point(lon, lat) <-> point(%(lon)s, %(lat)s) LIMIT 1
"""
_WITHIN = """
SELECT location_id, lon, lat FROM places_addressversion
WHERE superseded_at IS NULL AND level = 'number' AND valid_from <= %(on)s
  AND (valid_to IS NULL OR valid_to > %(on)s)
  AND point(lon, lat) <@ box(point(%(west)s, %(south)s), point(%(east)s, %(north)s))
"""


def nearest(lon: float, lat: float, on: date) -> tuple[AddressRecord, float] | None:
    """The address with a number that is nearest, and the metres to it; None beyond ``FAR``.

    A degree of longitude is shorter than one of latitude: the index finds the nearest by degrees, and then all
    that can be nearer by metres.
    """
    with connection.cursor() as cursor:
        cursor.execute(_NEAREST, {"lon": lon, "lat": lat, "on": on})
        first = cursor.fetchone()
        if first is None:
            return None
        reach = distance(lon, lat, first[1], first[2])
        if reach > FAR * 1.5:
            return None
        east, north = metres_of_a_degree(lat)
        wide, high = (reach + 1) / east, (reach + 1) / north
        box = {"west": lon - wide, "east": lon + wide, "south": lat - high, "north": lat + high}
        cursor.execute(_WITHIN, {"on": on, **box})
        rows: list[tuple[UUID, float, float]] = cursor.fetchall()
    metres, location = min((distance(lon, lat, row[1], row[2]), row[0]) for row in [first, *rows])
    known = records([location], on)
    return (known[location], metres) if metres <= FAR and location in known else None


def _containing[M: Shaped](model: type[M], lon: float, lat: float, on: date) -> M | None:
    """The version whose polygon holds the point: boxes by the index, the polygon by GEOS."""
    boxes = as_of(model._default_manager.select_related("location"), on).extra(
        where=["box(point(min_lon, min_lat), point(max_lon, max_lat)) @> point(%s, %s)"], params=[lon, lat]
    )
    point = shapely.Point(lon, lat)
    for row in boxes.order_by("id"):
        if shapely.intersects(shape_of(row.geometry), point):
            found: M = row
            return found
    return None
