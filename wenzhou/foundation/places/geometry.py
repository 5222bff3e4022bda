"""Exact work on geometry: Shapely on degrees of EPSG:4490 (CGCS2000), metres by the ellipsoid."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from shapely.ops import split

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


def metres_of_degrees(
    lats: npt.NDArray[np.float64],
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """``metres_of_a_degree`` for many latitudes."""
    sines = np.sin(np.radians(lats))
    roots = np.sqrt(1 - _ECCENTRICITY * sines * sines)
    east = math.radians(1) * _SEMI_MAJOR / roots * np.cos(np.radians(lats))
    return east, math.radians(1) * _SEMI_MAJOR * (1 - _ECCENTRICITY) / roots**3


def area(shape: shapely.Geometry) -> float:
    """Square metres of a shape no larger than a town: its plane is that of its middle latitude."""
    _, south, _, north = shape.bounds
    east_metres, north_metres = metres_of_a_degree((south + north) / 2)
    return float(shapely.area(shape)) * east_metres * north_metres


def square_metres(shape: shapely.Geometry) -> Decimal:
    """The area as the register writes it, to the hundredth."""
    return Decimal(f"{area(shape):.2f}")


def metres_off(lon: float, lat: float, shape: shapely.Geometry) -> float:
    """Metres from a point to a shape, 0.0 inside it."""
    metres = metres_of_a_degree(lat)
    return float(shapely.distance(_flat(shapely.Point(lon, lat), metres), _flat(shape, metres)))


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


TOLERANCE = 0.05
"""Metres: what is narrower than twice this is not counted as an overlap or as standing out (TD/T 1001, first-class points)."""

MOST_POINTS = 2_000
SMALLEST, LARGEST = 1.0, 20_000_000.0
"""Square metres of a parcel or a building."""


def read_shape(text: str) -> shapely.Geometry:
    """A shape written as WKT, as GeoJSON, or as one point ``lon lat`` on each line; ValueError."""
    text = text.strip()
    try:
        if text.startswith("{"):
            said = json.loads(text)
            return shapely.from_geojson(json.dumps(said.get("geometry", said)))
        if text[:1].isalpha():
            return shapely.from_wkt(text)
        points = [
            tuple(float(part) for part in line.replace(",", " ").split())
            for line in text.splitlines()
            if line.strip()
        ]
        return shapely.LineString(points)
    except (shapely.errors.ShapelyError, TypeError, AttributeError) as error:
        raise ValueError(text[:80]) from error


def read_polygon(text: str) -> shapely.Polygon:
    """A polygon in degrees of EPSG:4490 that is valid and of a size that ground has. ValueError."""
    shape = read_shape(text)
    if isinstance(shape, shapely.LineString) and len(shape.coords) >= 3:
        shape = shapely.Polygon(shape.coords)
    if not isinstance(shape, shapely.Polygon) or shape.is_empty or not shape.is_valid:
        raise ValueError(shapely.is_valid_reason(shape))
    shape = shapely.orient_polygons(shapely.force_2d(shape))
    west, south, east, north = shape.bounds
    on_earth = west >= 73 and east <= 136 and south >= 3 and north <= 54
    if not on_earth or shapely.get_num_coordinates(shape) > MOST_POINTS:
        raise ValueError("outside")
    if not SMALLEST <= area(shape) <= LARGEST:
        raise ValueError("size")
    return shape


def read_line(text: str) -> shapely.LineString:
    """A line of two points or more. ValueError."""
    shape = read_shape(text)
    if not isinstance(shape, shapely.LineString) or shape.is_empty or len(shape.coords) < 2:
        raise ValueError(text[:80])
    return shapely.force_2d(shape)


def _flat(shape: shapely.Geometry, metres: tuple[float, float]) -> shapely.Geometry:
    return shapely.transform(shape, lambda points: points * metres)


def _counted(rest: shapely.Geometry, metres: tuple[float, float], tolerance: float) -> float:
    flat = _flat(rest, metres)
    return 0.0 if flat.is_empty or flat.buffer(-tolerance).is_empty else float(flat.area)


def overlap(one: shapely.Geometry, other: shapely.Geometry) -> float:
    """Square metres that two shapes have in common; 0.0 where they only touch, within the tolerance."""
    metres = metres_of_a_degree(one.centroid.y)
    return _counted(shapely.intersection(one, other), metres, TOLERANCE)


def outside(inner: shapely.Geometry, outer: shapely.Geometry, tolerance: float = TOLERANCE) -> float:
    """Square metres of ``inner`` that stand out of ``outer`` by more than the tolerance; 0.0 for none."""
    metres = metres_of_a_degree(inner.centroid.y)
    grown = _flat(outer, metres).buffer(tolerance, join_style="mitre")
    rest = shapely.difference(_flat(inner, metres), grown)
    return float(rest.area)


def joined(shapes: Sequence[shapely.Polygon]) -> shapely.Polygon | None:
    """One polygon of neighbours, gaps within the tolerance closed; None when they do not touch."""
    union = shapely.union_all(shapes)
    if not isinstance(union, shapely.Polygon):
        metres = metres_of_a_degree(union.centroid.y)
        closed = _flat(union, metres).buffer(2 * TOLERANCE, join_style="mitre")
        closed = closed.buffer(-2 * TOLERANCE, join_style="mitre")
        union = shapely.transform(closed, lambda points: points / metres)
    return shapely.orient_polygons(union) if isinstance(union, shapely.Polygon) else None


def cut(shape: shapely.Polygon, line: shapely.LineString) -> list[shapely.Polygon]:
    """The parts into which a line cuts a polygon, the largest first; the whole where it does not."""
    parts = [part for part in split(shape, line).geoms if isinstance(part, shapely.Polygon)]
    return sorted(parts, key=lambda part: (-part.area, part.bounds))
