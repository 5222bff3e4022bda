"""Manifest of the population database."""

from __future__ import annotations

from wenzhou.foundation.population import demo, views, views_events, views_person
from wenzhou.foundation.population.endpoints import PERSON
from wenzhou.foundation.population.endpoints_events import EVENT_ENDPOINTS
from wenzhou.foundation.population.figures import PERSONS
from wenzhou.foundation.population.followers import HOUSEHOLDS_FOLLOW
from wenzhou.foundation.population.linkage_source import LISTS, SOURCE
from wenzhou.foundation.population.offers import OFFER_PERSON
from wenzhou.foundation.population.permissions import (
    MAINTAIN_PERSONS,
    READ_PERSON,
    SEARCH_PERSONS,
    SEE_STATISTICS,
)
from wenzhou.foundation.population.quality import RULES
from wenzhou.foundation.population.register import PERSONS_REGISTER
from wenzhou.kernel.base.manifest import Demo, Module
from wenzhou.kernel.base.pages import REGISTERS, Nav, Page
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.exchange.module import MODULE as EXCHANGE
from wenzhou.kernel.geo.module import MODULE as GEO
from wenzhou.kernel.linkage.module import MODULE as LINKAGE

MODULE = Module(
    code="population",
    title=Text("人口基础信息库", "Population database"),
    summary=Text(
        "人口、户和居住情况及其历史，按用途读取。",
        "Persons, households and where they live, with their history, read for a purpose.",
    ),
    group="foundation",
    rows=("F3a",),
    clauses=("1.3",),
    depends_on=(GEO, LINKAGE, EXCHANGE),
    demo=Demo(load=demo.load, order=20),
    pages=(
        Page(
            name="search",
            path="population/",
            view=views.search,
            title=Text("人口检索", "Search persons"),
            permission=SEARCH_PERSONS,
            nav=Nav(REGISTERS, 10, "users"),
        ),
        Page(
            name="person",
            path="population/persons/<uuid:person_id>/",
            view=views_person.person,
            title=Text("人口记录", "A person's record"),
            permission=SEARCH_PERSONS,
        ),
        Page(
            name="household",
            path="population/households/<uuid:household_id>/",
            view=views_person.household,
            title=Text("户", "A household"),
            permission=SEARCH_PERSONS,
        ),
        Page(
            name="events",
            path="population/events/",
            view=views_events.events,
            title=Text("户政业务", "Life events"),
            permission=MAINTAIN_PERSONS,
            nav=Nav(REGISTERS, 12, "users-group"),
        ),
        Page(
            name="event",
            path="population/events/<slug:kind>/",
            view=views_events.event,
            title=Text("办理户政业务", "Register a life event"),
            permission=MAINTAIN_PERSONS,
        ),
        Page(
            name="statistics",
            path="population/statistics/",
            view=views.statistics,
            title=Text("人口统计", "Population statistics"),
            permission=SEE_STATISTICS,
            nav=Nav(REGISTERS, 11, "chart-bar"),
        ),
    ),
    endpoints=(PERSON, *EVENT_ENDPOINTS),
    permissions=(SEARCH_PERSONS, READ_PERSON, MAINTAIN_PERSONS, SEE_STATISTICS),
    declares=(OFFER_PERSON, PERSONS, PERSONS_REGISTER, HOUSEHOLDS_FOLLOW, SOURCE, LISTS, *RULES),
)
