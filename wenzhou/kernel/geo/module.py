"""Manifest of geo."""

from __future__ import annotations

from wenzhou.kernel.base.manifest import Demo, Module
from wenzhou.kernel.base.module import MODULE as BASE
from wenzhou.kernel.base.pages import REGISTERS, Nav, Page
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.geo import demo, endpoints, views, views_orders
from wenzhou.kernel.geo.events import DivisionsChanged, DivisionsReordered
from wenzhou.kernel.geo.following import FOLLOW
from wenzhou.kernel.geo.permissions import CHANGE_DIVISIONS, LOAD_DIVISIONS
from wenzhou.kernel.geo.regions import known_region
from wenzhou.kernel.geo.selectors import division
from wenzhou.kernel.identity.api import KnownRegions


def _name(code: str) -> Text | None:
    place = division(code.ljust(6, "0"))  # an area of a whole city is written 3303
    return place.name if place else None


MODULE = Module(
    code="geo",
    title=Text("地理与区划", "Places"),
    summary=Text(
        "行政区划及其沿革、边界和按日期的代码解析。",
        "Administrative divisions with their history, outlines, and codes resolved as of a day.",
    ),
    group="kernel",
    rows=("K7", "F3c"),
    clauses=("1.3",),
    depends_on=(BASE,),
    permissions=(CHANGE_DIVISIONS, LOAD_DIVISIONS),
    pages=(
        Page(
            name="browse",
            path="divisions/",
            view=views.browse,
            title=Text("行政区划", "Divisions"),
            public=True,
            nav=Nav(REGISTERS, order=10, icon="map"),
        ),
        Page(
            name="orders",
            path="divisions/orders/",
            view=views_orders.orders,
            title=Text("区划调整", "Changes of divisions"),
            permission=CHANGE_DIVISIONS,
            nav=Nav(REGISTERS, order=11, icon="git-branch"),
        ),
        Page(
            name="new-order",
            path="divisions/orders/new/",
            view=views_orders.new_order,
            title=Text("登记区划调整", "Enter a change of divisions"),
            permission=CHANGE_DIVISIONS,
        ),
        Page(
            name="order",
            path="divisions/orders/<uuid:proposal_id>/",
            view=views_orders.order,
            title=Text("一项区划调整", "A change of divisions"),
            permission=CHANGE_DIVISIONS,
        ),
        Page(
            name="division",
            path="divisions/<str:code>/",
            view=views.division,
            title=Text("区划详情", "A division"),
            public=True,
        ),
    ),
    endpoints=(endpoints.LIST, endpoints.GET, endpoints.SUCCESSORS, endpoints.OUTLINES),
    emits=(DivisionsChanged, DivisionsReordered),
    jobs=(FOLLOW,),
    declares=(KnownRegions(code="geo.divisions", known=known_region, name=_name),),
    demo=Demo(load=demo.load, order=10),
)
