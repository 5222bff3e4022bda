"""Problems of quality over the real registers: found once, mended, back again; refused or warned at a write."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from wenzhou.foundation.population.testing import make_household, register
from wenzhou.kernel.base.actors import CLERK, DATA_OFFICER, HEAD
from wenzhou.kernel.base.errors import Invalid, Refused
from wenzhou.kernel.base.models import AuditEntry, OutboxEntry
from wenzhou.kernel.base.testing import at_most_queries, at_once, run_due
from wenzhou.kernel.geo.testing import load_city
from wenzhou.kernel.identity.testing import actor_with, client_for, make_office
from wenzhou.kernel.registers.api import register_of
from wenzhou.kernel.registers.testing import (
    AccessEntry,
    QualityProblem,
    QualityRun,
    QualityScore,
    change_record,
    execute,
    quality_queue,
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
def test_the_page_says_what_a_write_is_warned_of_and_the_record_what_waits():
    for _ in range(5):
        person(phone="13900000000")
    one = person(phone="13800001111")
    browser = client_for(actor_with(CLERK, office="lc-window"))
    record = reverse("registers:record", args=["person", one.id])
    assert "待整改的数据质量问题" not in browser.get(record).content.decode()
    form = {"valid_from": "2026-01-01", "phone": "13900000000"}
    after = browser.post(reverse("registers:change", args=["person", one.id]), form, follow=True)
    assert after.redirect_chain == [(record, 302)]
    page = after.content.decode()
    assert "已登记；请核对“联系电话”" in page
    problem = QualityProblem.objects.get(record=one.id)
    assert reverse("registers:quality-problem", args=[problem.id]) in page
    police = client_for(actor_with(CLERK, office="lc-police")).get(record).content.decode()
    assert "待整改的数据质量问题" in police
    assert reverse("registers:quality-problem", args=[problem.id]) not in police


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


@pytest.fixture
def problem(town: None) -> Any:
    one = person()
    flip(one)
    run()
    return QualityProblem.objects.get()


def office_of(role: Any, office: str = "lc-police") -> Any:
    return actor_with(role, office=office, area="330302")


def page(actor: Any, problem: Any, **post: str) -> Any:
    address = reverse("registers:quality-problem", args=[problem.id])
    client = client_for(actor)
    return client.post(address, post) if post else client.get(address)


def test_the_queue_is_of_the_office_and_the_area(problem):
    def shown(actor: Any, query: str = "") -> int:
        return len(client_for(actor).get(reverse("registers:quality") + query).context["rows"])

    make_office("oh-police", function="public-security", area="330304")
    assert shown(office_of(CLERK)) == 1
    assert shown(office_of(CLERK, "lc-window")) == 0
    elsewhere = actor_with(CLERK, office="oh-police", area="330304")
    assert shown(elsewhere) == 0
    assert page(elsewhere, problem).status_code == 404
    assert page(elsewhere, problem, act="take").status_code == 404
    assert page(actor_with(DATA_OFFICER, office="data", area="3303"), problem).status_code == 403
    clerk = office_of(CLERK)
    assert shown(clerk, "?severity=3&register=person") == 1
    assert shown(clerk, "?severity=1") == 0
    assert shown(clerk, "?own=1") == 0
    assert shown(clerk, "?late=1") == 0
    assert client_for(clerk).get(reverse("registers:quality") + "?severity=x").status_code == 422


def test_the_key_is_masked_and_every_showing_has_its_line(problem):
    clerk = office_of(CLERK)
    text = page(clerk, problem).content.decode()
    number = rows_of(problem.record).person.number
    assert number not in text
    assert number[:4] + "*" * 10 + number[-4:] in text
    line = AccessEntry.objects.get(subject_person=problem.record, reader=clerk.account)
    assert (line.purpose, line.masked, line.fields) == ("registers.quality", True, ["number"])
    head = office_of(HEAD)  # heads may not search persons
    assert number[-4:] not in page(head, problem).content.decode()
    assert not AccessEntry.objects.filter(reader=head.account).exists()


def rows_of(record: Any) -> Any:
    manager: Any = register_of("person").model._default_manager
    return manager.get(person=record, superseded_at=None)


def test_one_takes_it_another_is_told_and_the_head_gives_it_on(problem):
    first, second, head = office_of(CLERK), office_of(CLERK), office_of(HEAD)
    for _ in range(2):
        page(first, problem, act="take")
    page(second, problem, act="take")
    problem.refresh_from_db()
    assert problem.assignee_id == first.account
    assert page(second, problem, act="assign", successor=str(second.account)).status_code == 403
    page(head, problem, act="assign", successor=str(second.account))
    problem.refresh_from_db()
    assert problem.assignee_id == second.account
    stranger = office_of(CLERK, "lc-window")
    assert page(head, problem, act="assign", successor=str(stranger.account)).status_code == 422
    assert page(head, problem, act="assign", successor="nobody").status_code == 422
    assert (
        AuditEntry.objects.filter(action="registers.quality-assign", object_id=str(problem.id)).count() == 2
    )


def test_mended_is_what_the_rule_no_longer_finds(problem):
    clerk = office_of(CLERK)
    page(clerk, problem, act="check")
    problem.refresh_from_db()
    assert problem.state == "open"
    row = rows_of(problem.record)
    rows(row.person).update(sex="1" if row.sex == "2" else "2")
    page(clerk, problem, act="check")
    problem.refresh_from_db()
    assert problem.state == "mended"
    assert "已整改" in page(clerk, problem).content.decode()


def test_an_exception_needs_a_reason_and_a_second_pair_of_eyes(problem):
    head, other, clerk = office_of(HEAD), office_of(HEAD), office_of(CLERK)
    assert page(head, problem, act="propose", reason=" ").status_code == 422
    page(head, problem, act="propose", reason="原始凭证如此，已核对")
    assert page(head, problem, act="accept").status_code == 403
    assert page(clerk, problem, act="accept").status_code == 403
    page(other, problem, act="accept")
    problem.refresh_from_db()
    assert (problem.state, problem.decided_by) == ("excepted", other.account)
    assert run().opened == 0
    assert events()[-1] == "registers.quality-closed"
    page(other, problem, act="reject")
    problem.refresh_from_db()
    assert problem.state == "excepted"


def test_the_scores_are_charted_for_head_and_data_officer(problem):
    make_office("oh-police", function="public-security", area="330304")
    for actor, lines in (
        (office_of(HEAD), 1),
        (actor_with(DATA_OFFICER, office="data", area="3303"), 2),
        (actor_with(HEAD, office="oh-police", area="330304"), 0),
    ):
        answer = client_for(actor).get(reverse("registers:quality-scores"))
        assert len(answer.context["rows"]) == lines
    assert client_for(office_of(CLERK)).get(reverse("registers:quality-scores")).status_code == 403
    officer = client_for(actor_with(DATA_OFFICER, office="data", area="3303"))
    assert officer.post(reverse("registers:quality-scores"), {"register": "person"}).status_code == 302
    assert QualityRun.objects.filter(finished_at=None).count() == 1
    assert (
        client_for(office_of(HEAD))
        .post(reverse("registers:quality-scores"), {"register": "person"})
        .status_code
        == 403
    )


def test_the_queue_costs_the_same_for_one_and_for_many(problem):
    clerk = office_of(CLERK)
    for _ in range(12):
        flip(person())
    run()
    with at_most_queries(12):
        assert len(quality_queue(clerk)[1]) == 13
