"""Pages: search and statistics."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from wenzhou.foundation.population import selectors
from wenzhou.foundation.population.models import PersonVersion
from wenzhou.foundation.population.reading import look_for
from wenzhou.foundation.population.searching import BY, By
from wenzhou.kernel.base.charts import Chart, Series
from wenzhou.kernel.base.errors import Invalid
from wenzhou.kernel.base.pages import actor_of, query_day
from wenzhou.kernel.base.text import Text, t
from wenzhou.kernel.geo.api import CITY, children, division_choices, name_of, shown_day, unplaced_text
from wenzhou.kernel.registers.api import SEXES, mask_name, mask_number


def search(request: HttpRequest) -> HttpResponse:
    """Search by number, name, sound, telephone or address; the list is masked."""
    text, by = request.GET.get("q", "").strip(), request.GET.get("by", "")
    context: dict[str, object] = {
        "q": text,
        "by": by,
        "error": "",
        "kinds": [("", t("自动识别", "By itself")), *((one.value, str(title)) for one, title in BY.items())],
    }
    if text:
        try:
            page = look_for(
                actor_of(request).actor,
                text,
                by=By(by) if by in BY else None,
                token=request.GET.get("page", ""),
            )
            context |= {"page": page, "people": [_listed(row) for row in page.rows]}
        except Invalid as problem:
            context["error"] = str(problem.detail)
    return render(request, "population/search.html", context)


def _listed(row: PersonVersion) -> dict[str, object]:
    return {
        "id": row.person_id,
        "name": mask_name(row.name),
        "number": mask_number(row.person.number),
        "sex": SEXES[row.sex],
    }


def statistics(request: HttpRequest) -> HttpResponse:
    """Persons and households by area on a day, and a pyramid of age and sex, for the city or a part of it."""
    actor = actor_of(request).actor
    on = query_day(request) or timezone.localdate()
    county, town = _code(request, "county", 6), _code(request, "town", 9)
    town = town if town.startswith(county) and county else ""
    within = town or county
    choice = request.GET.get("divisions", "")
    shown_on = shown_day(choice, on)
    digits = {0: 6, 6: 9, 9: 12}[len(within)]
    lost: tuple[int, ...] = ()
    if on == timezone.localdate():
        areas = selectors.by_area(actor, digits=digits, within=within, on=on)
    else:
        areas, lost = selectors.placed_by_area(actor, digits=digits, within=within, on=on, shown_on=shown_on)
    rows = [(area, name_of(area.division)) for area in areas]
    by_area = Chart(
        kind="bar",
        title=t("各地区人口", "Persons by area"),
        categories=[name for _, name in rows],
        series=[Series(t("人口", "Persons"), [area.persons for area, _ in rows])],
        unit=t("人", "persons"),
        axis=t("地区", "Area"),
    )
    whole = [("", t("全部", "All"))]
    return render(
        request,
        "population/statistics.html",
        {
            "chart": by_area,
            "pyramid": _pyramid(selectors.by_age_and_sex(actor, within=within, on=on)),
            "rows": rows,
            "on": on,
            "choice": choice,
            "choices": division_choices(),
            "unplaced": unplaced_text(lost),
            "county": county,
            "town": town,
            "place_name": name_of(within) if within else "",
            "next": {0: "county", 6: "town"}.get(len(within), ""),
            "counties": [*whole, *((place.code, str(place.name)) for place in children(CITY, on))],
            "towns": [*whole, *((place.code, str(place.name)) for place in children(county, on))]
            if county
            else [],
            "persons": sum(area.persons for area in areas),
            "households": sum(area.households for area in areas),
        },
    )


def _code(request: HttpRequest, name: str, digits: int) -> str:
    code = request.GET.get(name, "")
    if code and not (code.isascii() and code.isdigit() and len(code) == digits):
        raise Invalid(
            Text(f"{name} 应为 {digits} 位数字代码。", f"The code {name} has {digits} digits."),
            fields={name: Text(f"{digits} 位数字", f"{digits} digits")},
        )
    return code


def _pyramid(counted: dict[tuple[int, str], int]) -> Chart:
    """Men to the left, women to the right, the oldest on top; hundred years and more in one."""
    bands = range(0, max((band for band, _ in counted), default=0) + 5, 5)
    return Chart(
        kind="pyramid",
        title=t("人口金字塔", "Population pyramid"),
        categories=[f"{band}–{band + 4}" if band < 100 else "100+" for band in bands],
        series=[
            Series(str(title), [counted.get((band, sex), 0) for band in bands])
            for sex, title in SEXES.items()
        ],
        unit=t("人", "persons"),
        axis=t("年龄", "Age"),
    )
