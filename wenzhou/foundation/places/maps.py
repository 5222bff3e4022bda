"""Records on the map, as GeoJSON."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils import timezone

from wenzhou.foundation.places.geometry import as_geojson, shape_of
from wenzhou.foundation.places.models import BuildingVersion, ParcelVersion, Shaped
from wenzhou.foundation.places.selectors import latest, record_of, unknown
from wenzhou.kernel.geo.api import LocationKind, location
from wenzhou.kernel.registers.api import as_of

REACH = 0.0012
"""Degrees around a record that its map shows, some 120 m."""

MOST = 150


def around(location_id: UUID, on: date | None = None) -> dict[str, Any]:
    """A FeatureCollection: an address as a point, a parcel or a building by its outline, and what lies near it. Raises NotFound.

    ``shade`` is 3 for the record itself, 1 for other parcels, 2 for other buildings.
    """
    day = on or timezone.localdate()
    held = location(location_id)
    if held is None:
        raise unknown()
    if held.kind == LocationKind.ADDRESS:
        record = record_of(location_id, day)
        middle = (record.lon, record.lat)
        itself = {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [record.lon, record.lat]},
            "properties": {"name": record.words, "url": reverse("places:address", args=[record.id])},
        }
        own: list[dict[str, Any]] = [itself]
    else:
        row: ParcelVersion | BuildingVersion = (
            latest(ParcelVersion, location_id, day)
            if held.kind == LocationKind.PARCEL
            else latest(BuildingVersion, location_id, day)
        )
        middle = ((row.min_lon + row.max_lon) / 2, (row.min_lat + row.max_lat) / 2)
        own = []
    box = [middle[0] - REACH, middle[1] - REACH, middle[0] + REACH, middle[1] + REACH]
    features = [*_shapes(ParcelVersion, box, day, 1), *_shapes(BuildingVersion, box, day, 2), *own]
    for feature in features:
        if feature["properties"]["url"].endswith(f"/{location_id}/"):
            feature["properties"]["shade"] = 3
    return {"type": "FeatureCollection", "features": features}


def _shapes[M: Shaped](model: type[M], box: list[float], on: date, shade: int) -> list[dict[str, Any]]:
    rows = as_of(model._default_manager.select_related("location"), on).extra(
        where=["box(point(min_lon, min_lat), point(max_lon, max_lat)) && box(point(%s, %s), point(%s, %s))"],
        params=box,
    )
    return [
        {
            "type": "Feature",
            "geometry": as_geojson(shape_of(row.geometry)),
            "properties": {
                "name": row.location.code,
                "kind": row.location.kind,
                "shade": shade,
                "url": reverse(f"places:{row.location.kind}", args=[row.location_id]),
            },
        }
        for row in rows.order_by("id")[:MOST]
    ]
