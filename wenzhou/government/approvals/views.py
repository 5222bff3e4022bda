"""The public catalogue of services and the guide to each of them (办事指南)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from wenzhou.government.approvals import selectors
from wenzhou.kernel.base.pages import actor_of
from wenzhou.kernel.content.api import mark_public

KEEP = 60
"""Seconds for which an answer to the anonymous may be kept."""


@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    """Services by life event; ``?q=`` searches them."""
    words = request.GET.get("q", "").strip()[:100]
    shelves = selectors.catalogue(words)
    context = {"shelves": shelves, "words": words, "found": sum(len(shelf.items) for shelf in shelves)}
    response = render(request, "approvals/catalogue.html", context)
    if not words:
        mark_public(response, KEEP)
    return response


@require_safe
def service(request: HttpRequest, code: str) -> HttpResponse:
    """One guide; ``?print=1`` gives it as a sheet of paper."""
    guide = selectors.guide(code)
    template = "approvals/guide_print.html" if "print" in request.GET else "approvals/guide.html"
    context = {"guide": guide, "item": guide.item, "signed_in": not actor_of(request).actor.is_anonymous}
    response = render(request, template, context)
    mark_public(response, KEEP)
    return response
