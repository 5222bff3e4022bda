"""Life events: what each changes, what is impossible, twice the same, two clerks at once."""

from __future__ import annotations

import itertools
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from wenzhou.foundation.population import kinship
from wenzhou.foundation.population import services as act
from wenzhou.foundation.population.kinship import children_of, spouse_of
from wenzhou.foundation.population.models import (
    Household,
    HouseholdVersion,
    LifeEvent,
    Marriage,
    Membership,
    PersonVersion,
    Relation,
)
from wenzhou.foundation.population.selectors import household_of as membership_of
from wenzhou.foundation.population.selectors import profile
from wenzhou.foundation.population.services.once import explained, rehearse
from wenzhou.foundation.population.testing import (
    make_household,
    marry,
    parents_of,
    register,
    registrar,
)
from wenzhou.kernel.base.actors import DATA_OFFICER
from wenzhou.kernel.base.errors import Conflict, Invalid, NotFound, Problem, Refused
from wenzhou.kernel.base.models import AuditEntry, OutboxEntry
from wenzhou.kernel.base.standards import gb11643
from wenzhou.kernel.base.testing import at_once
from wenzhou.kernel.geo.testing import load_city
from wenzhou.kernel.identity.testing import actor_with, make_person
from wenzhou.kernel.registers.contracts import PersonQuery

pytestmark = pytest.mark.django_db
MAN, WOMAN = gb11643.Sex.MALE, gb11643.Sex.FEMALE
VILLAGE = "330302006044"
_serial = itertools.count(1)


def person(sex, born=date(1990, 5, 1), **more):
    number = gb11643.make(region="330302", born=born, sex=sex, serial=next(_serial) % 500)
    return register(
        make_person(number=number, name=more.pop("name", "")), since=max(born, date(2015, 1, 1)), **more
    )


def parentage_of(child, on):
    row = kinship.parentage_of(child, on)
    assert row is not None
    return row


def household_of(who, on):
    row = membership_of(who, on)
    assert row is not None
    return row


def family():
    """A head with his wife in one household, married since 2015."""
    home = make_household()
    man = person(MAN, household=home, relation=Relation.HEAD)
    wife = person(WOMAN, household=home, relation=Relation.SPOUSE)
    marry(man, wife)
    return home, man, wife


@pytest.fixture
def police():
    return registrar()


@pytest.fixture
def civil():
    return registrar("civil-affairs", "330304")


def certificate():
    return f"U{next(_serial):09d}"


def birth(mother=None, father=None, **more):
    given = {"name": "陈小宝", "sex": "1", "born": date(2026, 3, 1), "reference": certificate()} | more
    return act.Birth(
        mother_number=mother.number if mother else "", father_number=father.number if father else "", **given
    )


def refused(call, kind=Invalid):
    """The fields of the refusal, which says its reason in both languages."""
    with pytest.raises(kind) as caught:
        call()
    for text in (caught.value.detail, *caught.value.fields.values()):
        assert text.zh and text.en and text.zh != text.en
    return set(caught.value.fields)


def test_a_birth_makes_a_person_with_number_parents_and_household(police):
    home, man, wife = family()
    done = act.register_birth(police, birth(wife, man), key="b1")
    child = profile(PersonQuery(id=done.person))
    assert gb11643.parse(str(child.number), on=date(2026, 6, 1)).born == child.born == date(2026, 3, 1)
    row = parentage_of(child.id, child.born)
    assert (row.father_id, row.mother_id, row.father_by) == (man.id, wife.id, "birth")
    member = household_of(child.id, child.born)
    assert (member.household_id, member.relation) == (home.id, Relation.SON)
    told = {(entry.name, entry.payload["record"]) for entry in OutboxEntry.objects.all()}
    assert ("registers.created", str(child.id)) in told and ("registers.changed", str(wife.id)) in told
    assert "陈小宝" not in str(list(OutboxEntry.objects.values_list("payload", flat=True)))
    assert AuditEntry.objects.filter(action="population.birth").count() == 1


def test_the_same_key_gives_the_same_child_and_another_request_is_told(police):
    _, man, wife = family()
    request = birth(wife, man)
    first = act.register_birth(police, request, key="b1")
    again = act.register_birth(police, request, key="b1")
    assert again.person == first.person and again.repeated and LifeEvent.objects.count() == 1
    refused(lambda: act.register_birth(police, birth(wife, man, name="陈大宝"), key="b1"), Conflict)
    same_paper = birth(wife, man, reference=request.reference)
    assert refused(lambda: act.register_birth(police, same_paper, key="b2"), Conflict) == {"reference"}
    assert refused(lambda: act.register_birth(police, birth(wife, man), key="b3"), Conflict) == {"name"}
    too_soon = birth(wife, man, name="陈二宝", born=date(2026, 6, 1))
    assert refused(lambda: act.register_birth(police, too_soon, key="b4")) == {"born"}
    twin = act.register_birth(police, birth(wife, man, name="陈二宝", sex="2"), key="b5")
    assert len(children_of(wife.id, date(2026, 4, 1))) == 2 and twin.person != first.person


def test_births_that_cannot_be(police):
    _, man, wife = family()
    ask = lambda request: refused(lambda: act.register_birth(police, request, key="b"))  # noqa: E731
    assert ask(birth()) == {"mother_number"}
    assert ask(birth(man, None)) == {"mother_number"}
    assert ask(birth(wife, wife)) == {"father_number"}
    assert ask(birth(wife, man, born=date.today() + timedelta(days=3))) == {"born"}
    assert ask(birth(wife, man, reference="12")) == {"reference"}
    assert ask(birth(wife, man, name="1")) == {"name"}
    assert ask(birth(wife, man, born=date(1989, 1, 1))) == {"mother_number"}
    assert ask(birth(person(WOMAN, date(2015, 6, 1)))) == {"mother_number"}
    assert ask(birth(wife, man, household=make_household().number)) == {"household"}
    assert not LifeEvent.objects.exists()


def test_a_father_who_died_before_may_still_be_the_father_but_not_for_ever(police):
    _, man, wife = family()
    act.register_death(
        police, act.Death(number=man.number, on=date(2025, 6, 1), successor_number=wife.number), key="d"
    )
    late = birth(wife, man, born=date(2026, 5, 1))
    assert refused(lambda: act.register_birth(police, late, key="b1")) == {"father_number"}
    posthumous = act.register_birth(police, birth(wife, man, born=date(2025, 12, 1)), key="b2")
    assert parentage_of(posthumous.person, date(2026, 1, 1)).father_id == man.id


def test_marriage_and_divorce(police, civil):
    man, wife = person(MAN), person(WOMAN)
    wedding = act.Wedding(husband_number=man.number, wife_number=wife.number, on=date(2026, 1, 5))
    act.register_marriage(civil, wedding, key="m")
    assert spouse_of(man.id, date(2026, 1, 5)) == wife.id and spouse_of(wife.id, date(2026, 1, 4)) is None
    other = act.Wedding(husband_number=man.number, wife_number=person(WOMAN).number, on=date(2026, 2, 1))
    assert refused(lambda: act.register_marriage(civil, other, key="m2"), Conflict) == {"husband_number"}
    before = act.Wedding(husband_number=man.number, wife_number=other.wife_number, on=date(2025, 2, 1))
    assert refused(lambda: act.register_marriage(civil, before, key="m3"), Conflict) == {"on"}
    parting = act.Divorce(husband_number=man.number, wife_number=wife.number, on=date(2026, 3, 1))
    act.register_divorce(civil, parting, key="v")
    assert spouse_of(man.id, date(2026, 2, 28)) == wife.id and spouse_of(man.id, date(2026, 3, 1)) is None
    assert refused(lambda: act.register_divorce(civil, parting, key="v2")) == {"on"}
    again = act.Wedding(husband_number=man.number, wife_number=other.wife_number, on=date(2026, 3, 1))
    act.register_marriage(civil, again, key="m4")
    assert Marriage.objects.filter(superseded_at=None).count() == 2
    with pytest.raises(Refused):
        act.register_marriage(police, other, key="m5")


def test_the_database_itself_keeps_monogamy():
    man, wife, other_man, other_wife = person(MAN), person(WOMAN), person(MAN), person(WOMAN)
    marry(man, wife)
    for couple in ((man, other_wife), (other_man, wife)):
        with pytest.raises(IntegrityError) as caught, transaction.atomic():
            marry(*couple, since=date(2020, 1, 1))
        assert isinstance(explained(caught.value), Conflict)


@pytest.mark.parametrize(
    ("his", "hers", "fields"),
    [
        (date(2005, 1, 1), date(2004, 1, 1), {"husband_number"}),
        (date(2000, 1, 1), date(2006, 6, 1), {"wife_number"}),
    ],
)
def test_under_the_legal_age(civil, his, hers, fields):
    wedding = act.Wedding(
        husband_number=person(MAN, his).number, wife_number=person(WOMAN, hers).number, on=date(2026, 1, 1)
    )
    assert refused(lambda: act.register_marriage(civil, wedding, key="m")) == fields
    swapped = act.Wedding(
        husband_number=person(WOMAN).number, wife_number=person(MAN).number, on=date(2026, 1, 1)
    )
    assert refused(lambda: act.register_marriage(civil, swapped, key="m")) == {"husband_number"}


def test_close_kin_may_not_marry(civil):
    grandmother = person(WOMAN, date(1940, 1, 1))
    father, aunt = person(MAN, date(1965, 1, 1)), person(WOMAN, date(1967, 1, 1))
    son, cousin = person(MAN), person(WOMAN)
    far = person(MAN, date(1999, 1, 1))
    for child, mother in ((father, grandmother), (aunt, grandmother), (cousin, aunt), (far, cousin)):
        parents_of(child, mother=mother)
    parents_of(son, father=father)
    for him, her in ((son, cousin), (son, aunt), (son, grandmother), (father, aunt)):
        wedding = act.Wedding(husband_number=him.number, wife_number=her.number, on=date(2026, 1, 1))
        assert refused(lambda w=wedding: act.register_marriage(civil, w, key="m")) == {"wife_number"}
    second = person(WOMAN)
    parents_of(second, father=son)
    distant = act.Wedding(husband_number=far.number, wife_number=second.number, on=date(2026, 1, 1))
    act.register_marriage(civil, distant, key="m")  # second cousins' children: beyond three generations


def test_a_death_ends_the_record_the_marriage_and_finds_another_head(police):
    home, man, wife = family()
    son = person(MAN, date(2012, 1, 1), household=home, relation=Relation.SON)
    parents_of(son, father=man, mother=wife)
    notice = act.Death(number=man.number, on=date(2026, 2, 1))
    assert refused(lambda: act.register_death(police, notice, key="d"), Conflict) == {"successor_number"}
    stranger = act.Death(number=man.number, on=date(2026, 2, 1), successor_number=person(MAN).number)
    assert refused(lambda: act.register_death(police, stranger, key="d")) == {"successor_number"}
    assert profile(PersonQuery(id=man.id)).address, "nothing of a refused death stays"
    full = act.Death(number=man.number, on=date(2026, 2, 1), successor_number=wife.number)
    act.register_death(police, full, key="d")
    assert profile(PersonQuery(id=man.id, on=date(2026, 2, 1))).name
    with pytest.raises(NotFound):
        profile(PersonQuery(id=man.id, on=date(2026, 2, 2)))
    assert spouse_of(wife.id, date(2026, 2, 2)) is None
    assert household_of(wife.id, date(2026, 2, 2)).relation == Relation.HEAD
    assert household_of(son.id, date(2026, 2, 2)).relation == Relation.SON
    assert refused(lambda: act.register_death(police, full, key="d2"), Conflict) == {"number"}
    away = act.Departure(number=man.number, on=date(2026, 3, 1), destination="杭州市")
    assert refused(lambda: act.register_departure(police, away, key="x")) == {"number"}


def test_deaths_that_cannot_be(police):
    home, _man, wife = family()
    child = person(MAN, date(2020, 1, 1), household=home)
    parents_of(child, mother=wife)
    ask = lambda who, on, kind=Invalid: refused(  # noqa: E731
        lambda: act.register_death(police, act.Death(number=who.number, on=on), key="d"), kind
    )
    assert ask(child, date(2019, 1, 1)) == {"on"}
    assert ask(child, date.today() + timedelta(days=2)) == {"on"}
    assert ask(wife, date(2018, 1, 1)) == {"on"}
    act.move(police, child.id, make_household().number, date(2026, 1, 1), relation=Relation.OTHER)
    assert ask(child, date(2025, 1, 1), Conflict) == {"on"}


def test_parentage_by_recognition_and_adoption(police, civil):
    mother, father = person(WOMAN), person(MAN)
    child = person(WOMAN, date(2018, 1, 1))
    parents_of(child, mother=mother)
    act.register_recognition(
        police,
        act.Recognition(child_number=child.number, father_number=father.number, on=date(2026, 1, 1)),
        key="r",
    )
    assert parentage_of(child.id, date(2019, 1, 1)).father_id == father.id
    new_father, new_mother = person(MAN, date(1985, 1, 1)), person(WOMAN, date(1986, 1, 1))
    both = act.Adoption(
        child_number=child.number,
        father_number=new_father.number,
        mother_number=new_mother.number,
        on=date(2026, 2, 1),
    )
    assert refused(lambda: act.register_adoption(civil, both, key="a")) == {"father_number"}
    marry(new_father, new_mother)
    alone = act.Adoption(child_number=child.number, father_number=new_father.number, on=date(2026, 2, 1))
    assert refused(lambda: act.register_adoption(civil, alone, key="a")) == {"father_number"}
    act.register_adoption(civil, both, key="a")
    row = parentage_of(child.id, date(2026, 2, 1))
    assert (row.father_id, row.mother_id) == (new_father.id, new_mother.id)
    assert parentage_of(child.id, date(2026, 1, 31)).mother_id == mother.id


def test_a_stepfather_adopts_and_the_mother_stays(civil):
    mother, husband = person(WOMAN), person(MAN, date(1999, 1, 1))
    child = person(WOMAN, date(2018, 1, 1))
    parents_of(child, mother=mother, father=person(MAN))
    marry(husband, mother, date(2024, 1, 1))
    request = act.Adoption(child_number=child.number, father_number=husband.number, on=date(2026, 1, 1))
    act.register_adoption(civil, request, key="a")
    row = parentage_of(child.id, date(2026, 1, 1))
    assert (row.father_id, row.mother_id, row.father_by, row.mother_by) == (
        husband.id,
        mother.id,
        "adoption",
        "birth",
    )


def test_nobody_is_her_own_ancestor(police):
    grandfather, father = person(MAN, date(1950, 1, 1)), person(MAN, date(1975, 1, 1))
    parents_of(father, father=grandfather)
    circle = act.Recognition(
        child_number=grandfather.number, father_number=father.number, on=date(2026, 1, 1)
    )
    assert refused(lambda: act.register_recognition(police, circle, key="r")) == {"father_number"}
    himself = act.Recognition(child_number=father.number, father_number=father.number, on=date(2026, 1, 1))
    assert refused(lambda: act.register_recognition(police, himself, key="r")) == {"father_number"}


def test_a_household_moves_and_where_it_was_stays_known(police):
    load_city()
    home, man, wife = family()
    old = profile(PersonQuery(id=man.id)).address
    there = act.Rehousing(
        household=home.number, on=date(2026, 4, 1), division=VILLAGE, address="浙江省温州市鹿城区新路 9 号"
    )
    act.move_household(police, there, key="h")
    assert profile(PersonQuery(id=wife.id)).address == there.address
    assert profile(PersonQuery(id=wife.id, on=date(2026, 3, 31))).address == old
    assert HouseholdVersion.objects.filter(household=home, superseded_at=None).count() == 2
    assert Household.objects.get(id=home.id).division == VILLAGE
    same = act.Rehousing(household=home.number, on=date(2026, 5, 1), division=VILLAGE, address=there.address)
    assert refused(lambda: act.move_household(police, same, key="h2")) == {"address"}
    nowhere = act.Rehousing(
        household=home.number, on=date(2026, 5, 1), division="330302999999", address="新路"
    )
    assert refused(lambda: act.move_household(police, nowhere, key="h3")) == {"division", "address"}
    with pytest.raises(Refused):
        act.move_household(registrar(area="330304"), there, key="h4")


def test_another_head_and_what_the_others_become(police):
    home, man, wife = family()
    mother = person(WOMAN, date(1960, 1, 1), household=home, relation=Relation.PARENT)
    daughter = person(WOMAN, date(2016, 1, 1), household=home, relation=Relation.DAUGHTER)
    parents_of(man, mother=mother)
    parents_of(daughter, father=man, mother=wife)
    request = act.Succession(household=home.number, on=date(2026, 1, 1), successor_number=mother.number)
    done = act.change_head(police, request, key="h")
    became = {one: household_of(one, date(2026, 1, 1)).relation for one in (man.id, mother.id, daughter.id)}
    assert became == {
        man.id: Relation.SON,
        mother.id: Relation.HEAD,
        daughter.id: Relation.GRANDCHILD,
    }
    assert len(done.changes) == 4
    refused(lambda: act.change_head(police, request, key="h2"))


def test_a_person_moves_out_of_the_household_into_one_of_her_own(police):
    load_city()
    home, _man, wife = family()
    request = act.Move(
        number=wife.number, on=date(2026, 1, 1), division=VILLAGE, address="浙江省温州市鹿城区新路 10 号"
    )
    act.register_move(police, request, key="v")
    row = household_of(wife.id, date(2026, 1, 1))
    assert row.relation == Relation.HEAD and row.household.number.startswith("3303029")
    back = act.Move(number=wife.number, on=date(2026, 2, 1), household=home.number, relation=Relation.HEAD)
    assert refused(lambda: act.register_move(police, back, key="v2"), Conflict) == {"relation"}


def test_arrival_and_departure(police):
    home, _man, _ = family()
    number = gb11643.make(region="330106", born=date(1992, 2, 2), sex=WOMAN, serial=7)
    arrival = act.Arrival(
        number=number, name="王晓燕", on=date(2026, 1, 1), household=home.number, phone="13800001111"
    )
    done = act.register_arrival(police, arrival, key="a")
    assert profile(PersonQuery(number=number)).division == home.division
    assert refused(lambda: act.register_arrival(police, arrival, key="a2"), Conflict) == {"number"}
    away = act.Departure(number=number, on=date(2026, 3, 1), destination="浙江省杭州市")
    act.register_departure(police, away, key="x")
    assert not PersonVersion.objects.filter(person=done.person, superseded_at=None, valid_to=None).exists()
    back = act.Arrival(number=number, name="王晓燕", on=date(2026, 5, 1), household=home.number)
    act.register_arrival(police, back, key="a3")
    assert profile(PersonQuery(number=number)).name == "王晓燕"
    with pytest.raises(NotFound):
        profile(PersonQuery(number=number, on=date(2026, 4, 1)))
    wrong = act.Arrival(number=number[:17] + "x", name="1", on=date(2026, 5, 1), household=home.number)
    assert refused(lambda: act.register_arrival(police, wrong, key="a4")) <= {"number", "name"}


def test_a_rehearsal_says_what_would_change_and_leaves_nothing(police):
    _, man, wife = family()
    done = rehearse(lambda key: act.register_birth(police, birth(wife, man), key=key))
    assert len(done.changes) == 4 and not LifeEvent.objects.exists() and not OutboxEntry.objects.exists()
    assert not children_of(man.id, date(2026, 6, 1))


def test_nobody_but_the_office_that_answers(civil):
    _, man, wife = family()
    for actor in (civil, actor_with(DATA_OFFICER), registrar(area="330304")):
        with pytest.raises(Refused):
            act.register_birth(actor, birth(wife, man), key="b")
    assert not LifeEvent.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_clerks_at_once_one_wins_and_the_other_is_told():
    civil, police = registrar("civil-affairs"), registrar()
    man, one, other = person(MAN), person(WOMAN), person(WOMAN)
    weddings = [
        act.Wedding(husband_number=man.number, wife_number=her.number, on=date(2026, 1, 1))
        for her in (one, other)
    ]
    outcomes = at_once(
        *(lambda w=w, k=k: act.register_marriage(civil, w, key=f"m{k}") for k, w in enumerate(weddings))
    )
    assert sum(isinstance(one, Problem) for one in outcomes) == 1 and Marriage.objects.count() == 1
    notice = act.Death(number=other.number, on=date(2026, 2, 1))
    same_key = at_once(*(lambda: act.register_death(police, notice, key="d") for _ in range(2)))
    assert {one.event for one in same_key} == set(
        LifeEvent.objects.filter(kind="death").values_list("id", flat=True)
    )
    assert Membership.objects.filter(person=other.id, superseded_at=None).count() == 1
