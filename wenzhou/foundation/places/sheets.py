"""The forms of the acts on places: what is asked, what stands there already, and the one function that is called."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from wenzhou.foundation.places import services
from wenzhou.foundation.places.codes import TENURES
from wenzhou.foundation.places.models import AddressVersion, BuildingVersion, Level, ParcelVersion, PlaceAct
from wenzhou.foundation.places.selectors import latest, wkt_of
from wenzhou.foundation.places.services import Order
from wenzhou.foundation.places.services.common import ADDRESS, BUILDING, PARCEL, invalid
from wenzhou.foundation.places.words import BUILDING_USES, LEVELS, USES
from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.geo.api import location_by_code

type Given = Mapping[str, str]
type Perform = Callable[[Actor, UUID | None, Given, Order], PlaceAct]


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """One input; ``kind`` as in ``form_input``."""

    name: str
    label: Text
    kind: str = "text"
    choices: Mapping[str, Text] | None = None
    required: bool = True
    help: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One act. ``about`` is the register of the place it is done to, empty for none; ``grave``: it is asked once more."""

    title: Text
    register: str
    perform: Perform
    inputs: tuple[Input, ...] = ()
    about: str = ""
    initial: Callable[[UUID], dict[str, object]] = lambda _: {}
    grave: Text | None = None


_NAME = Input(
    name="name",
    label=Text("名称或号码", "Name or number"),
    help=Text("如 望江路、12号、3幢、502室", "As 望江路, 12号, 3幢, 502室"),
)
_POINT = (
    Input(name="lon", label=Text("经度（EPSG:4490）", "Longitude (EPSG:4490)")),
    Input(name="lat", label=Text("纬度", "Latitude")),
)
_DIVISION = Input(
    name="division", label=Text("村（社区）代码", "Code of the village"), help=Text("12 位数字", "12 digits")
)
_SHAPE = Input(
    name="shape",
    label=Text("界址点", "Boundary points"),
    kind="textarea",
    help=Text(
        "每行一个“经度 纬度”（EPSG:4490），或 WKT、GeoJSON 多边形",
        "“Longitude latitude” on each line (EPSG:4490), or a polygon in WKT or GeoJSON",
    ),
)
_USE = Input(name="use", label=Text("土地用途", "Use of the land"), kind="select", choices=USES)
_SITUATED = Input(name="situated", label=Text("坐落", "Where it lies"))
_HOUSE = (
    Input(name="name", label=Text("建筑物名称", "Name of the building"), required=False),
    Input(name="use", label=Text("房屋用途", "Use"), kind="select", choices=BUILDING_USES),
    Input(name="storeys", label=Text("地上层数", "Storeys above ground"), kind="number"),
    Input(name="built", label=Text("建成年份", "Year built"), kind="number", required=False),
    Input(
        name="address",
        label=Text("门牌地址编码", "Code of its door"),
        required=False,
        help=Text("18 位，可在地址记录页复制", "18 digits, from the page of the address"),
    ),
)


def _number(given: Given, name: str) -> float:
    try:
        return float(given.get(name, ""))
    except ValueError as error:
        raise invalid(name, Text("应为数字，如 120.656100", "A number, as 120.656100")) from error


def _whole(given: Given, name: str) -> int | None:
    text = given.get(name, "")
    if not text:
        return None
    if not text.isdigit():
        raise invalid(name, Text("应为整数", "A whole number"))
    return int(text)


def _coded(text: str, kind: str, name: str) -> UUID:
    found = location_by_code(text)
    if found is None or found.kind != kind:
        raise invalid(name, Text(f"没有登记代码 {text}", f"The code {text} is not registered"))
    return found.id


def _place(of: UUID | None) -> UUID:
    if of is None:
        raise invalid("of", Text("请从记录页进入办理", "Begin on the page of the record"))
    return of


def _enter_address(actor: Actor, of: UUID | None, given: Given, order: Order) -> PlaceAct:
    new = services.NewAddress(
        **_said(order),
        level=given.get("level", ""),
        name=given.get("name", ""),
        division=given.get("division", ""),
        lon=_number(given, "lon"),
        lat=_number(given, "lat"),
        parent=of,
    )
    return services.enter_address(actor, new)


def _said(order: Order) -> dict[str, Any]:
    return {"key": order.key, "since": order.since, "basis": order.basis}


def _enter_parcel(actor: Actor, of: UUID | None, given: Given, order: Order) -> PlaceAct:
    names = ("division", "shape", "use", "situated", "block", "tenure")
    said: dict[str, Any] = _said(order) | {name: given.get(name, "") for name in names}
    return services.enter_parcel(actor, services.NewParcel(**said))


def _merge(actor: Actor, of: UUID | None, given: Given, order: Order) -> PlaceAct:
    codes = given.get("parcels", "").replace(",", " ").replace("，", " ").split()
    return services.merge_parcels(actor, [_coded(code, PARCEL, "parcels") for code in codes], order)


def _adjust(actor: Actor, of: UUID | None, given: Given, order: Order) -> PlaceAct:
    shapes = {_place(of): given.get("shape", "")}
    if given.get("other"):
        shapes[_coded(given["other"], PARCEL, "other")] = given.get("other_shape", "")
    return services.adjust_parcels(actor, shapes, order)


def _house(given: Given) -> dict[str, Any]:
    address = given.get("address", "")
    return {
        "name": given.get("name", ""),
        "use": given.get("use", ""),
        "storeys": _whole(given, "storeys") or 0,
        "built": _whole(given, "built"),
        "address": _coded(address, ADDRESS, "address") if address else None,
    }


def _enter_building(actor: Actor, of: UUID | None, given: Given, order: Order) -> PlaceAct:
    new = services.NewBuilding(
        **_said(order), parcel=_place(of), shape=given.get("shape", ""), **_house(given)
    )
    return services.enter_building(actor, new)


def _of_address(location: UUID) -> dict[str, object]:
    row = latest(AddressVersion, location)
    return {"name": row.name, "lon": f"{row.lon:.6f}", "lat": f"{row.lat:.6f}"}


def _below(location: UUID) -> dict[str, object]:
    row = latest(AddressVersion, location)
    next_level = {Level.ROAD: Level.NUMBER, Level.LANE: Level.NUMBER, Level.NUMBER: Level.BUILDING}
    level = next_level.get(Level(row.level), Level.ROOM)
    return _of_address(location) | {"name": "", "division": row.division, "level": level.value}


def _of_parcel(location: UUID) -> dict[str, object]:
    row = latest(ParcelVersion, location)
    return {"use": row.use, "situated": row.situated, "shape": wkt_of(row), "parcels": row.location.code}


def _of_building(location: UUID) -> dict[str, object]:
    row = latest(BuildingVersion, location)
    values: dict[str, object] = {
        "name": row.name,
        "use": row.use,
        "storeys": row.storeys,
        "shape": wkt_of(row),
    }
    return values | {"built": row.built or "", "address": row.address.code if row.address else ""}


SHEETS: dict[str, Sheet] = {
    "enter-address": Sheet(
        title=Text("登记地址", "Enter an address"),
        register=ADDRESS,
        perform=_enter_address,
        initial=_below,
        inputs=(
            Input(name="level", label=Text("层级", "Level"), kind="select", choices=LEVELS),
            _NAME,
            _DIVISION,
            *_POINT,
        ),
    ),
    "rename-address": Sheet(
        title=Text("更名或改号", "Rename or renumber"),
        register=ADDRESS,
        about=ADDRESS,
        perform=lambda actor, of, given, order: services.rename_address(
            actor, _place(of), given.get("name", ""), order
        ),
        initial=_of_address,
        inputs=(_NAME,),
    ),
    "place-address": Sheet(
        title=Text("变更坐标", "Mark it elsewhere"),
        register=ADDRESS,
        about=ADDRESS,
        perform=lambda actor, of, given, order: services.place_address(
            actor, _place(of), _number(given, "lon"), _number(given, "lat"), order
        ),
        initial=_of_address,
        inputs=_POINT,
    ),
    "withdraw-address": Sheet(
        title=Text("注销地址", "Withdraw the address"),
        register=ADDRESS,
        about=ADDRESS,
        perform=lambda actor, of, given, order: services.withdraw_address(actor, _place(of), order),
        grave=Text("此地址及其下级地址将一并注销。", "This address and all below it will end."),
    ),
    "enter-parcel": Sheet(
        title=Text("登记宗地", "Enter a parcel"),
        register=PARCEL,
        perform=_enter_parcel,
        inputs=(
            _DIVISION,
            Input(
                name="block",
                label=Text("地籍区和地籍子区", "Cadastral district and sub-district"),
                help=Text("各三位，共六位数字", "Three digits each, six in all"),
            ),
            Input(
                name="tenure",
                label=Text("权利类型", "Kind of right"),
                kind="select",
                choices={code: Text(words, words) for code, words in TENURES.items()},
            ),
            _USE,
            _SITUATED,
            _SHAPE,
        ),
    ),
    "change-parcel": Sheet(
        title=Text("变更用途或坐落", "Change use or situation"),
        register=PARCEL,
        about=PARCEL,
        perform=lambda actor, of, given, order: services.change_parcel(
            actor, _place(of), {name: given.get(name, "") for name in ("use", "situated")}, order
        ),
        initial=_of_parcel,
        inputs=(_USE, _SITUATED),
    ),
    "split-parcel": Sheet(
        title=Text("宗地分割", "Split the parcel"),
        register=PARCEL,
        about=PARCEL,
        perform=lambda actor, of, given, order: services.split_parcel(
            actor, _place(of), given.get("line", ""), order
        ),
        inputs=(
            Input(
                name="line",
                label=Text("分割线", "Dividing line"),
                kind="textarea",
                help=Text(
                    "每行一个“经度 纬度”，两点以上，两端在界线上或界外",
                    "“Longitude latitude” on each line, two points or more, both ends on or beyond the boundary",
                ),
            ),
        ),
        grave=Text(
            "原宗地代码将终止，各部分取得新代码。", "The present code ends, each part gets a new one."
        ),
    ),
    "merge-parcels": Sheet(
        title=Text("宗地合并", "Merge parcels"),
        register=PARCEL,
        about=PARCEL,
        perform=_merge,
        initial=_of_parcel,
        inputs=(
            Input(
                name="parcels",
                label=Text("合并的宗地代码", "Codes of the parcels"),
                kind="textarea",
                help=Text(
                    "每行一个，相邻且用途、权利类型相同",
                    "One on each line; neighbours of one use and kind of right",
                ),
            ),
        ),
        grave=Text(
            "原宗地代码将终止，合并后取得新代码。", "The present codes end, the whole gets a new one."
        ),
    ),
    "adjust-parcels": Sheet(
        title=Text("界址调整", "Move the boundary"),
        register=PARCEL,
        about=PARCEL,
        perform=_adjust,
        initial=_of_parcel,
        inputs=(
            _SHAPE,
            Input(
                name="other",
                label=Text("同时调整的相邻宗地代码", "Code of a neighbour that is adjusted too"),
                required=False,
            ),
            Input(
                name="other_shape",
                label=Text("相邻宗地的新界址点", "Its new boundary points"),
                kind="textarea",
                required=False,
            ),
        ),
    ),
    "enter-building": Sheet(
        title=Text("登记建筑物", "Enter a building"),
        register=BUILDING,
        about=PARCEL,
        perform=_enter_building,
        inputs=(*_HOUSE, _SHAPE),
    ),
    "change-building": Sheet(
        title=Text("变更建筑物", "Change the building"),
        register=BUILDING,
        about=BUILDING,
        perform=lambda actor, of, given, order: services.change_building(
            actor, _place(of), _house(given) | {"shape": given.get("shape", "")}, order
        ),
        initial=_of_building,
        inputs=(*_HOUSE, _SHAPE),
    ),
    "demolish-building": Sheet(
        title=Text("建筑物拆除", "Register the demolition"),
        register=BUILDING,
        about=BUILDING,
        perform=lambda actor, of, given, order: services.demolish_building(actor, _place(of), order),
        grave=Text("建筑物及其单元、房室将一并注销。", "The building, its units and rooms will end."),
    ),
}
