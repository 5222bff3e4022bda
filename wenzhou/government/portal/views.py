"""Search, feed, sitemap and robots.txt of the portal."""

from __future__ import annotations

from django.contrib.sitemaps.views import sitemap as render_sitemap
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from wenzhou.government.portal import selectors
from wenzhou.government.portal.feeds import NewsFeed
from wenzhou.government.portal.sitemaps import CitySitemap
from wenzhou.kernel.base.registry import registry
from wenzhou.kernel.content.api import mark_public
from wenzhou.kernel.content.contracts import ServiceCard

PRIVATE = ("/account/", "/api/", "/cms/", "/search/")


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Services and public pages that hold the words of ``q``."""
    query = request.GET.get("q", "").strip()[: selectors.LONGEST_QUERY]
    services, pages = _services(query), selectors.search(query)
    context = {"query": query, "services": services, "pages": pages, "count": len(services) + len(pages)}
    return render(request, "portal/search.html", context)


def _services(query: str) -> list[ServiceCard]:
    words = query.lower().split()
    if not words:
        return []
    return [card for card in registry.declared(ServiceCard) if all(word in _words_of(card) for word in words)]


def _words_of(card: ServiceCard) -> str:
    texts = (card.title, card.summary, card.event.title)
    return " ".join(f"{text.zh} {text.en}" for text in texts).lower()


@require_safe
def feed(request: HttpRequest) -> HttpResponse:
    """Notices and news as RSS 2.0, in the reader's language."""
    response = NewsFeed()(request)
    mark_public(response)
    return response


@require_safe
def sitemap(request: HttpRequest) -> HttpResponseBase:
    """The public pages of the tree with their languages (sitemaps.org 0.9, xhtml:link alternates)."""
    response = render_sitemap(request, {"pages": CitySitemap(request)}).render()
    mark_public(response)
    return response


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """What search engines should leave alone, and where the sitemap is (RFC 9309)."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in PRIVATE)]
    lines += ["", f"Sitemap: {request.build_absolute_uri(reverse('portal:sitemap'))}", ""]
    response = HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")
    mark_public(response)
    return response
