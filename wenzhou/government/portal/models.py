"""Page types of the portal: home, news and notices, information."""

from __future__ import annotations

import datetime
from typing import Any, ClassVar

from django.core.paginator import Page as PaginatedPage
from django.core.paginator import Paginator
from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.search import index

from wenzhou.government.portal import home, selectors
from wenzhou.government.portal.blocks import Body, Contacts
from wenzhou.kernel.base.text import Text, is_english
from wenzhou.kernel.content.api import CityPage

NEWS_PER_PAGE = 20


def today() -> datetime.date:
    """Today on the city's calendar."""
    return timezone.localdate()


class HomePage(CityPage):
    """The front door of the city: search, services by life event, notices, news, figures, how to reach it."""

    hero = models.CharField("主标题 Headline (Chinese)", max_length=60)
    hero_en = models.CharField("Headline (English)", max_length=120)
    hero_lead = models.CharField("副标题 Line below (Chinese)", max_length=120, blank=True)
    hero_lead_en = models.CharField("Line below (English)", max_length=240, blank=True)
    reach = StreamField(Contacts(), blank=True, verbose_name="联系我们 How to reach us")

    content_panels: ClassVar[list[object]] = [
        *CityPage.content_panels,
        MultiFieldPanel(
            [FieldPanel(name) for name in ("hero", "hero_en", "hero_lead", "hero_lead_en")],
            heading="首屏 Hero",
        ),
        FieldPanel("reach"),
    ]
    parent_page_types: ClassVar[list[str]] = ["content.CityPage"]
    subpage_types: ClassVar[list[str]] = ["portal.NewsIndexPage", "portal.InformationPage"]
    max_count = 1
    template = "portal/home.html"

    class Meta:
        verbose_name = "首页 home page"

    @property
    def headline(self) -> str:
        """The headline in the reader's language."""
        return str(self.hero_en if is_english() else self.hero)

    @property
    def headline_lead(self) -> str:
        """The line below the headline in the reader's language."""
        return str(self.hero_lead_en if is_english() else self.hero_lead)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Adds ``board``: services, notices, news, information pages and figures (home.Board)."""
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        return context | {"board": home.board()}


class NewsKind(models.TextChoices):
    """What a list holds: notices (公告) oblige, news (新闻) tell."""

    NOTICE = "notice", "公告 Notices"
    NEWS = "news", "新闻 News"


class NewsIndexPage(CityPage):
    """A list of notices or of news, newest first."""

    kind = models.CharField("类别 Kind", max_length=10, choices=NewsKind.choices)

    content_panels: ClassVar[list[object]] = [*CityPage.content_panels, FieldPanel("kind")]
    parent_page_types: ClassVar[list[str]] = ["portal.HomePage"]
    subpage_types: ClassVar[list[str]] = ["portal.NewsPage"]
    template = "portal/news_index.html"

    class Meta:
        verbose_name = "列表页 news list"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Adds ``rows``: the asked page of the list, the last one when too far is asked."""
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        rows: PaginatedPage[NewsPage] = Paginator(selectors.news_of(self), NEWS_PER_PAGE).get_page(
            request.GET.get("page")
        )
        return context | {"rows": rows}


class NewsPage(CityPage):
    """A notice or a piece of news. ``number`` is the document's number (文号) where it has one."""

    date = models.DateField("日期 Date", default=today, db_index=True)
    number = models.CharField("文号 Document number", max_length=60, blank=True)
    body = StreamField(Body(), verbose_name="正文 Body")

    search_fields: ClassVar[list[index.BaseField]] = [
        *CityPage.search_fields,
        index.SearchField("body"),
        index.FilterField("date"),
    ]
    content_panels: ClassVar[list[object]] = [
        *CityPage.content_panels,
        FieldPanel("date"),
        FieldPanel("number"),
        FieldPanel("body"),
    ]
    parent_page_types: ClassVar[list[str]] = ["portal.NewsIndexPage"]
    subpage_types: ClassVar[list[str]] = []
    template = "portal/news.html"

    class Meta:
        verbose_name = "公告或新闻 notice or news"
        indexes: ClassVar = [models.Index(fields=["-date"], name="portal_news_newest")]

    @property
    def facts(self) -> list[tuple[Text, object]]:
        """Date, number and answerable office, for the head of the page."""
        pairs: list[tuple[Text, object]] = [(Text("发布日期", "Date"), self.date.isoformat())]
        if self.number:
            pairs.append((Text("文号", "Document number"), self.number))
        if self.office is not None:
            pairs.append((Text("发布单位", "Office"), self.office.name))
        return pairs


class InformationPage(CityPage):
    """A lasting page: what the city is, how things are done, whom to ask."""

    body = StreamField(Body(), verbose_name="正文 Body")

    search_fields: ClassVar[list[index.BaseField]] = [*CityPage.search_fields, index.SearchField("body")]
    content_panels: ClassVar[list[object]] = [*CityPage.content_panels, FieldPanel("body")]
    parent_page_types: ClassVar[list[str]] = ["portal.HomePage", "portal.InformationPage"]
    subpage_types: ClassVar[list[str]] = ["portal.InformationPage"]
    template = "portal/information.html"

    class Meta:
        verbose_name = "信息页 information page"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Adds ``section``: the public pages under this one, or beside it where there are none under it."""
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        return context | {"section": selectors.section_of(self)}
