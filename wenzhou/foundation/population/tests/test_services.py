from __future__ import annotations

from datetime import date, timedelta
from threading import Thread

import pytest
from django.db import connection

from wenzhou.foundation.population.models import Membership, PersonVersion, Relation
from wenzhou.foundation.population.reading import read_in_full
from wenzhou.foundation.population.searching import search
from wenzhou.foundation.population.selectors import profile
from wenzhou.foundation.population.services import move, register_change
from wenzhou.foundation.population.testing import make_household, register, registrar
from wenzhou.kernel.base.actors import CITIZEN, CLERK, DATA_OFFICER, Actor
from wenzhou.kernel.base.errors import Conflict, Invalid, NotFound, Refused
from wenzhou.kernel.base.models import AuditEntry
from wenzhou.kernel.base.permissions import Purpose
from wenzhou.kernel.base.testing import at_most_queries
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.identity.api import person as anchor
from wenzhou.kernel.identity.testing import actor_with, make_office
from wenzhou.kernel.registers.contracts import PersonQuery
from wenzhou.kernel.registers.testing import AccessEntry

pytestmark = pytest.mark.django_db
PURPOSE = Purpose("test", Text("核实身份", "Check who it is"))


@pytest.fixture
def officer() -> Actor:
    return registrar()


def test_a_new_name_from_a_day_on(officer):
    person = register(name="陈小明")
    register_change(officer, person.id, date(2026, 1, 1), {"name": "陈大明"})
    assert profile(PersonQuery(id=person.id)).name == "陈大明"
    assert profile(PersonQuery(number=person.number, on=date(2025, 12, 31))).name == "陈小明"
    renamed = anchor(person.id)
    assert renamed is not None
    assert renamed.name == "陈大明"
    assert AuditEntry.objects.filter(action="population.change").count() == 1


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": "1"}, "name"),
        ({"phone": "123"}, "phone"),
        ({"sex": "3"}, "sex"),
        ({"ethnicity": "99"}, "ethnicity"),
        ({"born": date(2000, 1, 1)}, "born"),
        ({}, "name"),
    ],
)
def test_values_that_cannot_be(officer, values, field):
    person = register()
    with pytest.raises(Invalid) as error:
        register_change(
            registrar("government-services") if "phone" in values else officer,
            person.id,
            date(2026, 1, 1),
            values,
        )
    assert set(error.value.fields) == {field}
    assert PersonVersion.objects.filter(person=person.id).count() == 1


def test_days_that_cannot_be(officer):
    person = register()
    for on in (date.today() + timedelta(days=2), date(1980, 1, 1)):
        with pytest.raises(Invalid):
            register_change(officer, person.id, on, {"name": "陈大明"})


def test_who_may_not_register():
    person = register()
    make_office("fire", function="fire-safety")
    # A data officer answers for no field: what she finds wrong she proposes, through the engine.
    for actor in (actor_with(CITIZEN), actor_with(CLERK, office="fire"), actor_with(DATA_OFFICER)):
        with pytest.raises(Refused):
            register_change(actor, person.id, date(2026, 1, 1), {"name": "陈大明"})


def test_the_police_of_the_place_may_and_of_another_not():
    make_office("police-a", function="public-security", area="330302")
    make_office("police-b", function="public-security", area="330303")
    person = register()
    with pytest.raises(Refused):
        register_change(actor_with(CLERK, office="police-b"), person.id, date(2026, 1, 1), {"name": "陈大明"})
    register_change(actor_with(CLERK, office="police-a"), person.id, date(2026, 1, 1), {"name": "陈大明"})
    assert profile(PersonQuery(id=person.id)).name == "陈大明"


def test_a_move_keeps_where_she_lived(officer):
    person = register()
    old = profile(PersonQuery(id=person.id)).address
    new = make_household(division="330303001001", address="浙江省温州市龙湾区永中街道新路1号")
    move(officer, person.id, new.number, date(2026, 3, 1))
    assert profile(PersonQuery(id=person.id)).division == "330303001001"
    assert profile(PersonQuery(id=person.id, on=date(2026, 2, 28))).address == old
    move(officer, person.id, new.number, date(2026, 3, 1))
    assert Membership.objects.filter(person=person.id).count() == 3


def test_moves_that_cannot_be(officer):
    home = make_household()
    head = register(household=home, relation=Relation.HEAD)
    register(household=home)
    other = make_household()
    register(household=other, relation=Relation.HEAD)
    with pytest.raises(Conflict, match="heads a household"):
        move(officer, head.id, other.number, date(2026, 1, 1))
    single = register()
    with pytest.raises(Conflict, match="has a head already"):
        move(officer, single.id, other.number, date(2026, 1, 1), relation=Relation.HEAD)
    with pytest.raises(NotFound):
        move(officer, single.id, "none", date(2026, 1, 1))
    with pytest.raises(Invalid):
        move(officer, single.id, other.number, date(2026, 1, 1), relation="zz")


def test_reading_in_full_is_journalled_and_lean(officer):
    person = register()
    with at_most_queries(4):  # savepoint, select, insert, release
        found = read_in_full(officer, PersonQuery(number=person.number), purpose=PURPOSE)
    assert found.number == person.number
    line = AccessEntry.objects.get()
    assert line.subject_person == person.id
    assert "phone" in line.fields
    assert not line.masked


def test_nobody_reads_outside_the_area_or_without_the_right():
    person = register()
    make_office("longwan", area="330303")
    with pytest.raises(NotFound):
        read_in_full(actor_with(CLERK, office="longwan"), PersonQuery(id=person.id), purpose=PURPOSE)
    with pytest.raises(Refused):
        read_in_full(actor_with(CITIZEN), PersonQuery(id=person.id), purpose=PURPOSE)
    assert not AccessEntry.objects.exists()


def test_search_by_number_and_by_the_beginning_of_a_name(officer):
    one, two = register(name="欧阳明"), register(name="欧阳娜")
    register(name="陈明")
    assert {row.person_id for row in search(officer, "欧阳").rows} == {one.id, two.id}
    assert [row.person_id for row in search(officer, one.number.lower()).rows] == [one.id]
    for short in ("陈", "", "3303"):
        with pytest.raises(Invalid):
            search(officer, short)


def test_search_shows_a_clerk_the_area_only():
    make_office("longwan", area="330303")
    register(name="林一一")
    inside = register(name="林一二", division="330303001001")
    found = search(actor_with(CLERK, office="longwan"), "林一")
    assert [row.person_id for row in found.rows] == [inside.id]


def test_search_goes_on_page_by_page(officer):
    for n in range(45):
        register(name=f"黄大{chr(0x4E00 + n)}")
    token, seen = "", []
    while True:
        page = search(officer, "黄大", token=token)
        seen += [row.name for row in page.rows]
        token = page.next
        if not token:
            break
    assert len(seen) == len(set(seen)) == 45
    assert seen == sorted(seen)


def test_a_record_as_it_was_known_before_a_correction(officer):
    person = register(name="陈小明")
    known_at = Membership.objects.get(person=person.id).recorded_at
    register_change(registrar("government-services"), person.id, date(2026, 1, 1), {"phone": "13900009999"})
    move(officer, person.id, make_household(division="330303001001").number, date(2026, 1, 1))
    then = profile(PersonQuery(id=person.id), known_at=known_at)
    now = profile(PersonQuery(number=person.number))
    assert (then.phone, then.division) == ("13800001234", "330302001001")
    assert (now.phone, now.division) == ("13900009999", "330303001001")
    with pytest.raises(NotFound):
        profile(PersonQuery(id=person.id), known_at=known_at - timedelta(days=1))


@pytest.mark.django_db(transaction=True)
def test_two_heads_at_once_one_household_gets_one():
    officer = registrar()
    target = make_household()
    people = [register(), register()]
    outcomes = []

    def work(person):
        try:
            move(officer, person.id, target.number, date(2026, 1, 1), relation=Relation.HEAD)
            outcomes.append("moved")
        except Conflict:
            outcomes.append("told")
        finally:
            connection.close()

    threads = [Thread(target=work, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["moved", "told"]
