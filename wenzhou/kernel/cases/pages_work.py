"""Pages and endpoints of an office's work, of its head, of the auditor and of the calendar's keeper."""

from __future__ import annotations

from wenzhou.kernel.base.pages import OPERATIONS, OVERSIGHT, Nav, Page
from wenzhou.kernel.base.pages import WORK as WORK_GROUP
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.cases import endpoints_work, views_oversight, views_work
from wenzhou.kernel.cases.permissions import ASSIGN, KEEP_CALENDAR, OVERSEE, READ_CASES, WORK

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
    Page(
        name="work-reassign",
        path="work/tasks/<uuid:task_id>/reassign/",
        view=views_work.reassign,
        title=Text("调整办理人", "Hand a task over"),
        permission=ASSIGN,
    ),
    Page(
        name="figures",
        path="work/figures/",
        view=views_oversight.figures,
        title=Text("督办统计", "Figures"),
        permission=OVERSEE,
        nav=Nav(WORK_GROUP, 20, "chart-bar"),
    ),
    Page(
        name="map",
        path="work/map/",
        view=views_oversight.city_map,
        title=Text("分区地图", "Map"),
        permission=OVERSEE,
        nav=Nav(WORK_GROUP, 21, "map"),
    ),
    Page(
        name="case-search",
        path="work/cases/",
        view=views_oversight.find_case,
        title=Text("查阅办件", "Read cases"),
        permission=READ_CASES,
        nav=Nav(OVERSIGHT, 30, "search"),
    ),
    Page(
        name="case-file",
        path="work/cases/<uuid:case_id>/",
        view=views_oversight.case_file,
        title=Text("办件详情", "A case"),
        permission=READ_CASES,
    ),
    Page(
        name="calendar",
        path="work/calendar/",
        view=views_oversight.calendar,
        title=Text("工作日历", "Working days"),
        permission=KEEP_CALENDAR,
        nav=Nav(OPERATIONS, 60, "calendar"),
    ),
    Page(
        name="calendar-clear",
        path="work/calendar/clear/",
        view=views_oversight.clear,
        title=Text("恢复日期", "Take a day back"),
        permission=KEEP_CALENDAR,
    ),
)
ENDPOINTS = (endpoints_work.WORKLIST, endpoints_work.MAP)
