"""Pages: who used my data; the whole journal for those who oversee it."""

from __future__ import annotations

from datetime import date, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from wenzhou.kernel.base.errors import Invalid
from wenzhou.kernel.base.pages import actor_of
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.registers.selectors import Filter, journal_lines, own_data_use

RECENT = timedelta(days=30)


def data_use(request: HttpRequest) -> HttpResponse:
    """Who read the record of the citizen who asks."""
    actor = actor_of(request).actor
    page, uses = own_data_use(actor, token=request.GET.get("page", ""))
    return render(request, "registers/data_use.html", {"page": page, "uses": uses, "known": actor.person})


def journal(request: HttpRequest) -> HttpResponse:
    """The journal with its filters; without any, the last thirty days."""
    actor = actor_of(request).actor
    asked = Filter(
        reader=request.GET.get("reader", "").strip(),
        number=request.GET.get("number", "").strip(),
        resource=request.GET.get("resource", "").strip(),
        since=day(request, "since") or timezone.localdate() - RECENT,
        until=day(request, "until"),
    )
    page, lines = journal_lines(actor, asked, token=request.GET.get("page", ""))
    return render(request, "registers/journal.html", {"page": page, "lines": lines, "asked": asked})


def day(request: HttpRequest, name: str) -> date | None:
    """A day of the query, None when it is not given. Raises Invalid."""
    given = request.GET.get(name, "").strip()
    if not given:
        return None
    try:
        return date.fromisoformat(given)
    except ValueError as error:
        wrong = Text("日期格式应为 2026-01-31", "A day is written 2026-01-31")
        raise Invalid(wrong, fields={name: wrong}) from error
