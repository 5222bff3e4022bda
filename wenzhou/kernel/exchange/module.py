"""Manifest of the exchange."""

from __future__ import annotations

from wenzhou.kernel.base.manifest import Demo, Module
from wenzhou.kernel.base.pages import OVERSIGHT, Nav, Page
from wenzhou.kernel.base.pages import REGISTERS as REGISTERS_NAV
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.exchange import demo, views
from wenzhou.kernel.exchange.endpoints import CATALOGUE
from wenzhou.kernel.exchange.permissions import MANAGE_GRANTS, SEE_GRANTS
from wenzhou.kernel.exchange.resources import RESOURCES
from wenzhou.kernel.exchange.tasks import SYNC
from wenzhou.kernel.registers.module import MODULE as REGISTERS

MODULE = Module(
    code="exchange",
    title=Text("数据交换", "Exchange"),
    summary=Text(
        "数据资源目录、授权和调用：每次调用都有依据、有记录。",
        "Catalogue of data resources, grants and calls: each call has its basis and leaves its line.",
    ),
    group="kernel",
    rows=("K4",),
    clauses=("1.5",),
    depends_on=(REGISTERS,),
    permissions=(MANAGE_GRANTS, SEE_GRANTS),
    jobs=(SYNC,),
    pages=(
        Page(
            name="catalogue",
            path="data/resources/",
            view=views.catalogue,
            title=Text("数据资源目录", "Data resources"),
            public=True,
            nav=Nav(REGISTERS_NAV, 80, "database-search"),
        ),
        Page(
            name="resource",
            path="data/resources/<slug:code>/",
            view=views.resource,
            title=Text("数据资源", "Data resource"),
            public=True,
        ),
        Page(
            name="grants",
            path="data/grants/",
            view=views.grants,
            title=Text("数据授权", "Grants"),
            permission=SEE_GRANTS,
            nav=Nav(OVERSIGHT, 45, "key"),
        ),
    ),
    endpoints=(CATALOGUE,),
    declares=RESOURCES,
    demo=Demo(load=demo.load, order=900),
)
