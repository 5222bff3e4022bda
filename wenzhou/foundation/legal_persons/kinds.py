"""What the law says of each kind of organisation: who registers it, how its code begins, what it may do.

Sources: GB 32100-2015 table 1; 公司法 (Company Law, 2023); 市场主体登记管理条例 (Regulations on the Registration of
Market Entities) and its implementing rules; 合伙企业法; 农民专业合作社法; 事业单位登记管理暂行条例; 社会团体登记管理条例;
基金会管理条例.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from wenzhou.foundation.legal_persons.models import Kind, Role
from wenzhou.kernel.base.standards.gb32100 import CivilKind, Department, MarketKind, StaffingKind
from wenzhou.kernel.base.text import Text

MARKET, STAFFING, CIVIL = "market-supervision", "organisation-establishment", "civil-affairs"
"""Functions of the offices that register legal persons (登记机关)."""


class Group(StrEnum):
    """The four groups that people ask for."""

    ENTERPRISE = "enterprise"
    INDIVIDUAL = "individual"
    INSTITUTION = "institution"
    SOCIETY = "society"


@dataclass(frozen=True, slots=True, kw_only=True)
class KindRule:
    """The rules of one kind.

    ``holders``: least and most holders whose amounts add up to the capital; None for kinds without holders.
    ``sponsor``: an organising unit (举办单位) or professional supervising unit (业务主管单位) is named.
    ``name_form`` must be found in the name, ``never`` must not. ``notice_days``: how long the closing is announced
    before it is entered; ``simple_days`` by the simplified procedure (简易注销), None where there is none.
    ``roles``: the officers it has.
    """

    title: Text
    group: Group
    function: str
    department: Department
    digit: str
    holders: tuple[int, int] | None = None
    sponsor: bool = False
    branches: bool = False
    may_suspend: bool = False
    least_capital: Decimal = Decimal(0)
    name_form: re.Pattern[str] | None = None
    never: re.Pattern[str] | None = None
    name_hint: Text | None = None
    notice_days: int = 45
    simple_days: int | None = None
    roles: tuple[Role, ...] = ()


_BOARD = (
    Role.CHAIR,
    Role.VICE_CHAIR,
    Role.DIRECTOR,
    Role.SUPERVISOR_CHAIR,
    Role.SUPERVISOR,
    Role.MANAGER,
    Role.DEPUTY_MANAGER,
    Role.FINANCE,
    Role.SECRETARY,
)
_COUNCIL = (Role.CHAIR, Role.VICE_CHAIR, Role.DIRECTOR, Role.SUPERVISOR, Role.SECRETARY, Role.FINANCE)
_NO_COMPANY = re.compile("公司|有限责任|合作社")


def _market(title: Text, digit: MarketKind, group: Group = Group.ENTERPRISE, **more: object) -> KindRule:
    return KindRule(
        title=title,
        group=group,
        function=MARKET,
        department=Department.MARKET,
        digit=digit,
        **more,  # type: ignore[arg-type]
    )


RULES: dict[str, KindRule] = {
    Kind.LIMITED: _market(
        Text("有限责任公司", "Limited company"),
        MarketKind.COMPANY,
        holders=(1, 50),
        branches=True,
        may_suspend=True,
        name_form=re.compile("有限(责任)?公司$"),
        name_hint=Text(
            "有限责任公司的名称应以“有限公司”或“有限责任公司”结尾（公司法第七条）",
            "The name of a limited company ends with 有限公司 or 有限责任公司 (Company Law, Article 7)",
        ),
        simple_days=20,
        roles=_BOARD,
    ),
    Kind.STOCK: _market(
        Text("股份有限公司", "Company limited by shares"),
        MarketKind.COMPANY,
        holders=(1, 200),
        branches=True,
        may_suspend=True,
        name_form=re.compile("股份(有限)?公司$"),
        name_hint=Text(
            "股份有限公司的名称应以“股份有限公司”或“股份公司”结尾（公司法第七条）",
            "The name of a company limited by shares ends with 股份有限公司 or 股份公司 (Company Law, Article 7)",
        ),
        simple_days=20,
        roles=_BOARD,
    ),
    Kind.SOLE: _market(
        Text("个人独资企业", "Sole proprietorship enterprise"),
        MarketKind.COMPANY,
        holders=(1, 1),
        branches=True,
        may_suspend=True,
        never=_NO_COMPANY,
        name_hint=Text(
            "个人独资企业的名称不得使用“公司”“有限责任”字样",
            "The name of a sole proprietorship does not say 公司 or 有限责任",
        ),
        simple_days=20,
        roles=(Role.MANAGER, Role.FINANCE),
    ),
    Kind.PARTNERSHIP: _market(
        Text("合伙企业", "Partnership"),
        MarketKind.COMPANY,
        holders=(2, 50),
        branches=True,
        may_suspend=True,
        name_form=re.compile("合伙"),
        name_hint=Text(
            "合伙企业的名称应标明“普通合伙”或“有限合伙”（合伙企业法第十五条）",
            "The name of a partnership says 普通合伙 or 有限合伙 (Partnership Law, Article 15)",
        ),
        simple_days=20,
        roles=(Role.MANAGING_PARTNER, Role.MANAGER, Role.FINANCE),
    ),
    Kind.INDIVIDUAL: _market(
        Text("个体工商户", "Sole trader"),
        MarketKind.SOLE_TRADER,
        Group.INDIVIDUAL,
        holders=(1, 1),
        may_suspend=True,
        never=_NO_COMPANY,
        name_hint=Text(
            "个体工商户的名称不得使用“公司”“合作社”字样",
            "The name of a sole trader does not say 公司 or 合作社",
        ),
        notice_days=0,
        simple_days=0,
    ),
    Kind.COOPERATIVE: _market(
        Text("农民专业合作社", "Farmers' cooperative"),
        MarketKind.COOPERATIVE,
        holders=(5, 500),
        branches=True,
        may_suspend=True,
        name_form=re.compile("专业合作社(联合社)?$"),
        name_hint=Text(
            "名称应以“专业合作社”结尾（农民专业合作社法第十二条）",
            "The name ends with 专业合作社 (Law on Farmers' Cooperatives)",
        ),
        simple_days=20,
        roles=(Role.CHAIR, Role.DIRECTOR, Role.SUPERVISOR_CHAIR, Role.SUPERVISOR, Role.MANAGER),
    ),
    Kind.BRANCH: _market(
        Text("分支机构", "Branch"),
        MarketKind.COMPANY,
        may_suspend=True,
        notice_days=0,
        simple_days=0,
        roles=(Role.MANAGER,),
    ),
    Kind.INSTITUTION: KindRule(
        title=Text("事业单位", "Public institution"),
        group=Group.INSTITUTION,
        function=STAFFING,
        department=Department.STAFFING,
        digit=StaffingKind.INSTITUTION,
        sponsor=True,
        never=_NO_COMPANY,
        name_hint=Text(
            "事业单位的名称不得使用“公司”字样", "The name of a public institution does not say 公司"
        ),
        notice_days=90,
        roles=(Role.CHAIR, Role.DIRECTOR, Role.SUPERVISOR, Role.MANAGER, Role.DEPUTY_MANAGER, Role.FINANCE),
    ),
    Kind.SOCIETY: KindRule(
        title=Text("社会团体", "Society"),
        group=Group.SOCIETY,
        function=CIVIL,
        department=Department.CIVIL_AFFAIRS,
        digit=CivilKind.SOCIETY,
        sponsor=True,
        least_capital=Decimal(30_000),
        never=_NO_COMPANY,
        name_hint=Text("社会团体的名称不得使用“公司”字样", "The name of a society does not say 公司"),
        roles=_COUNCIL,
    ),
    Kind.SERVICE: KindRule(
        title=Text("社会服务机构（民办非企业单位）", "Social service organisation"),
        group=Group.SOCIETY,
        function=CIVIL,
        department=Department.CIVIL_AFFAIRS,
        digit=CivilKind.SERVICE,
        sponsor=True,
        never=_NO_COMPANY,
        name_hint=Text(
            "社会服务机构的名称不得使用“公司”字样",
            "The name of a social service organisation does not say 公司",
        ),
        roles=_COUNCIL,
    ),
    Kind.FOUNDATION: KindRule(
        title=Text("基金会", "Foundation"),
        group=Group.SOCIETY,
        function=CIVIL,
        department=Department.CIVIL_AFFAIRS,
        digit=CivilKind.FOUNDATION,
        sponsor=True,
        least_capital=Decimal(2_000_000),
        name_form=re.compile("基金会$"),
        name_hint=Text("基金会的名称应以“基金会”结尾", "The name of a foundation ends with 基金会"),
        roles=_COUNCIL,
    ),
}

GROUPS: dict[str, Text] = {
    Group.ENTERPRISE: Text("企业", "Enterprises"),
    Group.INDIVIDUAL: Text("个体工商户", "Sole traders"),
    Group.INSTITUTION: Text("事业单位", "Public institutions"),
    Group.SOCIETY: Text("社会组织", "Social organisations"),
}

FUNCTIONS: dict[str, Text] = {
    MARKET: Text("市场监督管理部门", "market supervision"),
    STAFFING: Text("机构编制部门", "the office of organisation establishment"),
    CIVIL: Text("民政部门", "civil affairs"),
}


def kinds_of(*, group: str = "", function: str = "") -> tuple[str, ...]:
    """Kinds of a group, or that an office of this function registers."""
    return tuple(
        kind
        for kind, rule in RULES.items()
        if (not group or rule.group == group) and (not function or rule.function == function)
    )
