"""The registers of addresses (标准地址), parcels (宗地) and buildings (建筑物): what each column means, and who answers for it.

Where a place is, and what it is called, are data of nobody: an address, a parcel and a building name neither owner nor tenant
(rights in land stand in another register). So these registers have no ``subject`` and no personal field, and reading them is
not written into the journal of data use, as with the exchange's resources that are about nobody. What is open here becomes
personal where it is joined with a person: there the register that joins journals it.

A name that changes carries its key and its order along, and an outline its box and its area; so outlines are given when a
record is made, and change by the acts of ``services`` alone (split, merged, adjusted).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from wenzhou.foundation.places import elements
from wenzhou.foundation.places.models import AddressVersion, BuildingVersion, ParcelVersion
from wenzhou.foundation.places.permissions import MAINTAIN_PLACES, SEARCH_PLACES
from wenzhou.foundation.places.services import (
    NewAddress,
    NewBuilding,
    NewParcel,
    Order,
    change_building,
    change_parcel,
    enter_address,
    enter_building,
    enter_parcel,
    fresh_key,
    place_address,
    rename_address,
)
from wenzhou.foundation.places.services.addresses import written
from wenzhou.foundation.places.services.common import (
    ADDRESS,
    BUILDING,
    LAND_OFFICE,
    NAMES_OFFICE,
    PARCEL,
    current,
    invalid,
)
from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.permissions import Purpose
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.geo.api import LocationKind, location_by_code
from wenzhou.kernel.registers.api import as_of
from wenzhou.kernel.registers.declarations import DIVISION, DataElement, Field, Register

LOOK = Purpose("places.look", Text("查阅地名地址", "Looking a place up"))
VERIFY = Purpose("places.verify", Text("核实地名地址", "Checking a place"))

_NAMES = Text("地名管理条例 第六条", "Regulations on geographical names, art. 6")
_LAND = Text("不动产登记暂行条例 第八条", "Interim regulations on registration of real estate, art. 8")


def within(rows: QuerySet[Any], areas: tuple[str, ...]) -> QuerySet[Any]:
    """Places in one of these divisions."""
    inside = Q()
    for area in areas:
        inside |= Q(division__startswith=area)
    return rows.filter(inside)


def _area(model: type[Any]) -> Callable[[UUID], str]:
    def area(location: UUID) -> str:
        rows = as_of(model._default_manager.filter(location=location), timezone.localdate())
        code: str = rows.values_list("division", flat=True).first() or ""
        return code

    return area


def change_address(
    actor: Actor, location: UUID, valid_from: date, values: Mapping[str, Any], case: UUID | None
) -> AddressVersion:
    """A name or number, or the point, by the services of addresses; what is as it was is left."""
    row = current(AddressVersion, location, valid_from, "valid_from")
    if "name" in values and written(row.level, values["name"])["name"] != row.name:
        rename_address(actor, location, values["name"], _order(valid_from, case))
    lon, lat = float(values.get("lon", row.lon)), float(values.get("lat", row.lat))
    if (lon, lat) != (row.lon, row.lat):
        place_address(actor, location, lon, lat, _order(valid_from, case))
    return current(AddressVersion, location, valid_from)


def open_address(actor: Actor, since: date, values: Mapping[str, Any]) -> UUID:
    """An address that has its code already."""
    parent = values.get("parent")
    new = NewAddress(
        key=fresh_key(),
        since=since,
        level=values["level"],
        name=values["name"],
        division=values["division"],
        lon=float(values["lon"]),
        lat=float(values["lat"]),
        parent=_place(parent, LocationKind.ADDRESS, "parent") if parent else None,
        code=values["code"],
    )
    return enter_address(actor, new).made[0]


def change_ground(
    actor: Actor, location: UUID, valid_from: date, values: Mapping[str, Any], case: UUID | None
) -> ParcelVersion:
    """Use and situation of a parcel."""
    change_parcel(actor, location, values, _order(valid_from, case))
    return current(ParcelVersion, location, valid_from)


def open_parcel(actor: Actor, since: date, values: Mapping[str, Any]) -> UUID:
    """A parcel that has its code already."""
    names = ("division", "shape", "use", "situated", "code")
    new = NewParcel(key=fresh_key(), since=since, **{name: values[name] for name in names})
    return enter_parcel(actor, new).made[0]


def change_house(
    actor: Actor, location: UUID, valid_from: date, values: Mapping[str, Any], case: UUID | None
) -> BuildingVersion:
    """What is said of a building, but for its outline."""
    change_building(actor, location, _with_door(values), _order(valid_from, case))
    return current(BuildingVersion, location, valid_from)


def open_building(actor: Actor, since: date, values: Mapping[str, Any]) -> UUID:
    """A building that has its code already: the code says on which parcel it stands."""
    given = _with_door({name: value for name, value in values.items() if name not in ("parcel", "division")})
    parcel = _place(values["code"][:19], LocationKind.PARCEL, "parcel")
    new = NewBuilding(key=fresh_key(), since=since, parcel=parcel, **given)
    return enter_building(actor, new).made[0]


def _with_door(values: Mapping[str, Any]) -> dict[str, Any]:
    """The door by its code becomes an address."""
    found = dict(values)
    if "built" in found:
        found["built"] = found["built"] or None
    if "address" in found:
        code = found["address"]
        found["address"] = _place(code, LocationKind.ADDRESS, "address") if code else None
    return found


def _place(code: str, kind: LocationKind, name: str) -> UUID:
    found = location_by_code(code)
    if found is None or found.kind != kind:
        raise invalid(name, Text(f"没有登记代码 {code}", f"The code {code} is not registered"))
    return found.id


def _order(since: date, case: UUID | None) -> Order:
    return Order(key=fresh_key(), since=since, case=case)


def _names(name: str, element: DataElement, path: str = "", **more: Any) -> Field:
    return Field(name=name, element=element, path=path, owner=NAMES_OFFICE, basis=_NAMES, **more)


def _land(name: str, element: DataElement, path: str = "", **more: Any) -> Field:
    return Field(name=name, element=element, path=path, owner=LAND_OFFICE, basis=_LAND, **more)


_FIXED: dict[str, Any] = {"required": True, "writable": False}

ADDRESSES_REGISTER = Register(
    code=ADDRESS,
    title=Text("标准地址登记", "Standard addresses"),
    summary=Text(
        "街路巷、门牌、楼幢、单元和室及其历史。",
        "Roads, numbers, buildings, units and rooms, with their history.",
    ),
    model=AddressVersion,
    anchor="location",
    key="code",
    fields=(
        _names("code", elements.ADDRESS_CODE, "location__code", **_FIXED),
        _names("level", elements.ADDRESS_LEVEL, **_FIXED),
        _names("name", elements.ADDRESS_PART, required=True),
        _names(
            "parent",
            elements.ADDRESS_CODE,
            "parent__code",
            writable=False,
            opens=True,
            called=Text("上级地址编码", "Code of the address above"),
        ),
        _names("division", elements.DIVISION_ABOVE, **_FIXED),
        _names("lon", elements.LONGITUDE, required=True),
        _names("lat", elements.LATITUDE, required=True),
    ),
    subject=None,
    within=within,
    search=SEARCH_PLACES,
    read=SEARCH_PLACES,
    maintain=MAINTAIN_PLACES,
    look=LOOK,
    purposes=(VERIFY,),
    change=change_address,
    open=open_address,
    area=_area(AddressVersion),
    division=lambda day: F("division"),
    listed=("code", "level", "name", "division"),
    order=30,
)
PARCELS_REGISTER = Register(
    code=PARCEL,
    title=Text("宗地登记", "Parcels"),
    summary=Text(
        "宗地的界线、面积、用途及其历史。", "Parcels of land: outline, area and use, with their history."
    ),
    model=ParcelVersion,
    anchor="location",
    key="code",
    fields=(
        _land("code", elements.PARCEL_CODE, "location__code", **_FIXED),
        _land("division", DIVISION, **_FIXED),
        _land("use", elements.LAND_USE, required=True),
        _land("situated", elements.SITUATED, required=True),
        _land("area", elements.AREA, writable=False),
        _land("shape", elements.SHAPE, "geometry", **_FIXED),
    ),
    subject=None,
    within=within,
    search=SEARCH_PLACES,
    read=SEARCH_PLACES,
    maintain=MAINTAIN_PLACES,
    look=LOOK,
    purposes=(VERIFY,),
    change=change_ground,
    open=open_parcel,
    area=_area(ParcelVersion),
    division=lambda day: F("division"),
    listed=("code", "use", "area", "situated"),
    order=31,
)
BUILDINGS_REGISTER = Register(
    code=BUILDING,
    title=Text("建筑物登记", "Buildings"),
    summary=Text(
        "建筑物的轮廓、层数、用途及其历史。", "Buildings: outline, storeys and use, with their history."
    ),
    model=BuildingVersion,
    anchor="location",
    key="code",
    fields=(
        _land("code", elements.BUILDING_CODE, "location__code", **_FIXED),
        _land("division", DIVISION, writable=False),
        _land("parcel", elements.PARCEL_CODE, "parcel__code", writable=False),
        _land(
            "address",
            elements.ADDRESS_CODE,
            "address__code",
            opens=True,
            called=Text("门牌地址编码", "Code of its door"),
        ),
        _land("name", elements.BUILDING_NAME),
        _land("use", elements.BUILDING_USE, required=True),
        _land("storeys", elements.STOREYS, required=True),
        _land("built", elements.YEAR_BUILT),
        _land("shape", elements.SHAPE, "geometry", **_FIXED),
    ),
    subject=None,
    within=within,
    search=SEARCH_PLACES,
    read=SEARCH_PLACES,
    maintain=MAINTAIN_PLACES,
    look=LOOK,
    purposes=(VERIFY,),
    change=change_house,
    open=open_building,
    area=_area(BuildingVersion),
    division=lambda day: F("division"),
    listed=("code", "use", "storeys", "name"),
    order=32,
)
