"""Reads: what a code meant on a day, what lies below it, what became of it. Divisions are public."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

import shapely

from wenzhou.kernel.base.registry import registry
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.geo.contracts import Change, Place
from wenzhou.kernel.geo.declarations import AddressLocator, Located
from wenzhou.kernel.geo.directory import directory, today
from wenzhou.kernel.geo.models import Outline
from wenzhou.kernel.geo.postal import prefix

CITY = "330300"


def division(code: str, on: date | None = None) -> Place | None:
    """The version of ``code`` in force on a day (today when not given), or None."""
    return directory().version(code, on or today())


def name_of(code: str) -> str:
    """What a division is called today, in the reader's language; the code when it is none."""
    place = division(code)
    return str(place.name) if place else code


def children(code: str | None, on: date | None = None) -> tuple[Place, ...]:
    """Divisions directly below ``code`` on a day, by code; ``None`` asks for the province."""
    return directory().children(code, on or today())


def village_codes(on: date | None = None) -> frozenset[str]:
    """The codes of all villages and communities of the city in force on a day."""
    return _village_codes(directory().stamp, on or today())


@lru_cache(maxsize=8)
def _village_codes(stamp: int, on: date) -> frozenset[str]:
    """For one state of the tables (``stamp`` is the cache's key)."""
    towns = (town for county in children(CITY, on) for town in children(county.code, on))
    return frozenset(village.code for town in towns for village in children(town.code, on))


def versions(code: str) -> tuple[Place, ...]:
    """All versions of a code, oldest first."""
    return directory().versions.get(code, ())


def every_version() -> tuple[int, tuple[Place, ...]]:
    """All versions of all divisions, with a stamp that changes when they do: for those who keep their own index."""
    held = directory()
    return held.stamp, tuple(place for versions in held.versions.values() for place in versions)


def path(code: str, on: date | None = None) -> tuple[Place, ...]:
    """From the county down to ``code`` on a day: county › town › village; empty for an unknown code."""
    day = on or today()
    found: list[Place] = []
    place = division(code, day)
    while place is not None and len(found) < 5:
        if not place.code.endswith("00") or len(place.code) > 6:
            found.append(place)
        place = division(place.parent_code, day) if place.parent_code else None
    return tuple(reversed(found))


def path_text(code: str, on: date | None = None) -> Text:
    """The path as one text: 鹿城区 › 五马街道 › 鼓楼社区."""
    places = path(code, on)
    return Text(" › ".join(p.name.zh for p in places), " › ".join(p.name.en for p in places))


def history(code: str) -> tuple[Change, ...]:
    """Every change that a code took part in, oldest first."""
    return tuple(c for c in directory().changes if code in (c.old_code, c.new_code))


def day_text(place: Place, day: date | None) -> str:
    """The first or the last day of a version as exactly as it is known: 2019-08-16, 1984-12, 1983; empty for none."""
    if day is None:
        return ""
    known = [change.on_text for change in history(place.code) if change.on == day]
    return min(known, key=len, default=day.isoformat())


def ancestors(code: str) -> tuple[tuple[Change, Place | None], ...]:
    """What a division came from, latest change first: the change, and what the old code meant the day before."""
    found = [change for change in history(code) if change.new_code == code and change.old_code != code]
    return tuple((c, division(c.old_code, c.on - timedelta(days=1))) for c in reversed(found))


def successors(code: str, on: date | None = None) -> tuple[Place, ...]:
    """What stands on a day for an area once coded ``code``, parts split off included, by code.

    A code still in force answers with itself and with what was split from it.
    """
    day = on or today()
    found: dict[str, Place] = {}
    seen = {code}
    waiting = [(code, date.min)]
    while waiting:
        present, since = waiting.pop()
        place = division(present, day)
        if place is not None:
            found[present] = place
        for change in directory().changes:
            follows = change.old_code == present and since <= change.on <= day
            if follows and change.new_code not in seen:
                seen.add(change.new_code)
                waiting.append((change.new_code, change.on))
    return tuple(found[key] for key in sorted(found))


def resolve(code: str, on: date | None = None) -> Place | None:
    """The one division that carries on ``code`` on a day; None if unknown or not yet in force.

    A split leaves the old code in force, and that is the answer; a renamed, coded anew, merged or raised
    division answers with its successor, through as many changes as there were.
    """
    day = on or today()
    seen: set[str] = set()
    since = date.min
    while code not in seen:
        seen.add(code)
        place = division(code, day)
        if place is not None and place.start >= since:
            return place
        following = [
            c for c in directory().changes if c.old_code == code and not c.keeps_old and since <= c.on <= day
        ]
        if not following:
            return place
        code, since = following[0].new_code, following[0].on
    return None


def code_history(code: str, since: date = date.min) -> tuple[tuple[date, str], ...]:
    """Under which codes the area of ``code`` was registered, oldest first: (first day, code) pairs.

    Where an area was split off, its earlier code is the one it was split from: who was born in Longgang in
    2000 has a number of Cangnan.
    """
    found: list[tuple[date, str]] = []
    present, until = code, date.max
    while True:
        before = [c for c in directory().changes if c.on < until and _began(c, present)]
        if not before or before[-1].on <= since:
            return tuple(reversed([*found, (since, present)]))
        found.append((before[-1].on, present))
        present, until = before[-1].old_code, before[-1].on


def _began(change: Change, code: str) -> bool:
    """Whether ``code`` came into force by this change, out of another county."""
    born = change.new_code == code and not change.old_code.endswith("00")
    return born and division(code, change.on - timedelta(days=1)) is None


def postal_prefix(code: str, on: date | None = None) -> str:
    """How an address in a division begins (Chinese): 浙江省温州市鹿城区五马街道鼓楼社区.

    A city at county level stands under the province; a group that is no place is left out.
    """
    return prefix(path(code, on))


def outlines(parent: str = CITY, on: date | None = None) -> dict[str, Any]:
    """A GeoJSON FeatureCollection of the outlines below ``parent`` on a day, EPSG:4490 degrees.

    Outlines are of today's counties: for a day on which one was not in force it is left out.
    """
    places = {place.id: place for place in children(parent, on)}
    geometries = _geometries(directory().stamp)
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "id": place.code,
                "geometry": geometries[place.id],
                "properties": {"code": place.code, "name": place.name.zh, "name_en": place.name.en},
            }
            for place in places.values()
            if place.id in geometries
        ],
    }


def division_at(lon: float, lat: float) -> Place | None:
    """The county, as of today, whose outline holds a point (degrees, EPSG:4490); None outside the city.

    The bounding box index finds the candidates, GEOS decides.
    """
    near = Outline.objects.filter(min_lon__lte=lon, max_lon__gte=lon, min_lat__lte=lat, max_lat__gte=lat)
    point = shapely.Point(lon, lat)
    for outline in near.select_related("division").order_by("division_id"):
        if shapely.intersects(shapely.from_wkb(bytes(outline.geometry)), point):
            return division(outline.division.code)
    return None


def outline_of(code: str, on: date | None = None) -> shapely.Geometry | None:
    """The outline (degrees, EPSG:4490) of a division or of the nearest above it that has one; None where none is known."""
    day = on or today()
    for place in reversed(path(code, day)):
        found = _shapes(directory().stamp).get(place.id)
        if found is not None:
            return found
    return None


@lru_cache(maxsize=2)
def _shapes(stamp: int) -> Mapping[int, shapely.Geometry]:
    """Outlines by division id for one state of the tables (``stamp`` is the cache's key)."""
    return {row.division_id: shapely.from_wkb(bytes(row.geometry)) for row in Outline.objects.all()}


@lru_cache(maxsize=2)
def _geometries(stamp: int) -> Mapping[int, dict[str, Any]]:
    """Outline geometries by division id for one state of the tables (``stamp`` is the cache's key)."""
    return {
        row.division_id: json.loads(shapely.to_geojson(shapely.from_wkb(bytes(row.geometry))))
        for row in Outline.objects.all()
    }


def locate(text: str) -> Located | None:
    """Where an address in words is, by the first register of the city that understands it; None when none does."""
    for one in registry.declared(AddressLocator):
        found = one.locate(text)
        if found is not None:
            return found
    return None
