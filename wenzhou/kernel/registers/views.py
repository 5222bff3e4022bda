"""Pages: who used my data; the whole journal for those who oversee it."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from wenzhou.kernel.base.pages import actor_of, query_day
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
        since=query_day(request, "since") or timezone.localdate() - RECENT,
        until=query_day(request, "until"),
    )
    page, lines = journal_lines(actor, asked, token=request.GET.get("page", ""))
    return render(request, "registers/journal.html", {"page": page, "lines": lines, "asked": asked})
