"""Reads of an office's work: the worklist, its counts, what comes next. Scoped by the actor's posts."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from django.db.models import Q, QuerySet, Value
from django.utils import timezone

from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.errors import Invalid
from wenzhou.kernel.base.pagination import keyset_of_several
from wenzhou.kernel.base.permissions import Permission, holding_posts, require
from wenzhou.kernel.base.registry import registry
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.cases.calendar import WorkingCalendar
from wenzhou.kernel.cases.clock import calendar_since, days_left
from wenzhou.kernel.cases.declarations import CaseType
from wenzhou.kernel.cases.models import ACTIVE, Task, TaskState
from wenzhou.kernel.cases.numbers import submitted_since
from wenzhou.kernel.cases.permissions import WORK
from wenzhou.kernel.geo.api import path_text

PAGE_SIZE = 50
COUNT_CAP = 99
"""Tabs count up to here and then say 99+: a count of all rows would cost more than the page."""

_NUMBER = re.compile(r"[A-Z0-9]{1,24}")


class Tab(StrEnum):
    """A part of the worklist."""

    OPEN = "open"
    MINE = "mine"
    WAITING = "waiting"
    ALL = "all"
    DONE = "done"

    @property
    def text(self) -> Text:
        """Its name."""
        return _TAB_TITLES[self]


_TAB_TITLES = {
    Tab.OPEN: Text("待领取", "To claim"),
    Tab.MINE: Text("我在办", "Mine"),
    Tab.WAITING: Text("等待补正", "Waiting for papers"),
    Tab.ALL: Text("全部在办", "All open"),
    Tab.DONE: Text("已办结", "Decided"),
}
COUNTED = (Tab.OPEN, Tab.MINE, Tab.WAITING, Tab.ALL)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of the worklist is asked for; ``step`` is the id of a step of a process."""

    tab: Tab = Tab.OPEN
    number: str = ""
    firm: str = ""
    step: str = ""
    late: bool = False

    @classmethod
    def of(
        cls, *, tab: str = "", number: str = "", firm: str = "", step: str = "", late: bool = False
    ) -> Wanted:
        """From what was typed. Raises Invalid naming the fields at fault."""
        wrong: dict[str, Text] = {}
        number = number.strip().upper()
        if tab and tab not in set(Tab):
            wrong["tab"] = Text("没有这一栏", "There is no such tab")
        if number and not _NUMBER.fullmatch(number):
            wrong["number"] = Text(
                "受理号由字母和数字组成，如 WZ202611230000001",
                "A case number is letters and digits, such as WZ202611230000001",
            )
        if len(firm) > 60 or "\x00" in firm:
            wrong["firm"] = Text(
                "请输入名称开头，最多 60 字", "Type how the name begins, at most 60 characters"
            )
        if len(step) > 60 or "\x00" in step:
            wrong["step"] = Text("没有这个环节", "There is no such step")
        if wrong:
            raise Invalid(Text("查询条件有误。", "The filter is not right."), fields=wrong)
        return cls(Tab(tab or Tab.OPEN), number, firm.strip(), step, late)


@dataclass(frozen=True, slots=True)
class Light:
    """The deadline light of a task; ``left`` in working days, negative is overdue."""

    due: date
    left: int
    stopped: bool
    done: bool


@dataclass(frozen=True, slots=True)
class WorkRow:
    """One task as the worklist shows it."""

    id: UUID
    number: str
    title: str
    case_type: Text
    step: Text
    office: Text
    area: Text
    state: TaskState
    light: Light
    holder: str
    mine: bool
    outcome: str
    made: bool

    @property
    def state_title(self) -> Text:
        """The state in words."""
        return STATE_TITLES[self.state]

    @property
    def badge(self) -> str:
        """The kind of its badge."""
        return STATE_BADGES[self.state]


STATE_TITLES = {
    TaskState.OPEN: Text("待领取", "To claim"),
    TaskState.CLAIMED: Text("办理中", "In hand"),
    TaskState.PAUSED: Text("等待补正", "Waiting for a paper"),
    TaskState.DONE: Text("已办结", "Decided"),
    TaskState.CANCELLED: Text("已取消", "Cancelled"),
}
STATE_BADGES = {
    TaskState.OPEN: "new",
    TaskState.CLAIMED: "progress",
    TaskState.PAUSED: "paused",
    TaskState.DONE: "ok",
    TaskState.CANCELLED: "neutral",
}


@dataclass(frozen=True, slots=True)
class Worklist:
    """One page of work with the tokens of its neighbours, and how many wait in each tab (capped)."""

    rows: tuple[WorkRow, ...]
    next: str
    previous: str
    counts: dict[Tab, int]


def offices_of(actor: Actor, permission: Permission) -> dict[str, tuple[str, ...]]:
    """Offices in which the actor holds the permission, each with the areas (prefixes) of her posts there."""
    found: dict[str, set[str]] = {}
    for post in holding_posts(actor, permission):
        if post.office:
            found.setdefault(post.office, set()).add(post.area)
    return {office: tuple(sorted(areas)) for office, areas in sorted(found.items())}


def scoped(rows: QuerySet[Task], actor: Actor, permission: Permission = WORK) -> list[QuerySet[Task]]:
    """The rows that the actor may work on: one queryset for each office, so that each is an index scan."""
    return [
        rows.filter(in_areas(areas), office=office) for office, areas in offices_of(actor, permission).items()
    ]


def in_areas(areas: tuple[str, ...], field: str = "area") -> Q:
    """Rows of these areas; an empty prefix is everywhere."""
    if "" in areas:
        return Q()
    condition = Q()
    for area in areas:
        condition |= Q(**{f"{field}__startswith": area})
    return condition


def overdue(today: date) -> Q:
    """Open tasks whose deadline has passed; one that waits for a paper has its clock stopped."""
    return Q(deadline__lt=today, state__in=[TaskState.OPEN, TaskState.CLAIMED])


def worklist(actor: Actor, wanted: Wanted, *, token: str = "", size: int = PAGE_SIZE) -> Worklist:
    """The tasks of the actor's offices and areas that are wanted, nearest deadline first (decided: latest first).

    At most six queries, whatever the number of cases: two of them for each office. Raises Refused, and
    Invalid for a forged ``token``.
    """
    require(actor, WORK)
    order = ("-decided_at", "-id") if wanted.tab is Tab.DONE else ("deadline", "id")
    rows = scoped(_in_tab(actor, wanted.tab), actor)
    narrowed = [_narrowed(part, wanted) for part in rows]
    page = keyset_of_several([_shown(part) for part in narrowed], *order, token=token, size=size)
    today = timezone.localdate()
    calendar = calendar_since(min([today, *(row.deadline for row in page.rows)]))
    types = {declared.code: declared.title for declared in registry.declared(CaseType)}
    return Worklist(
        rows=tuple(_row(actor, row, calendar, today, types) for row in page.rows),
        next=page.next,
        previous=page.previous,
        counts=tab_counts(actor),
    )


def tab_counts(actor: Actor) -> dict[Tab, int]:
    """How many tasks wait in each tab, at most COUNT_CAP + 1 of each, in one query."""
    parts = [
        # Ordered, so that it is the beginning of an index scan: any hundred rows might be at the end of the table.
        part.annotate(tab=Value(tab.value))
        .values_list("tab", flat=True)
        .order_by("deadline", "id")[: COUNT_CAP + 1]
        for tab in COUNTED
        for part in scoped(_in_tab(actor, tab), actor)
    ]
    if not parts:
        return dict.fromkeys(COUNTED, 0)
    found = Counter(parts[0].union(*parts[1:], all=True))
    return {tab: found[tab.value] for tab in COUNTED}


def next_task(actor: Actor) -> UUID | None:
    """What to take up after a decision: the actor's own most urgent task, else the office's."""
    for tab in (Tab.MINE, Tab.OPEN):
        rows = [part.exclude(state=TaskState.PAUSED) for part in scoped(_in_tab(actor, tab), actor)]
        page = keyset_of_several([part.only("id", "deadline") for part in rows], "deadline", "id", size=1)
        if page.rows:
            return page.rows[0].id
    return None


def work_row(actor: Actor, task_id: UUID) -> WorkRow:
    """One row of the worklist as it is now. Raises Refused for a task of another office."""
    row = _shown(Task.objects.all()).get(id=task_id)
    require(actor, WORK, office=row.office_id, area=row.area)
    today = timezone.localdate()
    types = {declared.code: declared.title for declared in registry.declared(CaseType)}
    return _row(actor, row, calendar_since(min(today, row.deadline)), today, types)


def light_of(task: Task, calendar: WorkingCalendar, today: date) -> Light:
    """The light of a task today; of a decided one, whether it was in time is no longer counted."""
    return Light(
        due=task.deadline,
        left=days_left(calendar, today, task.deadline),
        stopped=task.state == TaskState.PAUSED,
        done=task.state in {TaskState.DONE, TaskState.CANCELLED},
    )


def _in_tab(actor: Actor, tab: Tab) -> QuerySet[Task]:
    rows = Task.objects.all()
    if tab is Tab.OPEN:
        return rows.filter(state=TaskState.OPEN)
    if tab is Tab.MINE:
        return rows.filter(state__in=[TaskState.CLAIMED, TaskState.PAUSED], claimed_by=actor.account)
    if tab is Tab.WAITING:
        return rows.filter(state=TaskState.PAUSED)
    if tab is Tab.DONE:
        return rows.filter(state=TaskState.DONE)
    return rows.filter(state__in=ACTIVE)


def _narrowed(rows: QuerySet[Task], wanted: Wanted) -> QuerySet[Task]:
    if wanted.number:
        rows = rows.filter(number__startswith=wanted.number)
        since = submitted_since(wanted.number)
        if since is not None and wanted.tab is not Tab.DONE:
            # Says nothing new, but a scan in order of the deadline can begin there.
            rows = rows.filter(deadline__gte=since)
    if wanted.firm:
        rows = rows.filter(title__startswith=wanted.firm)
    if wanted.step:
        rows = rows.filter(element=wanted.step)
    if wanted.late:
        rows = rows.filter(overdue(timezone.localdate()))
    return rows


def _shown(rows: QuerySet[Task]) -> QuerySet[Task]:
    """Only what a row shows: the form and the run of a case are long."""
    return rows.select_related("case", "office", "claimed_by").only(
        "number",
        "title",
        "name_zh",
        "name_en",
        "area",
        "state",
        "deadline",
        "decided_at",
        "outcome",
        "case__case_type",
        "case__made",
        "office__name_zh",
        "office__name_en",
        "claimed_by__name",
        "claimed_by__username",
    )


def _row(actor: Actor, task: Task, calendar: WorkingCalendar, today: date, types: dict[str, Text]) -> WorkRow:
    case, holder = task.case, task.claimed_by
    return WorkRow(
        id=task.id,
        number=task.number,
        title=task.title,
        case_type=types.get(case.case_type, Text(case.case_type, case.case_type)),
        step=task.name,
        office=Text(task.office.name_zh, task.office.name_en),
        area=path_text(task.area),
        state=TaskState(task.state),
        light=light_of(task, calendar, today),
        holder=(holder.name or holder.username) if holder else "",
        mine=holder is not None and holder.id == actor.account,
        outcome=task.outcome,
        made=case.made,
    )
