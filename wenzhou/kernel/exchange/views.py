"""Pages: the catalogue for everybody, the grants for the data officer."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.errors import Invalid, Problem
from wenzhou.kernel.base.pages import actor_of
from wenzhou.kernel.base.permissions import may
from wenzhou.kernel.base.text import Text, t
from wenzhou.kernel.exchange import selectors, services
from wenzhou.kernel.exchange.permissions import MANAGE_GRANTS


def catalogue(request: HttpRequest) -> HttpResponse:
    """All resources."""
    return render(request, "exchange/catalogue.html", {"entries": selectors.catalogue()})


def resource(request: HttpRequest, code: str) -> HttpResponse:
    """One resource with its fields, who offers and who uses it."""
    return render(request, "exchange/resource.html", {"entry": selectors.entry(code)})


def grants(request: HttpRequest) -> HttpResponse:
    """Applications and grants; the data officer decides here."""
    actor = actor_of(request).actor
    if request.method == "POST":
        try:
            messages.success(request, _decide(actor, request))
        except Problem as problem:
            messages.error(request, str(problem.detail))
        return redirect("exchange:grants")
    found = selectors.grants(actor)
    return render(
        request,
        "exchange/grants.html",
        {
            "waiting": found["applied"],
            "granted": found["granted"],
            "ended": found["refused"] + found["revoked"],
            "decides": may(actor, MANAGE_GRANTS),
        },
    )


def _decide(actor: Actor, request: HttpRequest) -> str:
    act = request.POST.get("act", "")
    if act == "collect":
        return t("新增 {n} 项申请", "{n} new applications", n=services.sync_uses(actor))
    grant_id = _uuid(request.POST.get("grant", ""))
    reason = request.POST.get("reason", "")
    if act == "grant":
        services.grant(actor, grant_id, until=_day(request.POST.get("until", "")))
        return t("已授权", "Granted")
    if act == "refuse":
        services.refuse(actor, grant_id, reason)
        return t("已驳回", "Refused")
    if act == "revoke":
        services.revoke(actor, grant_id, reason)
        return t("已撤销授权", "Revoked")
    raise Invalid(Text("没有这种操作。", "There is no such act."))


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise Invalid(Text("没有这项申请。", "There is no such application.")) from error


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise Invalid(Text("截止日期格式应为 2026-01-31。", "The end is written 2026-01-31.")) from error
