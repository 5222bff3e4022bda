"""Words for the codes of the places register."""

from __future__ import annotations

from wenzhou.foundation.places.models import BuildingUse, Level, Use
from wenzhou.kernel.base.text import Text

LEVELS: dict[str, Text] = {
    Level.ROAD: Text("街路巷", "Road"),
    Level.LANE: Text("弄", "Lane"),
    Level.NUMBER: Text("门牌号", "Number"),
    Level.BUILDING: Text("楼幢", "Building"),
    Level.UNIT: Text("单元", "Stair"),
    Level.ROOM: Text("室", "Room"),
}
PARTS: dict[str, Text] = LEVELS | {
    "county": Text("县（市、区）", "County"),
    "town": Text("乡镇街道", "Town"),
    "village": Text("村（社区）", "Village"),
    "division": Text("行政区划", "Division"),
    "rest": Text("其他文字", "Other words"),
}
USES: dict[str, Text] = {
    Use.COMMERCE: Text("零售商业用地", "Shops"),
    Use.OFFICES: Text("商务金融用地", "Offices"),
    Use.INDUSTRY: Text("工业用地", "Industry"),
    Use.STORAGE: Text("仓储用地", "Storage"),
    Use.TOWN_HOUSING: Text("城镇住宅用地", "Urban housing"),
    Use.COUNTRY_HOUSING: Text("农村宅基地", "Rural housing"),
    Use.GOVERNMENT: Text("机关团体用地", "Government"),
    Use.EDUCATION: Text("教育用地", "Education"),
    Use.HEALTH: Text("医疗卫生用地", "Health"),
    Use.UTILITIES: Text("公用设施用地", "Utilities"),
    Use.PARK: Text("公园与绿地", "Parks"),
}
BUILDING_USES: dict[str, Text] = {
    BuildingUse.HOUSING: Text("住宅", "Housing"),
    BuildingUse.INDUSTRY: Text("工业、交通、仓储", "Industry, transport, storage"),
    BuildingUse.COMMERCE: Text("商业、金融、信息", "Commerce, finance, information"),
    BuildingUse.EDUCATION_HEALTH: Text("教育、医疗卫生、科研", "Education, health, research"),
    BuildingUse.CULTURE: Text("文化、娱乐、体育", "Culture, leisure, sport"),
    BuildingUse.OFFICES: Text("办公", "Offices"),
    BuildingUse.MILITARY: Text("军事", "Military"),
    BuildingUse.OTHER: Text("其他", "Other"),
}
