"""Writes of buildings (建筑物): entered on their parcel, changed, pulled down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import shapely

from wenzhou.foundation.places import geometry
from wenzhou.foundation.places.codes import BUILDING as CODE
from wenzhou.foundation.places.codes import building_code
from wenzhou.foundation.places.models import (
    Act,
    AddressVersion,
    BuildingUse,
    BuildingVersion,
    Level,
    ParcelVersion,
    PlaceAct,
)
from wenzhou.foundation.places.selectors import subtree
from wenzhou.foundation.places.services.addresses import close
from wenzhou.foundation.places.services.common import (
    ADDRESS,
    BUILDING,
    Done,
    Order,
    current,
    invalid,
    may_register,
    meeting,
    once,
    refuse,
    source_of,
)
from wenzhou.foundation.places.services.parcels import read
from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.errors import Conflict
from wenzhou.kernel.base.ids import uuid7
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.geo.api import LocationKind, add_location, last_code
from wenzhou.kernel.registers.api import as_of, change, end_many, lock, tell_ended

TALLEST = 200
CHANGEABLE = frozenset({"name", "use", "storeys", "built", "address", "shape"})


@dataclass(frozen=True, slots=True, kw_only=True)
class NewBuilding(Order):
    """A building on ``parcel``. ``address`` is the part of an address that is its door; ``built`` a year."""

    parcel: UUID
    shape: str
    storeys: int
    use: str
    name: str = ""
    built: int | None = None
    address: UUID | None = None
    code: str = ""


def enter_building(actor: Actor, new: NewBuilding) -> PlaceAct:
    """Enter a building inside the outline of its parcel.

    Raises Refused, NotFound (the parcel, the address), Invalid, Conflict (it stands out of the parcel, or where another stands).
    """
    values: dict[str, Any] = {"name": new.name, "use": new.use, "storeys": new.storeys, "built": new.built}
    refuse(_check(values, new.since))
    shape = read(new.shape)

    def write() -> Done:
        lock(ParcelVersion, new.parcel)
        ground = current(ParcelVersion, new.parcel, new.since)
        may_register(actor, BUILDING, ground.division)
        _stands(shape, ground, new.since)
        _door(new.address, ground.division, new.since)
        code = _code(new.code, ground)
        location = add_location(uuid7(), LocationKind.BUILDING, code)
        BuildingVersion.objects.create(
            location_id=location.id,
            parcel_id=new.parcel,
            address_id=new.address,
            division=ground.division,
            valid_from=new.since,
            source=source_of(actor, BUILDING),
            recorded_by=actor.account,
            case=new.case,
            **values,
            **geometry.boxed(shape),
        )
        return Done(made=[location.id])

    return once(actor, Act.ENTER_BUILDING, BUILDING, new, new, write)


def change_building(actor: Actor, location: UUID, values: Mapping[str, Any], order: Order) -> PlaceAct:
    """From a day on a building has other storeys, another use, name, year, door or outline (``shape``).

    Raises Refused, NotFound, Invalid, Conflict.
    """
    refuse(_check(values, order.since))
    shape = read(values["shape"]) if "shape" in values else None

    def write() -> Done:
        row = _held(actor, location, order.since)
        ground = current(ParcelVersion, row.parcel_id, order.since)
        columns = {name: value for name, value in values.items() if name not in ("shape", "address")}
        if shape is not None:
            _stands(shape, ground, order.since, but=location)
            columns |= geometry.boxed(shape)
        if "address" in values:
            _door(values["address"], row.division, order.since)
            columns["address_id"] = values["address"]
        change(
            BuildingVersion,
            location,
            order.since,
            columns,
            actor=actor,
            source=source_of(actor, BUILDING),
            case=order.case,
        )
        return Done(changed={location: tuple(sorted(values))})

    said = (location, sorted(values.items()))
    return once(actor, Act.CHANGE_BUILDING, BUILDING, order, said, write)


def demolish_building(actor: Actor, location: UUID, order: Order) -> PlaceAct:
    """From a day on the building is no more, nor are the units and rooms in it; its number stays with the ground.

    Where its door is the number itself and another building shares it, their units stay. Raises Refused, NotFound, Invalid.
    """

    def write() -> Done:
        row = _held(actor, location, order.since)
        end_many(BuildingVersion, [location], order.since)
        gone = close(_units(row, order.since), order.since)
        for one in gone:
            tell_ended(actor, ADDRESS, one, order.since)
        return Done(ended=[location])

    return once(actor, Act.DEMOLISH_BUILDING, BUILDING, order, location, write)


def _held(actor: Actor, location: UUID, since: date) -> BuildingVersion:
    """The building as it is, with its ground and itself held until the end: in this order, as a split holds them."""
    row = current(BuildingVersion, location, since)
    lock(ParcelVersion, row.parcel_id)
    lock(BuildingVersion, location)
    row = current(BuildingVersion, location, since)
    may_register(actor, BUILDING, row.division)
    if row.valid_from >= since:
        raise invalid(
            "since",
            Text(f"日期应晚于 {row.valid_from:%Y-%m-%d}", f"The day is after {row.valid_from:%Y-%m-%d}"),
        )
    return row


def _units(house: BuildingVersion, since: date) -> list[UUID]:
    """The parts of addresses that are in the building: its own, or what is below the number that is its door."""
    if house.address_id is None:
        return []
    lock(AddressVersion, house.address_id)
    door = as_of(AddressVersion.objects.filter(location=house.address_id), since).first()
    if door is None:
        return []
    found = subtree(house.address_id, since)
    if door.level in (Level.BUILDING, Level.UNIT, Level.ROOM):
        return found
    shared = as_of(BuildingVersion.objects.filter(address=house.address_id), since).exclude(
        location=house.location_id
    )
    return [] if shared.exists() else found[1:]


def _check(values: Mapping[str, Any], since: date) -> dict[str, Text]:
    wrong = {
        name: Text("此项不能在这里变更", "This cannot be changed here") for name in set(values) - CHANGEABLE
    }
    if not values:
        wrong["storeys"] = Text("至少填写一项变更", "Enter at least one change")
    storeys, built = values.get("storeys", 1), values.get("built")
    if not isinstance(storeys, int) or not 1 <= storeys <= TALLEST:
        wrong["storeys"] = Text(f"层数应为 1 至 {TALLEST}", f"1 to {TALLEST} storeys")
    if built is not None and not 1000 <= built <= since.year:
        wrong["built"] = Text("建成年份不能晚于生效年份", "The year built is not after that of the day")
    if values.get("use", BuildingUse.HOUSING) not in BuildingUse.values:
        wrong["use"] = Text("请从房屋用途代码表中选择", "Choose from the list of uses")
    if len(values.get("name", "")) > 60:
        wrong["name"] = Text("名称不超过 60 个字", "At most 60 characters")
    return wrong


def _stands(shape: shapely.Polygon, ground: ParcelVersion, since: date, *, but: UUID | None = None) -> None:
    out = geometry.outside(shape, geometry.shape_of(ground.geometry))
    if out:
        raise Conflict(
            Text(
                f"超出宗地 {ground.location.code} 的界线（{out:,.1f} 平方米），请核对轮廓。",
                f"It stands out of parcel {ground.location.code} by {out:,.1f} m²; check the outline.",
            ),
            code="outside-parcel",
            fields={"shape": Text("超出宗地界线", "Stands out of the parcel")},
        )
    for row in meeting(BuildingVersion, shape.bounds, since):
        if row.location_id != but and geometry.overlap(shape, geometry.shape_of(row.geometry)):
            raise Conflict(
                Text(
                    f"与建筑物 {row.location.code} 重叠，请核对轮廓或先办理其拆除。",
                    f"Building {row.location.code} stands there; check the outline, or register its demolition first.",
                ),
                code="buildings-overlap",
                fields={"shape": Text("与已登记的建筑物重叠", "Overlaps with a registered building")},
            )


def _door(address: UUID | None, division: str, since: date) -> None:
    if address is None:
        return
    lock(AddressVersion, address)
    door = current(AddressVersion, address, since)
    if door.level == Level.ROAD or door.division[:9] != division[:9]:
        raise invalid(
            "address",
            Text(
                "门牌应为本乡镇（街道）内的门牌号或楼幢",
                "The door is a number or a building in the same town",
            ),
        )


def _code(given: str, ground: ParcelVersion) -> str:
    parcel = ground.location.code
    if given:
        if not CODE.fullmatch(given) or not given.startswith(parcel):
            raise invalid(
                "code", Text("自然幢号应为宗地代码加 F 和四位数字", "The parcel's code, F and four digits")
            )
        return given
    last = last_code(LocationKind.BUILDING, f"{parcel}F")
    return building_code(parcel, int(last[20:]) + 1 if last else 1)
