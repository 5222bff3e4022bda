"""Writes of standard addresses (标准地址): named, numbered, renamed, renumbered, withdrawn."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from wenzhou.foundation.places import geometry
from wenzhou.foundation.places.codes import is_address_code, next_address_code
from wenzhou.foundation.places.matching.text import normalise, pairs
from wenzhou.foundation.places.models import Act, AddressVersion, BuildingVersion, Level, PlaceAct
from wenzhou.foundation.places.selectors import subtree
from wenzhou.foundation.places.services.common import (
    ADDRESS,
    Done,
    Order,
    current,
    invalid,
    known_division,
    may_register,
    once,
    refuse,
    source_of,
)
from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.errors import Conflict
from wenzhou.kernel.base.ids import uuid7
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.geo.api import LocationKind, add_location, outline_of
from wenzhou.kernel.registers.api import as_of, change, end_many, lock, lock_many

ABOVE: dict[str, tuple[str, ...]] = {
    Level.ROAD: (),
    Level.LANE: (Level.ROAD, Level.LANE),
    Level.NUMBER: (Level.ROAD, Level.LANE),
    Level.BUILDING: (Level.NUMBER, Level.LANE, Level.ROAD),
    Level.UNIT: (Level.BUILDING, Level.NUMBER),
    Level.ROOM: (Level.UNIT, Level.BUILDING, Level.NUMBER),
}
"""Below which parts a part may stand (GB/T 23705)."""

SUFFIX = {
    Level.LANE: "弄",
    Level.NUMBER: "号",
    Level.BUILDING: "幢",
    Level.UNIT: "单元",
    Level.ROOM: "室",
}
_ROAD = re.compile(r"[㐀-鿿0-9]{1,18}(路|街|巷|道|大道|弄|桥|堤|坊|里|村|线|广场)")
_KEY = re.compile(r"[0-9A-Z]{1,6}(-[0-9A-Z]{1,4})?")
OUTLINE_TOLERANCE = 500.0
"""Metres: the outlines of the counties are drawn coarsely."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAddress(Order):
    """One part of an address. ``name`` as it is written (人民路, 12号); the unit may be left out below the road.

    Without ``parent`` it is a road, or a number that hangs on its village alone. ``code``: one that it has already.
    """

    level: str
    name: str
    division: str
    lon: float
    lat: float
    parent: UUID | None = None
    code: str = ""


def enter_address(actor: Actor, new: NewAddress) -> PlaceAct:
    """Name a road, or give a number, a lane, a building, a unit or a room below a part that stands.

    Raises Refused, Invalid, NotFound (the part above), Conflict (the name stands there already, the code is taken).
    """
    may_register(actor, ADDRESS, new.division)
    values = written(new.level, new.name) | {"lon": new.lon, "lat": new.lat}
    _check(new)

    def write() -> Done:
        if new.parent is not None:
            lock(AddressVersion, new.parent)
            _fits(new, current(AddressVersion, new.parent, new.since))
        _free(new.level, values, new.parent, new.division, new.since)
        code = new.code or next_address_code(new.division[:6], Level(new.level))
        location = add_location(uuid7(), LocationKind.ADDRESS, code)
        AddressVersion.objects.create(
            location_id=location.id,
            level=new.level,
            parent_id=new.parent,
            division=new.division,
            valid_from=new.since,
            source=source_of(actor, ADDRESS),
            recorded_by=actor.account,
            case=new.case,
            **values,
        )
        return Done(made=[location.id])

    return once(actor, Act.ENTER_ADDRESS, ADDRESS, new, new, write)


def rename_address(actor: Actor, location: UUID, name: str, order: Order) -> PlaceAct:
    """From a day on a road is called otherwise, a number or a part below it has another number; all below follow.

    Raises Refused, NotFound, Invalid, Conflict (the name stands there already).
    """

    def write() -> Done:
        lock(AddressVersion, location)
        row = current(AddressVersion, location, order.since)
        may_register(actor, ADDRESS, row.division)
        values = written(row.level, name)
        if values["key"] == row.key and values["name"] == row.name:
            raise invalid("name", Text("与现在的名称相同", "That is its present name"))
        _free(row.level, values, row.parent_id, row.division, order.since, but=location)
        _put(actor, location, values, order)
        return Done(changed={location: ("name",)})

    return once(actor, Act.RENAME_ADDRESS, ADDRESS, order, (location, name), write)


def place_address(actor: Actor, location: UUID, lon: float, lat: float, order: Order) -> PlaceAct:
    """From a day on an address is marked at another point. Raises Refused, NotFound, Invalid."""

    def write() -> Done:
        lock(AddressVersion, location)
        row = current(AddressVersion, location, order.since)
        may_register(actor, ADDRESS, row.division)
        refuse(_point(row.division, lon, lat, order.since))
        _put(actor, location, {"lon": lon, "lat": lat}, order)
        return Done(changed={location: ("lon", "lat")})

    return once(actor, Act.RENAME_ADDRESS, ADDRESS, order, (location, lon, lat), write)


def withdraw_address(actor: Actor, location: UUID, order: Order) -> PlaceAct:
    """From a day on an address and all that stands below it are no more.

    Raises Refused, NotFound, Invalid, Conflict (a building that stands has its door there: it is pulled down first).
    """

    def write() -> Done:
        lock(AddressVersion, location)
        row = current(AddressVersion, location, order.since)
        may_register(actor, ADDRESS, row.division)
        ended = subtree(location, order.since)
        _no_doors(ended, order.since)
        return Done(ended=close(ended, order.since))

    return once(actor, Act.WITHDRAW_ADDRESS, ADDRESS, order, location, write)


def close(locations: list[UUID], since: date) -> list[UUID]:
    """End these addresses, parts below first known; the caller has locked what is above. Gives their ids."""
    lock_many(AddressVersion, locations)
    end_many(AddressVersion, locations, since)
    return locations


def written(level: str, name: str) -> dict[str, Any]:
    """The columns of a part's name, in its standard form: 十二号 → 12号, key 12, ordinal 12. Raises Invalid."""
    if level not in Level.values:
        raise invalid("level", Text("请选择地址层级", "Choose the level"))
    text = normalise(name)
    if level == Level.ROAD:
        if not _ROAD.fullmatch(text):
            raise invalid(
                "name",
                Text(
                    "道路名称应为 2 至 20 个汉字，以路、街、巷、道等通名结尾",
                    "A road has 2 to 20 characters and ends with 路, 街, 巷, 道 or the like",
                ),
            )
        return {"name": text, "key": text, "ordinal": 0, "pairs": pairs(text)}
    suffix = SUFFIX[Level(level)]
    key = text.removesuffix(suffix)
    if not _KEY.fullmatch(key):
        raise invalid(
            "name",
            Text(
                f"应为数字或字母加“{suffix}”，如 12{suffix}",
                f"Figures or letters and {suffix}, as 12{suffix}",
            ),
        )
    digits = re.match(r"[0-9]+", key)
    return {"name": key + suffix, "key": key, "ordinal": int(digits[0]) if digits else 0, "pairs": None}


def _check(new: NewAddress) -> None:
    wrong: dict[str, Text] = {}
    lengths = (9, 12) if new.level == Level.ROAD else (12,)
    if not known_division(new.division, new.since, lengths):
        wrong["division"] = Text(
            "请填写当日有效的村（社区）代码", "The code of a village in force on that day"
        )
    else:
        wrong |= _point(new.division, new.lon, new.lat, new.since)
    if new.parent is None and new.level not in (Level.ROAD, Level.NUMBER):
        wrong["parent"] = Text("请指明上级地址", "Say below which address it stands")
    if new.parent is not None and new.level == Level.ROAD:
        wrong["parent"] = Text("道路没有上级地址", "A road stands below none")
    if new.code and not is_address_code(new.code):
        wrong["code"] = Text("地址编码的校验位不符", "The code's check digit does not hold")
    refuse(wrong)


def _point(division: str, lon: float, lat: float, on: date) -> dict[str, Text]:
    if not (73 <= lon <= 136 and 3 <= lat <= 54):
        return {"lon": Text("经纬度超出范围", "The degrees are out of range")}
    outline = outline_of(division, on)
    if outline is not None and geometry.metres_off(lon, lat, outline) > OUTLINE_TOLERANCE:
        return {"lon": Text("坐标不在所填区划内", "The point does not lie in the division")}
    return {}


def _fits(new: NewAddress, above: AddressVersion) -> None:
    wrong: dict[str, Text] = {}
    if above.level not in ABOVE[new.level]:
        wrong["parent"] = Text("上级地址的层级不符", "It cannot stand below an address of that level")
    if not new.division.startswith(above.division):
        wrong["division"] = Text("与上级地址的区划不符", "Not in the division of the address above")
    refuse(wrong)


def _free(
    level: str,
    values: dict[str, Any],
    parent: UUID | None,
    division: str,
    since: date,
    *,
    but: UUID | None = None,
) -> None:
    """Raises Conflict when another of this name stands there on some day from ``since`` on."""
    rows = AddressVersion.objects.filter(superseded_at=None, level=level, key=values["key"], parent=parent)
    rows = rows.exclude(valid_to__lte=since).exclude(location=but)
    if parent is None:
        rows = rows.filter(division=division)
    taken = rows.select_related("location").first()
    if taken is not None:
        raise Conflict(
            Text(
                f"“{taken.name}”已登记（编码 {taken.location.code}），请核对名称或号码。",
                f"{taken.name} is registered (code {taken.location.code}); check the name or the number.",
            ),
            code="address-taken",
            fields={"name": Text("名称或号码已被使用", "The name or number is taken")},
        )


def _no_doors(addresses: list[UUID], since: date) -> None:
    rows = as_of(BuildingVersion.objects.filter(address__in=addresses), since).select_related("location")
    house = rows.order_by("id").first()
    if house is not None:
        raise Conflict(
            Text(
                f"建筑物 {house.location.code} 的门牌在此，请先办理拆除或变更其门牌。",
                f"Building {house.location.code} has its door there; register its demolition or another door first.",
            ),
            code="building-stands",
        )


def _put(actor: Actor, location: UUID, values: dict[str, Any], order: Order) -> None:
    change(
        AddressVersion,
        location,
        order.since,
        values,
        actor=actor,
        source=source_of(actor, ADDRESS),
        case=order.case,
    )
