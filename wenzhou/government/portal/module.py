"""Manifest of the city portal."""

from __future__ import annotations

from wenzhou.government.portal import demo, views
from wenzhou.government.portal.figures import FIGURES
from wenzhou.kernel.base.manifest import Demo, Module
from wenzhou.kernel.base.pages import Page
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.content.module import MODULE as CONTENT
from wenzhou.kernel.geo.module import MODULE as GEO

MODULE = Module(
    code="portal",
    title=Text("门户网站", "City portal"),
    summary=Text(
        "城市的公开门面：服务、公告、新闻、城市介绍与联系方式，双语，先审后发。",
        "The public face of the city: services, notices, news, the city and how to reach it, in two languages.",
    ),
    group="government",
    rows=("G3",),
    clauses=("2.10",),
    depends_on=(CONTENT, GEO),
    pages=(
        Page(name="search", path="search/", view=views.search, title=Text("搜索", "Search"), public=True),
        Page(name="feed", path="feed.xml", view=views.feed, title=Text("订阅", "Feed"), public=True),
        Page(
            name="sitemap",
            path="sitemap.xml",
            view=views.sitemap,
            title=Text("网站地图", "Sitemap"),
            public=True,
        ),
        Page(
            name="robots", path="robots.txt", view=views.robots, title=Text("爬虫规则", "Robots"), public=True
        ),
    ),
    declares=FIGURES,
    demo=Demo(load=demo.load, order=90),
)
