"""Manifest of the legal persons database."""

from __future__ import annotations

from wenzhou.foundation.legal_persons import demo, views, views_names, views_relations, views_statistics
from wenzhou.foundation.legal_persons.acts.pages import PAGES as ACT_PAGES
from wenzhou.foundation.legal_persons.endpoints import OWNERS, RELATIONS, WAY
from wenzhou.foundation.legal_persons.events import OrganisationEstablished
from wenzhou.foundation.legal_persons.figures import FIRMS
from wenzhou.foundation.legal_persons.followers import PLACES_FOLLOW
from wenzhou.foundation.legal_persons.offers import OFFER_ESTABLISH, OFFER_NAME_CHECK, OFFER_PROFILE
from wenzhou.foundation.legal_persons.permissions import (
    MAINTAIN_FIRMS,
    READ_RELATIONS,
    SEARCH_FIRMS,
    SEE_STATISTICS,
)
from wenzhou.foundation.legal_persons.quality import RULES
from wenzhou.foundation.legal_persons.register import ORGANISATIONS_REGISTER
from wenzhou.foundation.legal_persons.representatives import REPRESENTATIVES
from wenzhou.foundation.legal_persons.services.status import RESUME
from wenzhou.kernel.base.manifest import Demo, Module
from wenzhou.kernel.base.pages import REGISTERS, SERVICES, Nav, Page
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.exchange.module import MODULE as EXCHANGE
from wenzhou.kernel.geo.module import MODULE as GEO

MODULE = Module(
    code="legal_persons",
    title=Text("法人单位基础信息库", "Legal persons database"),
    summary=Text(
        "企业等法人单位、股东、法定代表人及其变更历史。",
        "Firms and other legal persons, their holders and representatives, and what has changed.",
    ),
    group="foundation",
    rows=("F3b",),
    clauses=("1.3",),
    depends_on=(GEO, EXCHANGE),
    demo=Demo(load=demo.load, order=30),
    pages=(
        Page(
            name="search",
            path="legal-persons/",
            view=views.search,
            title=Text("法人检索", "Search firms"),
            permission=SEARCH_FIRMS,
            nav=Nav(REGISTERS, 20, "building"),
        ),
        Page(
            name="firm",
            path="legal-persons/firms/<uuid:organisation_id>/",
            view=views.firm,
            title=Text("法人记录", "A firm's record"),
            permission=SEARCH_FIRMS,
        ),
        Page(
            name="firm-map",
            path="legal-persons/firms/<uuid:organisation_id>/map.geojson",
            view=views.firm_map,
            title=Text("法人位置", "Where a firm is"),
            permission=SEARCH_FIRMS,
        ),
        Page(
            name="relations",
            path="legal-persons/firms/<uuid:organisation_id>/relations/",
            view=views_relations.relations,
            title=Text("单位关系", "A firm's relations"),
            permission=SEARCH_FIRMS,
        ),
        Page(
            name="statistics",
            path="legal-persons/statistics/",
            view=views_statistics.statistics,
            title=Text("法人统计", "Statistics of firms"),
            permission=SEE_STATISTICS,
            nav=Nav(REGISTERS, 21, "chart-bar"),
        ),
        *ACT_PAGES,
        Page(
            name="name-check",
            path="names/",
            view=views_names.names,
            title=Text("企业名称查重", "Check a name"),
            public=True,
            nav=Nav(SERVICES, 65, "tag"),
        ),
    ),
    endpoints=(RELATIONS, OWNERS, WAY),
    permissions=(SEARCH_FIRMS, MAINTAIN_FIRMS, SEE_STATISTICS, READ_RELATIONS),
    jobs=(RESUME,),
    emits=(OrganisationEstablished,),
    declares=(
        OFFER_PROFILE,
        OFFER_NAME_CHECK,
        OFFER_ESTABLISH,
        REPRESENTATIVES,
        FIRMS,
        ORGANISATIONS_REGISTER,
        PLACES_FOLLOW,
        *RULES,
    ),
)
