"""Pages of quality."""

from __future__ import annotations

from wenzhou.kernel.base.pages import OVERSIGHT, WORK, Nav, Page
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.registers.permissions import OVERSEE_QUALITY, WORK_QUALITY
from wenzhou.kernel.registers.quality import views

PAGES = (
    Page(
        name="quality",
        path="registers/quality/",
        view=views.queue,
        title=Text("数据质量问题", "Problems of quality"),
        permission=WORK_QUALITY,
        nav=Nav(WORK, 70, "alert-triangle"),
    ),
    Page(
        name="quality-problem",
        path="registers/quality/<uuid:problem_id>/",
        view=views.problem,
        title=Text("数据质量问题详情", "A problem of quality"),
        permission=WORK_QUALITY,
    ),
    Page(
        name="quality-scores",
        path="registers/quality/scores/",
        view=views.scores,
        title=Text("数据质量评分", "Scores of quality"),
        permission=OVERSEE_QUALITY,
        nav=Nav(OVERSIGHT, 55, "chart-bar"),
    ),
)
