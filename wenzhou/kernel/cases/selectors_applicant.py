"""What an applicant sees of her own cases, and nobody else's."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone

from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.errors import Invalid, NotFound
from wenzhou.kernel.base.pagination import Slice, keyset
from wenzhou.kernel.base.permissions import require
from wenzhou.kernel.base.registry import registry
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.cases.clock import calendar_since, days_left
from wenzhou.kernel.cases.declarations import CaseType, Paper
from wenzhou.kernel.cases.forms import clean_answers
from wenzhou.kernel.cases.models import (
    Act,
    Case,
    CasePaper,
    CaseState,
    Licence,
    PaperState,
    Rating,
    Task,
    TaskState,
)
from wenzhou.kernel.cases.permissions import APPLY
from wenzhou.kernel.cases.process.diagram import Step, StepState, draw, steps
from wenzhou.kernel.cases.process.engine import load
from wenzhou.kernel.cases.process.problems import ProcessInvalid
from wenzhou.kernel.cases.services.advance import run_of
from wenzhou.kernel.cases.services.common import case_type
from wenzhou.kernel.cases.services.submit import missing_papers
from wenzhou.kernel.cases.services.tasks import FAVOURABLE
from wenzhou.kernel.documents.api import FileRef, files

DECIDED = (CaseState.GRANTED, CaseState.REFUSED)

# What a state is called and the badge that shows it.
STATES: dict[str, tuple[Text, str]] = {
    CaseState.DRAFT: (Text("草稿", "Draft"), "neutral"),
    CaseState.RUNNING: (Text("办理中", "In progress"), "progress"),
    CaseState.GRANTED: (Text("已准予", "Granted"), "ok"),
    CaseState.REFUSED: (Text("未准予", "Not granted"), "refused"),
    CaseState.WITHDRAWN: (Text("已撤回", "Withdrawn"), "neutral"),
}
WAITS = (Text("待您补交材料", "Waits for your paper"), "waiting")


@dataclass(frozen=True, slots=True)
class MyCase:
    """A case in the applicant's list. ``left``: working days to the promised date."""

    id: UUID
    number: str
    title: str
    type_title: Text
    state: Text
    badge: str
    running: bool
    changed_at: datetime
    promised_for: date | None
    left: int | None
    decided_at: datetime | None


@dataclass(frozen=True, slots=True)
class PaperView:
    """A paper of a case as its applicant sees it. ``wanted``: she may give it now."""

    paper: Paper
    state: str
    file: FileRef | None
    promised_until: date | None
    request: Text | None
    office: Text | None
    wanted: bool


@dataclass(frozen=True, slots=True)
class StepView:
    """A step of the process; the fields that the component ``steps`` reads."""

    title: Text
    state: str
    when: str
    note: str


@dataclass(frozen=True, slots=True)
class LicenceView:
    """An issued licence; ``url`` leads to its paper, which is made there when it is not there yet."""

    number: str
    token: str
    title: Text
    office: Text
    issued_at: datetime
    url: str


@dataclass(frozen=True, slots=True)
class CaseView:
    """All that the page of a case shows."""

    row: Case
    declared: CaseType
    state: Text
    badge: str
    left: int | None
    stopped: bool
    papers: tuple[PaperView, ...]
    steps: tuple[StepView, ...]
    diagram: str
    acts: tuple[Act, ...]
    licences: tuple[LicenceView, ...]
    rating: Rating | None

    @property
    def running(self) -> bool:
        """Whether it is being worked on."""
        return self.row.state == CaseState.RUNNING

    @property
    def decided(self) -> bool:
        """Whether it can be rated."""
        return self.row.state in DECIDED

    @property
    def wanted(self) -> tuple[PaperView, ...]:
        """Papers that an office waits for."""
        return tuple(paper for paper in self.papers if paper.state == PaperState.ASKED)


def own_case(actor: Actor, case_id: UUID) -> Case:
    """The applicant's own case. To everybody else it does not exist. Raises NotFound."""
    require(actor, APPLY)
    row = Case.objects.select_related("process_version").filter(id=case_id, account=actor.account).first()
    if row is None:
        raise NotFound(
            Text("没有这件办件，或不是您的办件。", "There is no such case, or it is not yours."),
        )
    return row


def own_draft(actor: Actor, type_code: str) -> Case | None:
    """The draft that the applicant has begun for this type, if any."""
    require(actor, APPLY)
    rows = Case.objects.filter(account=actor.account, case_type=type_code, state=CaseState.DRAFT)
    return rows.first()


def my_cases(actor: Actor, token: str = "") -> tuple[list[MyCase], Slice[Case], list[MyCase]]:
    """Drafts (on the first page only), the page of the other cases, and these as they are shown."""
    require(actor, APPLY)
    mine = Case.objects.filter(account=actor.account).defer("form", "process")
    asked = CasePaper.objects.filter(case=OuterRef("id"), state=PaperState.ASKED)
    sent = mine.exclude(state=CaseState.DRAFT).annotate(asked=Exists(asked))
    rows = keyset(sent, "-opened_at", "-id", token=token, size=20)
    drafts = [] if token else list(mine.filter(state=CaseState.DRAFT).order_by("-changed_at")[:50])
    running = {row.promised_for for row in rows.rows if row.state == CaseState.RUNNING and row.promised_for}
    left = _days_left(running)
    titles = {declared.code: declared.title for declared in registry.declared(CaseType)}
    return (
        [_mine(row, titles, left) for row in drafts],
        rows,
        [_mine(row, titles, left) for row in rows.rows],
    )


def firm_cases(actor: Actor) -> list[MyCase]:
    """The newest cases of the firm for which the actor acts now that others have submitted; their state, not their papers."""
    require(actor, APPLY)
    if actor.organisation is None:
        return []
    asked = CasePaper.objects.filter(case=OuterRef("id"), state=PaperState.ASKED)
    others = Case.objects.filter(organisation=actor.organisation).exclude(account=actor.account)
    rows = others.exclude(state=CaseState.DRAFT).defer("form", "process").annotate(asked=Exists(asked))
    found = list(rows.order_by("-opened_at", "-id")[:50])
    left = _days_left(
        {row.promised_for for row in found if row.state == CaseState.RUNNING and row.promised_for}
    )
    titles = {declared.code: declared.title for declared in registry.declared(CaseType)}
    return [_mine(row, titles, left) for row in found]


def _days_left(dues: set[date]) -> dict[date, int]:
    """Working days left to each day, with one query for all."""
    if not dues:
        return {}
    today = timezone.localdate()
    calendar = calendar_since(min(today, *dues))
    return {due: days_left(calendar, today, due) for due in dues}


def _mine(row: Case, titles: Mapping[str, Text], left: Mapping[date, int]) -> MyCase:
    running = row.state == CaseState.RUNNING
    state, badge = WAITS if running and getattr(row, "asked", False) else STATES[row.state]
    type_title = titles.get(row.case_type, Text(row.case_type, row.case_type))
    return MyCase(
        id=row.id,
        number=row.number or "",
        title=row.title,
        type_title=type_title,
        state=state,
        badge=badge,
        running=running,
        changed_at=row.changed_at,
        promised_for=row.promised_for,
        left=left.get(row.promised_for) if row.promised_for else None,
        decided_at=row.decided_at,
    )


def draft_papers(row: Case, declared: CaseType) -> tuple[PaperView, ...]:
    """The papers of a case in the order in which they are declared."""
    given = {paper.code: paper for paper in CasePaper.objects.filter(case=row).select_related("asked_by")}
    refs = files([paper.file_id for paper in given.values() if paper.file_id is not None])
    return tuple(_paper(one, given.get(one.code), refs, row) for one in declared.papers)


def _paper(declared: Paper, paper: CasePaper | None, refs: Mapping[UUID, FileRef], row: Case) -> PaperView:
    if paper is None:
        return PaperView(declared, "", None, None, None, None, wanted=row.state == CaseState.DRAFT)
    asked = paper.state == PaperState.ASKED
    due = paper.state == PaperState.PROMISED and row.state in (CaseState.RUNNING, CaseState.GRANTED)
    open_ = due or (asked and row.state == CaseState.RUNNING)
    return PaperView(
        declared,
        paper.state,
        refs.get(paper.file_id) if paper.file_id is not None else None,
        paper.promised_until,
        Text(paper.request_zh, paper.request_en) if asked else None,
        paper.asked_by.name if asked and paper.asked_by is not None else None,
        wanted=open_ or row.state == CaseState.DRAFT,
    )


def faults_of(row: Case, declared: CaseType) -> dict[str, Text]:
    """What stands in the way of submitting this draft, by field and ``paper-CODE``; empty when nothing does."""
    wrong: dict[str, Text] = {}
    try:
        clean_answers(declared, row.form)
    except Invalid as error:
        wrong.update(error.fields)
    states = dict(CasePaper.objects.filter(case=row).values_list("code", "state"))
    given = {code for code, state in states.items() if state == PaperState.GIVEN}
    promised = {code for code, state in states.items() if state == PaperState.PROMISED}
    return wrong | missing_papers(declared, given, promised)


def promised_papers(row: Case) -> list[str]:
    """Codes of the papers that the draft promises for later."""
    return list(row.papers.filter(state=PaperState.PROMISED).values_list("code", flat=True))


def case_view(actor: Actor, case_id: UUID) -> CaseView:
    """One submitted case with everything its applicant may know. Raises NotFound."""
    row = own_case(actor, case_id)
    declared = case_type(row.case_type)
    tasks = {task.element: task for task in row.tasks.select_related("office").order_by("id")}
    papers = draft_papers(row, declared)
    waits = row.state == CaseState.RUNNING and any(paper.state == PaperState.ASKED for paper in papers)
    state, badge = WAITS if waits else STATES[row.state]
    left = _days_left({row.promised_for}) if row.promised_for and row.state == CaseState.RUNNING else {}
    diagram, listed = _process(row, declared, tasks)
    return CaseView(
        row=row,
        declared=declared,
        state=state,
        badge=badge,
        left=left.get(row.promised_for) if row.promised_for else None,
        stopped=any(task.state == TaskState.PAUSED for task in tasks.values()),
        papers=papers,
        steps=listed,
        diagram=diagram,
        acts=tuple(Act.objects.filter(case=row).select_related("office").order_by("-id")[:200]),
        licences=_licences(row, declared),
        rating=Rating.objects.filter(case=row).first() if row.state in DECIDED else None,
    )


def _process(row: Case, declared: CaseType, tasks: Mapping[str, Task]) -> tuple[str, tuple[StepView, ...]]:
    """The diagram with the present step marked, and the same as a list."""
    done: frozenset[str] = frozenset()
    current: frozenset[str] = frozenset()
    if row.process_version is not None and row.process is not None:
        xml = row.process_version.xml.encode()
        run = run_of(row)
        done, current = run.done_elements(), run.current_elements()
    else:
        xml = declared.process.read_bytes()
    try:
        picture = draw(xml, done=done, current=current, uid="process")
        told = steps(xml, done=done, current=current)
    except ProcessInvalid:  # a process may come without a drawing: its steps are told all the same
        picture, told = "", _undrawn(xml, done, current)
    # What offices do is listed; what happens by itself (issuing, or telling of a refusal) is in the history.
    nodes = load(xml).definition.nodes
    ahead = row.state == CaseState.RUNNING
    listed = tuple(
        _step(step.name, step.lane, step.state, tasks.get(step.element_id))
        for step in told
        if nodes[step.element_id].post is not None and (ahead or step.element_id in tasks)
    )
    return picture, listed


def _undrawn(xml: bytes, done: Collection[str], current: Collection[str]) -> tuple[Step, ...]:
    """The tasks of a process without a drawing, in the order of the file."""
    nodes = load(xml).definition.nodes.values()
    return tuple(
        Step(
            node.id,
            node.name,
            Text("", ""),
            StepState.CURRENT
            if node.id in current
            else StepState.DONE
            if node.id in done
            else StepState.WAITING,
        )
        for node in nodes
        if node.post is not None
    )


def _step(name: Text, lane: Text, state: StepState, task: Task | None) -> StepView:
    shown = {StepState.DONE: "done", StepState.CURRENT: "current", StepState.WAITING: "todo"}[state]
    if task is None:
        return StepView(name, shown, "", str(lane))
    if task.state == TaskState.PAUSED:
        shown = "waiting"
    elif task.state == TaskState.DONE and task.outcome not in FAVOURABLE:
        shown = "refused"
    elif task.state == TaskState.CANCELLED:
        shown = "todo"
    when = timezone.localdate(task.decided_at).isoformat() if task.decided_at else ""
    if task.state in (TaskState.OPEN, TaskState.CLAIMED):
        when = str(Text("{day} 前办结", "due by {day}").format(day=task.deadline))
    return StepView(name, shown, when, str(task.office.name))


def _licences(row: Case, declared: CaseType) -> tuple[LicenceView, ...]:
    if row.state != CaseState.GRANTED:
        return ()
    rows = list(Licence.objects.filter(case=row).select_related("office").order_by("id"))
    refs = files([one.file_id for one in rows if one.file_id is not None])
    titles = {kind.code: kind.title for kind in declared.licences}
    return tuple(
        LicenceView(
            number=one.number,
            token=one.token,
            title=titles.get(one.licence_type, Text(one.licence_type, one.licence_type)),
            office=one.office.name,
            issued_at=one.issued_at,
            url=refs[one.file_id].url if one.file_id in refs else _paper_url(row, one),
        )
        for one in rows
    )


def _paper_url(row: Case, licence: Licence) -> str:
    return reverse("cases:licence-paper", kwargs={"case_id": row.id, "licence_id": licence.id})
