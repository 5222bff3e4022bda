"""Figures by area for the map: the office's cases, and what other systems count (firms, people)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.db.models import Count
from django.urls import reverse

from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.errors import Invalid
from wenzhou.kernel.base.permissions import require
from wenzhou.kernel.base.registry import registry
from wenzhou.kernel.base.text import Text, is_english
from wenzhou.kernel.cases.models import ACTIVE, Task
from wenzhou.kernel.cases.permissions import OVERSEE
from wenzhou.kernel.cases.selectors_history import History, within
from wenzhou.kernel.cases.selectors_office import offices_of
from wenzhou.kernel.geo.api import CITY, AreaFigure, Level, Place, children, division, outlines

KEEP_SECONDS = 600
"""How long what other systems have counted is shown again: it moves slowly and costs a scan."""


@dataclass(frozen=True, slots=True)
class FigureChoice:
    """A figure that the map can show."""

    code: str
    title: Text
    unit: Text


_CASES = Text("件", "cases")
OWN = (
    FigureChoice("cases-open", Text("在办件", "Open cases"), _CASES),
    FigureChoice("cases-decided", Text("本部门已办", "Decided by the office"), _CASES),
)


@dataclass(frozen=True, slots=True)
class AreaCount:
    """A division (None: known only for the whole above it) and its number."""

    place: Place | None
    count: int


@dataclass(frozen=True, slots=True)
class AreaCounts:
    """One figure below one division."""

    figure: FigureChoice
    parent: Place | None
    rows: tuple[AreaCount, ...]
    total: int


def figure_choices() -> tuple[FigureChoice, ...]:
    """The office's own figures, and those that modules declare."""
    declared = (FigureChoice(f.code, f.title, f.unit) for f in registry.declared(AreaFigure))
    return (*OWN, *declared)


def area_counts(actor: Actor, figure: str = "", area: str = "") -> AreaCounts:
    """A figure for the counties of the city, or for the towns of the county ``area``.

    Cases are those of the offices and areas that the actor oversees. Raises Refused, Invalid.
    """
    require(actor, OVERSEE)
    choice = _choice(figure)
    counts = _counts(actor, choice.code)
    if not area:
        rows = [AreaCount(place, _below(counts, place.code)) for place in children(CITY)]
        return AreaCounts(choice, None, tuple(rows), sum(row.count for row in rows))
    county = division(area)
    if county is None or county.level is not Level.COUNTY or county.parent_code != CITY:
        raise Invalid(
            Text("请选择温州市的县（市、区）。", "Choose a county or district of Wenzhou."),
            fields={"area": Text("没有这个县（市、区）", "There is no such county or district")},
        )
    total = _below(counts, county.code)
    rows = [AreaCount(place, _below(counts, place.code)) for place in children(county.code)]
    rest = total - sum(row.count for row in rows)
    if rest:
        rows.append(AreaCount(None, rest))
    return AreaCounts(choice, county, tuple(rows), total)


def map_of(actor: Actor, figure: str = "") -> dict[str, Any]:
    """The county outlines (GeoJSON, EPSG:4490) with the figure as ``value`` and the drill-down as ``url``."""
    counted = {row.place.code: row.count for row in area_counts(actor, figure).rows if row.place}
    choice = _choice(figure)
    collection = outlines(CITY)
    for feature in collection["features"]:
        properties = feature["properties"]
        properties["label"] = properties["name_en"] if is_english() else properties["name"]
        properties["value"] = counted.get(properties["code"], 0)
        properties["url"] = reverse("cases:map", query={"figure": choice.code, "area": properties["code"]})
    return collection


def _choice(code: str) -> FigureChoice:
    choices = figure_choices()
    for choice in choices:
        if choice.code == (code or choices[0].code):
            return choice
    raise Invalid(
        Text("没有这个指标，请从列表中选择。", "There is no such figure; choose one of the list."),
        fields={"figure": Text("没有这个指标", "There is no such figure")},
    )


def _counts(actor: Actor, code: str) -> Mapping[str, int]:
    if code == "cases-open":
        return _open_cases(actor)
    if code == "cases-decided":
        return History(offices_of(actor, OVERSEE)).cases_by_town()
    declared = next(figure for figure in registry.declared(AreaFigure) if figure.code == code)
    key = f"cases.area-figure.{code}"
    kept: Mapping[str, int] | None = cache.get(key)
    if kept is None:
        kept = dict(declared.counts())
        cache.set(key, kept, KEEP_SECONDS)
    return kept


def _open_cases(actor: Actor) -> dict[str, int]:
    rows = Task.objects.filter(within(offices_of(actor, OVERSEE)), state__in=ACTIVE)
    return dict(rows.values_list("area").annotate(Count("case", distinct=True)).order_by())


def _below(counts: Mapping[str, int], code: str) -> int:
    return sum(n for area, n in counts.items() if area.startswith(code))
