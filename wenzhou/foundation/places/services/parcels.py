"""Writes of parcels (宗地): entered, split (分割), merged (合并), with other boundaries or another use."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import shapely

from wenzhou.foundation.places import geometry
from wenzhou.foundation.places.codes import PARCEL as CODE
from wenzhou.foundation.places.codes import TENURES, parcel_code
from wenzhou.foundation.places.models import Act, BuildingVersion, ParcelVersion, PlaceAct, Use
from wenzhou.foundation.places.services.addresses import OUTLINE_TOLERANCE
from wenzhou.foundation.places.services.common import (
    BUILDING,
    PARCEL,
    Done,
    Order,
    current,
    hold_ground,
    invalid,
    known_division,
    may_register,
    meeting,
    once,
    refuse,
    source_of,
)
from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.errors import Conflict
from wenzhou.kernel.base.ids import uuid7
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.geo.api import LocationKind, add_location, last_code, outline_of
from wenzhou.kernel.registers.api import change, end_many, lock_many, tell_changed

SHAPE_REMEDY = Text(
    "应为一个有效多边形：每行一个“经度 纬度”，或 WKT、GeoJSON；边界不自交，面积 1 平方米以上",
    "One valid polygon: “longitude latitude” on each line, WKT or GeoJSON; no crossing edges, 1 m² or more",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewParcel(Order):
    """A parcel that has not been registered. ``shape``: see ``geometry.read_polygon``; ``block``: cadastral district and
    sub-district (地籍区、地籍子区), six digits; ``tenure``: kind of right, see ``codes.TENURES``. ``code``: one that it has already.
    """

    division: str
    shape: str
    use: str
    situated: str
    block: str = ""
    tenure: str = "GB"
    code: str = ""


def enter_parcel(actor: Actor, new: NewParcel) -> PlaceAct:
    """Enter a parcel with its outline; one that touches its neighbours is taken, one that overlaps is not.

    Raises Refused, Invalid, Conflict (it overlaps a parcel of that time, which is named; the code is taken).
    """
    may_register(actor, PARCEL, new.division)
    shape = read(new.shape)
    _check(new, shape)

    def write() -> Done:
        hold_ground()
        free(shape, new.since)
        code = new.code or _next_code(f"{new.division[:6]}{new.block}{new.tenure}")
        values = {"division": new.division, "use": new.use, "situated": new.situated.strip()}
        return Done(made=[_make(actor, code, shape, values, new)])

    return once(actor, Act.ENTER_PARCEL, PARCEL, new, new, write)


def change_parcel(actor: Actor, location: UUID, values: Mapping[str, str], order: Order) -> PlaceAct:
    """From a day on a parcel has another use (用途变更) or is said to lie elsewhere (坐落). Raises as the others."""
    refuse(_check_words(values))

    def write() -> Done:
        lock_many(ParcelVersion, [location])
        row = current(ParcelVersion, location, order.since)
        may_register(actor, PARCEL, row.division)
        _put(actor, row, dict(values), order)
        return Done(changed={location: tuple(sorted(values))})

    return once(actor, Act.CHANGE_PARCEL, PARCEL, order, (location, sorted(values.items())), write)


def split_parcel(actor: Actor, location: UUID, line: str, order: Order) -> PlaceAct:
    """Cut a parcel along a line into two or more; the old code ends, each part gets one of its own, buildings follow.

    Raises Refused, NotFound, Invalid (the line does not cut it), Conflict (it cuts a building, which is named).
    """
    try:
        knife = geometry.read_line(line)
    except ValueError as error:
        text = Text(
            "应为一条线：每行一个“经度 纬度”，两点以上", "A line: “longitude latitude”, two points or more"
        )
        raise invalid("line", text) from error

    def write() -> Done:
        hold_ground()
        lock_many(ParcelVersion, [location])
        old = _open(actor, location, order.since)
        parts = geometry.cut(geometry.shape_of(old.geometry), knife)
        if len(parts) < 2 or any(geometry.area(part) < geometry.SMALLEST for part in parts):
            raise invalid(
                "line",
                Text(
                    "分割线没有把宗地分开，两端应在界线上或界外", "The line does not cut the parcel through"
                ),
            )
        return _replace(actor, [old], parts, order)

    return once(actor, Act.SPLIT_PARCEL, PARCEL, order, (location, line), write)


def merge_parcels(actor: Actor, locations: Sequence[UUID], order: Order) -> PlaceAct:
    """Make one parcel of neighbours of one use and one kind of right; their codes end, it gets its own, buildings follow.

    Raises Refused, NotFound, Invalid (fewer than two, not neighbours, of different use, right or village).
    """
    wanted = list(dict.fromkeys(locations))

    def write() -> Done:
        hold_ground()
        lock_many(ParcelVersion, wanted)
        olds = [_open(actor, one, order.since) for one in wanted]
        union = geometry.joined([geometry.shape_of(old.geometry) for old in olds])
        if len(olds) < 2 or union is None:
            raise invalid(
                "parcels", Text("请选择两宗以上相邻的宗地", "Choose two or more neighbouring parcels")
            )
        if len({(old.use, old.division, old.location.code[:14]) for old in olds}) > 1:
            raise invalid(
                "parcels",
                Text(
                    "用途、村（社区）、地籍子区和权利类型相同的宗地才能合并",
                    "Only parcels of one use, village, sub-district and kind of right can be merged",
                ),
            )
        return _replace(actor, olds, [union], order)

    return once(actor, Act.MERGE_PARCELS, PARCEL, order, sorted(wanted), write)


def adjust_parcels(actor: Actor, shapes: Mapping[UUID, str], order: Order) -> PlaceAct:
    """Move the boundaries of one or more parcels together (界址调整): what one gives, the other may take in one act.

    Raises Refused, NotFound, Invalid, Conflict (an overlap, a building that would stand out; both are named).
    """
    new = {location: read(text) for location, text in shapes.items()}
    if not new:
        raise invalid("shape", SHAPE_REMEDY)

    def write() -> Done:
        hold_ground()
        lock_many(ParcelVersion, list(new))
        for location, shape in sorted(new.items()):
            old = _open(actor, location, order.since)
            _inside(shape, old.division, order.since)
            _holds(shape, houses(location, order.since))
            _put(actor, old, _shape_values(shape), order)
        for location, shape in new.items():
            free(shape, order.since, but=(location,))
        return Done(changed=dict.fromkeys(new, ("geometry", "area")))

    return once(actor, Act.ADJUST_PARCELS, PARCEL, order, sorted(shapes.items()), write)


def read(text: str, name: str = "shape") -> shapely.Polygon:
    """The polygon of a text. Raises Invalid."""
    try:
        return geometry.read_polygon(text)
    except ValueError as error:
        raise invalid(name, SHAPE_REMEDY) from error


def free(shape: shapely.Polygon, since: date, *, but: Iterable[UUID] = ()) -> None:
    """Raises Conflict, with the codes, when it overlaps parcels that stand on some day from ``since`` on."""
    passed = set(but)
    met = [
        (row, geometry.overlap(shape, geometry.shape_of(row.geometry)))
        for row in meeting(ParcelVersion, shape.bounds, since)
        if row.location_id not in passed
    ]
    named = [f"{row.location.code} ({size:,.1f} m²)" for row, size in met if size > 0]
    if named:
        raise Conflict(
            Text(
                f"与宗地重叠：{'、'.join(named[:5])}；请核对界址点。",
                f"Overlaps with parcels: {', '.join(named[:5])}; check the boundary points.",
            ),
            code="parcels-overlap",
            fields={"shape": Text("与已登记的宗地重叠", "Overlaps with registered parcels")},
        )


def houses(parcel: UUID, since: date) -> list[BuildingVersion]:
    """Buildings that stand on a parcel from a day on. Raises Invalid when one of them has changed after it."""
    rows = BuildingVersion.objects.filter(superseded_at=None, parcel=parcel).exclude(valid_to__lte=since)
    found = list(rows.select_related("location").order_by("location_id"))
    later = next((row for row in found if row.valid_from > since or row.valid_to is not None), None)
    if later is not None:
        raise invalid(
            "since",
            Text(
                f"其上建筑物 {later.location.code} 在该日之后已有变更登记，日期不能早于该变更",
                f"Building {later.location.code} on it has changed after that day; the day cannot be before it",
            ),
        )
    return found


def _check(new: NewParcel, shape: shapely.Polygon) -> None:
    wrong = _check_words({"use": new.use, "situated": new.situated})
    if not known_division(new.division, new.since, (12,)):
        wrong["division"] = Text(
            "请填写当日有效的村（社区）代码", "The code of a village in force on that day"
        )
    if new.code:
        if not CODE.fullmatch(new.code):
            wrong["code"] = Text("宗地代码应为 19 位", "A parcel's code has 19 characters")
    else:
        if not re.fullmatch(r"[0-9]{6}", new.block):
            wrong["block"] = Text(
                "地籍区和地籍子区各三位数字", "Three digits each for district and sub-district"
            )
        if new.tenure not in TENURES:
            wrong["tenure"] = Text("请选择权利类型", "Choose the kind of right")
    refuse(wrong)
    _inside(shape, new.division, new.since)


def _check_words(values: Mapping[str, str]) -> dict[str, Text]:
    wrong: dict[str, Text] = {}
    if not values:
        wrong["use"] = Text("至少填写一项变更", "Enter at least one change")
    for name, value in values.items():
        if name == "use" and value not in Use.values:
            wrong[name] = Text("请从土地用途代码表中选择", "Choose from the list of uses")
        elif name == "situated" and not 2 <= len(value.strip()) <= 200:
            wrong[name] = Text("坐落应为 2 至 200 个字", "2 to 200 characters say where it lies")
        elif name not in ("use", "situated"):
            wrong[name] = Text("此项不能在这里变更", "This cannot be changed here")
    return wrong


def _inside(shape: shapely.Polygon, division: str, on: date) -> None:
    outline = outline_of(division, on)
    if outline is not None and geometry.outside(shape, outline, OUTLINE_TOLERANCE):
        raise invalid("shape", Text("不在所填区划的范围内", "It does not lie in the division"))


def _open(actor: Actor, location: UUID, since: date) -> ParcelVersion:
    """The parcel that an act on its ground begins with, if the actor may and the day is after its entry."""
    row = current(ParcelVersion, location, since)
    may_register(actor, PARCEL, row.division)
    if row.valid_from >= since:
        raise invalid(
            "since",
            Text(f"日期应晚于 {row.valid_from:%Y-%m-%d}", f"The day is after {row.valid_from:%Y-%m-%d}"),
        )
    return row


def _replace(
    actor: Actor, olds: Sequence[ParcelVersion], parts: Sequence[shapely.Polygon], order: Order
) -> Done:
    """End the old parcels, make the parts, and let every building stand on the part that holds it."""
    standing = [house for old in olds for house in houses(old.location_id, order.since)]
    homes = [(house, _part_of(house, parts)) for house in standing]
    end_many(ParcelVersion, [old.location_id for old in olds], order.since)
    values = {name: getattr(olds[0], name) for name in ("division", "use", "situated", "made")}
    made = [_make(actor, _next_code(olds[0].location.code[:14]), part, values, order) for part in parts]
    lock_many(BuildingVersion, [house.location_id for house in standing])
    for house, part in homes:
        change(
            BuildingVersion,
            house.location_id,
            order.since,
            {"parcel_id": made[part]},
            actor=actor,
            source=source_of(actor, BUILDING),
            case=order.case,
        )
        tell_changed(actor, BUILDING, house.location_id, {"parcel": made[part]}, order.since)
    return Done(made=made, ended=[old.location_id for old in olds])


def _part_of(house: BuildingVersion, parts: Sequence[shapely.Polygon]) -> int:
    footprint = geometry.shape_of(house.geometry)
    for at, part in enumerate(parts):
        if not geometry.outside(footprint, part):
            return at
    raise Conflict(
        Text(
            f"新的界线穿过建筑物 {house.location.code}，请调整界线或先办理建筑物变更。",
            f"The new boundary runs through building {house.location.code}; move it, or change the building first.",
        ),
        code="building-cut",
    )


def _holds(shape: shapely.Polygon, standing: Sequence[BuildingVersion]) -> None:
    for house in standing:
        _part_of(house, [shape])


def _make(actor: Actor, code: str, shape: shapely.Polygon, values: Mapping[str, Any], order: Order) -> UUID:
    location = add_location(uuid7(), LocationKind.PARCEL, code, made=bool(values.get("made")))
    ParcelVersion.objects.create(
        location_id=location.id,
        valid_from=order.since,
        source=source_of(actor, PARCEL),
        recorded_by=actor.account,
        case=order.case,
        **_shape_values(shape),
        **values,
    )
    return location.id


def _shape_values(shape: shapely.Polygon) -> dict[str, Any]:
    return geometry.boxed(shape) | {"area": geometry.square_metres(shape)}


def _next_code(prefix: str) -> str:
    """The code after the highest that was ever given in this sub-district; the caller holds the ground."""
    last = last_code(LocationKind.PARCEL, prefix)
    serial = int(last[14:19]) + 1 if last else 1
    return parcel_code(prefix[:6], int(prefix[6:9]), int(prefix[9:12]), prefix[12:14], serial)


def _put(actor: Actor, row: ParcelVersion, values: dict[str, Any], order: Order) -> None:
    change(
        ParcelVersion,
        row.location_id,
        order.since,
        values,
        actor=actor,
        source=source_of(actor, PARCEL),
        case=order.case,
    )
