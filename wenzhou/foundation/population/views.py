"""Pages: search, a person's record and history, statistics."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from wenzhou.foundation.population import selectors
from wenzhou.foundation.population.models import Membership, PersonVersion
from wenzhou.foundation.population.reading import PURPOSES, look, look_for, read_in_full
from wenzhou.foundation.population.words import RELATIONS
from wenzhou.kernel.base.charts import Chart, Series
from wenzhou.kernel.base.errors import Invalid
from wenzhou.kernel.base.pages import actor_of, query_day
from wenzhou.kernel.base.text import Text, t
from wenzhou.kernel.geo.api import CITY, children, name_of, path_text
from wenzhou.kernel.registers.api import ETHNICITIES, SEXES, mask_address, mask_name, mask_number, mask_phone
from wenzhou.kernel.registers.contracts import PersonProfile, PersonQuery


def search(request: HttpRequest) -> HttpResponse:
    """Search by number or name; the list is masked."""
    text = request.GET.get("q", "").strip()
    context: dict[str, object] = {"q": text, "error": ""}
    if text:
        try:
            page = look_for(actor_of(request).actor, text, token=request.GET.get("page", ""))
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


def person(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """One person as of a day: masked; whole after a purpose has been stated."""
    actor = actor_of(request).actor
    on = query_day(request) or timezone.localdate()
    query = PersonQuery(id=person_id, on=on)
    purpose = PURPOSES.get(request.POST.get("purpose", ""))
    error = ""
    if request.method == "POST" and purpose is None:
        error = t("请选择查看用途", "Choose what you need it for")
    full = request.method == "POST" and purpose is not None
    found = read_in_full(actor, query, purpose=purpose) if purpose and full else look(actor, query)
    versions, homes = selectors.history(person_id)
    home = selectors.household_of(person_id, on)
    members = selectors.residents(home.household_id, on) if home else []
    return render(
        request,
        "population/person.html",
        {
            "found": found,
            "facts": _facts(found, on),
            "on": on,
            "full": full,
            "error": error,
            "purpose": purpose,
            "purposes": [(code, str(p.title)) for code, p in PURPOSES.items()],
            "versions": [_version(row, full) for row in versions],
            "homes": [_home(row, full) for row in homes],
            "members": [
                {
                    "id": m.person,
                    # the journal has a line for her whose record was opened, none for her family
                    "name": m.name if full and m.person == person_id else mask_name(m.name),
                    "relation": RELATIONS[m.relation],
                }
                for m in members
            ],
        },
    )


def _facts(found: PersonProfile, on: date) -> list[tuple[str, object]]:
    hidden = t("未显示", "Not shown")
    return [
        (t("姓名", "Name"), found.name or "—"),
        (t("公民身份号码", "Identity number"), found.number or "—"),
        (t("性别", "Sex"), SEXES.get(found.sex or "", "—")),
        (t("出生日期", "Date of birth"), found.born or hidden),
        (t("民族", "Ethnicity"), ETHNICITIES.get(found.ethnicity or "", hidden)),
        (t("户籍地址", "Registered address"), found.address or "—"),
        (t("行政区划", "Division"), path_text((found.division or "")[:9], on) if found.division else "—"),
        (t("联系电话", "Telephone"), found.phone or "—"),
    ]


def _version(row: PersonVersion, full: bool) -> dict[str, object]:
    return {
        "row": row,
        "name": row.name if full else mask_name(row.name),
        "phone": row.phone if full else mask_phone(row.phone),
    }


def _home(row: Membership, full: bool) -> dict[str, object]:
    address = row.household.address
    return {
        "row": row,
        "address": address if full else mask_address(address),
        "relation": RELATIONS[row.relation],
    }


def statistics(request: HttpRequest) -> HttpResponse:
    """Persons and households by county, or by town of one county; ages."""
    actor = actor_of(request).actor
    county = request.GET.get("county", "")
    if county and not (county.isdigit() and len(county) == 6):
        raise Invalid(Text("县级代码为六位数字。", "The code of a county has six digits."))
    areas = selectors.by_area(actor, digits=9 if county else 6, within=county)
    rows = [(area, name_of(area.division)) for area in areas]
    by_area = Chart(
        kind="bar",
        title=t("各乡镇街道人口", "Persons by town")
        if county
        else t("各县（市、区）人口", "Persons by county"),
        categories=[name for _, name in rows],
        series=[Series(t("人口", "Persons"), [area.persons for area, _ in rows])],
        unit=t("人", "persons"),
        axis=t("地区", "Area"),
    )
    return render(
        request,
        "population/statistics.html",
        {
            "chart": by_area,
            "ages": _ages(selectors.by_age_and_sex(actor)),
            "rows": rows,
            "county": county,
            "county_name": name_of(county) if county else "",
            "counties": [(place.code, str(place.name)) for place in children(CITY)],
            "persons": sum(area.persons for area in areas),
            "households": sum(area.households for area in areas),
        },
    )


def _ages(counted: dict[tuple[int, str], int]) -> Chart:
    decades = sorted({decade for decade, _ in counted})
    return Chart(
        kind="bar",
        title=t("全市人口年龄和性别", "Age and sex, whole city"),
        categories=[f"{decade}–{decade + 9}" for decade in decades],
        series=[
            Series(str(title), [counted.get((decade, sex), 0) for decade in decades])
            for sex, title in SEXES.items()
        ],
        unit=t("人", "persons"),
        axis=t("年龄", "Age"),
    )
