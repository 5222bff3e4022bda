"""The public addresses of online approval."""

from __future__ import annotations

from wenzhou.government.approvals import views
from wenzhou.kernel.base.pages import SERVICES, Nav, Page
from wenzhou.kernel.base.text import Text

PAGES = (
    Page(
        name="services",
        path="services/",
        view=views.catalogue,
        title=Text("服务目录", "All services"),
        public=True,
        nav=Nav(SERVICES, 10, "list-details"),
    ),
    Page(
        name="service",
        path="services/<slug:code>/",
        view=views.service,
        title=Text("办事指南", "Guide to a service"),
        public=True,
    ),
)
