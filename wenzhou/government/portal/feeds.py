"""The feed of notices and news."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from django.contrib.syndication.views import Feed
from django.utils import timezone

from wenzhou.government.portal import selectors
from wenzhou.kernel.base.text import t

if TYPE_CHECKING:
    from wenzhou.government.portal.models import NewsPage

LENGTH = 30


class NewsFeed(Feed["NewsPage", None]):
    """RSS 2.0 of the newest notices and news together."""

    link = "/"

    def title(self) -> str:
        """Name of the feed."""
        return t("数字温州 · 公告与新闻", "Digital Wenzhou · notices and news")

    def description(self) -> str:
        """What it holds."""
        return t("温州市门户网站发布的公告与新闻", "Notices and news of the city portal of Wenzhou")

    def items(self) -> list[NewsPage]:
        """The newest pages of both kinds."""
        pages = selectors.latest("notice", LENGTH) + selectors.latest("news", LENGTH)
        return sorted(pages, key=lambda page: (page.date, page.pk), reverse=True)[:LENGTH]

    def item_title(self, item: NewsPage) -> str:
        """Its title in the reader's language."""
        return item.heading

    def item_description(self, item: NewsPage) -> str:
        """Its summary in the reader's language."""
        return item.lead

    def item_link(self, item: NewsPage) -> str:
        """Its address below the site's root."""
        return str(item.get_url())

    def item_pubdate(self, item: NewsPage) -> datetime.datetime:
        """Midnight of its date on the city's clock."""
        return timezone.make_aware(datetime.datetime.combine(item.date, datetime.time.min))
