"""Records on the map, as GeoJSON."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils import timezone

from wenzhou.foundation.places.geometry import as_geojson, shape_of
from wenzhou.foundation.places.models import BuildingVersion, ParcelVersion, Shaped
from wenzhou.foundation.places.selectors import record_of
from wenzhou.kernel.registers.api import as_of

REACH = 0.0012
"""Degrees around a record that its map shows, some 120 m."""

MOST = 150


def around(location_id: UUID, on: date | None = None) -> dict[str, Any]:
    """A FeatureCollection: the address as a point, parcels and buildings near it. Raises NotFound."""
    day = on or timezone.localdate()
    record = record_of(location_id, day)
    box = [record.lon - REACH, record.lat - REACH, record.lon + REACH, record.lat + REACH]
    features = [*_shapes(ParcelVersion, box, day, 1), *_shapes(BuildingVersion, box, day, 2)]
    features.append(
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [record.lon, record.lat]},
            "properties": {"name": record.words, "url": reverse("places:address", args=[record.id])},
        }
    )
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
            "properties": {"name": row.location.code, "kind": row.location.kind, "shade": shade},
        }
        for row in rows.order_by("id")[:MOST]
    ]
