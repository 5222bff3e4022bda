"""The made population as offices list it."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from psycopg import sql

from wenzhou.foundation.population import demo
from wenzhou.foundation.population.generator import Population, Village, World
from wenzhou.foundation.population.linkage_source import SOURCE, office, show
from wenzhou.foundation.population.made_lists import made_people
from wenzhou.foundation.population.models import PersonVersion
from wenzhou.foundation.population.testing import register
from wenzhou.kernel.identity.testing import make_office
from wenzhou.kernel.linkage.contracts import COLUMNS
from wenzhou.kernel.linkage.testing import ListedPerson, MadeTruth, Run, load_made_lists

WORLD = World(
    [Village("330302001001", "浙江省温州市鹿城区五马街道测试社区", True, 1.0, lambda k: f"甲路{k}号1室")],
    {"330302": [(date(1984, 10, 1), "330302")]},
    ["340102"],
)


def test_everybody_once_with_home_and_telephone() -> None:
    population = Population(WORLD, 600, seed=1, on=date(2026, 1, 1))
    people = list(made_people(population))
    assert [person.serial for person in people] == list(range(population.persons))
    assert len({person.number for person in people}) == population.persons
    for person in people:
        assert person.division == "330302001001"
        assert person.address.startswith("浙江省温州市鹿城区五马街道测试社区")
        assert person.phone.startswith("12")
        assert len(person.phone) == 11
    assert person.number[6:14] == person.born


def test_a_part_of_the_households_is_a_part_of_the_people() -> None:
    population = Population(WORLD, 600, seed=1, on=date(2026, 1, 1))
    whole = list(made_people(population))
    assert list(made_people(population, 50, 80)) == [
        person
        for person in whole
        if population.persons_before(50) <= person.serial < population.persons_before(80)
    ]


def test_children_have_the_telephone_of_the_head() -> None:
    population = Population(WORLD, 600, seed=1, on=date(2026, 1, 1))
    people = list(made_people(population))
    children = [person for person in people if person.born >= "20110101"]
    adults = {person.phone for person in people if person.born < "20080101"}
    assert children
    assert all(child.phone in adults for child in children)


@pytest.mark.django_db
def test_the_demonstration_brings_two_lists_with_their_truth_and_asks_for_a_run(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for code in ("lucheng-human-resources", "lucheng-civil-affairs"):
        make_office(code)
    monkeypatch.setattr(demo, "world", lambda: WORLD)
    said: list[str] = []
    load_made_lists(300, said.append)
    load_made_lists(300, said.append)
    assert len(said) == 1, "the second time finds all there"
    run = Run.objects.get()
    assert run.sources == ["list.social-assistance", "list.social-insurance", "population"]
    listed = ListedPerson.objects.count()
    assert 100 < listed < 300
    truth = MadeTruth.objects.exclude(source="population")
    assert truth.count() == listed
    assert truth.exclude(errors=[]).exists()
    assert MadeTruth.objects.filter(source="population").count() >= 300


@pytest.mark.django_db
def test_the_register_is_a_source_that_says_what_changed_and_what_is_gone() -> None:
    made = register(name="陈海燕")
    other = register(name="林国强")
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(SOURCE.select).format(since=sql.Literal("-infinity")))
        names = [column.name for column in cursor.description]
        rows = {row[0]: dict(zip(names, row, strict=True)) for row in cursor.fetchall()}
    assert tuple(names) == COLUMNS
    assert (rows[made.id]["name"], rows[made.id]["number"], rows[made.id]["gone"]) == (
        "陈海燕",
        made.number,
        False,
    )
    PersonVersion.objects.filter(person=other.id).update(valid_to=date(2020, 1, 1))
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(SOURCE.select).format(since=sql.Literal("2020-01-01")))
        assert {row[0] for row in cursor.fetchall() if row[2]} == {other.id}
    assert set(show([made.id, other.id])) == {made.id}
    assert show([made.id])[made.id].person == made.id
    make_office("wenzhou-data", function="data", area="3303")
    assert office("330302001001") == "wenzhou-data"
    make_office("lucheng-police", function="public-security")
    assert office("330302001001") == "lucheng-police"
    assert office("330304001001") == "wenzhou-data"
