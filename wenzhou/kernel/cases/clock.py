"""Statutory and promised time by Chinese working days, with the operator's calendar over the package's."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime, time

from django.utils import timezone

from wenzhou.kernel.cases.calendar import WorkingCalendar, add_working_days, working_days_between
from wenzhou.kernel.cases.models import CalendarDay
from wenzhou.kernel.registers.declarations import Deadlines


def midnight(day: date) -> datetime:
    """The first instant of a day in the city."""
    return timezone.make_aware(datetime.combine(day, time.min))


def _overrides(first: date) -> dict[date, bool]:
    days = CalendarDay.objects.filter(day__gte=first).values_list("day", "working")
    return dict(days)


def calendar_since(first: date) -> WorkingCalendar:
    """Working days from ``first`` on, with the operator's calendar: for many dates with one query."""
    return WorkingCalendar(_overrides(first))


def days_left(calendar: WorkingCalendar, today: date, deadline: date) -> int:
    """Working days from today to a deadline: 0 on its last day, below 0 when it is over.

    A deadline that was last Friday is over on Saturday, though no working day has passed since.
    """
    left = calendar.working_days_between(today, deadline).days
    return min(left, -1) if deadline < today else left


def due_date(start: datetime, working_days: int) -> date:
    """The last day of a period of working days that begins the day after ``start``."""
    first = timezone.localdate(start)
    return add_working_days(first, working_days, _overrides(first)).date


def postponed(deadline: date, since: datetime, until: datetime) -> date:
    """A deadline moved by the working days for which the clock stood still."""
    first = timezone.localdate(since)
    overrides = _overrides(first)
    stopped = working_days_between(first, timezone.localdate(until), overrides).days
    return add_working_days(deadline, stopped, overrides).date if stopped else deadline


def days_used(opened: datetime, closed: datetime, stops: list[tuple[datetime, datetime]]) -> int:
    """Working days from opening to closing, less those for which the clock stood still."""
    return used_days(calendar_since(timezone.localdate(opened)), opened, closed, stops)


def used_days(
    calendar: WorkingCalendar, opened: datetime, closed: datetime, stops: list[tuple[datetime, datetime]]
) -> int:
    """:func:`days_used` with a calendar that was read before: for many with one query."""

    def between(since: datetime, until: datetime) -> int:
        return calendar.working_days_between(timezone.localdate(since), timezone.localdate(until)).days

    return max(between(opened, closed) - sum(between(*stop) for stop in stops), 0)


def _after(start: date, days: int) -> date:
    return calendar_since(start).add_working_days(start, days).date


def _left(today: date, dues: Collection[date]) -> Mapping[date, int]:
    calendar = calendar_since(min([today, *dues]))
    return {due: days_left(calendar, today, due) for due in set(dues)}


WORKING_DAYS = Deadlines(code="working-days", after=_after, left=_left)
"""The city's working days, for blocks below this one."""
