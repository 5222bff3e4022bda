"""Open a restaurant, one thing (开办餐饮店一件事): four approvals as one case.

Business licence and food operation permit (market supervision), fire-safety check (fire brigade),
shop sign (urban management): one form, one set of papers, reviewed side by side.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

from wenzhou.government.approvals.restaurant_form import (
    AREAS,
    FOODS,
    KINDS,
    LINES,
    PAPERS,
    SECTIONS,
    cross_check,
)
from wenzhou.government.approvals.service_items import ServiceItem, Step
from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.errors import Conflict, Invalid, NotFound, Refused
from wenzhou.kernel.base.permissions import Purpose
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.cases.api import CaseFacts, CaseType, IssuedLicence, LicenceLine, LicenceType
from wenzhou.kernel.content.contracts import LifeEvent
from wenzhou.kernel.exchange.api import ESTABLISH_ORGANISATION, NAME_CHECK, PERSON_PROFILE, call
from wenzhou.kernel.identity.api import person
from wenzhou.kernel.registers.contracts import EstablishOrganisation, NameCheck, PersonQuery, Shareholder

CONSUMER = "approvals"
PREFILL = Purpose(
    "approvals.prefill", Text("预填申请表，免于重复填写", "To fill in the form so that it need not be typed")
)
NAME_SEARCH = Purpose("approvals.name-check", Text("企业名称查重", "To check that a firm's name is free"))
REGISTRATION = Purpose("approvals.registration", Text("登记经营主体", "To register the firm"))

NAME = LicenceLine(code="firm_name", title=Text("名称", "Name"), wide=True)
REPRESENTATIVE = LicenceLine(
    code="representative", title=Text("法定代表人（负责人）", "Legal representative")
)
ADDRESS = LicenceLine(code="address", title=Text("经营场所", "Premises"), wide=True)

BUSINESS_LICENCE = LicenceType(
    code="business-licence",
    title=Text("营业执照", "Business licence"),
    function="market-supervision",
    number_prefix="YZ",
    lines=(
        NAME,
        LicenceLine(code="kind", title=Text("类型", "Legal form")),
        REPRESENTATIVE,
        LicenceLine(code="capital", title=Text("注册资本（元）", "Registered capital (yuan)")),
        LicenceLine(code="established", title=Text("成立日期", "Established")),
        LicenceLine(code="scope", title=Text("经营范围", "Scope of business"), wide=True),
        ADDRESS,
    ),
)
FOOD_PERMIT = LicenceType(
    code="food-permit",
    title=Text("食品经营许可证", "Food operation permit"),
    function="market-supervision",
    number_prefix="JY",
    lines=(
        NAME,
        REPRESENTATIVE,
        LicenceLine(code="food", title=Text("经营项目", "Kind of food")),
        LicenceLine(code="seats", title=Text("餐位数", "Seats")),
        ADDRESS,
    ),
    years=5,
)
FIRE_OPINION = LicenceType(
    code="fire-opinion",
    title=Text("公众聚集场所消防安全检查意见书", "Fire-safety inspection opinion"),
    function="fire-brigade",
    number_prefix="XF",
    lines=(
        NAME,
        REPRESENTATIVE,
        LicenceLine(code="floor_area", title=Text("建筑面积（平方米）", "Floor area (m²)")),
        LicenceLine(code="storey", title=Text("所在楼层", "Storey")),
        LicenceLine(code="exits", title=Text("安全出口数", "Emergency exits")),
        ADDRESS,
    ),
)
SIGN_PERMIT = LicenceType(
    code="sign-permit",
    title=Text("户外招牌设置许可", "Shop sign permit"),
    function="urban-management",
    number_prefix="DZ",
    lines=(
        NAME,
        REPRESENTATIVE,
        LicenceLine(code="sign_text", title=Text("店招文字", "Words on the sign")),
        LicenceLine(code="size", title=Text("尺寸", "Size")),
        ADDRESS,
    ),
    years=2,
)
LICENCES = (BUSINESS_LICENCE, FOOD_PERMIT, FIRE_OPINION, SIGN_PERMIT)


def prefill(actor: Actor, case: UUID) -> Mapping[str, Any]:
    """What the population register knows of the applicant; the reading is in the access journal.

    Where it cannot be asked, the real name of her account stands in, so that she can apply all the same.
    """
    try:
        profile = call(
            PERSON_PROFILE,
            PersonQuery(id=actor.person),
            actor=actor,
            purpose=PREFILL,
            consumer=CONSUMER,
            case=case,
        )
    except (NotFound, Refused):
        own = person(actor.person) if actor.person is not None else None
        return {"applicant_name": own.name, "applicant_number": own.number} if own is not None else {}
    known = {
        "applicant_name": profile.name,
        "applicant_number": profile.number,
        "applicant_address": profile.address,
        "phone": profile.phone,
    }
    return {code: value for code, value in known.items() if value}


def check(form: Mapping[str, Any]) -> Mapping[str, Text]:
    """Across fields, and the firm's name against the legal persons register."""
    wrong = cross_check(form)
    name, division = form.get("firm_name"), form.get("division")
    if name and division:
        result = call(
            NAME_CHECK,
            NameCheck(name=name, area=division, kind=form.get("firm_kind", "")),
            actor=Actor.system("approvals.name-check"),
            purpose=NAME_SEARCH,
            consumer=CONSUMER,
        )
        if not result.free:
            wrong["firm_name"] = result.reason or Text("该名称已被使用", "This name is taken")
    return wrong


def title_of(form: Mapping[str, Any]) -> str:
    """Cases are listed under the firm's name."""
    return str(form["firm_name"])


def on_granted(actor: Actor, case: CaseFacts) -> tuple[IssuedLicence, ...]:
    """Enter the firm in the legal persons register and say which four licences to issue."""
    form = case.form
    line = dict(LINES)[form["line"]]
    try:
        firm = call(
            ESTABLISH_ORGANISATION,
            EstablishOrganisation(
                name=form["firm_name"],
                kind=form["firm_kind"],
                line_code=form["line"],
                line_name=line.zh,
                capital=Decimal(form["capital"]),
                address=form["address"],
                division=form["division"],
                legal_representative=case.person,
                key=f"case:{case.id}",
                shareholders=(Shareholder(person=case.person, amount=Decimal(form["capital"])),),
                case=case.id,
                made=case.made,
                established=case.on if case.made else None,
            ),
            actor=actor,
            purpose=REGISTRATION,
            consumer=CONSUMER,
            case=case.id,
        )
    except (Invalid, Conflict) as error:
        texts = tuple(error.fields.values()) or (error.detail,)
        raise Refused(
            Text(
                f"登记机关未能登记该主体：{'；'.join(text.zh for text in texts)}。请不予通过并告知申请人更正后重新申请。",
                f"The register cannot take this firm: {'; '.join(text.en for text in texts)}. Refuse, and tell the applicant what to correct.",
            ),
            code="register-refused",
        ) from error
    return tuple(
        IssuedLicence(
            licence_type=licence,
            organisation=firm.id,
            data=_data(licence, case, firm.code),
            valid_from=case.on,
        )
        for licence in LICENCES
    )


def _data(licence: LicenceType, case: CaseFacts, code: str) -> dict[str, Any]:
    form = case.form
    shared = {
        "firm_name": form["firm_name"],
        "code": code,
        "representative": form["applicant_name"],
        "address": form["address"],
        "division": form["division"],
        "established": case.on.isoformat(),
    }
    own: dict[str, dict[str, Any]] = {
        BUSINESS_LICENCE.code: {
            "kind": dict(KINDS)[form["firm_kind"]].as_json(),
            "capital": form["capital"],
            "scope": dict(LINES)[form["line"]].as_json(),
        },
        FOOD_PERMIT.code: {"food": dict(FOODS)[form["food"]].as_json(), "seats": form["seats"]},
        FIRE_OPINION.code: {
            "floor_area": form["floor_area"],
            "storey": form["storey"],
            "exits": form["exits"],
        },
        SIGN_PERMIT.code: {
            "sign_text": form["sign_text"],
            "size": f"{form['sign_width']} × {form['sign_height']} m",
        },
    }
    return shared | own[licence.code]


OPEN_RESTAURANT = CaseType(
    code="open-restaurant",
    title=Text("开办餐饮店一件事", "Open a restaurant, one thing"),
    process=Path(__file__).parent / "processes" / "open_restaurant.bpmn",
    sections=SECTIONS,
    papers=PAPERS,
    licences=LICENCES,
    promise_days=7,
    statutory_days=20,
    area_field="division",
    prefill=prefill,
    check=check,
    title_of=title_of,
    on_granted=on_granted,
)

OPEN_RESTAURANT_ITEM = ServiceItem(
    code="open-restaurant",
    title=OPEN_RESTAURANT.title,
    summary=Text(
        "一次申请、一张表、一套材料，四个部门同时审查，领齐营业执照、食品经营许可、消防意见和店招许可。",
        "One application, one form, one set of papers; four reviews side by side; you get the business licence, the food permit, the fire opinion and the sign permit together.",
    ),
    audience=Text("在鹿城区开办餐饮店的个人和企业", "Anybody opening a restaurant in Lucheng"),
    conditions=(
        Text(
            "申请人年满十八周岁，已完成实名认证",
            "The applicant is eighteen or older, with a verified real name",
        ),
        Text("有固定的经营场所和相应的厨房设施", "There are fixed premises with a suitable kitchen"),
        Text(
            "场所符合消防安全要求，超过 50 个餐位的至少有两个安全出口",
            "The premises are safe from fire; with more than 50 seats there are at least two exits",
        ),
    ),
    legal_basis=(
        Text(
            "《市场主体登记管理条例》第十九条",
            "Regulations on the Administration of Registration of Market Entities, article 19",
        ),
        Text("《中华人民共和国食品安全法》第三十五条", "Food Safety Law, article 35"),
        Text("《中华人民共和国消防法》第十五条", "Fire Protection Law, article 15"),
        Text(
            "《城市市容和环境卫生管理条例》第十一条",
            "Regulations on City Appearance and Sanitation, article 11",
        ),
    ),
    fee=0,
    fee_note=Text("不收费", "No fee"),
    steps=(
        Step(title=Text("受理", "Acceptance"), function="government-services", days=1),
        Step(title=Text("营业执照审查", "Business licence"), function="market-supervision", days=1),
        Step(title=Text("食品经营许可审查", "Food operation permit"), function="market-supervision", days=5),
        Step(title=Text("消防安全检查", "Fire-safety check"), function="fire-brigade", days=3),
        Step(title=Text("店招设置审查", "Shop sign"), function="urban-management", days=2),
    ),
    results=tuple(licence.title for licence in LICENCES),
    areas=AREAS,
    case_type=OPEN_RESTAURANT,
    life_event=LifeEvent.START_BUSINESS,
    held=(
        Text(
            "身份证、户口簿复印件（人口库已有）",
            "Copies of identity card and household book (population register)",
        ),
        Text(
            "名称预先核准通知书（提交时在线查重）",
            "Advance approval of the name (checked on line as you submit)",
        ),
        Text(
            "营业执照复印件（本次同时签发，各部门共享）",
            "Copy of the business licence (issued in the same case and shared between the offices)",
        ),
    ),
    symbol="tools-kitchen-2",
    order=10,
)
