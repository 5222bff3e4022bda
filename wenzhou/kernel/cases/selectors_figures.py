"""Figures for a head of office (督办统计): what waits, what was decided, how fast, how it was rated."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Q
from django.utils import timezone

from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.permissions import require
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.cases.models import ACTIVE, Task, TaskState
from wenzhou.kernel.cases.permissions import OVERSEE
from wenzhou.kernel.cases.selectors_history import Day, Decided, History, Scope, Step, within
from wenzhou.kernel.cases.selectors_office import offices_of, overdue
from wenzhou.kernel.identity.api import offices

WEEKS = 12
PERIODS = (30, 90, 365)


@dataclass(frozen=True, slots=True)
class StepFigures:
    """One step of a process: what waits now, and what was decided in the period (days are working days)."""

    element: str
    name: Text
    open: int
    overdue: int
    decided: int
    on_time: int
    days_used: float | None
    promised: float | None

    @property
    def share(self) -> float | None:
        """Per cent decided in time; None when nothing was decided."""
        return share(self.on_time, self.decided)


@dataclass(frozen=True, slots=True)
class Week:
    """One week by its Monday: tasks that came and tasks that were decided."""

    monday: date
    opened: int
    decided: int


@dataclass(frozen=True, slots=True)
class Figures:
    """All figures of a head's offices. ``ratings``: how many of each number of stars, 5 to 1."""

    offices: tuple[Text, ...]
    open: int
    unclaimed: int
    paused: int
    overdue: int
    decided_month: int
    on_time_month: int
    steps: tuple[StepFigures, ...]
    ratings: Mapping[int, int]
    weeks: tuple[Week, ...]

    @property
    def empty(self) -> bool:
        """Nothing has ever come in the period, and nothing waits."""
        return not (self.open or self.steps or any(week.opened for week in self.weeks))

    @property
    def share_month(self) -> float | None:
        """Per cent of this month's decisions that were in time."""
        return share(self.on_time_month, self.decided_month)

    @property
    def stars(self) -> float | None:
        """The mean rating; None when nobody has rated."""
        rated = sum(self.ratings.values())
        return round(sum(s * n for s, n in self.ratings.items()) / rated, 2) if rated else None


def share(part: int, whole: int) -> float | None:
    """Per cent to one decimal; None of nothing."""
    return round(100 * part / whole, 1) if whole else None


def office_figures(actor: Actor, *, days: int = 90) -> Figures:
    """The figures of the offices and areas that the actor oversees, over the last ``days`` days.

    Ten queries: what waits now is counted in one index, the past by its days; none reads a row for each case.
    Raises Refused.
    """
    require(actor, OVERSEE)
    mine = offices_of(actor, OVERSEE)
    today = timezone.localdate()
    waiting = _waiting(mine, today)
    history = History(mine)
    month, weeks = today.replace(day=1), _first_monday(today)
    by_day = history.by_day(min(month, weeks))
    this_month = [day for on, day in by_day.items() if on >= month]
    named = offices(set(mine))
    since = today - timedelta(days=days)
    ratings = history.ratings(since)
    return Figures(
        offices=tuple(named[code].name for code in mine if code in named),
        open=sum(step.open for step in waiting.values()),
        unclaimed=sum(step.unclaimed for step in waiting.values()),
        paused=sum(step.paused for step in waiting.values()),
        overdue=sum(step.overdue for step in waiting.values()),
        decided_month=sum(day.decided for day in this_month),
        on_time_month=sum(day.on_time for day in this_month),
        steps=_steps(waiting, history.by_step(since)),
        ratings={stars: ratings.get(stars, 0) for stars in (5, 4, 3, 2, 1)},
        weeks=_weeks(by_day, weeks),
    )


@dataclass(frozen=True, slots=True)
class _Waiting:
    """Tasks of a step that wait now."""

    open: int = 0
    unclaimed: int = 0
    paused: int = 0
    overdue: int = 0


def _waiting(mine: Scope, today: date) -> dict[Step, _Waiting]:
    rows = Task.objects.filter(within(mine), state__in=ACTIVE)
    counted = rows.values_list("element", "name_zh", "name_en").annotate(
        n=Count("case"),
        n_open=Count("case", filter=Q(state=TaskState.OPEN)),
        n_paused=Count("case", filter=Q(state=TaskState.PAUSED)),
        n_overdue=Count("case", filter=overdue(today)),
    )
    return {(element, zh, en): _Waiting(*counts) for element, zh, en, *counts in counted.order_by()}


def _steps(waiting: dict[Step, _Waiting], decided: dict[Step, Decided]) -> tuple[StepFigures, ...]:
    return tuple(
        StepFigures(
            element=step[0],
            name=Text(step[1], step[2]),
            open=now.open,
            overdue=now.overdue,
            decided=past.count,
            on_time=past.on_time,
            days_used=_mean(past.used, past.count),
            promised=_mean(past.promised, past.count),
        )
        for step in sorted({*waiting, *decided})
        for now, past in [(waiting.get(step, _Waiting()), decided.get(step, Decided()))]
    )


def _first_monday(today: date) -> date:
    return today - timedelta(days=today.weekday(), weeks=WEEKS - 1)


def _weeks(by_day: dict[date, Day], first: date) -> tuple[Week, ...]:
    opened, decided = Counter[date](), Counter[date]()
    for on, day in by_day.items():
        monday = on - timedelta(days=on.weekday())
        opened[monday] += day.opened
        decided[monday] += day.decided
    mondays = [first + timedelta(weeks=n) for n in range(WEEKS)]
    return tuple(Week(monday, opened[monday], decided[monday]) for monday in mondays)


def _mean(total: int, count: int) -> float | None:
    return round(total / count, 1) if count else None
