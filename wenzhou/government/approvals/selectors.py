"""The service catalogue: what is declared, laid out for the public; read once, kept in this process."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import lru_cache

from wenzhou.government.approvals.service_items import ServiceItem
from wenzhou.kernel.base.errors import NotFound
from wenzhou.kernel.base.registry import registry
from wenzhou.kernel.base.text import Text, is_english
from wenzhou.kernel.cases.api import draw_process
from wenzhou.kernel.content.contracts import LifeEvent
from wenzhou.kernel.geo.api import division
from wenzhou.kernel.identity.api import competent_offices

NAMES_FOR = 60
"""Seconds for which a process keeps the names of offices."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """The services for one life event."""

    event: LifeEvent
    items: tuple[ServiceItem, ...]


@dataclass(frozen=True, slots=True)
class GuideStep:
    """One step of the guide with the office that takes it."""

    title: Text
    office: Text
    days: int


@dataclass(frozen=True, slots=True)
class Guide:
    """A service item as its page shows it, in the reader's language where it is a drawing."""

    item: ServiceItem
    areas: tuple[Text, ...]
    steps: tuple[GuideStep, ...]
    diagram: str


def catalogue(words: str = "") -> tuple[Shelf, ...]:
    """Services by life event; those in which all ``words`` are found."""
    found = [item for item in registry.declared(ServiceItem) if item.matches(words)]
    found.sort(key=lambda item: item.order)
    grouped = ((event, tuple(item for item in found if item.life_event is event)) for event in LifeEvent)
    return tuple(Shelf(event, items) for event, items in grouped if items)


def service_item(code: str) -> ServiceItem:
    """The declared item of this code. Raises NotFound."""
    for item in registry.declared(ServiceItem):
        if item.code == code:
            return item
    raise NotFound(
        Text("没有这个办理事项，请从服务目录查找。", "There is no such service; look in the list.")
    )


def guide(code: str) -> Guide:
    """The guide of a service. Raises NotFound."""
    item = service_item(code)
    area = item.areas[0]
    names = _offices(
        tuple(sorted({step.function for step in item.steps})), area, int(time.monotonic()) // NAMES_FOR
    )
    places = (division(code) for code in item.areas)
    return Guide(
        item=item,
        areas=tuple(place.name for place in places if place is not None),
        steps=tuple(GuideStep(step.title, names[step.function], step.days) for step in item.steps),
        diagram=_diagram(item, is_english()),
    )


@lru_cache(maxsize=256)
def _offices(functions: tuple[str, ...], area: str, _minute: int) -> dict[str, Text]:
    """The names of the competent offices; an office not set up yet is called by its function."""
    known = competent_offices(functions, area)
    return {code: known[code].name if code in known else Text(code, code) for code in functions}


@lru_cache(maxsize=256)
def _diagram(item: ServiceItem, english: bool) -> str:
    """The drawing does not change while this process lives: the file belongs to its code."""
    return draw_process(item.case_type.process.read_bytes(), english=english, uid="process")
