"""Working days, by what the State Council announced, and by laws that hold for any calendar."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import chinese_calendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wenzhou.kernel.cases.calendar import (
    CITY_TIME,
    Counted,
    WorkingCalendar,
    add_working_days,
    deadline,
    working_days_between,
)

DAYS = st.dates(date(2004, 1, 1), date(2031, 12, 31))
COUNTS = st.integers(-400, 400)
OVERRIDES = st.dictionaries(st.dates(date(2019, 1, 1), date(2031, 12, 31)), st.booleans(), max_size=40)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("start", "n", "end"),
    [
        # 2024: Sunday 28 April and Saturday 11 May are worked for the days off of 1 to 5 May.
        (date(2024, 4, 26), 1, date(2024, 4, 28)),
        (date(2024, 4, 30), 1, date(2024, 5, 6)),
        (date(2024, 5, 10), 1, date(2024, 5, 11)),
        # 2025: Spring Festival from 28 January to 4 February; 26 January and 8 February are worked.
        (date(2025, 1, 27), 1, date(2025, 2, 5)),
        (date(2025, 1, 24), 1, date(2025, 1, 26)),
        (date(2025, 2, 7), 1, date(2025, 2, 8)),
        # National Day 2025 with Mid-Autumn: 1 to 8 October off, 28 September and 11 October worked.
        (date(2025, 9, 30), 2, date(2025, 10, 10)),
        (date(2025, 10, 9), -1, date(2025, 9, 30)),
        (date(2025, 10, 3), 0, date(2025, 10, 9)),
        (date(2025, 9, 30), 0, date(2025, 9, 30)),
    ],
)
def test_announced_days(start, n, end):
    assert add_working_days(start, n) == Counted(end, True)


def test_agrees_with_the_package_on_every_day_it_knows():
    calendar = WorkingCalendar({})
    for offset in range((date(2026, 12, 31) - date(2004, 1, 1)).days + 1):
        day = date(2004, 1, 1) + DAY * offset
        assert calendar.is_working(day) == chinese_calendar.is_workday(day), day
        assert calendar.is_certain(day)


def test_an_unannounced_year_is_weekends_only_and_says_so():
    # 2030-10-01 is a Tuesday, and surely a holiday, but nobody has announced 2030.
    assert add_working_days(date(2030, 9, 30), 1) == Counted(date(2030, 10, 1), False)
    assert add_working_days(date(2030, 10, 4), 1) == Counted(date(2030, 10, 7), False)
    assert working_days_between(date(2030, 9, 30), date(2030, 10, 7)).certain is False
    assert deadline(datetime(2030, 9, 30, tzinfo=CITY_TIME), 1).certain is False


def test_an_overridden_day_is_certain_and_an_announced_year_too():
    off = {date(2030, 10, 1): False}
    assert add_working_days(date(2030, 9, 30), 1, off) == Counted(date(2030, 10, 2), False)
    assert WorkingCalendar(off, announced={2030}).add_working_days(date(2030, 9, 30), 1) == Counted(
        date(2030, 10, 2), True
    )
    worked = {date(2030, 10, 5): True}  # a Saturday, certain by itself
    assert add_working_days(date(2030, 10, 4), 1, worked) == Counted(date(2030, 10, 5), True)


def test_overrides_win_over_the_package():
    typhoon = {date(2025, 8, 12): False}
    assert add_working_days(date(2025, 8, 11), 1, typhoon) == Counted(date(2025, 8, 13), True)
    assert working_days_between(date(2025, 8, 11), date(2025, 8, 13), typhoon).days == 1


def test_deadline_is_the_end_of_the_last_day_in_the_city():
    # 23:30 in London on the 26th is the 27th in Wenzhou already: 28 September 2025 (a Sunday) is worked.
    start = datetime(2025, 9, 26, 23, 30, tzinfo=UTC)
    due = deadline(start, 1)
    assert due.date == date(2025, 9, 28)
    assert due.at == datetime(2025, 9, 29, tzinfo=CITY_TIME)
    assert due.at.astimezone(UTC) == datetime(2025, 9, 28, 16, tzinfo=UTC)


@pytest.mark.parametrize(
    "call",
    [
        lambda: deadline(datetime(2025, 1, 1), 1),
        lambda: deadline(datetime(2025, 1, 1, tzinfo=UTC), -1),
        lambda: add_working_days(date(2025, 1, 1), 5_001),
    ],
)
def test_nonsense_is_refused(call):
    with pytest.raises(ValueError, match=r"."):
        call()


def test_a_datetime_is_no_date():
    with pytest.raises(TypeError):
        add_working_days(datetime(2025, 10, 1, tzinfo=CITY_TIME), 1)
    with pytest.raises(TypeError):
        working_days_between(date(2025, 10, 1), datetime(2025, 10, 2, tzinfo=CITY_TIME))


@settings(deadline=None)
@given(DAYS, COUNTS.filter(bool), OVERRIDES)
def test_counting_lands_on_a_working_day_that_far_away(start, n, overrides):
    calendar = WorkingCalendar(overrides)
    end = calendar.add_working_days(start, n)
    assert calendar.is_working(end.date)
    assert (end.date > start) is (n > 0)
    span = calendar.working_days_between(start, end.date)
    # Backwards the start is counted and the end is not, so the start's own day matters.
    expected = n if n > 0 else n + 1 - calendar.is_working(start)
    assert span.days == expected


@settings(deadline=None)
@given(DAYS, st.integers(0, 200), st.integers(1, 200), OVERRIDES)
def test_counting_twice_is_counting_the_sum(start, m, n, overrides):
    calendar = WorkingCalendar(overrides)
    middle = calendar.add_working_days(start, m) if m else Counted(start, True)
    end = calendar.add_working_days(middle.date, n)
    whole = calendar.add_working_days(start, m + n)
    assert whole.date == end.date
    assert whole.certain == (middle.certain and end.certain)


@settings(deadline=None)
@given(DAYS, DAYS, DAYS, OVERRIDES)
def test_spans_add_up(a, b, c, overrides):
    calendar = WorkingCalendar(overrides)
    parts = calendar.working_days_between(a, b).days + calendar.working_days_between(b, c).days
    assert parts == calendar.working_days_between(a, c).days
    assert calendar.working_days_between(a, b).days == -calendar.working_days_between(b, a).days
    assert calendar.working_days_between(a, a).days == 0


@settings(deadline=None)
@given(
    st.datetimes(datetime(2004, 2, 1), datetime(2031, 1, 1)),
    st.integers(-12, 12),
    st.integers(0, 60),
    OVERRIDES,
)
def test_deadlines_lie_ahead_and_do_not_depend_on_the_zone_of_the_clock(moment, hours, days, overrides):
    start = moment.replace(tzinfo=timezone(timedelta(hours=hours)))
    calendar = WorkingCalendar(overrides)
    due = calendar.deadline(start, days)
    assert due.at > start
    assert due == calendar.deadline(start.astimezone(UTC), days)
    assert due.at.astimezone(CITY_TIME).time() == datetime.min.time()
    assert calendar.is_working(due.date)
    later = calendar.deadline(start + timedelta(hours=5), days)
    assert later.at >= due.at


@settings(deadline=None)
@given(DAYS, st.integers(1, 100), OVERRIDES)
def test_one_more_day_off_never_brings_the_promise_forward(start, n, overrides):
    day = add_working_days(start, n, overrides).date
    assert add_working_days(start, n, {**overrides, day: False}).date > day
