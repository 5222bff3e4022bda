"""Pages and endpoints of an office's work, of its head, of the auditor and of the calendar's keeper."""

from __future__ import annotations

from wenzhou.kernel.base.pages import WORK as WORK_GROUP
from wenzhou.kernel.base.pages import Nav, Page
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.cases import views_work
from wenzhou.kernel.cases.permissions import WORK

PAGES = (
    Page(
        name="work",
        path="work/",
        view=views_work.worklist_page,
        title=Text("待办", "Worklist"),
        permission=WORK,
        nav=Nav(WORK_GROUP, 10, "list-check"),
    ),
    Page(
        name="work-task",
        path="work/tasks/<uuid:task_id>/",
        view=views_work.task_page,
        title=Text("办理", "A task"),
        permission=WORK,
    ),
    Page(
        name="work-claim",
        path="work/tasks/<uuid:task_id>/claim/",
        view=views_work.claim,
        title=Text("领取", "Claim a task"),
        permission=WORK,
    ),
    Page(
        name="work-release",
        path="work/tasks/<uuid:task_id>/release/",
        view=views_work.release,
        title=Text("退回", "Give a task back"),
        permission=WORK,
    ),
    Page(
        name="work-ask",
        path="work/tasks/<uuid:task_id>/ask/",
        view=views_work.ask_paper,
        title=Text("要求补正", "Ask for a paper"),
        permission=WORK,
    ),
    Page(
        name="work-promise",
        path="work/tasks/<uuid:task_id>/promise/",
        view=views_work.accept_on_promise,
        title=Text("容缺受理", "Go on without a paper"),
        permission=WORK,
    ),
    Page(
        name="work-decide",
        path="work/tasks/<uuid:task_id>/decide/",
        view=views_work.decide,
        title=Text("办结", "Decide a task"),
        permission=WORK,
    ),
)
