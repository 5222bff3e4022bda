"""Exact work on geometry: Shapely on degrees of EPSG:4490 (CGCS2000), metres by the ellipsoid."""

from __future__ import annotations

import json
import math
from typing import Any

import shapely

_SEMI_MAJOR = 6_378_137.0
_FLATTENING = 1 / 298.257222101  # CGCS2000 (GB 22021)
_ECCENTRICITY = _FLATTENING * (2 - _FLATTENING)


def metres_of_a_degree(lat: float) -> tuple[float, float]:
    """Length of one degree of longitude and of latitude at a latitude."""
    sine = math.sin(math.radians(lat))
    root = math.sqrt(1 - _ECCENTRICITY * sine * sine)
    east = math.radians(1) * _SEMI_MAJOR / root * math.cos(math.radians(lat))
    north = math.radians(1) * _SEMI_MAJOR * (1 - _ECCENTRICITY) / root**3
    return east, north


def area(shape: shapely.Geometry) -> float:
    """Square metres of a shape no larger than a town: its plane is that of its middle latitude."""
    _, south, _, north = shape.bounds
    east_metres, north_metres = metres_of_a_degree((south + north) / 2)
    return float(shapely.area(shape)) * east_metres * north_metres


def distance(lon: float, lat: float, other_lon: float, other_lat: float) -> float:
    """Metres between two points of one city."""
    east, north = metres_of_a_degree((lat + other_lat) / 2)
    return math.hypot((lon - other_lon) * east, (lat - other_lat) * north)


def boxed(shape: shapely.Geometry) -> dict[str, Any]:
    """The columns of a ``Shaped`` version for a shape."""
    min_lon, min_lat, max_lon, max_lat = shape.bounds
    return {
        "geometry": shapely.to_wkb(shape),
        "min_lon": min_lon,
        "min_lat": min_lat,
        "max_lon": max_lon,
        "max_lat": max_lat,
    }


def shape_of(wkb: bytes | memoryview) -> shapely.Geometry:
    """The shape of a ``geometry`` column."""
    return shapely.from_wkb(bytes(wkb))


def as_geojson(shape: shapely.Geometry) -> dict[str, Any]:
    """A GeoJSON geometry (RFC 7946 form; the degrees are those of EPSG:4490)."""
    found: dict[str, Any] = json.loads(shapely.to_geojson(shape))
    return found
