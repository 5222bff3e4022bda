"""The past of some offices: days that were counted (日统计), and behind the last of them the tasks themselves."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import TruncDate

from wenzhou.kernel.cases.clock import midnight
from wenzhou.kernel.cases.models import CountedThrough, OfficeDay, OfficeRating, Rating, Task, TaskState
from wenzhou.kernel.cases.selectors_office import in_areas
from wenzhou.kernel.cases.services.counting import ON_TIME, TOWN_DIGITS, first_in_case

type Scope = Mapping[str, tuple[str, ...]]
"""Codes of offices, each with the areas (prefixes) in which it is looked at."""

_STEP = ("element", "name_zh", "name_en")

_IN_TIME = Count("id", filter=ON_TIME)

type Step = tuple[str, str, str]
"""A step of a process by its id and its name in both languages."""


@dataclass(frozen=True, slots=True)
class Decided:
    """What was decided: how many, how many of them in time, working days used and promised."""

    count: int = 0
    on_time: int = 0
    used: int = 0
    promised: int = 0

    def __add__(self, other: Decided) -> Decided:
        return Decided(
            self.count + other.count,
            self.on_time + other.on_time,
            self.used + other.used,
            self.promised + other.promised,
        )


@dataclass(slots=True)
class Day:
    """Tasks of one day: received, decided, decided in time."""

    opened: int = 0
    decided: int = 0
    on_time: int = 0


def within(scope: Scope, area: str = "area") -> Q:
    """Rows of these offices, of each in these areas; none of no office. ``area`` is the field that is looked at."""
    condition = Q(pk__in=[])
    for office, areas in scope.items():
        condition |= Q(in_areas(areas, area), office=office)
    return condition


class History:
    """The past of offices, of each in the areas in which it is looked at.

    Days are counted by town: what concerns single villages is counted from the tasks, however many they are. A case
    that went through two of the offices counts for each.
    """

    def __init__(self, scope: Scope) -> None:
        self._tasks = Task.objects.filter(within(scope))
        by_town = all(len(area) <= TOWN_DIGITS for areas in scope.values() for area in areas)
        through = CountedThrough.objects.values_list("day", flat=True).first() if by_town else None
        counted = Q(within(scope, "town"), day__lte=through) if through else Q(pk__in=[])
        self._days = OfficeDay.objects.filter(counted)
        self._ratings = OfficeRating.objects.filter(counted)
        self._later = midnight(through + timedelta(days=1)) if through else midnight(date(1970, 1, 1))

    def by_step(self, since: date) -> dict[Step, Decided]:
        """What was decided since this day, by step."""
        counted = self._days.filter(day__gte=since, decided__gt=0).values_list(*_STEP)
        later = self._decided(since).values_list(*_STEP)
        found: dict[Step, Decided] = defaultdict(Decided)
        for rows in (
            counted.annotate(Sum("decided"), Sum("on_time"), Sum("used"), Sum("promised")),
            later.annotate(
                n=Count("id"), n_on_time=_IN_TIME, n_used=Sum("days_used"), n_promised=Sum("promise_days")
            ),
        ):
            for element, name_zh, name_en, *sums in rows.order_by():
                found[element, name_zh, name_en] += Decided(*(n or 0 for n in sums))
        return found

    def by_day(self, since: date) -> dict[date, Day]:
        """What came and what was decided since this day, by day."""
        found: dict[date, Day] = defaultdict(Day)
        counted = self._days.filter(day__gte=since).values_list("day")
        for day, opened, decided, on_time in counted.annotate(
            Sum("opened"), Sum("decided"), Sum("on_time")
        ).order_by():
            found[day] = Day(opened, decided, on_time)
        opened_later = self._tasks.filter(opened_at__gte=self._from(since))
        for day, opened in _by_day(opened_later, "opened_at").annotate(Count("id")).order_by():
            found[day].opened += opened
        for day, decided, on_time in (
            _by_day(self._decided(since), "decided_at").annotate(n=Count("id"), n_on_time=_IN_TIME).order_by()
        ):
            found[day].decided += decided
            found[day].on_time += on_time
        return found

    def ratings(self, since: date) -> dict[int, int]:
        """Stars since this day: of whole cases, those in which the offices decided a step."""
        counted = self._ratings.filter(day__gte=since).values_list("stars").annotate(Sum("count"))
        rated = Rating.objects.filter(
            at__gte=self._from(since), case__in=self._tasks.filter(state=TaskState.DONE).values("case")
        )
        later = rated.values_list("stars").annotate(Count("case"))
        return dict(sum((Counter(dict(rows.order_by())) for rows in (counted, later)), Counter()))

    def cases_by_town(self) -> dict[str, int]:
        """Cases in which something was decided, ever, by the area in which they are (of towns, or finer)."""
        counted = self._days.values_list("town").annotate(Sum("cases"))
        first = self._decided(date.min).filter(first_in_case())
        later = first.values_list("area").annotate(Count("id"))
        return dict(sum((Counter(dict(rows.order_by())) for rows in (counted, later)), Counter()))

    def _decided(self, since: date) -> QuerySet[Task]:
        """Tasks decided since this day, on days that are not counted yet."""
        return self._tasks.filter(state=TaskState.DONE, decided_at__gte=self._from(since))

    def _from(self, since: date) -> datetime:
        return max(self._later, midnight(since)) if since > date.min else self._later


def _by_day(rows: QuerySet[Task], field: str) -> QuerySet[Task, tuple[date]]:
    return rows.annotate(on=TruncDate(field)).values_list("on")
