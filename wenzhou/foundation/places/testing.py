"""Factories of the places register for everybody's tests."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from wenzhou.foundation.places.codes import address_code
from wenzhou.foundation.places.matching.text import pairs
from wenzhou.foundation.places.models import AddressVersion, Level
from wenzhou.kernel.base.ids import uuid7
from wenzhou.kernel.base.testing import Sample
from wenzhou.kernel.geo.api import LocationKind, add_location
from wenzhou.kernel.geo.testing import load_city

__all__ = ["SAMPLES", "AddressVersion", "make_address"]

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


SAMPLES: dict[str, Callable[[], Sample]] = {
    "address": _address,
    "roads": _roads,
    "GET /match": lambda: Sample(query="?text=鹿城区人民路12号"),
    "POST /match": lambda: Sample(body={"texts": ["鹿城区人民路12号", ""]}),
    "GET /parse": lambda: Sample(query="?text=鹿城区人民路12号"),
    "GET /reverse": _at_a_point,
    "GET /around/{uuid:location_id}": _address,
}
