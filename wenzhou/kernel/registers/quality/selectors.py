"""Reads of quality: the queue of an office, one problem, the scores over time. Scoped by the actor's posts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q, Sum
from django.utils import timezone

from wenzhou.kernel.base.actors import DATA_OFFICER, Actor
from wenzhou.kernel.base.errors import Invalid, NotFound
from wenzhou.kernel.base.pagination import Slice, keyset
from wenzhou.kernel.base.permissions import Purpose, holding_posts, may, require
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.registers.deadlines import days_left
from wenzhou.kernel.registers.declaration import Register, module_of, register_of, registers
from wenzhou.kernel.registers.journal import journal_many
from wenzhou.kernel.registers.permissions import OVERSEE_QUALITY, WORK_QUALITY
from wenzhou.kernel.registers.quality.judging import rule_of
from wenzhou.kernel.registers.quality.models import (
    WAITING,
    ProblemState,
    QualityProblem,
    QualityRun,
    QualityScore,
)
from wenzhou.kernel.registers.quality.rules import Rule, Severity
from wenzhou.kernel.registers.quality.scope import answers_for, mine
from wenzhou.kernel.registers.records import value_of
from wenzhou.kernel.registers.scope import visible
from wenzhou.kernel.registers.versions import as_of

PAGE = 30
PURPOSE = Purpose("registers.quality", Text("核查数据质量问题", "Looking into a problem of quality"))
WEIGHTS = {Severity.ERROR: 1.0, Severity.WARNING: 0.5, Severity.NOTICE: 0.2}
"""What a record loses of its point for its gravest open problem: the city's own rule."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What of the queue is asked for; empty values ask for everything that waits."""

    register: str = ""
    rule: str = ""
    severity: str = ""
    state: str = ""
    own: bool = False
    late: bool = False

    def condition(self, actor: Actor) -> Q:
        """As a condition. Raises Invalid for a severity or a state that there is none of."""
        if self.severity not in {"", *(str(int(one)) for one in Severity)} or self.state not in {
            "",
            *ProblemState.values,
        }:
            raise Invalid(Text("没有这个筛选项。", "There is no such choice."))
        found = Q(state=self.state) if self.state else Q(state__in=WAITING)
        for name in ("register", "rule", "severity"):
            if value := getattr(self, name):
                found &= Q(**{name: value})
        if self.own:
            found &= Q(assignee=actor.account)
        return found & Q(due__lt=timezone.localdate()) if self.late else found


@dataclass(frozen=True, slots=True)
class ProblemView:
    """A problem as this reader sees it; ``key`` is masked, empty where she may not see the record."""

    row: QualityProblem
    rule: Rule | None
    register: Text
    key: str
    left: int
    holder: str

    @property
    def severity(self) -> Severity:
        """How grave it is."""
        return Severity(self.row.severity)

    @property
    def waits(self) -> bool:
        """Whether it is open."""
        return self.row.state in WAITING


def queue(
    actor: Actor, wanted: Wanted, *, token: str = ""
) -> tuple[Slice[QualityProblem], list[ProblemView]]:
    """Problems of the actor's offices and areas, nearest deadline first. Raises Refused, Invalid."""
    require(actor, WORK_QUALITY)
    rows = QualityProblem.objects.filter(mine(actor, WORK_QUALITY), wanted.condition(actor))
    page = keyset(rows.select_related("assignee"), "due", "id", token=token, size=PAGE)
    return page, _views(actor, page.rows)


def problem(actor: Actor, problem_id: UUID) -> ProblemView:
    """One problem. Raises Refused, and NotFound for one of another office or area."""
    require(actor, WORK_QUALITY)
    row = QualityProblem.objects.select_related("assignee").filter(id=problem_id).first()
    if row is None or not answers_for(actor, WORK_QUALITY, row):
        raise NotFound(
            Text("没有这个问题，或者不由您的部门处理。", "No such problem, or not for your office to mend.")
        )
    return _views(actor, [row])[0]


def known_of(register: Register, record: UUID) -> list[tuple[Rule, QualityProblem]]:
    """What waits to be mended in one record, gravest first: for the page of a record that the reader may read."""
    rows = QualityProblem.objects.filter(record=record, register=register.code, state__in=WAITING)
    found = [(rule_of(row.rule), row) for row in rows.order_by("-severity", "due", "id")]
    return [(rule, row) for rule, row in found if rule is not None]


def _views(actor: Actor, rows: Sequence[QualityProblem]) -> list[ProblemView]:
    keys: dict[tuple[str, UUID], str] = {}
    titles: dict[str, Text] = {}
    for code in {row.register for row in rows}:
        register = register_of(code)
        titles[code] = register.title
        asked = {row.record for row in rows if row.register == code}
        keys |= {(code, record): key for record, key in _keys(actor, register, asked).items()}
    left = days_left(timezone.localdate(), [row.due for row in rows]) if rows else {}
    return [
        ProblemView(
            row=row,
            rule=rule_of(row.rule),
            register=titles[row.register],
            key=keys.get((row.register, row.record), ""),
            left=left[row.due],
            holder=row.assignee.name if row.assignee else "",
        )
        for row in rows
    ]


def _keys(actor: Actor, register: Register, records: set[UUID]) -> Mapping[UUID, str]:
    """The keys of records, masked, with a line in the journal for each; of those alone that the actor may search."""
    if not may(actor, register.search):
        return {}
    anchor = f"{register.anchor}_id"
    field = register.field(register.key)
    with transaction.atomic():
        rows = as_of(
            register.model._default_manager.filter(**{f"{anchor}__in": records}), timezone.localdate()
        )
        found = list(visible(rows.select_related(*register.joins), actor, register, register.search))
        journal_many(
            actor,
            register.subjects([getattr(row, anchor) for row in found]),
            resource=register.resource,
            consumer=module_of(register),
            purpose=PURPOSE,
            fields=(field.name,),
            masked=True,
        )
    return {
        getattr(row, anchor): str(field.element.shown(value_of(field, row), whole=False) or "")
        for row in found
    }


@dataclass(frozen=True, slots=True)
class Score:
    """The quality of the part of a register that an office function answers for, on a day."""

    day: date
    register: str
    function: str
    records: int
    errors: int
    warnings: int
    notices: int
    late: int

    @property
    def points(self) -> float:
        """Of 100: each record counts one, less the weight of its gravest open problem."""
        if not self.records:
            return 100.0
        lost = (
            self.errors * WEIGHTS[Severity.ERROR]
            + self.warnings * WEIGHTS[Severity.WARNING]
            + self.notices * WEIGHTS[Severity.NOTICE]
        )
        return round(100 * (1 - lost / self.records), 2)


def scores(actor: Actor, *, days: int = 90) -> list[Score]:
    """Scores by day, register and function, over the areas of the actor; data officers see all. Raises Refused."""
    require(actor, OVERSEE_QUALITY)
    rows = QualityScore.objects.filter(day__gte=timezone.localdate() - timedelta(days=days))
    if not any(post.role == DATA_OFFICER.code for post in holding_posts(actor, OVERSEE_QUALITY)):
        rows = rows.filter(mine(actor, OVERSEE_QUALITY))
    summed: Iterable[Any] = (
        rows.order_by("day", "register", "function")
        .values("day", "register", "function")
        .annotate(*(Sum(name) for name in _FIGURES))
    )
    return [
        Score(one["day"], one["register"], one["function"], *(one[f"{name}__sum"] for name in _FIGURES))
        for one in summed
    ]


_FIGURES = ("records", "errors", "warnings", "notices", "late")


def latest_runs(actor: Actor) -> dict[str, QualityRun | None]:
    """The latest run of every register. Raises Refused."""
    require(actor, OVERSEE_QUALITY)
    rows = QualityRun.objects.order_by("register", F("asked_at").desc()).distinct("register")
    found = {row.register: row for row in rows}
    return {one.code: found.get(one.code) for one in registers()}
