"""The one form of "open a restaurant, one thing" (开办餐饮店一件事): each question asked once for four offices."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from wenzhou.kernel.base.text import Text
from wenzhou.kernel.cases.api import Field, FieldKind, Paper, Section
from wenzhou.kernel.registers.api import mask_address, mask_number

AREAS = ("330302",)
POPULATION = Text("来自人口库", "From the population register")

KINDS = (
    ("limited", Text("有限责任公司", "Limited liability company")),
    ("individual", Text("个体工商户", "Individual business")),
)
LINES = (
    ("H6210", Text("正餐服务", "Full-service restaurant")),
    ("H6220", Text("快餐服务", "Fast food")),
    ("H6231", Text("茶馆服务", "Tea house")),
    ("H6232", Text("咖啡馆服务", "Coffee shop")),
    ("H6291", Text("小吃服务", "Snack bar")),
)
FOODS = (
    ("hot", Text("热食类食品制售", "Hot food")),
    ("cold", Text("冷食类食品制售", "Cold food")),
    ("raw", Text("生食类食品制售", "Raw food")),
    ("cake", Text("糕点类食品制售", "Pastry")),
    ("drink", Text("自制饮品制售", "Drinks made on site")),
)


def _in_offered_area(code: str) -> Text | None:
    if code.startswith(AREAS) and len(code) == 12:
        return None
    return Text(
        "本事项目前在鹿城区办理，请选择鹿城区的街道（镇）和村（社区）；店在别处的，请到当地政务服务中心窗口办理",
        "For now this service is offered in Lucheng: choose a street or town there, then the village or community; "
        "for a place elsewhere, go to the service centre there",
    )


def _long_enough(name: str) -> Text | None:
    if len(name) < 4:
        return Text("请填写完整名称，如“温州市鹿城区某某餐饮店”", "Enter the full name")
    return None


APPLICANT = Section(
    code="applicant",
    title=Text("申请人", "Applicant"),
    fields=(
        Field(
            code="applicant_name",
            title=Text("姓名", "Name"),
            fixed=True,
            source=POPULATION,
        ),
        Field(
            code="applicant_number",
            title=Text("公民身份号码", "Citizen identity number"),
            fixed=True,
            mask=mask_number,
            source=POPULATION,
        ),
        Field(
            code="applicant_address",
            title=Text("户籍住址", "Registered address"),
            fixed=True,
            required=False,
            mask=mask_address,
            source=POPULATION,
        ),
        Field(
            code="phone",
            title=Text("联系电话", "Telephone"),
            kind=FieldKind.PHONE,
            source=POPULATION,
            help=Text("可以修改，办理结果通知发到此号码", "You may change it; we reach you on this number"),
        ),
        Field(code="email", title=Text("电子邮箱", "E-mail"), kind=FieldKind.EMAIL, required=False),
    ),
)
FIRM = Section(
    code="firm",
    title=Text("经营主体", "The firm"),
    fields=(
        Field(
            code="firm_name",
            title=Text("名称", "Name of the firm"),
            max_length=60,
            check=_long_enough,
            help=Text(
                "同一县（市、区）内不得重名，提交时查重", "Unique within the county; checked when you submit"
            ),
        ),
        Field(code="firm_kind", title=Text("主体类型", "Legal form"), kind=FieldKind.CHOICE, choices=KINDS),
        Field(code="line", title=Text("行业", "Line of business"), kind=FieldKind.CHOICE, choices=LINES),
        Field(
            code="capital",
            title=Text("注册资本（元）", "Registered capital (yuan)"),
            kind=FieldKind.MONEY,
            minimum=Decimal(1),
            maximum=Decimal(10**9),
        ),
    ),
)
PREMISES = Section(
    code="premises",
    title=Text("经营场所", "Premises"),
    fields=(
        Field(
            code="division",
            title=Text("所在街道（镇）、村（社区）", "Street or town, and village or community"),
            kind=FieldKind.DIVISION,
            within=AREAS,
            check=_in_offered_area,
        ),
        Field(
            code="address",
            title=Text("详细地址", "Address"),
            max_length=120,
            help=Text("路、门牌号、楼层", "Road, number, floor"),
        ),
        Field(
            code="floor_area",
            title=Text("建筑面积（平方米）", "Floor area (m²)"),
            kind=FieldKind.NUMBER,
            minimum=Decimal(5),
            maximum=Decimal(50000),
        ),
        Field(
            code="seats",
            title=Text("餐位数", "Seats"),
            kind=FieldKind.NUMBER,
            minimum=Decimal(0),
            maximum=Decimal(5000),
        ),
    ),
)
FOOD = Section(
    code="food",
    title=Text("食品经营", "Food"),
    fields=(
        Field(
            code="food", title=Text("主要经营项目", "Main kind of food"), kind=FieldKind.CHOICE, choices=FOODS
        ),
        Field(
            code="kitchen_area",
            title=Text("厨房面积（平方米）", "Kitchen area (m²)"),
            kind=FieldKind.NUMBER,
            minimum=Decimal(1),
            maximum=Decimal(10000),
        ),
        Field(
            code="food_staff",
            title=Text("直接接触食品的人数", "Staff who handle food"),
            kind=FieldKind.NUMBER,
            minimum=Decimal(1),
            maximum=Decimal(1000),
        ),
    ),
)
FIRE = Section(
    code="fire",
    title=Text("消防安全", "Fire safety"),
    fields=(
        Field(
            code="storey",
            title=Text("所在楼层", "Storey"),
            kind=FieldKind.NUMBER,
            minimum=Decimal(-3),
            maximum=Decimal(80),
        ),
        Field(
            code="exits",
            title=Text("安全出口数", "Emergency exits"),
            kind=FieldKind.NUMBER,
            minimum=Decimal(1),
            maximum=Decimal(50),
        ),
        Field(code="gas", title=Text("使用燃气", "Gas is used"), kind=FieldKind.YES_NO),
        Field(code="sprinkler", title=Text("设有自动喷水灭火系统", "Has sprinklers"), kind=FieldKind.YES_NO),
    ),
)
SIGN = Section(
    code="sign",
    title=Text("店招", "Shop sign"),
    fields=(
        Field(code="sign_text", title=Text("店招文字", "Words on the sign"), max_length=30),
        Field(
            code="sign_width",
            title=Text("宽（米）", "Width (m)"),
            kind=FieldKind.NUMBER,
            minimum=Decimal("0.3"),
            maximum=Decimal(30),
        ),
        Field(
            code="sign_height",
            title=Text("高（米）", "Height (m)"),
            kind=FieldKind.NUMBER,
            minimum=Decimal("0.2"),
            maximum=Decimal(6),
        ),
        Field(code="sign_lit", title=Text("是否发光", "Is it lit"), kind=FieldKind.YES_NO),
    ),
)
SECTIONS = (APPLICANT, FIRM, PREMISES, FOOD, FIRE, SIGN)

PAPERS = (
    Paper(
        code="lease",
        title=Text("经营场所使用证明", "Right to use the premises"),
        help=Text("房屋租赁合同或不动产权证", "Lease or title"),
    ),
    Paper(
        code="layout",
        title=Text("平面布局图", "Layout plan"),
        help=Text(
            "标明厨房、就餐区、安全出口和灭火器位置", "Showing kitchen, seats, exits and extinguishers"
        ),
    ),
    Paper(
        code="health",
        title=Text("从业人员健康证明", "Health certificates of staff"),
        help=Text("直接接触食品的人员", "Of those who handle food"),
        deferrable=True,
    ),
    Paper(
        code="sign-drawing",
        title=Text("店招效果图", "Drawing of the sign"),
        help=Text("标注尺寸", "With dimensions"),
        deferrable=True,
    ),
)


def cross_check(form: Mapping[str, Any]) -> dict[str, Text]:
    """What single answers cannot show: the kitchen fits in, exits suffice for the seats (GB 50016 5.5)."""
    wrong: dict[str, Text] = {}
    floor, kitchen = _number(form, "floor_area"), _number(form, "kitchen_area")
    if floor is not None and kitchen is not None and kitchen >= floor:
        wrong["kitchen_area"] = Text("厨房面积应小于建筑面积", "The kitchen must be smaller than the whole")
    seats, exits = _number(form, "seats"), _number(form, "exits")
    if seats is not None and exits is not None and seats > 50 and exits < 2:
        wrong["exits"] = Text(
            "餐位超过 50 个的场所至少需要两个安全出口",
            "Premises with more than 50 seats need at least two exits",
        )
    return wrong


def _number(form: Mapping[str, Any], code: str) -> Decimal | None:
    value = form.get(code)
    return Decimal(value) if value is not None else None
