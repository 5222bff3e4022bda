"""Pages: browse divisions as of a day, one division with its history."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from wenzhou.kernel.base.pages import query_day
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.geo import selectors
from wenzhou.kernel.geo.contracts import Place
from wenzhou.kernel.geo.directory import today
from wenzhou.kernel.geo.endpoints import unknown_division


def browse(request: HttpRequest) -> HttpResponse:
    """The counties of the city on a day, on a map and in a list."""
    on = query_day(request) or today()
    counties = [
        (county, len(selectors.children(county.code, on)))
        for county in selectors.children(selectors.CITY, on)
    ]
    return render(
        request,
        "geo/browse.html",
        {
            "on": on,
            "counties": counties,
            "rows": [(county.name, towns) for county, towns in counties],
            "outlines": f"/api/geo/outlines?on={on}",
        },
    )


def division(request: HttpRequest, code: str) -> HttpResponse:
    """One division on a day: its path, what lies below, its history; an abolished one shows its successors."""
    on = query_day(request) or today()
    versions = selectors.versions(code)
    place = selectors.division(code, on)
    if not versions:
        raise unknown_division(code)
    shown = place or versions[-1]
    return render(
        request,
        "geo/division.html",
        {
            "on": on,
            "place": shown,
            "in_force": place is not None,
            "crumbs": _crumbs(shown, on),
            "children": selectors.children(code, on),
            "versions": versions,
            "changes": selectors.history(code),
            "dated": [
                (one, selectors.day_text(one, one.start), selectors.day_text(one, one.end))
                for one in versions
            ],
            "since": selectors.day_text(shown, shown.start),
            "ancestors": selectors.ancestors(code),
            "successors": [p for p in selectors.successors(code, on) if p.code != code],
        },
    )


def _crumbs(shown: Place, on: date) -> list[tuple[object, str]]:
    """Titles and addresses from the city down to what is shown, which has none."""
    above = [p for p in selectors.path(shown.code, on) if p.code != shown.code]
    return [
        (Text("行政区划", "Divisions"), f"{reverse('geo:browse')}?on={on}"),
        *((p.name, f"{reverse('geo:division', args=[p.code])}?on={on}") for p in above),
        (shown.name, ""),
    ]
