"""Statistics: organisations by division, by section and line of business, and by kind, on any day."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from wenzhou.foundation.legal_persons import selectors
from wenzhou.foundation.legal_persons.words import KINDS, SECTIONS
from wenzhou.kernel.base.charts import Chart, Series
from wenzhou.kernel.base.errors import Invalid
from wenzhou.kernel.base.pages import actor_of, query_day
from wenzhou.kernel.base.text import Text, t
from wenzhou.kernel.geo.api import CITY, children, division_choices, name_of, shown_day, unplaced_text


def statistics(request: HttpRequest) -> HttpResponse:
    """Four charts with their tables; a county leads to its towns."""
    actor = actor_of(request).actor
    on = query_day(request) or timezone.localdate()
    county = request.GET.get("county", "")
    if county and not (county.isdigit() and len(county) == 6):
        wrong = Text("县级代码为六位数字。", "The code of a county has six digits.")
        raise Invalid(wrong, fields={"county": wrong})
    choice = request.GET.get("divisions", "")
    counted, lost = selectors.placed_by_division(actor, on, shown_day(choice, on), county)
    divisions = [(row.key, name_of(row.key), row.number) for row in counted]
    lines = selectors.by_line(actor, on, county)
    sections = [
        (str(SECTIONS.get(row.key, row.key)), row.number) for row in selectors.by_section(actor, on, county)
    ]
    kinds = [(row.key, str(KINDS[row.key]), row.number) for row in selectors.by_kind(actor, on, county)]
    return render(
        request,
        "legal_persons/statistics.html",
        {
            "on": on,
            "choice": choice,
            "choices": division_choices(),
            "unplaced": unplaced_text(lost),
            "county": county,
            "county_name": name_of(county) if county else "",
            "counties": [("", t("全市", "Whole city"))]
            + [(place.code, str(place.name)) for place in children(CITY)],
            "divisions": divisions,
            "lines": lines,
            "kinds": kinds,
            "total": sum(number for _, _, number in divisions),
            "by_division": _chart(
                "bar" if len(divisions) < 16 else "hbar",
                t("按镇（街道）", "By town") if county else t("按县（市、区）", "By county"),
                t("地区", "Area"),
                [(name, number) for _, name, number in divisions],
            ),
            "by_section": _chart(
                "treemap", t("按行业门类", "By section of business"), t("门类", "Section"), sections
            ),
            "by_kind": _chart(
                "pie",
                t("按类型", "By kind"),
                t("类型", "Kind"),
                [(name, number) for _, name, number in kinds],
            ),
            "by_line": _chart(
                "hbar",
                t("最多的行业", "Lines of business with most"),
                t("行业", "Line of business"),
                [(line.name, line.number) for line in lines],
            ),
        },
    )


def _chart(kind: str, title: str, axis: str, pairs: Sequence[tuple[str, int]]) -> Chart:
    return Chart(
        kind=kind,
        title=title,
        categories=[name for name, _ in pairs],
        series=[Series(t("单位数", "Organisations"), [number for _, number in pairs])],
        unit=t("家", "organisations"),
        axis=axis,
    )
