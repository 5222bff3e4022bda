"""Factories of the places register for everybody's tests."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

import shapely

from wenzhou.foundation.places.codes import address_code
from wenzhou.foundation.places.geometry import metres_of_a_degree
from wenzhou.foundation.places.matching.text import pairs
from wenzhou.foundation.places.models import AddressVersion, Level
from wenzhou.foundation.places.services import NewBuilding, NewParcel, enter_building, enter_parcel, fresh_key
from wenzhou.kernel.base.actors import DATA_OFFICER, Actor
from wenzhou.kernel.base.ids import uuid7
from wenzhou.kernel.base.testing import Sample
from wenzhou.kernel.geo.api import LocationKind, add_location
from wenzhou.kernel.geo.testing import load_city
from wenzhou.kernel.identity.testing import actor_with

__all__ = ["SAMPLES", "AddressVersion", "line", "make_address", "make_building", "make_parcel", "square"]

_serial = itertools.count(1)
VILLAGE = "330302006044"
POINT = (120.6561, 28.0161)


def make_address(
    name: str = "",
    *,
    level: Level = Level.ROAD,
    parent: UUID | None = None,
    division: str = VILLAGE,
    point: tuple[float, float] = POINT,
    since: date = date(2015, 1, 1),
) -> UUID:
    """One made part of an address; gives the id of its anchor."""
    serial = next(_serial)
    name = name or f"测试{serial}路"
    code = address_code(division[:6], level, 4_000_000_000 + serial)
    ref = add_location(uuid7(), LocationKind.ADDRESS, code, made=True)
    key = name.rstrip("号弄幢室").removesuffix("单元")
    AddressVersion.objects.create(
        location_id=ref.id,
        level=level,
        name=name,
        key=key,
        ordinal=int(key) if key.isdigit() else 0,
        parent_id=parent,
        division=division,
        lon=point[0],
        lat=point[1],
        pairs=pairs(key) if level == Level.ROAD else None,
        valid_from=since,
        source="test",
        made=True,
    )
    return ref.id


def square(east: float, north: float, width: float, height: float, point: tuple[float, float] = POINT) -> str:
    """A rectangle as WKT: metres east and north of a point, width and height in metres."""
    one, other = metres_of_a_degree(point[1])
    west, south = point[0] + east / one, point[1] + north / other
    box = shapely.box(west, south, west + width / one, south + height / other)
    return str(shapely.to_wkt(box, rounding_precision=12))


def line(*points: tuple[float, float], point: tuple[float, float] = POINT) -> str:
    """A line through points given in metres east and north, as a form has it: one point on each line."""
    one, other = metres_of_a_degree(point[1])
    return "\n".join(f"{point[0] + east / one:.9f} {point[1] + north / other:.9f}" for east, north in points)


def make_parcel(actor: Actor, shape: str, *, since: date = date(2020, 1, 1), division: str = VILLAGE) -> UUID:
    """A registered parcel of housing; gives the id of its anchor."""
    new = NewParcel(
        key=fresh_key(),
        since=since,
        division=division,
        shape=shape,
        use="0701",
        situated="测试路 1 号",
        block="001001",
    )
    return enter_parcel(actor, new).made[0]


def make_building(
    actor: Actor, parcel: UUID, shape: str, *, address: UUID | None = None, since: date = date(2021, 1, 1)
) -> UUID:
    """A registered house of three storeys; gives the id of its anchor."""
    new = NewBuilding(
        key=fresh_key(),
        since=since,
        parcel=parcel,
        shape=shape,
        storeys=3,
        use="10",
        built=2021,
        address=address,
    )
    return enter_building(actor, new).made[0]


def _address(name: str = "location_id", **more: Any) -> Sample:
    load_city()
    road = make_address()
    return Sample({name: make_address("12号", level=Level.NUMBER, parent=road)}, **more)


def _at_a_point() -> Sample:
    _address()
    return Sample(query=f"?lon={POINT[0]}&lat={POINT[1]}")


def _roads() -> Sample:
    load_city()
    return Sample({"code": "330302"})


def _ground(kind: str) -> Callable[[], Sample]:
    def sample() -> Sample:
        load_city()
        officer = actor_with(DATA_OFFICER)
        parcel = make_parcel(officer, square(0, 0, 20, 30))
        place = parcel if kind == "parcel" else make_building(officer, parcel, square(2, 2, 9, 9))
        return Sample({"location_id": place})

    return sample


SAMPLES: dict[str, Callable[[], Sample]] = {
    "address": _address,
    "parcel": _ground("parcel"),
    "building": _ground("building"),
    "act": lambda: Sample({"act": "enter-parcel"}),
    "roads": _roads,
    "GET /match": lambda: Sample(query="?text=鹿城区人民路12号"),
    "POST /match": lambda: Sample(body={"texts": ["鹿城区人民路12号", ""]}),
    "GET /parse": lambda: Sample(query="?text=鹿城区人民路12号"),
    "GET /reverse": _at_a_point,
    "GET /around/{uuid:location_id}": _address,
}


RECORDS: dict[str, Callable[[], UUID]] = {
    "address": lambda: _address().kwargs["location_id"],
    "parcel": lambda: _ground("parcel")().kwargs["location_id"],
    "building": lambda: _ground("building")().kwargs["location_id"],
}
"""A record of each register of this module, for the walk through the engine's pages."""
