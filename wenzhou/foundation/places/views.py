"""Pages: search with confidence, an address with its history and map, roads of a division, what is at a point."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from wenzhou.foundation.places import selectors
from wenzhou.foundation.places.codes import is_address_code
from wenzhou.foundation.places.matching.divisions import Part
from wenzhou.foundation.places.matching.match import Match, match
from wenzhou.foundation.places.models import AddressVersion
from wenzhou.foundation.places.reverse import Found, at_point
from wenzhou.foundation.places.services.common import ADDRESS
from wenzhou.foundation.places.views_acts import acts_for, first_acts
from wenzhou.foundation.places.words import LEVELS, PARTS, USES
from wenzhou.kernel.base.charts import Chart, Series
from wenzhou.kernel.base.errors import Invalid, NotFound
from wenzhou.kernel.base.pages import actor_of, query_day
from wenzhou.kernel.base.text import Text, t
from wenzhou.kernel.geo.api import (
    CITY,
    division,
    division_choices,
    name_of,
    path,
    path_text,
    shown_day,
    unplaced_text,
)
from wenzhou.kernel.geo.api import children as divisions_below


def search(request: HttpRequest) -> HttpResponse:
    """Search by an address as people write it, or by the code of one."""
    text = request.GET.get("q", "").strip()
    context: dict[str, object] = {
        "q": text,
        "error": "",
        "counties": divisions_below(CITY),
        "acts": first_acts(actor_of(request).actor),
    }
    if is_address_code(text) and (found := selectors.by_code(text)):
        return redirect("places:address", found)
    if text:
        try:
            context["matches"] = [_shown(one) for one in match(text, limit=10)]
        except Invalid as problem:
            context["error"] = str(problem.detail)
    return render(request, "places/search.html", context)


def _shown(one: Match) -> dict[str, object]:
    per_cent = round(one.confidence * 100)
    return {
        "address": one.address,
        "level": LEVELS[one.address.level],
        "per_cent": per_cent,
        "kind": "ok" if per_cent >= 90 else "waiting" if per_cent >= 60 else "refused",
        "parts": [_part(part) for part in one.parts],
    }


def _part(part: Part) -> dict[str, object]:
    return {
        "title": PARTS.get(str(part.level), part.level),
        "asked": part.asked,
        "found": part.found,
        "how": part.how,
        "cost": round(part.cost * 100),
    }


def address(request: HttpRequest, location_id: UUID) -> HttpResponse:
    """One address as of a day: what is above and below it, its ground, its history, a map."""
    on = query_day(request) or timezone.localdate()
    found = selectors.record_of(location_id, on)
    above = selectors.in_order(found.path[:-1], on)
    page = selectors.children(location_id, token=request.GET.get("page", ""), on=on)
    return render(
        request,
        "places/address.html",
        {
            "found": found,
            "on": on,
            "facts": _facts(found, on),
            "above": above,
            "page": page,
            "below": [(row, LEVELS[row.level]) for row in page.rows],
            "grounds": [
                (house, parcel, USES[parcel.use] if parcel else "")
                for house, parcel in selectors.grounds_of(location_id, on)
            ],
            "timeline": [_entry(row) for row in selectors.history(location_id)],
            "acts": []
            if found.ended
            else acts_for(actor_of(request).actor, ADDRESS, found.id, found.division),
            "map": f"/api/places/around/{location_id}?on={on}",
        },
    )


def _facts(found: selectors.AddressRecord, on: date) -> list[tuple[str, object]]:
    return [
        (t("标准地址", "Standard address"), found.full),
        (t("地址编码", "Code"), found.code),
        (t("层级", "Level"), LEVELS[found.level]),
        (t("行政区划", "Division"), f"{path_text(found.division, on)} ({found.division})"),
        (t("坐标（EPSG:4490）", "Point (EPSG:4490)"), f"{found.lon:.6f}, {found.lat:.6f}"),
        (t("注销日期", "Ended on"), found.ended or t("有效", "in force")),
    ]


def _entry(row: AddressVersion) -> dict[str, object]:
    until = row.valid_to.isoformat() if row.valid_to else t("至今", "now")
    return {
        "when": f"{row.valid_from} – {until}",
        "title": row.name,
        "note": f"{path_text(row.division, row.valid_from)} · {t('来源', 'Source')} {row.source}",
        "icon": "map-pin",
    }


def roads(request: HttpRequest, code: str) -> HttpResponse:
    """Roads of a division by name, with the divisions below it."""
    place = division(code)
    if place is None or len(code) < 6:
        raise NotFound(
            Text("没有这个区划，请从检索页选择。", "There is no such division; choose from the search page.")
        )
    page = selectors.roads_of(code, token=request.GET.get("page", ""))
    return render(
        request,
        "places/roads.html",
        {
            "place": place,
            "above": path(code)[:-1],
            "below": divisions_below(code),
            "page": page,
            "rows": [(row, division(row.division)) for row in page.rows],
        },
    )


def point(request: HttpRequest) -> HttpResponse:
    """What is at a point given by its degrees."""
    context: dict[str, object] = {"lon": request.GET.get("lon", ""), "lat": request.GET.get("lat", "")}
    if "lon" in request.GET:
        try:
            found = at_point(float(request.GET["lon"]), float(request.GET.get("lat", "")))
            context |= {"found": found, "facts": _at(found)}
            if found.address:
                context["map"] = f"/api/places/around/{found.address.id}"
        except Invalid as problem:
            context["error"] = str(problem.detail)
        except ValueError:
            context["error"] = t(
                "经纬度应为小数，如 120.65 和 28.01", "Degrees are decimals, such as 120.65 and 28.01"
            )
    return render(request, "places/point.html", context)


def _at(found: Found) -> list[tuple[str, object]]:
    nothing = t("没有登记", "none registered")
    near = (
        f"{found.address.full} ({found.metres:g} m)"
        if found.address and found.metres is not None
        else nothing
    )
    return [
        (t("最近地址", "Nearest address"), near),
        (
            t("宗地", "Parcel"),
            f"{found.parcel.location.code} {found.parcel.situated}" if found.parcel else nothing,
        ),
        (t("建筑物", "Building"), found.building.location.code if found.building else nothing),
        (t("行政区划", "Division"), path_text(found.division.code) if found.division else nothing),
    ]


def statistics(request: HttpRequest) -> HttpResponse:
    """Roads, numbers and rooms by county, or by town of one county."""
    county = request.GET.get("county", "")
    if county and not (county.isdigit() and len(county) == 6):
        raise Invalid(Text("县级代码为六位数字。", "The code of a county has six digits."))
    on = query_day(request) or timezone.localdate()
    choice, digits = request.GET.get("divisions", ""), 9 if county else 6
    shown_on = shown_day(choice, on)
    lost: tuple[int, ...] = ()
    if on == timezone.localdate():
        areas = selectors.by_area(digits=digits, within=county)
    else:
        areas, lost = selectors.placed_by_area(on, shown_on, digits=digits, within=county)
    rows = [(area, name_of(area.division)) for area in areas]
    chart = Chart(
        kind="bar",
        title=t("门牌和房室", "Numbers and rooms"),
        categories=[name for _, name in rows],
        series=[
            Series(t("门牌", "Numbers"), [area.numbers for area, _ in rows]),
            Series(t("房室", "Rooms"), [area.rooms for area, _ in rows]),
        ],
        unit=t("个", "addresses"),
        axis=t("地区", "Area"),
    )
    totals = [sum(getattr(area, name) for area in areas) for name in ("roads", "numbers", "rooms")]
    asked = {
        "on": on,
        "choice": choice,
        "choices": division_choices(),
        "unplaced": unplaced_text(lost),
        "counties": [
            ("", t("全市", "Whole city")),
            *((one.code, str(one.name)) for one in divisions_below(CITY)),
        ],
    }
    shown = asked | {"chart": chart, "rows": rows, "county": county, "totals": totals}
    return render(
        request, "places/statistics.html", shown | {"county_name": name_of(county) if county else ""}
    )
