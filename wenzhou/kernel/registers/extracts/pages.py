"""Pages of extracts."""

from __future__ import annotations

from wenzhou.kernel.base.pages import MINE, Nav, Page
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.registers.extracts import views
from wenzhou.kernel.registers.permissions import ISSUE_EXTRACT, OWN_EXTRACT

PAGES = (
    Page(
        name="own-extracts",
        path="my/extracts/",
        view=views.own,
        title=Text("我的登记查询单", "My extracts"),
        permission=OWN_EXTRACT,
        nav=Nav(MINE, 62, "certificate"),
    ),
    Page(
        name="extract",
        path="registers/r/<slug:code>/<uuid:record>/extract/",
        view=views.take,
        title=Text("出具登记查询单", "Printable extract"),
        permission=ISSUE_EXTRACT,
    ),
    # Whoever took an extract may open it: an official, or anybody who took her own.
    Page(
        name="extract-paper",
        path="my/extracts/<uuid:extract_id>/",
        view=views.issued,
        title=Text("登记查询单", "Extract"),
        permission=OWN_EXTRACT,
    ),
    Page(
        name="extract-file",
        path="my/extracts/<uuid:extract_id>/paper/",
        view=views.download,
        title=Text("登记查询单文件", "Extract, the paper"),
        permission=OWN_EXTRACT,
    ),
    Page(
        name="verify-extract",
        path="extracts/<slug:code>/",
        view=views.verification,
        title=Text("查询单核验结果", "An extract verified"),
        public=True,
    ),
)
