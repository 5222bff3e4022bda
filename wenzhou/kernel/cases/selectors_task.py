"""The whole file of a case for the office that handles a task, and for an auditor: read for a purpose, journaled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.errors import NotFound
from wenzhou.kernel.base.permissions import Purpose, may, require
from wenzhou.kernel.base.text import Text, is_english
from wenzhou.kernel.cases.answers import AnswerSection, personal_fields, sections_of
from wenzhou.kernel.cases.clock import calendar_since, days_left
from wenzhou.kernel.cases.declarations import CaseType
from wenzhou.kernel.cases.files import AUDITING, HANDLING
from wenzhou.kernel.cases.models import Act, Case, CasePaper, CaseState, PaperState, Task, TaskState
from wenzhou.kernel.cases.permissions import ASSIGN, READ_CASES, WORK
from wenzhou.kernel.cases.process.definition import Outcome
from wenzhou.kernel.cases.process.diagram import Step, draw, steps
from wenzhou.kernel.cases.process.engine import ProcessSpec, load
from wenzhou.kernel.cases.process.problems import ProcessInvalid
from wenzhou.kernel.cases.selectors_office import STATE_BADGES, STATE_TITLES, Light, light_of
from wenzhou.kernel.cases.services.advance import run_of
from wenzhou.kernel.cases.services.common import case_type
from wenzhou.kernel.cases.services.reassign import IN_HAND, colleagues
from wenzhou.kernel.cases.services.tasks import FAVOURABLE
from wenzhou.kernel.documents.api import FileRef, files
from wenzhou.kernel.geo.api import path_text
from wenzhou.kernel.registers.api import journal, mask_name
from wenzhou.kernel.registers.contracts import Subject

CONSUMER = "cases"
RESOURCE = "cases.file"


@dataclass(frozen=True, slots=True)
class PaperView:
    """A paper that the service needs, and where it stands in this case; ``state`` empty: never given."""

    code: str
    title: Text
    help: Text
    state: str
    file: FileRef | None
    note: str
    deferrable: bool
    missing: bool

    @property
    def state_title(self) -> Text:
        """The state in words."""
        return _PAPER_TITLES[self.state]

    @property
    def badge(self) -> str:
        """The kind of its badge."""
        return _PAPER_BADGES[self.state]


_PAPER_TITLES = {
    "": Text("未提交", "Not given"),
    PaperState.GIVEN: Text("已提交", "Given"),
    PaperState.PROMISED: Text("承诺补交", "Promised"),
    PaperState.ASKED: Text("待补正", "Asked for"),
}
_PAPER_BADGES = {
    "": "neutral",
    PaperState.GIVEN: "ok",
    PaperState.PROMISED: "waiting",
    PaperState.ASKED: "paused",
}


@dataclass(frozen=True, slots=True)
class StepView:
    """One office's step in the case."""

    id: UUID
    name: Text
    office: Text
    state: TaskState
    light: Light
    holder: str
    outcome: Text | None
    favourable: bool
    reasons: str
    days_used: int | None
    promise_days: int

    @property
    def state_title(self) -> Text:
        """The outcome once there is one, else the state."""
        return self.outcome or STATE_TITLES[self.state]

    @property
    def badge(self) -> str:
        """The kind of its badge."""
        if self.outcome is not None and not self.favourable:
            return "refused"
        return STATE_BADGES[self.state]


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One line of the case's history, for the timeline."""

    when: datetime
    who: str
    title: Text
    icon: str


@dataclass(frozen=True, slots=True)
class CaseFile:
    """All of a case that its reader may see; ``masked``: personal answers are hidden."""

    id: UUID
    number: str
    title: str
    case_type: Text
    area: Text
    state: CaseState
    submitted_at: datetime | None
    light: Light
    sections: tuple[AnswerSection, ...]
    papers: tuple[PaperView, ...]
    steps: tuple[StepView, ...]
    history: tuple[HistoryLine, ...]
    diagram: str
    process: tuple[Step, ...]
    masked: bool
    made: bool

    @property
    def state_title(self) -> Text:
        """The state in words."""
        return CASE_STATES[self.state][0]

    @property
    def badge(self) -> str:
        """The kind of its badge."""
        return CASE_STATES[self.state][1]


CASE_STATES = {
    CaseState.DRAFT: (Text("草稿", "Draft"), "neutral"),
    CaseState.RUNNING: (Text("办理中", "Running"), "progress"),
    CaseState.GRANTED: (Text("准予", "Granted"), "ok"),
    CaseState.REFUSED: (Text("不予", "Refused"), "refused"),
    CaseState.WITHDRAWN: (Text("已撤回", "Withdrawn"), "neutral"),
}


@dataclass(frozen=True, slots=True)
class OutcomeView:
    """One way to decide; an adverse one needs reasons."""

    code: str
    name: Text
    favourable: bool


@dataclass(frozen=True, slots=True)
class TaskFile:
    """A task with the file of its case. ``mine``: the actor has claimed it.

    ``colleagues`` (account, name) are those to whom the actor, as head, may hand the task over.
    """

    step: StepView
    file: CaseFile
    mine: bool
    outcomes: tuple[OutcomeView, ...]
    holder: UUID | None
    colleagues: tuple[tuple[str, str], ...]

    @property
    def claimable(self) -> bool:
        """Nobody has it yet."""
        return self.step.state == TaskState.OPEN

    @property
    def decidable(self) -> bool:
        """The actor may decide it, give it back, or ask for a paper."""
        return self.mine and self.step.state == TaskState.CLAIMED

    @property
    def paused(self) -> bool:
        """The actor has it, and its clock stands still for a paper."""
        return self.mine and self.step.state == TaskState.PAUSED

    @property
    def deferrable(self) -> tuple[PaperView, ...]:
        """Papers without which the actor may go on, on a promise."""
        if not (self.decidable or self.paused):
            return ()
        return tuple(p for p in self.file.papers if p.deferrable and p.state in {"", PaperState.ASKED})


def open_task(actor: Actor, task_id: UUID) -> TaskFile:
    """A task of the actor's office with its case. The reading is written in the journal of data use.

    Personal answers and papers are open to who has claimed the task: that is the purpose (办理业务). To her
    colleagues they are masked. Raises NotFound, Refused for another office or area.
    """
    with transaction.atomic():
        task = Task.objects.select_related("case__process_version").filter(id=task_id).first()
        if task is None:
            raise NotFound(Text("没有这个办理环节。", "There is no such task."))
        require(actor, WORK, office=task.office_id, area=task.area)
        mine = task.claimed_by_id is not None and task.claimed_by_id == actor.account
        masked = not mine or task.state == TaskState.CANCELLED
        file = _case_file(task.case, masked=masked)
        _journal(actor, task.case, HANDLING, masked=masked)
        spec = spec_of(task.case)
        return TaskFile(
            step=next(step for step in file.steps if step.id == task.id),
            file=file,
            mine=mine,
            outcomes=tuple(
                OutcomeView(outcome.code, outcome.name, outcome.code in FAVOURABLE)
                for outcome in _outcomes(spec, task.element)
            ),
            holder=task.claimed_by_id,
            colleagues=_colleagues(actor, task),
        )


def _colleagues(actor: Actor, task: Task) -> tuple[tuple[str, str], ...]:
    if task.state not in IN_HAND or not may(actor, ASSIGN, office=task.office_id, area=task.area):
        return ()
    return tuple((str(one.id), f"{one.name}（{one.username}）") for one in colleagues(task).values())


def audited_case(actor: Actor, case_id: UUID) -> CaseFile:
    """A submitted case for an auditor: always masked, and journaled. Raises NotFound, Refused."""
    require(actor, READ_CASES)
    with transaction.atomic():
        rows = Case.objects.select_related("process_version").exclude(state=CaseState.DRAFT)
        case = rows.filter(id=case_id).first()
        if case is None:
            raise NotFound(Text("没有这件办件。", "There is no such case."))
        _journal(actor, case, AUDITING, masked=True)
        return _case_file(case, masked=True)


def case_by_number(actor: Actor, number: str) -> UUID:
    """The id of the case with this receipt number. Raises NotFound, Refused."""
    require(actor, READ_CASES)
    found = Case.objects.filter(number=number.strip().upper()[:24]).values_list("id", flat=True).first()
    if found is None:
        raise NotFound(
            Text(
                "没有这个受理号。请核对后重试，受理号如 WZ202611230000001。",
                "No case has this number. Check it; a number looks like WZ202611230000001.",
            )
        )
    return found


def spec_of(case: Case) -> ProcessSpec:
    """The process that a submitted case runs on."""
    if case.process_version is None:
        raise ValueError(f"case {case.id} has no process yet")
    return load(case.process_version.xml.encode())


def _journal(actor: Actor, case: Case, purpose: Purpose, *, masked: bool) -> None:
    fields = personal_fields(case_type(case.case_type), case.form)
    if fields:
        journal(
            actor,
            Subject(person=case.person_id),
            resource=RESOURCE,
            consumer=CONSUMER,
            purpose=purpose,
            fields=fields,
            masked=masked,
            case=case.id,
        )


def _case_file(case: Case, *, masked: bool) -> CaseFile:
    declared = case_type(case.case_type)
    spec = spec_of(case)
    tasks = list(case.tasks.select_related("office", "claimed_by").order_by("opened_at", "id"))
    today = timezone.localdate()
    due = case.promised_for or today
    calendar = calendar_since(min([today, due, *(task.deadline for task in tasks)]))
    drawing, listed = _process(case)
    decided = case.state != CaseState.RUNNING
    overall = Light(due, days_left(calendar, today, due), stopped=False, done=decided)
    return CaseFile(
        id=case.id,
        number=case.number or "",
        title=case.title,
        case_type=declared.title,
        area=path_text(case.area),
        state=CaseState(case.state),
        submitted_at=case.submitted_at,
        light=overall,
        sections=sections_of(declared, case.form, masked=masked),
        papers=_papers(case, declared, masked=masked),
        steps=tuple(_step(task, spec, light_of(task, calendar, today)) for task in tasks),
        history=_history(case, masked=masked),
        diagram=drawing,
        process=listed,
        masked=masked,
        made=case.made,
    )


def _step(task: Task, spec: ProcessSpec, light: Light) -> StepView:
    names: Mapping[str, Text] = {o.code: o.name for o in _outcomes(spec, task.element)}
    holder = task.claimed_by
    return StepView(
        id=task.id,
        name=task.name,
        office=Text(task.office.name_zh, task.office.name_en),
        state=TaskState(task.state),
        light=light,
        holder=(holder.name or holder.username) if holder else "",
        outcome=names.get(task.outcome),
        favourable=task.outcome in FAVOURABLE,
        reasons=task.reasons,
        days_used=task.days_used,
        promise_days=task.promise_days,
    )


def _outcomes(spec: ProcessSpec, element: str) -> tuple[Outcome, ...]:
    node = spec.definition.nodes.get(element)
    return node.post.outcomes if node is not None and node.post is not None else ()


def _papers(case: Case, declared: CaseType, *, masked: bool) -> tuple[PaperView, ...]:
    given = {paper.code: paper for paper in CasePaper.objects.filter(case=case)}
    kept = {} if masked else files(p.file_id for p in given.values() if p.file_id is not None)
    found = []
    for paper in declared.papers:
        row = given.get(paper.code)
        found.append(
            PaperView(
                code=paper.code,
                title=paper.title,
                help=paper.help,
                state=row.state if row else "",
                file=kept.get(row.file_id) if row and row.file_id else None,
                note=_paper_note(row),
                deferrable=paper.deferrable,
                missing=row is None or row.state != PaperState.GIVEN,
            )
        )
    return tuple(found)


def _paper_note(row: CasePaper | None) -> str:
    if row is None:
        return ""
    if row.state == PaperState.ASKED:
        return row.request_en if is_english() else row.request_zh
    if row.state == PaperState.PROMISED and row.promised_until:
        return str(Text(f"应于 {row.promised_until} 前补交", f"To be given by {row.promised_until}"))
    return ""


_ICONS = {
    "submitted": "send",
    "decided": "rubber-stamp",
    "paper-asked": "clock-pause",
    "reassigned": "users",
    "paper-given": "file-check",
    "promised": "signature",
    "granted": "certificate",
    "refused": "circle-x",
    "withdrawn": "arrow-back-up",
}


def _history(case: Case, *, masked: bool) -> tuple[HistoryLine, ...]:
    """What happened, latest first; what no office did, the applicant did, and her name is personal."""
    return tuple(
        HistoryLine(
            timezone.localtime(act.at),
            mask_name(act.actor_name) if masked and act.office_id is None else act.actor_name,
            act.text,
            _ICONS.get(act.kind, "circle-dot"),
        )
        for act in Act.objects.filter(case=case).order_by("-id")
    )


def _process(case: Case) -> tuple[str, tuple[Step, ...]]:
    if case.process_version is None:
        return "", ()
    run = run_of(case)
    done, current = run.done_elements(), run.current_elements()
    try:
        return _drawn(case.process_version.xml, done, current, is_english())
    except ProcessInvalid:  # a process file may come without a drawing
        return "", ()


@lru_cache(maxsize=256)
def _drawn(
    xml: str, done: frozenset[str], current: frozenset[str], english: bool
) -> tuple[str, tuple[Step, ...]]:
    """Cases stand at few places of few processes: the same picture is asked for again and again."""
    content = xml.encode()
    drawing = draw(content, done=done, current=current, english=english)
    return drawing, steps(content, done=done, current=current)
