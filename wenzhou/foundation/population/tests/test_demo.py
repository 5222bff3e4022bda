import threading

import pytest
from django.db import connection

from wenzhou.foundation.population import demo
from wenzhou.foundation.population.models import (
    Household,
    LifeEvent,
    Marriage,
    Membership,
    NameSound,
    Parentage,
    PersonVersion,
)
from wenzhou.kernel.base.errors import Conflict
from wenzhou.kernel.base.models import AuditEntry
from wenzhou.kernel.base.standards import gb11643
from wenzhou.kernel.geo import api as geo
from wenzhou.kernel.geo.testing import load_city


def quiet(_: str) -> None:
    pass


def counts() -> tuple[int, int, int]:
    return PersonVersion.objects.count(), Membership.objects.count(), Household.objects.count()


@pytest.fixture
def city(db):
    load_city()


@pytest.mark.usefixtures("city")
class TestLoad:
    def test_people_live_in_real_villages_and_are_marked(self):
        demo.load(400, quiet)
        persons, memberships, households = counts()
        assert 400 <= persons == memberships <= 405 and households > 100
        assert not PersonVersion.objects.filter(made=False).exists()
        assert not Household.objects.filter(made=False).exists()
        villages = {place.code for place in geo.villages()}
        assert set(Household.objects.values_list("division", flat=True)) <= villages
        for version in PersonVersion.objects.select_related("person")[:50]:
            number = gb11643.parse(version.person.number, known_region=geo.known_region, on=demo.AS_OF)
            assert number.born == version.born and version.person.made
        assert Membership.objects.filter(relation="01").count() == households

    def test_families_are_lawful_and_agree_with_the_households(self):
        demo.load(4000, quiet)
        marriages = list(Marriage.objects.select_related("husband", "wife"))
        spouses = Membership.objects.filter(relation="10")
        assert len(marriages) >= spouses.count() > 500, "every spouse in a household is married to its head"
        for one in marriages:
            husband, wife = (gb11643.parse(who.number, on=demo.AS_OF) for who in (one.husband, one.wife))
            assert husband.age(one.valid_from) >= 22 and wife.age(one.valid_from) >= 20
            assert one.valid_from < demo.AS_OF
        for row in Parentage.objects.select_related("child", "father", "mother"):
            child = gb11643.parse(row.child.number, on=demo.AS_OF)
            parents = [gb11643.parse(who.number, on=demo.AS_OF) for who in (row.father, row.mother) if who]
            assert parents and all(who.age(child.born) >= 18 for who in parents)
        children = Membership.objects.filter(relation__in=("20", "30")).values("person")
        assert not children.exclude(person__in=Parentage.objects.values("child")).exists()
        dead = set(LifeEvent.objects.filter(kind="death").values_list("person", flat=True))
        ended = PersonVersion.objects.exclude(valid_to=None).values_list("person", flat=True)
        assert (
            dead
            == set(ended)
            == set(Membership.objects.exclude(valid_to=None).values_list("person", flat=True))
        )
        assert dead and NameSound.objects.filter(pinyin__startswith="chen").exists()

    def test_a_second_load_changes_nothing(self):
        demo.load(300, quiet)
        before = counts(), AuditEntry.objects.count()
        demo.load(300, quiet)
        demo.load(200, quiet)
        assert (counts(), AuditEntry.objects.count()) == before

    def test_it_goes_on_where_it_was_killed(self, monkeypatch):
        monkeypatch.setattr(demo, "CHUNK", 40)
        copy, calls = demo._copy, []

        def dying(people, first, last):
            calls.append(first)
            if len(calls) == 3:
                copy(people, first, last)
                raise KeyboardInterrupt
            return copy(people, first, last)

        monkeypatch.setattr(demo, "_copy", dying)
        with pytest.raises(KeyboardInterrupt):
            demo.load(400, quiet)
        assert Household.objects.count() == 80
        monkeypatch.setattr(demo, "_copy", copy)
        demo.load(400, quiet)
        whole = list(PersonVersion.objects.order_by("id").values_list("id", "name", "born"))
        assert len(whole) == len(set(whole)) >= 400

    def test_more_can_be_added_later(self):
        demo.load(100, quiet)
        first = list(PersonVersion.objects.order_by("id").values_list("name", "born"))
        demo.load(300, quiet)
        assert 300 <= PersonVersion.objects.count() <= 305
        assert list(PersonVersion.objects.order_by("id").values_list("name", "born"))[: len(first)] == first

    def test_people_of_another_version_are_not_mixed(self, monkeypatch):
        demo.load(100, quiet)
        monkeypatch.setattr(demo, "SEED", 1)
        for persons in (100, 300):
            with pytest.raises(Conflict) as caught:
                demo.load(persons, quiet)
            assert caught.value.code == "made-by-another-version"


@pytest.mark.django_db(transaction=True)
def test_two_loads_at_once_load_everybody_once(monkeypatch):
    load_city()
    monkeypatch.setattr(demo, "CHUNK", 60)
    errors = []

    def load() -> None:
        try:
            demo.load(500, quiet)
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=load) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert 500 <= PersonVersion.objects.count() <= 505
