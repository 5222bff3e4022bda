"""What must hold of places beyond the form of each field."""

from __future__ import annotations

from datetime import date

from wenzhou.foundation.places.services.common import ADDRESS, BUILDING, PARCEL
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.geo.api import village_codes
from wenzhou.kernel.registers.declarations import InRegister, Reference, Severity

_DIVISION = Text("行政区划代码当日不在用", "The division is not in force on that day")
_REMEDY = Text("请按区划调整改为现行代码", "Enter the code that is in force now")


def _towns_and_villages(day: date) -> frozenset[str]:
    villages = village_codes(day)
    return villages | {code[:9] for code in villages}


ADDRESS_DIVISION = Reference(
    code="address.division-in-force",
    register=ADDRESS,
    field="division",
    title=_DIVISION,
    remedy=_REMEDY,
    severity=Severity.WARNING,
    known=_towns_and_villages,
)
PARCEL_DIVISION = Reference(
    code="parcel.division-in-force",
    register=PARCEL,
    field="division",
    title=_DIVISION,
    remedy=_REMEDY,
    severity=Severity.WARNING,
    known=village_codes,
)
ABOVE = InRegister(
    code="address.above",
    register=ADDRESS,
    field="parent",
    title=Text("上级地址已注销", "The address above has ended"),
    remedy=Text("请注销此地址，或改挂有效的上级地址", "Withdraw this address, or enter the one above again"),
    column="parent_id",
    other=ADDRESS,
)
GROUND = InRegister(
    code="building.parcel",
    register=BUILDING,
    field="parcel",
    title=Text("所在宗地当日无登记", "The parcel it stands on is not registered on that day"),
    remedy=Text("请核实宗地，或办理建筑物变更", "Look at the parcel, or register the building's change"),
    column="parcel_id",
    other=PARCEL,
)
DOOR = InRegister(
    code="building.address",
    register=BUILDING,
    field="address",
    title=Text("门牌地址已注销", "The address of its door has ended"),
    remedy=Text("请登记建筑物现在的门牌", "Enter the door that the building has now"),
    column="address_id",
    other=ADDRESS,
)

RULES = (ADDRESS_DIVISION, PARCEL_DIVISION, ABOVE, GROUND, DOOR)
