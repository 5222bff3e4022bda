"""Pages: search, a firm with its holders and history, statistics."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from wenzhou.foundation.legal_persons import selectors
from wenzhou.foundation.legal_persons.acts.catalogue import acts_for, may_have_branch
from wenzhou.foundation.legal_persons.closing import open_notice
from wenzhou.foundation.legal_persons.permissions import MAINTAIN_FIRMS
from wenzhou.foundation.legal_persons.reading import look
from wenzhou.foundation.legal_persons.register import ORGANISATIONS_REGISTER
from wenzhou.foundation.legal_persons.services.common import version
from wenzhou.foundation.legal_persons.words import APPOINTMENTS, KINDS, ROLES, SECTIONS, STATUSES
from wenzhou.kernel.base.charts import Chart, Series
from wenzhou.kernel.base.errors import Invalid
from wenzhou.kernel.base.pages import actor_of, query_day
from wenzhou.kernel.base.permissions import may
from wenzhou.kernel.base.text import Text, t
from wenzhou.kernel.geo.api import CITY, children, name_of, path_text
from wenzhou.kernel.registers.api import mask_name, may_extract
from wenzhou.kernel.registers.contracts import OrganisationProfile, OrganisationQuery


def search(request: HttpRequest) -> HttpResponse:
    """Search by code or name, or browse a county or a line of business."""
    text = request.GET.get("q", "").strip()
    county, line = request.GET.get("county", ""), request.GET.get("line", "")
    counties = [(place.code, str(place.name)) for place in children(CITY)]
    context: dict[str, object] = {"q": text, "county": county, "line": line, "error": ""}
    context["counties"] = [("", t("全市", "Whole city")), *counties]
    if text or county or line:
        try:
            page = selectors.search(
                actor_of(request).actor, text, token=request.GET.get("page", ""), county=county, line=line
            )
            context |= {
                "page": page,
                "asked": True,
                "firms": [(row, KINDS[row.kind], STATUSES[row.status]) for row in page.rows],
            }
        except Invalid as problem:
            context["error"] = str(problem.detail)
    return render(request, "legal_persons/search.html", context)


def firm(request: HttpRequest, organisation_id: UUID) -> HttpResponse:
    """One firm as of a day, with its holders and what has changed."""
    on = query_day(request) or timezone.localdate()
    actor = actor_of(request).actor
    found = look(actor, OrganisationQuery(id=organisation_id, on=on))
    present = version(organisation_id)
    holders = [
        (mask_name(h.name) if h.person else h.name, h.amount, h.per_cent)
        for h in selectors.holders(organisation_id, on)
    ]
    return render(
        request,
        "legal_persons/firm.html",
        {
            "found": found,
            "on": on,
            "may_extract": may_extract(actor, ORGANISATIONS_REGISTER),
            "may_propose": may(actor, MAINTAIN_FIRMS),
            "acts": acts_for(actor, present),
            "may_branch": may_have_branch(actor, present),
            "officers": [
                (ROLES[one.role], mask_name(one.person.name), one.valid_from, APPOINTMENTS[one.how])
                for one in selectors.officers(organisation_id, on)
            ],
            "branches": selectors.branches(organisation_id, on),
            "above": selectors.parent_of(organisation_id, on),
            "notice": open_notice(organisation_id),
            "facts": _facts(found, on),
            "holders": holders,
            "chart": Chart(
                kind="pie",
                title=t("出资比例", "Shares"),
                categories=[name for name, _, _ in holders],
                series=[Series(t("占比", "Part"), [part for _, _, part in holders])],
                unit="%",
                axis=t("股东", "Holder"),
            ),
            "versions": [
                (
                    row,
                    STATUSES[row.status],
                    mask_name(row.legal_representative.name) if row.legal_representative else "—",
                )
                for row in selectors.history(organisation_id)
            ],
        },
    )


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


def statistics(request: HttpRequest) -> HttpResponse:
    """Firms by county and by line of business."""
    actor = actor_of(request).actor
    county = request.GET.get("county", "")
    if county and not (county.isdigit() and len(county) == 6):
        raise Invalid(Text("县级代码为六位数字。", "The code of a county has six digits."))
    counties = [(row.key, name_of(row.key), row.number) for row in selectors.by_county(actor)]
    lines = selectors.by_line(actor, county=county)
    return render(
        request,
        "legal_persons/statistics.html",
        {
            "county": county,
            "county_name": name_of(county) if county else "",
            "counties": counties,
            "lines": lines,
            "total": sum(number for _, _, number in counties),
            "by_county": _chart(
                "bar",
                t("各县（市、区）法人单位", "Firms by county"),
                t("地区", "Area"),
                [(name, number) for _, name, number in counties],
            ),
            "by_line": _chart(
                "hbar",
                t("法人单位最多的行业", "Lines of business with most firms"),
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
        series=[Series(t("单位数", "Firms"), [number for _, number in pairs])],
        unit=t("家", "firms"),
        axis=axis,
    )
