"""Made cases for the demonstration: applications of the past played through the real process.

A case type's module says in :class:`MadeCase` what happened to each application, in working days. The process
engine is run step by step at the moments that follow from it, so that a case which is still running goes on
from here under the hands of real clerks. Rows are written in bulk, with the times of the past; nobody is told,
and no event of cases is emitted: a licence of the past gets its paper when it is first asked for, since hundreds of
them would take the first start most of a minute.
"""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any
from uuid import UUID

from django.db import models, transaction
from django.utils import timezone

from wenzhou.kernel.base import audit
from wenzhou.kernel.base.actors import CLERK, Actor
from wenzhou.kernel.base.errors import Invalid
from wenzhou.kernel.base.ids import made_id
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.cases import history
from wenzhou.kernel.cases.calendar import CITY_TIME, WorkingCalendar
from wenzhou.kernel.cases.clock import calendar_since, used_days
from wenzhou.kernel.cases.declarations import CaseType, IssuedLicence
from wenzhou.kernel.cases.files import PAPER
from wenzhou.kernel.cases.forms import clean_answers
from wenzhou.kernel.cases.models import (
    Act,
    Case,
    CasePaper,
    CaseState,
    ClockStop,
    Licence,
    PaperState,
    Rating,
    Task,
    TaskState,
)
from wenzhou.kernel.cases.process.engine import AutomaticStep, Run, WaitingTask, run_automatic
from wenzhou.kernel.cases.services.advance import facts_of, start_run, years_later
from wenzhou.kernel.cases.services.counting import count_anew
from wenzhou.kernel.documents.api import copy_made_papers, made_file_id
from wenzhou.kernel.identity.api import AccountRef, OfficeRef, PersonRef, competent_office, holders

CASES, PAPERS, TASKS, STOPS, ACTS, LICENCES = 64, 65, 66, 67, 68, 69
"""Series of the made ids."""

FEW = 100
"""More than the rows of one kind that a case can have."""

SYSTEM = Actor.system("cases.load-made")
OFFICE_HOURS = (9 * 60, 17 * 60)


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeAsk:
    """A paper asked for: ``after`` working days, given ``waits`` working days later (None: not yet)."""

    paper: str
    reason: Text
    after: int
    waits: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeStep:
    """What becomes of a step: decided ``after`` working days of its own clock, or not yet (None)."""

    after: int | None = None
    outcome: str = ""
    reasons: str = ""
    claimed: bool = False
    ask: MadeAsk | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeCase:
    """One application: ``index`` is its place among the made cases of the city, from 0 without a gap.

    ``answers`` as they are typed; what would have happened later than now has not happened yet.
    ``promised`` are the deferrable papers that were not given with it; ``stars`` 0 means no rating.
    """

    index: int
    account: AccountRef
    person: PersonRef
    submitted_at: datetime
    answers: Mapping[str, str]
    steps: Mapping[str, MadeStep]
    promised: frozenset[str] = frozenset()
    withdrawn_at: datetime | None = None
    stars: int = 0
    comment: str = ""


def made_cases_done() -> int:
    """How many made cases are there already: the index to go on from."""
    low, high = made_id(CASES, 0), made_id(CASES, 2**48 - 1)
    newest = (
        Case.objects.filter(id__gte=low, id__lte=high).order_by("-id").values_list("id", flat=True).first()
    )
    return int(newest.hex[-12:], 16) + 1 if newest else 0


def load_made_cases(declared: CaseType, plans: Sequence[MadeCase]) -> int:
    """Write these cases, those that are there already left out, in one transaction; returns how many.

    Raises Invalid for answers that the form refuses, other than a name that is taken meanwhile.
    """
    with transaction.atomic():
        first = made_cases_done()
        wanted = [plan for plan in plans if plan.index >= first]
        if not wanted:
            return 0
        rows = _Rows()
        calendar = calendar_since(timezone.localdate(min(plan.submitted_at for plan in wanted)))
        clerks = _Clerks()
        for plan in wanted:
            _Player(declared, plan, rows, calendar, clerks).play()
        rows.write(declared)
        count_anew(timezone.localdate(min(plan.submitted_at for plan in wanted)))
        audit.record(SYSTEM, "cases.load-made", case_type=declared.code, cases=len(wanted))
    return len(wanted)


class _Clerks:
    """Who works where, asked once."""

    def __init__(self) -> None:
        self._offices: dict[tuple[str, str], OfficeRef] = {}
        self._people: dict[str, tuple[AccountRef, ...]] = {}

    def office(self, function: str, area: str) -> OfficeRef:
        key = function, area[:6]
        if key not in self._offices:
            self._offices[key] = competent_office(function, area)
        return self._offices[key]

    def one(self, office: str, turn: int) -> AccountRef | None:
        """A clerk of the office, in turns; None when it has none."""
        if office not in self._people:
            self._people[office] = holders(CLERK.code, office)
        people = self._people[office]
        return people[turn % len(people)] if people else None


@dataclass
class _Rows:
    """Everything to be written, in the order of foreign keys."""

    cases: list[Case] = field(default_factory=list)
    files: dict[str, list[tuple[int, UUID, UUID, datetime]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    papers: list[CasePaper] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)
    stops: list[ClockStop] = field(default_factory=list)
    acts: list[Act] = field(default_factory=list)
    licences: list[Licence] = field(default_factory=list)
    ratings: list[Rating] = field(default_factory=list)

    def write(self, declared: CaseType) -> None:
        for code, files in self.files.items():
            title = declared.paper(code).title
            text = f"{title.en.split('(')[0]} - made for the demonstration"
            copy_made_papers(text, f"{title.zh}（演示）.pdf", PAPER, files)
        tables: tuple[Sequence[models.Model], ...] = (
            self.cases, self.papers, self.tasks, self.stops, self.acts, self.licences, self.ratings
        )  # fmt: skip
        for rows in tables:
            if rows:
                type(rows[0])._default_manager.bulk_create(rows)


class _Player:
    """One application, from its submission until now, or to its end."""

    def __init__(
        self, declared: CaseType, plan: MadeCase, rows: _Rows, calendar: WorkingCalendar, clerks: _Clerks
    ) -> None:
        self.declared, self.plan, self.rows = declared, plan, rows
        self.calendar, self.clerks = calendar, clerks
        self.random = Random(f"made-case:{plan.index}")  # noqa: S311 - made data
        self.until = min(filter(None, (plan.withdrawn_at, timezone.now())))
        self.case = self._new_case()
        self.papers: dict[str, CasePaper] = {}
        self.tasks: dict[str, Task] = {}
        self.outcomes: dict[str, Text] = {}
        self.stops: dict[str, ClockStop] = {}
        self.due: dict[str, datetime] = {}
        self.acts: list[Act] = []
        self.licences: list[Licence] = []

    def play(self) -> None:
        """Play what happened and hand the rows over."""
        plan, case = self.plan, self.case
        self._act(plan.submitted_at, plan.person.name, "submitted", history.SUBMITTED)
        for paper in self.declared.papers:
            self._give_or_promise(paper.code)
        run = start_run(case, self.declared)
        self._open_tasks(run, plan.submitted_at)
        while self.due and (element := min(self.due, key=self.due.__getitem__)):
            at = self.due.pop(element)
            if at >= self.until:
                break
            self._decide(run, element, at)
        if plan.withdrawn_at and self.until == plan.withdrawn_at and not run.done:
            self._withdraw(run, plan.withdrawn_at)
        case.process = run.serialise()
        self._hand_over()

    def _new_case(self) -> Case:
        plan, declared = self.plan, self.declared
        form = self._answers()
        return Case(
            id=UUID(made_id(CASES, plan.index)),
            # A letter among the digits: the sequence of real submissions can never come to it.
            number=f"WZ{timezone.localdate(plan.submitted_at):%Y%m%d}M{plan.index:06d}",
            case_type=declared.code,
            state=CaseState.RUNNING,
            account_id=plan.account.id,
            person_id=plan.person.id,
            area=form[declared.area_field],
            title=declared.title_of(form),
            form=form,
            revision=self.random.randint(3, 12),
            opened_at=plan.submitted_at - timedelta(minutes=self.random.randint(8, 90)),
            changed_at=plan.submitted_at,
            submitted_at=plan.submitted_at,
            promised_for=self._due(plan.submitted_at, declared.promise_days),
            made=True,
        )

    def _answers(self) -> dict[str, Any]:
        try:
            return clean_answers(self.declared, self.plan.answers)
        except Invalid as error:
            title = self.declared.title_of(self.plan.answers)
            renamed = {
                code: f"{value}（演示{self.plan.index}）"
                if value == title and code in error.fields
                else value
                for code, value in self.plan.answers.items()
            }
            return clean_answers(self.declared, renamed)

    def _due(self, start: datetime, days: int) -> date:
        return self.calendar.add_working_days(timezone.localdate(start), days).date

    def _moment(self, start: datetime, days: int) -> datetime:
        """In office hours of the ``days``-th working day after ``start``, and later than it."""
        minutes = self.random.randint(*OFFICE_HOURS)
        found = datetime.combine(self._due(start, days), time(minutes // 60, minutes % 60), tzinfo=CITY_TIME)
        return max(found, start + timedelta(minutes=20 + minutes % 40))

    def _act(self, at: datetime, actor: str, kind: str, text: Text, office: str | None = None) -> None:
        act = Act(
            case=self.case,
            at=at,
            actor_name=actor,
            office_id=office,
            kind=kind,
            text_zh=text.zh[:400],
            text_en=text.en[:400],
        )
        self.acts.append(act)
        self.case.changed_at = max(self.case.changed_at, at)

    def _id(self, series: int, place: int) -> UUID:
        return UUID(made_id(series, self.plan.index * FEW + place))

    def _give_or_promise(self, code: str) -> None:
        row = CasePaper(id=self._id(PAPERS, len(self.papers)), case=self.case, code=code)
        row.changed_at = self.plan.submitted_at
        self.papers[code] = row
        if code in self.plan.promised:
            row.state = PaperState.PROMISED
            row.promised_until = self._due(self.plan.submitted_at, self.declared.paper(code).promise_days)
        else:
            self._give(code, row.changed_at)

    def _give(self, code: str, at: datetime) -> None:
        index = self.plan.index * FEW + list(self.papers).index(code)
        row = self.papers[code]
        row.state, row.file_id, row.changed_at = PaperState.GIVEN, UUID(made_file_id(index)), at
        if all(number != index for number, *_ in self.rows.files[code]):
            self.rows.files[code].append((index, self.case.id, self.plan.account.id, at))

    def _open_tasks(self, run: Run, at: datetime) -> None:
        for waiting in run.waiting():
            if waiting.element_id not in self.tasks:
                self._open(waiting, at)

    def _open(self, waiting: WaitingTask, at: datetime) -> None:
        office = self.clerks.office(waiting.office, self.case.area)
        days = waiting.promise.working_days
        task = Task(
            id=self._id(TASKS, len(self.tasks)),
            case=self.case,
            number=self.case.number or "",
            title=self.case.title,
            element=waiting.element_id,
            name_zh=waiting.name.zh,
            name_en=waiting.name.en,
            office_id=office.code,
            area=self.case.area,
            opened_at=at,
            promise_days=days,
            deadline=self._due(at, days),
        )
        self.tasks[task.element] = task
        self.outcomes |= {f"{task.element}/{one.code}": one.name for one in waiting.outcomes}
        step = self.plan.steps.get(task.element, MadeStep())
        clerk = self.clerks.one(office.code, self.plan.index)
        if clerk is None:
            return  # nobody works there: the step waits
        stopped = self._ask(task, step.ask, clerk, office) if step.ask else 0
        if step.claimed and task.state == TaskState.OPEN:
            task.state, task.claimed_by_id = TaskState.CLAIMED, clerk.id
        if step.after is not None and task.state != TaskState.PAUSED:
            self.due[task.element] = self._moment(at, step.after + stopped)

    def _ask(self, task: Task, ask: MadeAsk, clerk: AccountRef, office: OfficeRef) -> int:
        """Stop the clock for a paper; the working days for which it stood still."""
        since = self._moment(task.opened_at, ask.after)
        if since >= self.until:
            return 0
        paper = self.papers[ask.paper]
        paper.asked_by_id, paper.request_zh, paper.request_en = office.code, ask.reason.zh, ask.reason.en
        task.claimed_by_id = clerk.id
        title = self.declared.paper(ask.paper).title
        self._act(since, clerk.name, "paper-asked", history.paper_asked(title, ask.reason), office.code)
        stop = ClockStop(
            id=self._id(STOPS, len(self.stops)), task=task, paper=paper, reason=ask.reason.zh, since=since
        )
        self.stops[task.element] = stop
        given = self._moment(since, ask.waits) if ask.waits is not None else None
        if given is None or given >= self.until:
            task.state, paper.state, paper.changed_at = TaskState.PAUSED, PaperState.ASKED, since
            return 0
        stop.until, task.state = given, TaskState.CLAIMED
        self._give(ask.paper, given)
        self._act(given, self.plan.person.name, "paper-given", history.paper_given(title))
        days = self.calendar.working_days_between(timezone.localdate(since), timezone.localdate(given)).days
        task.deadline = self.calendar.add_working_days(task.deadline, days).date if days else task.deadline
        self.case.promised_for = max(self.case.promised_for or task.deadline, task.deadline)
        return days

    def _decide(self, run: Run, element: str, at: datetime) -> None:
        task, step = self.tasks[element], self.plan.steps[element]
        clerk = self.clerks.one(task.office_id, self.plan.index)
        if clerk is None:
            raise AssertionError("a step is due only where a clerk works")
        stop = self.stops.get(element)
        stops = [(stop.since, stop.until)] if stop is not None and stop.until is not None else []
        task.state, task.outcome, task.reasons = TaskState.DONE, step.outcome, step.reasons
        task.claimed_by_id = task.decided_by_id = clerk.id
        task.decided_at = at
        task.days_used = used_days(self.calendar, task.opened_at, at, stops)
        name = self.outcomes[f"{element}/{step.outcome}"]
        text = history.decided(task.name, name, step.reasons)
        self._act(at, clerk.name, "decided", text, task.office_id)
        run.complete(element, {"outcome": step.outcome, "reasons": step.reasons})
        self._settle(run, clerk, at)

    def _settle(self, run: Run, clerk: AccountRef, at: datetime) -> None:
        def grant(step: AutomaticStep, data: Mapping[str, Any]) -> dict[str, Any]:
            return {"licences": self._grant(clerk, at)}

        run_automatic(run, {"cases.grant": grant, "cases.refuse": lambda step, data: {}})
        self._open_tasks(run, at)
        if run.done and self.case.state == CaseState.RUNNING:
            text = history.refused(task.reasons for task in self.tasks.values())
            self._close(CaseState.REFUSED, clerk.name, text, at)

    def _grant(self, clerk: AccountRef, at: datetime) -> list[str]:
        issued = self.declared.on_granted(SYSTEM, facts_of(self.case, timezone.localdate(at)))
        self.licences = [self._licence(wanted, place, at) for place, wanted in enumerate(issued)]
        if issued:
            self.case.organisation_id = issued[0].organisation
        self._close(CaseState.GRANTED, clerk.name, history.GRANTED, at)
        return [licence.number for licence in self.licences]

    def _licence(self, wanted: IssuedLicence, place: int, at: datetime) -> Licence:
        kind, area = wanted.licence_type, self.case.area
        return Licence(
            id=self._id(LICENCES, place),
            number=f"{kind.number_prefix}{area[:6]}{wanted.valid_from:%Y}M{self.plan.index:06d}",
            token=secrets.token_urlsafe(18),
            licence_type=kind.code,
            case=self.case,
            organisation_id=wanted.organisation,
            office_id=self.clerks.office(kind.function, area).code,
            data=dict(wanted.data),
            issued_at=at,
            valid_from=wanted.valid_from,
            valid_to=years_later(wanted.valid_from, kind.years) if kind.years else None,
            made=True,
        )

    def _withdraw(self, run: Run, at: datetime) -> None:
        run.cancel()
        for task in self.tasks.values():
            if task.state != TaskState.DONE:
                task.state = TaskState.CANCELLED
        self._close(CaseState.WITHDRAWN, self.plan.person.name, history.WITHDRAWN, at)

    def _close(self, state: CaseState, who: str, text: Text, at: datetime) -> None:
        self.case.state, self.case.decided_at = state, at
        self._act(at, who, state.value, text)

    def _rating(self) -> Rating | None:
        case = self.case
        if not self.plan.stars or case.state not in {CaseState.GRANTED, CaseState.REFUSED}:
            return None
        at = (case.decided_at or self.until) + timedelta(hours=self.random.randint(1, 60))
        return Rating(case=case, stars=self.plan.stars, comment=self.plan.comment, at=min(at, timezone.now()))

    def _hand_over(self) -> None:
        rows, rating = self.rows, self._rating()
        rows.cases.append(self.case)
        rows.papers += self.papers.values()
        rows.tasks += self.tasks.values()
        rows.stops += self.stops.values()
        rows.licences += self.licences
        rows.ratings += [rating] if rating else []
        for place, act in enumerate(sorted(self.acts, key=lambda act: act.at)):
            act.id = self._id(ACTS, place)
            rows.acts.append(act)
