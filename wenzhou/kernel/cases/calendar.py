"""Working days (工作日) and the dates that promises fall on.

Time limits of the Administrative Licensing Law (行政许可法, art. 82) are counted in working days without
statutory holidays; by the Civil Code (民法典, arts. 201 and 203) the day something starts is not counted, and
a limit lasts until 24:00 of its last day. The State Council announces each year, late in the year before, which
days off are moved; ``chinesecalendar`` carries the notices it knows, and a city adds to them with overrides.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from chinese_calendar.constants import holidays, workdays

CITY_TIME = ZoneInfo("Asia/Shanghai")
MAX_DAYS = 5_000
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Counted:
    """A day that was counted to. ``certain`` is false when a year on the way has no announced calendar."""

    date: date
    certain: bool


@dataclass(frozen=True, slots=True)
class Span:
    """A number of working days, and whether every year between is announced."""

    days: int
    certain: bool


@dataclass(frozen=True, slots=True)
class Deadline:
    """The promised date, and the instant when its last day ends (the first instant that is late)."""

    date: date
    at: datetime
    certain: bool


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """Chinese working days, with a city's corrections.

    ``overrides`` says of single days whether they are worked, and wins over everything;
    ``announced`` are years that the city's own table covers in full, beyond those of the package. In a year that
    neither covers, Monday to Friday are taken as working days and results say ``certain=False``.
    """

    overrides: Mapping[date, bool]
    announced: Collection[int] = ()

    def is_working(self, day: date) -> bool:
        """Whether offices work on this day."""
        override = self.overrides.get(day)
        if override is not None:
            return override
        return day in workdays or (day.weekday() < 5 and day not in holidays)

    def is_certain(self, day: date) -> bool:
        """Whether that is known, and not only supposed from the day of the week."""
        return day in self.overrides or day.year in _packaged_years() or day.year in self.announced

    def add_working_days(self, start: date, n: int) -> Counted:
        """The ``n``-th working day after ``start`` (before it for negative ``n``), which itself is not counted.

        With ``n`` = 0 it is ``start``, or the next working day when ``start`` is none.
        """
        _check_day(start)
        if abs(n) > MAX_DAYS:
            raise ValueError(f"{n} working days are more than {MAX_DAYS}")
        step = -_DAY if n < 0 else _DAY
        day, left, certain = start, abs(n), True
        if n == 0:
            day, left = start - _DAY, 1
        while left:
            day += step
            certain = certain and self.is_certain(day)
            left -= self.is_working(day)
        return Counted(day, certain)

    def working_days_between(self, a: date, b: date) -> Span:
        """How many working days are after ``a`` up to and with ``b``; negative when ``b`` is before ``a``."""
        _check_day(a)
        _check_day(b)
        if b < a:
            back = self.working_days_between(b, a)
            return Span(-back.days, back.certain)
        days = [a + _DAY * i for i in range(1, (b - a).days + 1)]
        return Span(sum(map(self.is_working, days)), all(map(self.is_certain, days)))

    def deadline(self, start: datetime, days: int) -> Deadline:
        """The end of the ``days``-th working day after the day on which ``start`` falls in the city."""
        if start.tzinfo is None:
            raise ValueError("a deadline is counted from an aware datetime")
        if days < 0:
            raise ValueError("a deadline lies ahead")
        counted = self.add_working_days(start.astimezone(CITY_TIME).date(), days)
        end = datetime.combine(counted.date + _DAY, time.min, tzinfo=CITY_TIME)
        return Deadline(counted.date, end, counted.certain)


@cache
def _packaged_years() -> range:
    years = {day.year for day in holidays}
    return range(min(years), max(years) + 1)


def _check_day(day: date) -> None:
    """A datetime is a date to Python, and would never be found among the holidays."""
    if isinstance(day, datetime):
        raise TypeError("give a date, not a datetime")


def add_working_days(start: date, n: int, overrides: Mapping[date, bool] | None = None) -> Counted:
    """:meth:`WorkingCalendar.add_working_days` with overrides only."""
    return WorkingCalendar(overrides or {}).add_working_days(start, n)


def working_days_between(a: date, b: date, overrides: Mapping[date, bool] | None = None) -> Span:
    """:meth:`WorkingCalendar.working_days_between` with overrides only."""
    return WorkingCalendar(overrides or {}).working_days_between(a, b)


def deadline(start: datetime, days: int, overrides: Mapping[date, bool] | None = None) -> Deadline:
    """:meth:`WorkingCalendar.deadline` with overrides only."""
    return WorkingCalendar(overrides or {}).deadline(start, days)
