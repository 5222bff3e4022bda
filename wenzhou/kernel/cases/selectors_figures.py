"""Figures for a head of office (督办统计): what waits, what was decided, how fast, how it was rated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Avg, Count, F, Q, QuerySet
from django.db.models.functions import TruncWeek
from django.utils import timezone

from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.permissions import require
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.cases.models import ACTIVE, Rating, Task, TaskState
from wenzhou.kernel.cases.permissions import OVERSEE
from wenzhou.kernel.cases.selectors_office import in_areas, offices_of, overdue
from wenzhou.kernel.identity.api import offices

WEEKS = 12
PERIODS = (30, 90, 365)

_ON_TIME = Q(decided_at__date__lte=F("deadline"))


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

    Seven queries over sets, whatever the number of cases. Raises Refused.
    """
    require(actor, OVERSEE)
    mine = offices_of(actor, OVERSEE)
    rows = Task.objects.filter(overseen(actor))
    today = timezone.localdate()
    since = _midnight(today - timedelta(days=days))
    now = rows.filter(state__in=ACTIVE).aggregate(
        open=Count("id"),
        unclaimed=Count("id", filter=Q(state=TaskState.OPEN)),
        paused=Count("id", filter=Q(state=TaskState.PAUSED)),
        overdue=Count("id", filter=overdue(today)),
    )
    month = rows.filter(state=TaskState.DONE, decided_at__gte=_midnight(today.replace(day=1))).aggregate(
        decided=Count("id"), on_time=Count("id", filter=_ON_TIME)
    )
    named = offices(set(mine))
    return Figures(
        offices=tuple(named[code].name for code in mine if code in named),
        open=now["open"],
        unclaimed=now["unclaimed"],
        paused=now["paused"],
        overdue=now["overdue"],
        decided_month=month["decided"],
        on_time_month=month["on_time"],
        steps=_steps(rows, since, today),
        ratings=_ratings(rows, since),
        weeks=_weeks(rows, today),
    )


def overseen(actor: Actor) -> Q:
    """Tasks of the offices and areas that the actor oversees; none when she oversees none."""
    condition = Q(pk__in=[])
    for office, areas in offices_of(actor, OVERSEE).items():
        condition |= Q(in_areas(areas), office=office)
    return condition


def _steps(rows: QuerySet[Task], since: datetime, today: date) -> tuple[StepFigures, ...]:
    wanted = Q(state__in=ACTIVE) | Q(state=TaskState.DONE, decided_at__gte=since)
    done = Q(state=TaskState.DONE)
    counted = (
        rows.filter(wanted)
        .values("element", "name_zh", "name_en")
        .annotate(
            n_open=Count("id", filter=~done),
            n_overdue=Count("id", filter=overdue(today)),
            n_done=Count("id", filter=done),
            n_on_time=Count("id", filter=done & _ON_TIME),
            used=Avg("days_used", filter=done),
            promised=Avg("promise_days", filter=done),
        )
        .order_by("element", "name_zh")
    )
    return tuple(
        StepFigures(
            element=row["element"],
            name=Text(row["name_zh"], row["name_en"]),
            open=row["n_open"],
            overdue=row["n_overdue"],
            decided=row["n_done"],
            on_time=row["n_on_time"],
            days_used=_rounded(row["used"]),
            promised=_rounded(row["promised"]),
        )
        for row in counted
    )


def _ratings(rows: QuerySet[Task], since: datetime) -> dict[int, int]:
    """Ratings are of whole cases: those in which the office decided a step."""
    cases = rows.filter(state=TaskState.DONE).values("case")
    counted = dict(
        Rating.objects.filter(at__gte=since, case__in=cases)
        .values_list("stars")
        .annotate(n=Count("case"))
        .order_by()
    )
    return {stars: counted.get(stars, 0) for stars in (5, 4, 3, 2, 1)}


def _weeks(rows: QuerySet[Task], today: date) -> tuple[Week, ...]:
    first = today - timedelta(days=today.weekday(), weeks=WEEKS - 1)
    since = _midnight(first)
    opened = _by_week(rows.filter(opened_at__gte=since), "opened_at")
    decided = _by_week(rows.filter(state=TaskState.DONE, decided_at__gte=since), "decided_at")
    mondays = [first + timedelta(weeks=n) for n in range(WEEKS)]
    return tuple(Week(day, opened.get(day, 0), decided.get(day, 0)) for day in mondays)


def _by_week(rows: QuerySet[Task], field: str) -> dict[date, int]:
    counted = rows.annotate(week=TruncWeek(field)).values_list("week").annotate(n=Count("id")).order_by()
    return {timezone.localdate(week): n for week, n in counted}


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(float(value), 1)
