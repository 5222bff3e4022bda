"""Manifest of the places database."""

from __future__ import annotations

from wenzhou.foundation.places import demo, endpoints, views, views_acts, views_ground
from wenzhou.foundation.places.figures import ADDRESSES
from wenzhou.foundation.places.followers import FOLLOWERS
from wenzhou.foundation.places.locating import LOCATOR
from wenzhou.foundation.places.permissions import MAINTAIN_PLACES, MATCH_ADDRESSES, SEARCH_PLACES
from wenzhou.foundation.places.quality import RULES
from wenzhou.foundation.places.register import ADDRESSES_REGISTER, BUILDINGS_REGISTER, PARCELS_REGISTER
from wenzhou.kernel.base.manifest import Demo, Module
from wenzhou.kernel.base.pages import REGISTERS, Nav, Page
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.exchange.module import MODULE as EXCHANGE
from wenzhou.kernel.geo.module import MODULE as GEO

MODULE = Module(
    code="places",
    title=Text("地名地址库", "Places database"),
    summary=Text(
        "标准地址、宗地和建筑物及其变更历史，地址识别匹配与反向查询。",
        "Standard addresses, parcels and buildings with their history; matching of free text; what is at a point.",
    ),
    group="foundation",
    rows=("F3c",),
    clauses=("1.3",),
    depends_on=(GEO, EXCHANGE),
    demo=Demo(load=demo.load, order=25),
    pages=(
        Page(
            name="search",
            path="places/",
            view=views.search,
            title=Text("地址检索", "Search addresses"),
            permission=SEARCH_PLACES,
            nav=Nav(REGISTERS, 30, "map-pin"),
        ),
        Page(
            name="address",
            path="places/addresses/<uuid:location_id>/",
            view=views.address,
            title=Text("地址记录", "An address"),
            permission=SEARCH_PLACES,
        ),
        Page(
            name="parcel",
            path="places/parcels/<uuid:location_id>/",
            view=views_ground.parcel,
            title=Text("宗地记录", "A parcel"),
            permission=SEARCH_PLACES,
        ),
        Page(
            name="building",
            path="places/buildings/<uuid:location_id>/",
            view=views_ground.building,
            title=Text("建筑物记录", "A building"),
            permission=SEARCH_PLACES,
        ),
        Page(
            name="act",
            path="places/acts/<slug:act>/",
            view=views_acts.act,
            title=Text("地名地址登记办理", "An act on places"),
            permission=MAINTAIN_PLACES,
        ),
        Page(
            name="roads",
            path="places/divisions/<str:code>/",
            view=views.roads,
            title=Text("区划内的街路巷", "Roads of a division"),
            permission=SEARCH_PLACES,
        ),
        Page(
            name="point",
            path="places/point/",
            view=views.point,
            title=Text("按坐标反查", "What is at a point"),
            permission=SEARCH_PLACES,
            nav=Nav(REGISTERS, 31, "map-2"),
        ),
        Page(
            name="statistics",
            path="places/statistics/",
            view=views.statistics,
            title=Text("地址统计", "Address statistics"),
            permission=SEARCH_PLACES,
            nav=Nav(REGISTERS, 32, "chart-bar"),
        ),
    ),
    endpoints=(
        endpoints.MATCH,
        endpoints.MATCH_MANY,
        endpoints.PARSE,
        endpoints.REVERSE,
        endpoints.AROUND,
    ),
    permissions=(MATCH_ADDRESSES, SEARCH_PLACES, MAINTAIN_PLACES),
    declares=(
        ADDRESSES,
        LOCATOR,
        ADDRESSES_REGISTER,
        PARCELS_REGISTER,
        BUILDINGS_REGISTER,
        *FOLLOWERS,
        *RULES,
    ),
)
