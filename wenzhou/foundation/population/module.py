"""Manifest of the population database."""

from __future__ import annotations

from wenzhou.foundation.population import demo
from wenzhou.foundation.population.offers import OFFER_PERSON
from wenzhou.foundation.population.permissions import (
    MAINTAIN_PERSONS,
    READ_PERSON,
    SEARCH_PERSONS,
    SEE_STATISTICS,
)
from wenzhou.kernel.base.manifest import Demo, Module
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.exchange.module import MODULE as EXCHANGE
from wenzhou.kernel.geo.module import MODULE as GEO

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
    depends_on=(GEO, EXCHANGE),
    demo=Demo(load=demo.load, order=20),
    permissions=(SEARCH_PERSONS, READ_PERSON, MAINTAIN_PERSONS, SEE_STATISTICS),
    declares=(OFFER_PERSON,),
)
