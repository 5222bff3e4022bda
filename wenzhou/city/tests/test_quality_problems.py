"""Problems of quality over the real registers: found once, mended, back again; refused or warned at a write."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.utils import timezone

from wenzhou.foundation.population.testing import make_household, register
from wenzhou.kernel.base.actors import CLERK, DATA_OFFICER
from wenzhou.kernel.base.errors import Invalid, Refused
from wenzhou.kernel.base.models import OutboxEntry
from wenzhou.kernel.base.testing import at_once, run_due
from wenzhou.kernel.geo.testing import load_city
from wenzhou.kernel.identity.testing import actor_with, make_office
from wenzhou.kernel.registers.api import register_of
from wenzhou.kernel.registers.testing import (
    QualityProblem,
    QualityRun,
    QualityScore,
    change_record,
    execute,
    start,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> None:
    load_city()
    make_office("lc-police", function="public-security", area="330302")
    make_office("lc-window", function="government-services", area="330302")


def person(name: str = "陈大文", **more: Any) -> Any:
    home = make_household(division="330302006044")
    return register(name=name, household=home, relation="01", **more)


def rows(of: Any) -> Any:
    manager: Any = register_of("person").model._default_manager
    return manager.filter(person=of.id, superseded_at=None)


def flip(of: Any) -> None:
    rows(of).update(sex="1" if rows(of).get().sex == "2" else "2")


def run() -> QualityRun:
    row = QualityRun.objects.create(register="person")
    execute(str(row.id))
    row.refresh_from_db()
    return row


def events() -> list[str]:
    names = OutboxEntry.objects.filter(name__startswith="registers.quality").order_by("id")
    return list(names.values_list("name", flat=True))


@pytest.mark.usefixtures("town")
def test_a_problem_is_opened_once_mended_and_opened_again():
    one = person()
    person()
    flip(one)
    assert run().opened == 1
    problem = QualityProblem.objects.get()
    assert (problem.rule, problem.record, problem.state) == ("person.number-sex", one.id, "open")
    assert (problem.function, problem.area, problem.field) == ("public-security", "330302006044", "sex")
    assert run().opened == 0
    flip(one)
    second = run()
    problem.refresh_from_db()
    assert (second.opened, second.mended, problem.state, problem.times) == (0, 1, "mended", 1)
    flip(one)
    assert run().opened == 1
    problem.refresh_from_db()
    assert (problem.state, problem.times, problem.closed_at) == ("open", 2, None)
    assert QualityProblem.objects.count() == 1
    assert events() == ["registers.quality-opened", "registers.quality-closed", "registers.quality-opened"]
    payload = OutboxEntry.objects.filter(name="registers.quality-opened").first()
    assert payload is not None
    assert set(payload.payload) == {"problem", "register", "rule", "record"}


@pytest.mark.usefixtures("town")
def test_an_exception_ends_when_the_values_change():
    one = person()
    rows(one).update(phone="12")
    run()
    QualityProblem.objects.update(state="excepted")
    assert run().opened == 0
    rows(one).update(phone="13")
    assert run().opened == 1
    assert QualityProblem.objects.get().state == "open"


@pytest.mark.usefixtures("town")
def test_an_error_is_refused_when_it_is_written_and_nothing_stands():
    one = person()
    clerk = actor_with(CLERK, office="lc-police")
    wrong = "1" if rows(one).get().sex == "2" else "2"
    with pytest.raises(Invalid) as caught:
        change_record(clerk, register_of("person"), str(one.id), date(2026, 1, 1), {"sex": wrong})
    assert "公民身份号码" in caught.value.fields["sex"].zh
    assert rows(one).count() == 1
    assert not QualityProblem.objects.exists()


@pytest.mark.usefixtures("town")
def test_a_warning_is_written_and_becomes_a_problem_which_the_next_write_mends():
    for _ in range(5):
        person(phone="13900000000")
    one = person(phone="13800001111")
    clerk = actor_with(CLERK, office="lc-window")
    people = register_of("person")
    done = change_record(clerk, people, str(one.id), date(2026, 1, 1), {"phone": "13900000000"})
    assert [verdict.rule.code for verdict in done.warnings] == ["person.phone-shared"]
    problem = QualityProblem.objects.get(record=one.id)
    assert (problem.state, problem.function) == ("open", "government-services")
    change_record(clerk, people, str(one.id), date(2026, 1, 2), {"phone": "13800001111"})
    problem.refresh_from_db()
    assert problem.state == "mended"


@pytest.mark.usefixtures("town")
def test_an_old_fault_does_not_stand_in_the_way_of_another_field():
    one = person()
    flip(one)
    clerk = actor_with(CLERK, office="lc-police")
    change_record(clerk, register_of("person"), str(one.id), date(2026, 1, 1), {"name": "陈小文"})
    assert rows(one).filter(name="陈小文").exists()


@pytest.mark.usefixtures("town")
def test_scores_count_each_record_by_its_gravest_problem():
    for number in range(4):
        one = person()
        if number < 2:
            flip(one)
            rows(one).update(born=date(1880, 1, 1))
    run()
    score = QualityScore.objects.get(function="public-security", day=timezone.localdate())
    assert (score.area, score.records, score.errors, score.warnings) == ("330302", 4, 2, 0)
    run()
    assert QualityScore.objects.filter(function="public-security").count() == 1


@pytest.mark.usefixtures("town")
def test_a_data_officer_asks_for_a_run_and_a_clerk_may_not():
    flip(person())
    with pytest.raises(Refused):
        start(actor_with(CLERK, office="lc-police"), "person")
    officer = actor_with(DATA_OFFICER, office="data", area="3303")
    asked = start(officer, "person")
    assert start(officer, "person").id == asked.id
    run_due()
    asked.refresh_from_db()
    assert asked.finished_at is not None
    assert (asked.done, asked.opened) == (asked.rules, 1)


@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_open_a_problem_once():
    load_city()
    flip(person())
    one, other = (QualityRun.objects.create(register=code) for code in ("person", "organisation"))
    QualityRun.objects.filter(id=other.id).update(register="person", finished_at=timezone.now())

    def again() -> None:
        from wenzhou.kernel.registers.testing import find_all

        find_all("person")

    at_once(lambda: execute(str(one.id)), again)
    assert QualityProblem.objects.count() == 1
    assert events().count("registers.quality-opened") == 1
