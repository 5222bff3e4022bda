"""Outlines as an SVG map that needs no script: projected, scaled, with a place for each name."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import shapely

WIDTH = 720.0


@dataclass(frozen=True, slots=True)
class Shape:
    """One division on the map: its SVG path and where its name goes."""

    code: str
    name: str
    name_en: str
    path: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Drawing:
    """Shapes in a view box of ``width`` × ``height`` units."""

    width: float
    height: float
    shapes: tuple[Shape, ...]


def draw(collection: dict[str, Any]) -> Drawing | None:
    """An equirectangular map, true to scale on its middle latitude; None when there is nothing to draw."""
    features = [(f["properties"], shapely.geometry.shape(f["geometry"])) for f in collection["features"]]
    if not features:
        return None
    west, south, east, north = shapely.total_bounds([shape for _, shape in features])
    squeeze = math.cos(math.radians((south + north) / 2))
    scale = WIDTH / ((east - west) * squeeze)

    def project(lon: float, lat: float) -> tuple[float, float]:
        return round((lon - west) * squeeze * scale, 1), round((north - lat) * scale, 1)

    shapes = []
    for properties, shape in features:
        rings = [
            ring for polygon in shapely.get_parts(shape) for ring in (polygon.exterior, *polygon.interiors)
        ]
        path = " ".join(
            "M" + " ".join(f"{x} {y}" for x, y in (project(*point[:2]) for point in ring.coords)) + "Z"
            for ring in rings
        )
        label = max(shapely.get_parts(shape), key=lambda part: part.area).representative_point()
        x, y = project(label.x, label.y)
        shapes.append(Shape(properties["code"], properties["name"], properties["name_en"], path, x, y))
    return Drawing(WIDTH, round((north - south) * scale, 1), tuple(shapes))
