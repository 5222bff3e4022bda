"""The resources of the base registers; who offers them is the manifests' business."""

from __future__ import annotations

from wenzhou.kernel.base.text import Text
from wenzhou.kernel.exchange.declarations import Field, Level, Resource
from wenzhou.kernel.registers.api import mask_address, mask_name, mask_number, mask_phone
from wenzhou.kernel.registers.contracts import (
    EstablishedOrganisation,
    EstablishOrganisation,
    NameCheck,
    NameCheckResult,
    OrganisationProfile,
    OrganisationQuery,
    PersonProfile,
    PersonQuery,
    Subject,
)

PUBLIC_SECURITY = Text("公安部门", "Public security")
MARKET_SUPERVISION = Text("市场监督管理部门", "Market supervision")

PERSON_PROFILE = Resource(
    code="person-profile",
    title=Text("人口基础信息", "Person's base record"),
    summary=Text(
        "按公民身份号码查询姓名、性别、出生日期、民族、户籍地址和联系电话。",
        "By citizen identity number: name, sex, birth, ethnicity, registered address and telephone.",
    ),
    owner="public-security",
    owner_title=PUBLIC_SECURITY,
    request=PersonQuery,
    response=PersonProfile,
    subject=lambda _, profile: Subject(person=profile.id),
    fields=(
        Field("number", Text("公民身份号码", "Identity number"), Level.PERSONAL, mask_number),
        Field("name", Text("姓名", "Name"), Level.PERSONAL, mask_name),
        Field("sex", Text("性别", "Sex"), Level.PERSONAL),
        Field("born", Text("出生日期", "Date of birth"), Level.PERSONAL),
        Field("ethnicity", Text("民族", "Ethnicity"), Level.SENSITIVE),
        Field("address", Text("户籍地址", "Registered address"), Level.PERSONAL, mask_address),
        Field("division", Text("行政区划", "Division"), Level.WORK),
        Field("phone", Text("联系电话", "Telephone"), Level.PERSONAL, mask_phone),
    ),
    legal_basis=Text(
        "《中华人民共和国户口登记条例》；《中华人民共和国个人信息保护法》第十三条、第三十四条",
        "Regulations on Household Registration; Personal Information Protection Law, Articles 13 and 34",
    ),
)

ORGANISATION_PROFILE = Resource(
    code="organisation-profile",
    title=Text("法人单位基础信息", "Organisation's base record"),
    summary=Text(
        "按统一社会信用代码查询名称、类型、行业、注册资本、住所、法定代表人和股东。",
        "By unified social credit code: name, kind, line, capital, address, legal representative, holders.",
    ),
    owner="market-supervision",
    owner_title=MARKET_SUPERVISION,
    request=OrganisationQuery,
    response=OrganisationProfile,
    subject=lambda _, profile: Subject(organisation=profile.id),
    fields=(
        Field("code", Text("统一社会信用代码", "Unified social credit code"), Level.OPEN),
        Field("name", Text("名称", "Name"), Level.OPEN),
        Field("kind", Text("类型", "Kind"), Level.OPEN),
        Field("line_code", Text("行业代码", "Line of business, code"), Level.OPEN),
        Field("line_name", Text("行业", "Line of business"), Level.OPEN),
        Field("capital", Text("注册资本", "Registered capital"), Level.OPEN),
        Field("established", Text("成立日期", "Established"), Level.OPEN),
        Field("status", Text("登记状态", "Status"), Level.OPEN),
        Field("division", Text("行政区划", "Division"), Level.OPEN),
        Field("address", Text("住所", "Address"), Level.OPEN),
        Field("legal_representative", Text("法定代表人标识", "Legal representative, id"), Level.PERSONAL),
        Field(
            "legal_representative_name", Text("法定代表人", "Legal representative"), Level.PERSONAL, mask_name
        ),
        Field("shareholders", Text("股东及出资", "Holders and amounts"), Level.PERSONAL),
    ),
    legal_basis=Text(
        "《中华人民共和国市场主体登记管理条例》；《企业信息公示暂行条例》",
        "Regulations on the Registration of Market Entities; Interim Regulations on Enterprise Information Disclosure",
    ),
)

NAME_CHECK = Resource(
    code="name-check",
    title=Text("企业名称查重", "Check of a firm's name"),
    summary=Text(
        "查询拟用名称在县（市、区）内是否已被登记。",
        "Whether a proposed name is already registered in the county.",
    ),
    owner="market-supervision",
    owner_title=MARKET_SUPERVISION,
    request=NameCheck,
    response=NameCheckResult,
    subject=lambda _request, _response: Subject(),
    fields=(Field("free", Text("是否可用", "Free"), Level.OPEN),),
    legal_basis=Text("《企业名称登记管理规定》", "Provisions on the Registration of Enterprise Names"),
)

ESTABLISH_ORGANISATION = Resource(
    code="establish-organisation",
    title=Text("设立登记入库", "Entry of a new firm"),
    summary=Text(
        "核准设立后写入法人库，赋予统一社会信用代码。",
        "Enters an approved firm in the register and gives it its unified social credit code.",
    ),
    owner="market-supervision",
    owner_title=MARKET_SUPERVISION,
    request=EstablishOrganisation,
    response=EstablishedOrganisation,
    subject=lambda _, firm: Subject(organisation=firm.id),
    fields=(
        Field("code", Text("统一社会信用代码", "Unified social credit code"), Level.OPEN),
        Field("name", Text("名称", "Name"), Level.OPEN),
    ),
    legal_basis=Text(
        "《中华人民共和国市场主体登记管理条例》", "Regulations on the Registration of Market Entities"
    ),
    writes=True,
)

RESOURCES = (PERSON_PROFILE, ORGANISATION_PROFILE, NAME_CHECK, ESTABLISH_ORGANISATION)
