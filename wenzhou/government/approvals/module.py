"""Manifest of online approval."""

from __future__ import annotations

from wenzhou.government.approvals import demo
from wenzhou.government.approvals.pages import PAGES
from wenzhou.government.approvals.restaurant import (
    CONSUMER,
    NAME_SEARCH,
    OPEN_RESTAURANT,
    OPEN_RESTAURANT_ITEM,
    PREFILL,
    REGISTRATION,
)
from wenzhou.kernel.base.manifest import Demo, Module
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.cases.module import MODULE as CASES
from wenzhou.kernel.content.module import MODULE as CONTENT
from wenzhou.kernel.exchange.api import ESTABLISH_ORGANISATION, NAME_CHECK, PERSON_PROFILE, Use
from wenzhou.kernel.exchange.module import MODULE as EXCHANGE

LICENSING = Text(
    "《中华人民共和国行政许可法》第二十六条；《优化营商环境条例》第三十七条",
    "Administrative Licensing Law, article 26; Regulations on Improving the Business Environment, article 37",
)
USES = (
    Use(
        resource=PERSON_PROFILE,
        consumer=CONSUMER,
        purposes=(PREFILL,),
        fields=("number", "name", "address", "phone"),
        legal_basis=LICENSING,
        unmasked=True,
    ),
    Use(
        resource=NAME_CHECK,
        consumer=CONSUMER,
        purposes=(NAME_SEARCH,),
        fields=("free",),
        legal_basis=LICENSING,
    ),
    Use(
        resource=ESTABLISH_ORGANISATION,
        consumer=CONSUMER,
        purposes=(REGISTRATION,),
        fields=("code", "name"),
        legal_basis=LICENSING,
        unmasked=True,
    ),
)

MODULE = Module(
    code="approvals",
    title=Text("网上审批", "Online approval"),
    summary=Text(
        "一个窗口、一次申请，多个部门并联审批。",
        "One window and one application; the offices review side by side.",
    ),
    group="government",
    rows=("G2",),
    clauses=("2.9",),
    depends_on=(CASES, CONTENT, EXCHANGE),
    pages=PAGES,
    declares=(OPEN_RESTAURANT, OPEN_RESTAURANT_ITEM, OPEN_RESTAURANT_ITEM.card(), *USES),
    demo=Demo(load=demo.load, order=950),  # after the grants: it calls the registers
)
