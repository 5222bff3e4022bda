"""The calendar of a year as its keeper sees it: twelve months, what is set, and whether the year is certain."""

from __future__ import annotations

import calendar as months
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.errors import Invalid
from wenzhou.kernel.base.permissions import require
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.cases.calendar import WorkingCalendar
from wenzhou.kernel.cases.models import CalendarDay
from wenzhou.kernel.cases.permissions import KEEP_CALENDAR
from wenzhou.kernel.cases.services.calendar import FIRST_YEAR, LAST_YEAR

AHEAD = 3


@dataclass(frozen=True, slots=True)
class DayView:
    """One day; ``moved``: not as its weekday would have it; ``set``: by the city's own table."""

    day: date
    working: bool
    moved: bool
    set: bool

    @property
    def css(self) -> str:
        """Its class in the table."""
        return " ".join(
            name
            for name, holds in (
                ("is-off", not self.working),
                ("is-moved", self.moved),
                ("is-set", self.set),
            )
            if holds
        )


@dataclass(frozen=True, slots=True)
class MonthView:
    """One month: weeks from Monday; None outside the month."""

    month: int
    working_days: int
    weeks: tuple[tuple[DayView | None, ...], ...]


@dataclass(frozen=True, slots=True)
class YearView:
    """A year. ``certain``: its calendar is announced and known to the software."""

    year: int
    certain: bool
    months: tuple[MonthView, ...]
    overrides: tuple[CalendarDay, ...]
    uncertain_years: tuple[int, ...]

    @property
    def working_days(self) -> int:
        """Working days of the year."""
        return sum(month.working_days for month in self.months)


def year_view(actor: Actor, year: int) -> YearView:
    """The calendar of one year, in one query. Raises Refused, Invalid."""
    require(actor, KEEP_CALENDAR)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        wrong = Text(
            f"请选择 {FIRST_YEAR} 至 {LAST_YEAR} 年。", f"Choose a year from {FIRST_YEAR} to {LAST_YEAR}."
        )
        raise Invalid(wrong, fields={"year": wrong})
    overrides = tuple(CalendarDay.objects.filter(day__year=year).order_by("day"))
    calendar = WorkingCalendar({row.day: row.working for row in overrides})
    this_year = timezone.localdate().year
    return YearView(
        year=year,
        certain=published(year),
        months=tuple(_month(calendar, year, month) for month in range(1, 13)),
        overrides=overrides,
        uncertain_years=tuple(y for y in range(this_year, this_year + AHEAD + 1) if not published(y)),
    )


def published(year: int) -> bool:
    """Whether the software carries the State Council's notice for this year."""
    return WorkingCalendar({}).is_certain(date(year, 1, 1))


def _month(calendar: WorkingCalendar, year: int, month: int) -> MonthView:
    weeks = tuple(
        tuple(_day(calendar, day) if day.month == month else None for day in week)
        for week in months.Calendar().monthdatescalendar(year, month)
    )
    worked = sum(day is not None and day.working for week in weeks for day in week)
    return MonthView(month, worked, weeks)


def _day(calendar: WorkingCalendar, day: date) -> DayView:
    working = calendar.is_working(day)
    return DayView(day, working, working != (day.weekday() < 5), day in calendar.overrides)
