from collections import Counter, defaultdict
from datetime import date
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from wenzhou.foundation.population import generator
from wenzhou.foundation.population.generator import BLOCK, Population, Village, World
from wenzhou.kernel.base.standards import gb11643

ON = date(2026, 1, 1)
WORLD = World(
    villages=[
        Village("330302006044", "浙江省温州市鹿城区五马街道鼓楼社区", True, 5.0, lambda k: f"甲路{k}号1室"),
        Village("330383198001", "浙江省龙港市金钗河社区", True, 2.0, lambda k: f"乙路{k}号1室"),
        Village("330328105200", "浙江省温州市文成县西坑畲族镇甲村", False, 1.0, lambda k: f"丙路{k}号"),
    ],
    codes={
        "330302": [(date.min, "330302")],
        "330383": [(date.min, "330327"), (date(2019, 8, 16), "330383")],
        "330328": [(date.min, "330328")],
    },
    elsewhere=["520102", "360104", "110101"],
)


def make(persons: int, seed: int = 1) -> Population:
    return Population(WORLD, persons, seed=seed, on=ON)


@pytest.fixture(scope="module")
def people():
    population = make(20_000)
    return population, list(population.person_rows(0, population.households))


def test_everybody_has_a_valid_number_that_says_what_the_row_says(people):
    _, rows = people
    for person in rows:
        read = gb11643.parse(person.number, on=ON)
        assert (read.born, read.sex) == (person.born, person.sex)
    assert len({person.number for person in rows}) == len(rows)


def test_as_many_as_asked_for_in_whole_households(people):
    population, rows = people
    assert 20_000 <= len(rows) == population.persons <= 20_005
    assert [person.serial for person in rows] == list(range(len(rows)))
    sizes = Counter(person.household for person in rows)
    assert [sizes[h.serial] for h in population.household_rows(0, population.households)] == [
        h.size for h in population.household_rows(0, population.households)
    ]


def test_the_region_is_the_one_of_the_day_of_registration(people):
    _, rows = people
    for person in rows:
        region = person.number[:6]
        if region == "330383":
            assert person.born >= date(2019, 8, 16)
        if region == "330327":
            assert person.born < date(2019, 8, 16)


def test_ages_make_a_city(people):
    _, rows = people
    ages = sorted((ON - person.born).days / 365.2425 for person in rows)
    assert ages[0] >= 0 and ages[-1] < 101
    assert 33 < ages[len(ages) // 2] < 45
    assert 0.11 < sum(age < 15 for age in ages) / len(ages) < 0.20
    assert 0.13 < sum(age >= 60 for age in ages) / len(ages) < 0.25
    assert 1.0 < sum(p.sex == "1" for p in rows) / sum(p.sex == "2" for p in rows) < 1.25
    assert all(person.born <= person.moved_in < ON for person in rows)


def test_households_are_families(people):
    _, rows = people
    members = defaultdict(list)
    for person in rows:
        members[person.household].append(person)
    for household in members.values():
        heads = [p for p in household if p.relation == "01"]
        assert len(heads) == 1 and household[0] is heads[0]
        spouses = [p for p in household if p.relation == "10"]
        assert all(p.sex != heads[0].sex for p in spouses)
        men = [p for p in [*heads, *spouses] if p.sex == "1"]
        for child in (p for p in household if p.relation in ("20", "30")):
            assert (child.relation == "20") == (child.sex == "1")
            assert (child.born - heads[0].born).days > 18 * 365
            assert not men or child.name.startswith(men[0].name[0])


def test_places_are_filled_by_weight(people):
    population, _ = people
    share = Counter(h.division for h in population.household_rows(0, population.households))
    assert share["330302006044"] / population.households == pytest.approx(5 / 8, abs=0.03)
    for household in population.household_rows(0, 200):
        village = next(v for v in WORLD.villages if v.code == household.division)
        assert household.address.startswith(village.address)
        assert household.address.endswith("室" if village.urban else "号")


def test_no_two_households_share_a_home_and_homes_fill_in_turn(people):
    population, _ = people
    households = list(population.household_rows(0, population.households))
    assert len({h.address for h in households}) == len(households)
    first = [h.address for h in households if h.division == "330383198001"][:3]
    assert first == [f"浙江省龙港市金钗河社区乙路{k}号1室" for k in range(3)]


def test_she_people_live_in_she_townships(people):
    population, rows = people
    division = {h.serial: h.division for h in population.household_rows(0, population.households)}
    assert {division[p.household] for p in rows if p.ethnicity == "22"} == {"330328105200"}


def test_the_same_seed_makes_the_same_people_and_another_one_others():
    first, again, other = make(500), make(500), make(500, seed=2)
    assert list(first.person_rows(0, 9)) == list(again.person_rows(0, 9))
    assert list(first.person_rows(0, 9)) != list(other.person_rows(0, 9))


def test_more_people_begin_with_the_same_people():
    few, many = make(500), make(40_000)
    assert many.households > 2 * BLOCK
    last = few.households
    assert list(few.person_rows(0, last)) == list(many.person_rows(0, last))
    assert list(few.household_rows(0, last)) == list(many.household_rows(0, last))


def test_rows_come_in_any_chunks(people):
    population, rows = people
    assert [*population.person_rows(0, 100), *population.person_rows(100, 10**9)] == rows


def test_a_day_has_five_hundred_numbers_for_each_sex_and_no_more():
    def columns(number: int) -> Any:
        return SimpleNamespace(born=np.full(number, 10_000), male=np.ones(number, dtype=np.bool_))

    numbers = generator._numbers(columns(500), np.full(500, 330302), seed=1)
    assert len({number.decode() for number in numbers.tolist()}) == 500
    with pytest.raises(ValueError, match="too large"):
        generator._numbers(columns(501), np.full(501, 330302), seed=1)
