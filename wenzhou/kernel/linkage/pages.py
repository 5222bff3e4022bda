"""Pages of linkage."""

from __future__ import annotations

from wenzhou.kernel.base.pages import REGISTERS, WORK, Nav, Page
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.linkage import views, views_entities, views_review
from wenzhou.kernel.linkage.permissions import REVIEW, RUN, SEE_DECISIONS, SEE_LINKS

PAGES = (
    Page(
        name="worklist",
        path="linkage/review/",
        view=views_review.worklist,
        title=Text("疑似同一人复核", "Pairs to review"),
        permission=REVIEW,
        nav=Nav(WORK, 75, "users"),
    ),
    Page(
        name="pair",
        path="linkage/review/<uuid:review_id>/",
        view=views_review.pair,
        title=Text("两条记录对比", "Two records side by side"),
        permission=REVIEW,
    ),
    Page(
        name="decisions",
        path="linkage/decisions/",
        view=views_review.decisions,
        title=Text("复核判定台账", "Journal of decisions"),
        permission=SEE_DECISIONS,
    ),
    Page(
        name="runs",
        path="linkage/",
        view=views.runs,
        title=Text("记录链接", "Record linkage"),
        permission=RUN,
        nav=Nav(REGISTERS, 60, "arrows-exchange"),
    ),
    Page(
        name="run",
        path="linkage/runs/<uuid:run_id>/",
        view=views.run,
        title=Text("链接运行", "A run of linkage"),
        permission=RUN,
    ),
    Page(
        name="evaluation",
        path="linkage/evaluation/",
        view=views.evaluation,
        title=Text("链接质量评估", "How good the links are"),
        permission=RUN,
    ),
    Page(
        name="acts",
        path="linkage/acts/",
        view=views_entities.acts,
        title=Text("链接变更记录", "Changes of links"),
        permission=SEE_LINKS,
    ),
    Page(
        name="entity",
        path="linkage/entities/<uuid:entity_id>/",
        view=views_entities.entity,
        title=Text("链接实体", "A linked person"),
        permission=SEE_LINKS,
    ),
)
