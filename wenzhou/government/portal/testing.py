"""Factories of the portal for tests."""

from __future__ import annotations

import itertools
from typing import Any

from wagtail.models import Site

from wenzhou.government.portal.models import HomePage, InformationPage, NewsIndexPage, NewsPage
from wenzhou.kernel.content.testing import lay_ground

_serial = itertools.count(1)


def open_portal() -> HomePage:
    """The home page with its site, laid again where a test that commits has emptied the tables."""
    root = lay_ground()
    page: HomePage | None = HomePage.objects.first()
    if page is not None:
        return page
    page = HomePage(
        title="温州市门户网站",
        title_en="City portal of Wenzhou",
        hero="想办什么事，从这里开始",
        hero_en="Whatever you need done, start here",
        slug="home",
    )
    root.add_child(instance=page)
    Site.objects.create(hostname="localhost", root_page=page, is_default_site=True)
    return page


def home() -> HomePage:
    """The home page, as the migration made it."""
    page: HomePage = HomePage.objects.get()
    return page


def make_index(kind: str = "notice", **fields: Any) -> NewsIndexPage:
    """A live list under the home page."""
    number = next(_serial)
    page = NewsIndexPage(
        **{
            "title": f"测试列表{number}",
            "title_en": f"Test list {number}",
            "slug": f"list-{number}",
            **fields,
        },
        kind=kind,
    )
    home().add_child(instance=page)
    page.save_revision().publish()
    return page


def body(zh: str, en: str) -> list[tuple[str, dict[str, str]]]:
    """A body of one text in both languages (HTML)."""
    return [("text", {"zh": zh, "en": en})]


def make_news(index: NewsIndexPage, *, live: bool = True, **fields: Any) -> NewsPage:
    """A page of a list; a draft when not ``live``."""
    number = next(_serial)
    given = {
        "title": f"测试公告{number}",
        "title_en": f"Test notice {number}",
        "slug": f"notice-{number}",
        "body": body("<p>正文</p>", "<p>Body</p>"),
        **fields,
    }
    page = NewsPage(**given, live=False)
    index.refresh_from_db()
    index.add_child(instance=page)
    revision = page.save_revision()
    if live:
        revision.publish()
        page.refresh_from_db()
    return page


def make_information(*, live: bool = True, **fields: Any) -> InformationPage:
    """An information page under the home page."""
    number = next(_serial)
    given = {
        "title": f"测试信息{number}",
        "title_en": f"Test information {number}",
        "slug": f"information-{number}",
        "body": body("<p>正文</p>", "<p>Body</p>"),
        **fields,
    }
    page = InformationPage(**given, live=False)
    home().add_child(instance=page)
    revision = page.save_revision()
    if live:
        revision.publish()
        page.refresh_from_db()
    return page
