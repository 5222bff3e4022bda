"""The sitemap of the tree."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from wagtail.contrib.sitemaps import Sitemap

LANGUAGES = (("zh-Hans", "zh"), ("en", "en"))


class CitySitemap(Sitemap):
    """Public pages; each names its Chinese and its English address."""

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request)

    def _urls(self, page: int, protocol: str, domain: str) -> list[dict[str, Any]]:
        urls: list[dict[str, Any]] = super()._urls(page, protocol, domain)
        for url in urls:
            url["alternates"] = [
                {"location": f"{url['location']}?lang={code}", "lang_code": tag} for tag, code in LANGUAGES
            ]
        return urls
