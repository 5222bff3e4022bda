"""The made population as other offices would list it: what record linkage is shown with and measured by."""

from __future__ import annotations

from collections.abc import Iterator

from wenzhou.foundation.population.generator import MadeHousehold, MadePerson, Population
from wenzhou.kernel.linkage.testing import MadePerson as Listable
from wenzhou.kernel.linkage.testing import phone

_CHILD = 16
_ELDERLY = ("50",)


def made_people(people: Population, first: int = 0, last: int | None = None) -> Iterator[Listable]:
    """Members of the households ``first`` … ``last - 1``; children and some of the old have the head's telephone."""
    last = people.households if last is None else last
    homes = people.household_rows(first, last)
    home, head = next(homes), 0
    for person in people.person_rows(first, last):
        while home.serial != person.household:
            home = next(homes)
        if person.serial == home.first:
            head = person.serial
        yield _listable(people, person, home, head)


def _listable(people: Population, person: MadePerson, home: MadeHousehold, head: int) -> Listable:
    child = people.on.year - person.born.year < _CHILD
    shared = child or (person.relation in _ELDERLY and person.serial % 3 == 0)
    return Listable(
        person.serial,
        person.name,
        person.number,
        person.sex,
        f"{person.born:%Y%m%d}",
        phone((head if shared else person.serial) * 2_654_435_761),
        home.address,
        home.division,
    )
