"""The made population as offices list it."""

from __future__ import annotations

from datetime import date

from wenzhou.foundation.population.generator import Population, Village, World
from wenzhou.foundation.population.made_lists import made_people

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
