"""Factories of the portal for tests."""

from __future__ import annotations

import itertools
from typing import Any

from wenzhou.government.portal.models import HomePage, InformationPage, NewsIndexPage, NewsPage

_serial = itertools.count(1)


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
