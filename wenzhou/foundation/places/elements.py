"""Data elements of places: what the columns of addresses, parcels and buildings mean."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import shapely

from wenzhou.foundation.places.codes import ADDRESS, BUILDING, PARCEL
from wenzhou.foundation.places.geometry import shape_of
from wenzhou.foundation.places.services.buildings import TALLEST
from wenzhou.foundation.places.services.parcels import SHAPE_REMEDY
from wenzhou.foundation.places.words import BUILDING_USES, LEVELS, USES
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.registers.declarations import CodeList, DataElement, Kind, Sensitivity


def _list(code: str, title: Text, source: str, items: dict[str, Text]) -> CodeList:
    return CodeList(code=code, title=title, source=source, items=items)


def _degrees(held: Any) -> Decimal:
    return Decimal(str(round(held, 9)))


def _wkt(held: Any) -> str:
    return str(shapely.to_wkt(shape_of(held), rounding_precision=9))


ADDRESS_CODE = DataElement(
    code="address-code",
    title=Text("地址编码", "Address code"),
    source="GB/T 23705, GB/T 17710",
    remedy=Text("18 位数字的地址编码", "The 18 digits of the address code"),
    length=18,
    pattern=ADDRESS.pattern,
    sensitivity=Sensitivity.OPEN,
)
ADDRESS_LEVEL = DataElement(
    code="address-level",
    title=Text("地址层级", "Level of the address"),
    source="GB/T 23705-2009",
    remedy=Text("请从地址层级代码表中选择", "Choose from the list of levels"),
    kind=Kind.CODE,
    codes=_list("address-level", Text("地址层级", "Levels of an address"), "本市 (city)", LEVELS),
    sensitivity=Sensitivity.OPEN,
)
ADDRESS_PART = DataElement(
    code="address-part",
    title=Text("名称或号码", "Name or number"),
    source="GB/T 23705-2009",
    remedy=Text("如 望江路、12号、3幢、502室", "As 望江路, 12号, 3幢, 502室"),
    length=40,
    sensitivity=Sensitivity.OPEN,
)
DIVISION_ABOVE = DataElement(
    code="division-of-place",
    title=Text("所在区划代码", "Division"),
    source="GB/T 2260, GB/T 10114",
    remedy=Text("9 位乡级或 12 位村级代码", "The 9 digits of a town or the 12 of a village"),
    length=12,
    pattern=r"[0-9]{9}([0-9]{3})?",
    sensitivity=Sensitivity.OPEN,
)
LONGITUDE = DataElement(
    code="longitude",
    title=Text("经度", "Longitude"),
    source="GB 22021 (EPSG:4490)",
    remedy=Text("十进制度，如 120.656100", "Decimal degrees, as 120.656100"),
    kind=Kind.DECIMAL,
    unit="°",
    sensitivity=Sensitivity.OPEN,
    reader=_degrees,
)
LATITUDE = DataElement(
    code="latitude",
    title=Text("纬度", "Latitude"),
    source="GB 22021 (EPSG:4490)",
    remedy=Text("十进制度，如 28.016100", "Decimal degrees, as 28.016100"),
    kind=Kind.DECIMAL,
    unit="°",
    sensitivity=Sensitivity.OPEN,
    reader=_degrees,
)
PARCEL_CODE = DataElement(
    code="parcel-code",
    title=Text("宗地代码", "Parcel code"),
    source="GB/T 37346-2019",
    remedy=Text("19 位宗地代码", "The 19 characters of the parcel code"),
    length=19,
    pattern=PARCEL.pattern,
    sensitivity=Sensitivity.OPEN,
)
BUILDING_CODE = DataElement(
    code="building-code",
    title=Text("自然幢号", "Building code"),
    source="TD/T 1001-2012",
    remedy=Text("宗地代码加 F 和四位数字", "The parcel's code, F and four digits"),
    length=24,
    pattern=BUILDING.pattern,
    sensitivity=Sensitivity.OPEN,
)
LAND_USE = DataElement(
    code="land-use",
    title=Text("土地用途", "Use of land"),
    source="GB/T 21010-2017",
    remedy=Text("请从土地用途代码表中选择", "Choose from the list of uses"),
    kind=Kind.CODE,
    codes=_list("GB/T 21010", Text("土地用途", "Uses of land"), "GB/T 21010-2017", USES),
    sensitivity=Sensitivity.OPEN,
)
BUILDING_USE = DataElement(
    code="building-use",
    title=Text("房屋用途", "Use of the building"),
    source="GB/T 17986.1-2000",
    remedy=Text("请从房屋用途代码表中选择", "Choose from the list of uses"),
    kind=Kind.CODE,
    codes=_list("GB/T 17986.1", Text("房屋用途", "Uses of buildings"), "GB/T 17986.1-2000", BUILDING_USES),
    sensitivity=Sensitivity.OPEN,
)
AREA = DataElement(
    code="ground-area",
    title=Text("面积", "Area"),
    source="GB/T 37346-2019",
    remedy=Text("平方米，由界址计算", "Square metres, from the boundary"),
    kind=Kind.DECIMAL,
    unit="m²",
    sensitivity=Sensitivity.OPEN,
)
SITUATED = DataElement(
    code="situated",
    title=Text("坐落", "Where it lies"),
    source="TD/T 1066-2021",
    remedy=Text("2 至 200 个字", "2 to 200 characters"),
    length=200,
    sensitivity=Sensitivity.OPEN,
)
SHAPE = DataElement(
    code="outline-wkt",
    title=Text("界线（WKT）", "Outline (WKT)"),
    source="OGC 06-103r4, EPSG:4490",
    remedy=SHAPE_REMEDY,
    sensitivity=Sensitivity.OPEN,
    reader=_wkt,
)
STOREYS = DataElement(
    code="storeys",
    title=Text("地上层数", "Storeys above ground"),
    source="GB/T 17986.1-2000",
    remedy=Text(f"1 至 {TALLEST} 的整数", f"A whole number from 1 to {TALLEST}"),
    kind=Kind.INTEGER,
    sensitivity=Sensitivity.OPEN,
    check=lambda text: 1 <= int(text) <= TALLEST,
)
YEAR_BUILT = DataElement(
    code="year-built",
    title=Text("建成年份", "Year built"),
    source="GB/T 7408.1-2023",
    remedy=Text("四位年份", "A year of four digits"),
    kind=Kind.INTEGER,
    sensitivity=Sensitivity.OPEN,
    check=lambda text: 1000 <= int(text) <= 9999,
)
BUILDING_NAME = DataElement(
    code="building-name",
    title=Text("建筑物名称", "Name of the building"),
    source="地名管理条例 第九条",
    remedy=Text("不超过 60 个字", "At most 60 characters"),
    length=60,
    sensitivity=Sensitivity.OPEN,
)
