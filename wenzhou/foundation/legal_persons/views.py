"""Pages: search, a firm with its holders and history, statistics."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone

from wenzhou.foundation.legal_persons import selectors
from wenzhou.foundation.legal_persons.acts.catalogue import acts_for, may_have_branch
from wenzhou.foundation.legal_persons.closing import open_notice
from wenzhou.foundation.legal_persons.permissions import MAINTAIN_FIRMS
from wenzhou.foundation.legal_persons.reading import look
from wenzhou.foundation.legal_persons.register import ORGANISATIONS_REGISTER
from wenzhou.foundation.legal_persons.services.common import version
from wenzhou.foundation.legal_persons.timeline import end_of, entries, superseded_rows
from wenzhou.foundation.legal_persons.words import APPOINTMENTS, KINDS, ROLES, SECTIONS, STATUSES
from wenzhou.kernel.base.charts import Chart, Series
from wenzhou.kernel.base.errors import Invalid
from wenzhou.kernel.base.pages import actor_of, query_day
from wenzhou.kernel.base.permissions import may
from wenzhou.kernel.base.text import Text, t
from wenzhou.kernel.geo.api import CITY, children, locate, name_of, outlines, path_text
from wenzhou.kernel.registers.api import mask_name, may_extract
from wenzhou.kernel.registers.contracts import OrganisationProfile, OrganisationQuery


def search(request: HttpRequest) -> HttpResponse:
    """Search by name, sound, code, telephone and address; narrowed by county, kind and status."""
    given = {
        name: request.GET.get(name, "").strip()
        for name in ("q", "address", "county", "line", "kind", "status")
    }
    counties = [(place.code, str(place.name)) for place in children(CITY)]
    errors: dict[str, Text] = {}
    context: dict[str, object] = {
        **given,
        "counties": [("", t("全市", "Whole city")), *counties],
        "kinds": [("", t("全部", "Any")), *((code, str(words)) for code, words in KINDS.items())],
        "statuses": [("", t("全部", "Any")), *((code, str(words)) for code, words in STATUSES.items())],
        "errors": errors,
    }
    if any(given.values()):
        wanted = selectors.Wanted(text=given.pop("q"), **given)
        try:
            page = selectors.search(actor_of(request).actor, wanted, token=request.GET.get("page", ""))
            context |= {
                "page": page,
                "asked": True,
                "firms": [(row, KINDS[row.kind], STATUSES[row.status]) for row in page.rows],
            }
        except Invalid as problem:
            errors |= problem.fields
    return render(request, "legal_persons/search.html", context, status=422 if errors else 200)


def firm(request: HttpRequest, organisation_id: UUID) -> HttpResponse:
    """One firm as of a day and as known at the end of a day: holders, officers, branches, what has changed, what one may do."""
    actor = actor_of(request).actor
    on = query_day(request) or timezone.localdate()
    known = query_day(request, "known")
    known_at = end_of(known) if known else None
    found = look(actor, OrganisationQuery(id=organisation_id, on=on), known_at=known_at)
    present = version(organisation_id)
    holders = [
        (mask_name(h.name) if h.person else h.name, h.amount, h.per_cent)
        for h in selectors.holders(organisation_id, on, known_at)
    ]
    return render(
        request,
        "legal_persons/firm.html",
        {
            "found": found,
            "on": on,
            "known": known,
            "may_extract": may_extract(actor, ORGANISATIONS_REGISTER),
            "may_propose": may(actor, MAINTAIN_FIRMS),
            "acts": acts_for(actor, present),
            "may_branch": may_have_branch(actor, present),
            "officers": [
                (ROLES[one.role], mask_name(one.person.name), one.valid_from, APPOINTMENTS[one.how])
                for one in selectors.officers(organisation_id, on, known_at)
            ],
            "branches": selectors.branches(organisation_id, on),
            "above": selectors.parent_of(organisation_id, on),
            "notice": open_notice(organisation_id),
            "facts": _facts(found, on),
            "holders": holders,
            "chart": _shares(holders),
            "entries": entries(selectors.history(organisation_id, known_at)),
            "superseded": superseded_rows(selectors.superseded(organisation_id)),
            "year_ago": on - timedelta(days=365),
            "address": found.address,
        },
    )


def _shares(holders: Sequence[tuple[str, str, float]]) -> Chart:
    return Chart(
        kind="pie",
        title=t("出资比例", "Shares"),
        categories=[name for name, _, _ in holders],
        series=[Series(t("占比", "Part"), [part for _, _, part in holders])],
        unit="%",
        axis=t("股东", "Holder"),
    )


def firm_map(request: HttpRequest, organisation_id: UUID) -> HttpResponse:
    """Where the firm is, as GeoJSON: its county's outline and the point of its address, if the address is understood."""
    on = query_day(request) or timezone.localdate()
    found = look(actor_of(request).actor, OrganisationQuery(id=organisation_id, on=on))
    county = (found.division or "")[:6]
    features = [one for one in outlines(CITY, on)["features"] if one["properties"]["code"] == county]
    for one in features:
        one["properties"] |= {"label": name_of(county)}
    place = locate(found.address or "")
    if place is not None:
        features.append(
            {
                "type": "Feature",
                "geometry": {"type": "Point", "coordinates": [place.lon, place.lat]},
                "properties": {"label": f"{found.name}：{place.words}", "value": round(place.confidence, 2)},
            }
        )
    return JsonResponse({"type": "FeatureCollection", "features": features})


def _facts(found: OrganisationProfile, on: date) -> list[tuple[str, object]]:
    section = SECTIONS.get((found.line_code or "")[:1], "")
    return [
        (t("统一社会信用代码", "Unified social credit code"), found.code),
        (t("类型", "Kind"), KINDS[found.kind or ""]),
        (t("登记状态", "Status"), STATUSES[found.status or ""]),
        (t("行业", "Line of business"), f"{found.line_code} {found.line_name}（{section}）"),
        (t("注册资本（元）", "Registered capital (yuan)"), f"{found.capital:,.2f}"),
        (t("成立日期", "Established"), found.established),
        (t("住所", "Address"), found.address),
        (t("行政区划", "Division"), path_text(found.division or "", on)),
        (t("法定代表人", "Legal representative"), mask_name(found.legal_representative_name or "—")),
    ]
