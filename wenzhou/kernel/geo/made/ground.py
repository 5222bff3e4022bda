"""Made points of villages: spread over the real outline of their county, villages of a town side by side."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import shapely

from wenzhou.kernel.geo import facts

Points = npt.NDArray[np.float64]

METRES = 111_320.0
"""Of one degree of latitude; of longitude as much times the cosine of the latitude."""

SQUEEZE = math.cos(math.radians(27.9))
_PER_VILLAGE = 40
_ROUNDS = 6
_REACH = 600.0


def to_metres(points: Points) -> Points:
    """Degrees as metres on a plane that is true enough within one county."""
    return points * (METRES * SQUEEZE, METRES)


def to_degrees(points: Points) -> Points:
    """The inverse of :func:`to_metres`."""
    return points / (METRES * SQUEEZE, METRES)


def village_points(towns: Mapping[str, Sequence[str]]) -> dict[str, Points]:
    """A point (degrees, EPSG:4490) for each village of each town, by village code."""
    counties = sorted({town[:6] for town in towns})
    outlines = facts.read("outlines.json")["outlines"]
    found: dict[str, Points] = {}
    for county in counties:
        own = {town: villages for town, villages in sorted(towns.items()) if town[:6] == county}
        shape = shapely.make_valid(shapely.from_geojson(json.dumps(outlines[county])))
        found |= _in_county(shape, own, int(county))
    return found


def reaches(points: Points) -> Points:
    """For each point (metres) a radius within which lies no other's ground."""
    found = np.empty(len(points))
    for start in range(0, len(points), 512):
        some = points[start : start + 512]
        apart = np.hypot(some[:, None, 0] - points[:, 0], some[:, None, 1] - points[:, 1])
        apart[np.arange(len(some)), np.arange(start, start + len(some))] = np.inf
        found[start : start + 512] = apart.min(axis=1)
    return np.minimum(found * 0.45, _REACH)


def _in_county(shape: shapely.Geometry, towns: Mapping[str, Sequence[str]], seed: int) -> dict[str, Points]:
    random = np.random.default_rng(seed)
    pool = _pool(shape, _PER_VILLAGE * sum(len(villages) for villages in towns.values()), random)
    nearest = _clusters(pool, len(towns), random)[1]
    found: dict[str, Points] = {}
    for index, villages in enumerate(towns.values()):
        mine = pool[nearest == index]
        if len(mine) < len(villages):  # a small town of many villages takes ground of its neighbours
            mine = pool[random.permutation(len(pool))[: 4 * len(villages)]]
        centres = to_degrees(_clusters(mine, len(villages), random)[0])
        found |= dict(zip(villages, centres, strict=True))
    return found


def _pool(shape: shapely.Geometry, number: int, random: np.random.Generator) -> Points:
    """Random points of the plane (metres) inside a shape (degrees)."""
    west, south, east, north = shape.bounds
    kept: list[Points] = []
    while sum(len(some) for some in kept) < number:
        drawn = random.uniform((west, south), (east, north), (number, 2))
        kept.append(drawn[shapely.contains_xy(shape, drawn)])
    return to_metres(np.concatenate(kept)[:number])


def _clusters(
    points: Points, number: int, random: np.random.Generator
) -> tuple[Points, npt.NDArray[np.intp]]:
    """Points of the set that share it out among them evenly (Lloyd), and whose every point is."""
    centres = points[random.permutation(len(points))[:number]]
    for _ in range(_ROUNDS):
        nearest = _nearest(points, centres)
        for index in range(number):
            mine = points[nearest == index]
            if len(mine):
                centres[index] = mine.mean(axis=0)
    # The middle of a curved shore may be sea: take the point of the set that is nearest to it.
    centres = points[_nearest(centres, points)]
    return centres, _nearest(points, centres)


def _nearest(points: Points, centres: Points) -> npt.NDArray[np.intp]:
    apart = np.hypot(points[:, None, 0] - centres[:, 0], points[:, None, 1] - centres[:, 1])
    return apart.argmin(axis=1)
