import threading

import pytest
from django.db import connection

from wenzhou.foundation.population import demo
from wenzhou.foundation.population.models import Household, Membership, PersonVersion
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
