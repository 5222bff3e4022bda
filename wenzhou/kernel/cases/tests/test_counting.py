"""Days that are over are counted once, and the figures are the same before and after."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from wenzhou.kernel.base.actors import HEAD, Actor
from wenzhou.kernel.base.models import AuditEntry
from wenzhou.kernel.base.testing import at_most_queries, at_once
from wenzhou.kernel.cases.calendar import CITY_TIME
from wenzhou.kernel.cases.models import (
    CaseState,
    CountedThrough,
    OfficeDay,
    OfficeRating,
    Rating,
    Task,
    TaskState,
)
from wenzhou.kernel.cases.selectors_figures import Figures, office_figures
from wenzhou.kernel.cases.selectors_map import area_counts
from wenzhou.kernel.cases.services.counting import COUNT_DAYS, count_anew, count_days
from wenzhou.kernel.cases.testing import clerk_for, make_running_case
from wenzhou.kernel.cases.tests.permit import AREA, PERMIT
from wenzhou.kernel.geo.api import path_text
from wenzhou.kernel.geo.testing import load_city
from wenzhou.kernel.identity.testing import actor_with

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 10, tzinfo=CITY_TIME)  # a Monday


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def task(opened: int, *, decided: int | None = None, late: bool = False, stars: int = 0, **case: Any) -> Task:
    """A task of so many days ago, perhaps decided and its case rated so many days ago."""
    made = make_running_case(PERMIT, **case).tasks.get(element="health")
    made.opened_at = NOW - timedelta(days=opened)
    if decided is not None:
        made.state, made.outcome, made.days_used = TaskState.DONE, "approved", opened - decided
        made.decided_at = NOW - timedelta(days=decided)
        made.deadline = timezone.localdate(made.decided_at) - timedelta(days=late)
    made.save()
    if stars and made.decided_at:
        made.case.state, made.case.decided_at = CaseState.GRANTED, made.decided_at
        made.case.save()
        Rating.objects.create(case=made.case, stars=stars, at=made.decided_at)
    return made


def history() -> Task:
    """Tasks of a year, today's among them; gives one of them."""
    for opened, decided in ((300, 290), (60, 55), (20, 15), (20, 15), (3, 1), (2, 0), (0, 0)):
        task(opened, decided=decided, late=decided in {15, 1}, stars=1 + decided % 5)
    task(1)
    return task(0)


def seen(head: Actor) -> tuple[list[Figures], dict[str, int]]:
    """All figures of a head, and her map of decided cases."""
    counts = area_counts(head, "cases-decided")
    figures = [office_figures(head, days=days) for days in (30, 90, 365)]
    return figures, {row.place.code: row.count for row in counts.rows if row.place}


def test_figures_are_the_same_when_their_days_are_counted() -> None:
    load_city()
    head = clerk_for(history(), HEAD)
    before = seen(head)
    assert (before[0][2].steps[0].decided, before[0][0].steps[0].decided) == (7, 5)
    assert before[1]["330302"] == 7
    count_days()
    assert CountedThrough.objects.get().day == date(2026, 11, 22)
    assert OfficeDay.objects.exists() and OfficeRating.objects.exists()
    assert seen(head) == before
    Task.objects.filter(opened_at__lt=NOW - timedelta(days=30)).update(days_used=0)
    assert seen(head) == before, "the past is read from its days"


def test_counting_again_changes_nothing_and_the_next_day_is_added(clock: time_machine.Traveller) -> None:
    head = clerk_for(history(), HEAD)
    count_days()
    rows = sorted(OfficeDay.objects.values_list("id", flat=True))
    COUNT_DAYS.run()
    assert sorted(OfficeDay.objects.values_list("id", flat=True)) == rows
    assert AuditEntry.objects.filter(action="cases.count-days").count() == 1
    clock.move_to(NOW.replace(day=24, hour=0, minute=10))
    before = office_figures(head)
    count_days()
    assert CountedThrough.objects.get().day == date(2026, 11, 22), "its last transactions may not have ended"
    clock.move_to(NOW.replace(day=24, hour=0, minute=20))
    count_days()
    assert CountedThrough.objects.get().day == date(2026, 11, 23)
    assert office_figures(head) == before
    assert before.weeks[-1].opened == 2 and before.decided_month == 5


def test_what_is_written_into_the_past_is_counted_anew() -> None:
    head = clerk_for(history(), HEAD)
    count_days()
    task(40, decided=33, stars=5)
    count_anew(date(2026, 10, 1))
    assert CountedThrough.objects.get().day == date(2026, 9, 30)
    figures = office_figures(head)
    assert figures.steps[0].decided == 7
    count_days()
    assert office_figures(head) == figures
    count_anew(date(2026, 12, 1))
    assert CountedThrough.objects.get().day == date(2026, 11, 22), "nothing was counted there"


def test_two_steps_of_an_office_in_one_case_are_one_case_decided() -> None:
    load_city()
    first = task(9, decided=5, stars=4)
    second = first.case.tasks.get(element="traffic")
    second.office_id, second.state, second.outcome = first.office_id, TaskState.DONE, "approved"
    second.opened_at, second.decided_at, second.days_used = first.opened_at, NOW - timedelta(days=3), 2
    second.save()
    head = clerk_for(first, HEAD)
    before = seen(head)
    assert before[1]["330302"] == 1
    assert before[0][0].ratings[4] == 1
    assert [step.decided for step in before[0][0].steps] == [1, 1]
    count_days()
    assert seen(head) == before


def test_a_head_of_a_village_is_counted_from_the_tasks() -> None:
    load_city()
    one = task(9, decided=5, stars=4, area="330302006044")
    task(9, decided=5, stars=2, area="330302006001")
    count_days()
    for area, decided in (("330302006044", 1), ("330302006", 2), ("330302", 2), ("330304", 0)):
        head = actor_with(HEAD, office=one.office_id, area=area)
        figures, towns = seen(head)
        assert sum(step.decided for step in figures[0].steps) == decided
        assert sum(figures[0].ratings.values()) == decided
        assert sum(towns.values()) == decided


def test_an_empty_city_is_counted_without_a_row() -> None:
    count_days()
    assert not CountedThrough.objects.exists()


def test_the_figures_cost_the_same_however_long_the_past() -> None:
    load_city()
    path_text(AREA)  # divisions are read once and then kept in memory
    head = clerk_for(history(), HEAD)
    for _ in range(2):
        with at_most_queries(10):
            office_figures(head, days=365)
        with at_most_queries(3):
            area_counts(head, "cases-decided")
        with at_most_queries(1):
            area_counts(head, "cases-open")
        count_days()


@pytest.mark.django_db(transaction=True)
def test_two_workers_count_a_day_once() -> None:
    task(9, decided=5, stars=4)
    assert at_once(count_days, count_days) == [None, None]
    assert sum(OfficeDay.objects.values_list("decided", flat=True)) == 1
    assert AuditEntry.objects.filter(action="cases.count-days").count() == 1
