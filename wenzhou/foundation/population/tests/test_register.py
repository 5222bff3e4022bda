"""The register of persons through the engine: reading, who answers for what, corrections, erasure."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest
from django.utils import timezone

from wenzhou.foundation.population.models import PersonVersion
from wenzhou.foundation.population.reading import PURPOSES
from wenzhou.foundation.population.register import PERSONS_REGISTER as PERSONS
from wenzhou.foundation.population.testing import register
from wenzhou.kernel.base.actors import CITIZEN, CLERK, DATA_OFFICER, HEAD, Actor, Post
from wenzhou.kernel.base.errors import Conflict, Invalid, NotFound, Refused
from wenzhou.kernel.base.models import AuditEntry, OutboxEntry
from wenzhou.kernel.base.testing import at_once
from wenzhou.kernel.identity.api import person as anchor
from wenzhou.kernel.identity.testing import actor_with, make_office
from wenzhou.kernel.registers.api import (
    Instant,
    ask_erasure,
    change_record,
    confirm_erasure,
    correct_record,
    correction_queue,
    decide,
    difference,
    end_record,
    history,
    read,
    search,
    withdraw,
)
from wenzhou.kernel.registers.testing import AccessEntry, Correction, Tombstone

pytestmark = pytest.mark.django_db
VERIFY = PURPOSES["population.verify"]
TODAY = date(2026, 6, 1)


@pytest.fixture
def police() -> Actor:
    make_office("police", function="public-security")
    return actor_with(CLERK, office="police", area="330302")


@pytest.fixture
def market() -> Actor:
    make_office("market", function="market-supervision")
    return actor_with(CLERK, office="market", area="330302")


def test_masked_without_a_purpose_whole_with_one_and_both_are_written(police: Actor) -> None:
    person = register(name="陈海燕")
    seen = read(police, PERSONS, person.number)
    assert seen.values["name"] == "陈**" and seen.values["born"] is None and not seen.whole
    whole = read(police, PERSONS, person.number, purpose=VERIFY)
    assert whole.values["name"] == "陈海燕" and isinstance(whole.values["born"], date)
    lines = AccessEntry.objects.filter(subject_person=person.id).order_by("id")
    assert [line.masked for line in lines] == [True, False]
    assert "born" not in lines[0].fields and "born" in lines[1].fields


def test_as_of_a_day_and_as_known_at_an_instant(police: Actor) -> None:
    person = register(name="陈小明")
    change_record(police, PERSONS, person.number, date(2026, 1, 1), {"name": "陈大明"})
    before = timezone.now()
    correct_record(police, PERSONS, person.number, (date(2026, 1, 1), None), {"name": "陈太明"})

    def name(on: date, known_at: datetime | None = None) -> object:
        return read(police, PERSONS, person.number, at=Instant(on, known_at), purpose=VERIFY).values["name"]

    assert name(date(2025, 12, 31)) == "陈小明"
    assert name(TODAY) == "陈太明"
    assert name(TODAY, before) == "陈大明"
    changed = difference(
        police, PERSONS, person.number, Instant(date(2025, 6, 1)), Instant(TODAY), purpose=VERIFY
    )
    assert [(one.field.name, one.before, one.after) for one in changed] == [("name", "陈小明", "陈太明")]
    assert len(history(police, PERSONS, person.number)) == 2
    everything = history(police, PERSONS, person.number, purpose=VERIFY, everything=True)
    assert {row.values["name"] for row in everything} == {"陈小明", "陈大明", "陈太明"}


@pytest.mark.parametrize("role", [CITIZEN, HEAD])
def test_who_has_no_permission_reads_nothing_in_any_way(role: object) -> None:
    person = register()
    actor = actor_with(role)  # type: ignore[arg-type]
    ways = (
        lambda: read(actor, PERSONS, person.number),
        lambda: read(actor, PERSONS, person.number, purpose=VERIFY),
        lambda: history(actor, PERSONS, person.number),
        lambda: difference(actor, PERSONS, person.number, Instant(TODAY), Instant(TODAY)),
        lambda: search(actor, PERSONS, {"number": person.number}),
        lambda: change_record(actor, PERSONS, person.number, TODAY, {"name": "陈大明"}),
    )
    for way in ways:
        with pytest.raises(Refused):
            way()
    assert not AccessEntry.objects.exists()


def test_what_lies_outside_the_area_is_found_in_no_way(police: Actor) -> None:
    person = register(division="330304001001")
    for way in (
        lambda: read(police, PERSONS, person.number),
        lambda: history(police, PERSONS, person.number),
        lambda: difference(police, PERSONS, person.number, Instant(TODAY), Instant(TODAY)),
        lambda: change_record(police, PERSONS, person.number, TODAY, {"name": "陈大明"}),
        lambda: correct_record(police, PERSONS, person.number, (TODAY, None), {"name": "陈大明"}),
    ):
        with pytest.raises(NotFound):
            way()
    assert search(police, PERSONS, {"number": person.number}).records == []
    assert not AccessEntry.objects.exists()


def test_search_asks_only_for_what_may_be_asked(police: Actor) -> None:
    person = register(name="陈海燕")
    found = search(police, PERSONS, {"name": "陈海燕"})
    assert [one.id for one in found.records] == [person.id]
    assert found.records[0].values["number"] != person.number
    for filters in ({"phone": "13800001234"}, {"born": date(1990, 1, 1)}, {"nothing": "1"}):
        with pytest.raises(Invalid):
            search(police, PERSONS, filters)


def test_who_answers_writes_and_who_does_not_proposes(police: Actor, market: Actor) -> None:
    person = register(name="陈海燕")
    with pytest.raises(Invalid) as error:
        change_record(market, PERSONS, person.number, TODAY, {"name": "陈海艳"})
    assert "reason" in error.value.fields
    written = change_record(
        market, PERSONS, person.number, TODAY, {"name": "陈海艳"}, reason="营业执照原件写作“艳”"
    )
    assert written.version is None and len(written.corrections) == 1
    again = change_record(
        market, PERSONS, person.number, TODAY, {"name": "陈海艳"}, reason="营业执照原件写作“艳”"
    )
    assert again.corrections[0].id == written.corrections[0].id
    row = Correction.objects.get()
    assert (row.owner, row.area[:6], row.due > timezone.localdate()) == ("public-security", "330302", True)
    assert read(market, PERSONS, person.number).disputed == {"name"}
    assert [one.id for one in correction_queue(police).rows] == [row.id]
    assert list(correction_queue(market).rows) == []
    with pytest.raises(Refused):
        decide(market, row.id, accept=True, answer="")
    decide(police, row.id, accept=True, answer="已核对")
    seen = read(police, PERSONS, person.number, purpose=VERIFY, at=Instant(TODAY))
    assert seen.values["name"] == "陈海艳" and not seen.disputed
    with pytest.raises(Conflict):
        decide(police, row.id, accept=False, answer="再来一次")
    events = list(OutboxEntry.objects.order_by("id").values_list("name", flat=True))
    assert events == ["registers.correction-proposed", "registers.changed", "registers.correction-decided"]
    assert "陈海艳" not in str(list(OutboxEntry.objects.values_list("payload", flat=True)))


def test_a_rejection_says_why_and_a_withdrawal_is_the_proposers(police: Actor, market: Actor) -> None:
    person = register(name="陈海燕")
    one = change_record(market, PERSONS, person.number, TODAY, {"name": "陈海艳"}, reason="看错")
    two = change_record(market, PERSONS, person.number, TODAY, {"name": "陈海雁"}, reason="看错")
    with pytest.raises(Invalid):
        decide(police, one.corrections[0].id, accept=False, answer=" ")
    decide(police, one.corrections[0].id, accept=False, answer="与户籍档案不符")
    with pytest.raises(NotFound):
        withdraw(police, two.corrections[0].id)
    assert withdraw(market, two.corrections[0].id).state == "withdrawn"
    assert read(police, PERSONS, person.number, purpose=VERIFY).values["name"] == "陈海燕"
    assert not read(police, PERSONS, person.number).disputed


def test_one_change_is_parted_among_those_who_answer(police: Actor) -> None:
    person = register(name="陈海燕", phone="13800001234")
    written = change_record(
        police,
        PERSONS,
        person.number,
        TODAY,
        {"name": "陈海艳", "phone": "13900009999"},
        reason="本人申请",
    )
    assert written.version is not None
    assert [(one.owner, one.values) for one in written.corrections] == [
        ("government-services", {"phone": "13900009999"})
    ]
    seen = read(police, PERSONS, person.number, purpose=VERIFY)
    assert [seen.values["name"], seen.values["phone"]] == ["陈海艳", "13800001234"]
    assert seen.disputed == {"phone"}


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": "1"}, "name"),
        ({"name": ""}, "name"),
        ({"sex": "3"}, "sex"),
        ({"number": "330302199001011234"}, "number"),
        ({"height": "180"}, "height"),
        ({}, "number"),
    ],
)
def test_values_that_cannot_be(police: Actor, values: dict[str, str], field: str) -> None:
    person = register()
    with pytest.raises(Invalid) as error:
        change_record(police, PERSONS, person.number, TODAY, values)
    assert set(error.value.fields) == {field}
    assert PersonVersion.objects.filter(person=person.id).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_who_decide_at_once_settle_it_once() -> None:
    make_office("police", function="public-security")
    make_office("market", function="market-supervision")
    clerks = [actor_with(CLERK, office="police", area="330302") for _ in range(2)]
    market = actor_with(CLERK, office="market", area="330302")
    person = register(name="陈海燕")
    written = change_record(market, PERSONS, person.number, TODAY, {"name": "陈海艳"}, reason="原件")
    row = written.corrections[0]

    def settle(clerk: Actor, accept: bool) -> str:
        try:
            return decide(clerk, row.id, accept=accept, answer="核对").state
        except Conflict:
            return "told"

    outcomes = at_once(lambda: settle(clerks[0], True), lambda: settle(clerks[1], False))
    assert sorted(map(str, outcomes)).count("told") == 1
    assert OutboxEntry.objects.filter(name="registers.correction-decided").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_who_write_at_once_lose_nothing() -> None:
    make_office("police", function="public-security")
    clerks = [actor_with(CLERK, office="police", area="330302") for _ in range(2)]
    person = register(name="陈海燕")
    days = (date(2026, 1, 1), date(2026, 2, 1))
    at_once(
        lambda: change_record(clerks[0], PERSONS, person.number, days[0], {"name": "陈海艳"}),
        lambda: change_record(clerks[1], PERSONS, person.number, days[1], {"ethnicity": "02"}),
    )
    seen = read(clerks[0], PERSONS, person.number, purpose=VERIFY)
    assert seen.values["ethnicity"] == "02"
    names = {row.values["name"] for row in history(clerks[0], PERSONS, person.number, purpose=VERIFY)}
    assert "陈海艳" in names


def test_erasing_takes_two_and_leaves_a_tombstone(police: Actor) -> None:
    officers = [actor_with(DATA_OFFICER, office="data", area="3303") for _ in range(2)]
    person = register(name="陈海燕")
    change_record(police, PERSONS, person.number, TODAY, {"name": "陈海艳"})
    with pytest.raises(Refused):
        ask_erasure(police, PERSONS, person.number, basis="个人信息保护法 第四十七条", reason="法院判决")
    with pytest.raises(Invalid):
        ask_erasure(officers[0], PERSONS, person.number, basis="", reason="法院判决")
    asked = ask_erasure(
        officers[0], PERSONS, person.number, basis="个人信息保护法 第四十七条", reason="法院判决"
    )
    with pytest.raises(Refused):
        confirm_erasure(officers[0], asked.id)
    assert PersonVersion.objects.filter(person=person.id).exists()
    stone = confirm_erasure(officers[1], asked.id)
    assert confirm_erasure(officers[1], asked.id).id == stone.id == Tombstone.objects.get().id
    assert (stone.versions, stone.record) == (3, person.id)
    assert not PersonVersion.objects.filter(person=person.id).exists()
    gone = anchor(person.id)
    assert gone is not None and person.number not in str(gone) and "陈" not in gone.name
    with pytest.raises(NotFound):
        read(police, PERSONS, person.number)
    assert AuditEntry.objects.filter(action="registers.erase").count() == 1


def test_a_post_is_good_in_its_own_area_and_not_in_that_of_another(police: Actor) -> None:
    make_office("market", function="market-supervision")
    both = replace(police, posts=(*police.posts, Post(CLERK.code, "market", "330304")))
    there = register(division="330304001001")
    with pytest.raises(NotFound):
        change_record(both, PERSONS, there.number, TODAY, {"name": "陈大明"})
    with pytest.raises(NotFound):
        correct_record(both, PERSONS, there.number, (TODAY, None), {"name": "陈大明"})
    assert PersonVersion.objects.filter(person=there.id).count() == 1


def test_only_the_office_that_answers_ends_a_record(police: Actor, market: Actor) -> None:
    person = register()
    with pytest.raises(Refused):
        end_record(market, PERSONS, person.number, TODAY)
    assert [end_record(police, PERSONS, person.number, TODAY) for _ in range(2)] == [1, 0]
    with pytest.raises(NotFound):
        read(police, PERSONS, person.number, at=Instant(TODAY))
