"""What the public may read: live pages without restrictions, nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db.models import F, Q, QuerySet, TextField
from django.db.models.functions import Cast

from wenzhou.kernel.content.api import CityPage

if TYPE_CHECKING:
    from wenzhou.government.portal.models import InformationPage, NewsIndexPage, NewsPage

LONGEST_QUERY = 60
MOST_HITS = 50


def _model(name: str) -> Any:
    # Page types ask these selectors for their rows, so the models are looked up when asked, not imported.
    return apps.get_model("portal", name)


def news_of(index: NewsIndexPage) -> QuerySet[NewsPage]:
    """The public pages of a list, newest first."""
    pages: QuerySet[NewsPage] = _model("NewsPage").objects.child_of(index).live().public()
    return pages.select_related("office").order_by("-date", "-id")


def latest(kind: str, count: int) -> list[NewsPage]:
    """The newest ``count`` public pages of all lists of a kind."""
    pages: list[NewsPage] = []
    for index in _model("NewsIndexPage").objects.live().public().filter(kind=kind):
        pages += news_of(index)[:count]
    return sorted(pages, key=lambda page: (page.date, page.pk), reverse=True)[:count]


def index_of(kind: str) -> NewsIndexPage | None:
    """The first public list of a kind."""
    found: NewsIndexPage | None = _model("NewsIndexPage").objects.live().public().filter(kind=kind).first()
    return found


def section_of(page: InformationPage) -> list[InformationPage]:
    """The public information pages under a page, else those beside it (itself among them), in tree order."""
    pages = _model("InformationPage").objects.live().public().order_by("path")
    return list(pages.child_of(page)) or list(pages.sibling_of(page))


def first_information() -> list[InformationPage]:
    """The public information pages right under the home page, in tree order."""
    pages = _model("InformationPage").objects.live().public().filter(depth=3).order_by("path")
    return list(pages)


def search(query: str) -> list[CityPage]:
    """Public pages that hold every word of the query in title, summary or body, titles first; at most MOST_HITS.

    Words are parted by blanks; Chinese is matched as it is written, without taking words apart.
    """
    words = query[:LONGEST_QUERY].split()
    if not words:
        return []
    pages = (
        CityPage.objects.live()
        .public()
        .filter(depth__gt=1)
        .annotate(
            news_text=Cast("newspage__body", TextField()),
            information_text=Cast("informationpage__body", TextField()),
        )
    )
    in_title = Q()
    for word in words:
        title = Q(title__icontains=word) | Q(title_en__icontains=word)
        in_title &= title
        pages = pages.filter(
            title
            | Q(summary__icontains=word)
            | Q(summary_en__icontains=word)
            | Q(news_text__icontains=word)
            | Q(information_text__icontains=word)
        )
    ranked = pages.annotate(named=Q(in_title)).order_by(
        "-named", F("last_published_at").desc(nulls_last=True)
    )
    return list(ranked[:MOST_HITS])
