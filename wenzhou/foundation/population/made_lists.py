"""The made population as other offices would list it: what record linkage is shown with and measured by."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from wenzhou.foundation.population import demo
from wenzhou.foundation.population.generator import MadeHousehold, MadePerson, Population
from wenzhou.foundation.population.linkage_source import ASSISTANCE, INSURANCE
from wenzhou.kernel.base.ids import made_id
from wenzhou.kernel.identity.api import made_person_id
from wenzhou.kernel.linkage.declarations import MadeLine
from wenzhou.kernel.linkage.testing import CAREFUL, CARELESS, REGISTER, Listed, Lists, Office, phone
from wenzhou.kernel.linkage.testing import MadePerson as Listable

_CHILD = 16
_ELDERLY = ("50",)


AREA = "330302"
"""The lists are of one county's people: small, and its offices have clerks in the demonstration."""

HOUSEHOLDS = 8_000
"""Of a larger city the first so many are gone through."""

TWINS = 19
"""Series of the made ids of people who are on lists alone."""

_POOR = {kind: rate * 2 for kind, rate in CARELESS.items()}
"""An office whose list is in a bad way: clerks shall find something to look at."""

_OFFICES = (Office(INSURANCE, 0.40, 0.01, CAREFUL), Office(ASSISTANCE, 0.25, 0.03, _POOR))
_TWINS = 0.04


def lines(persons: int) -> Iterator[MadeLine]:
    """Lines of the two lists for a city of so many made persons, and whom each record is truly about."""
    people = Population(demo.world(), persons, seed=demo.SEED, on=demo.AS_OF)
    last = min(people.households, HOUSEHOLDS)
    listable = [one for one in made_people(people, 0, last) if one.division.startswith(AREA)]
    if not listable:
        return
    writer = Lists(listable, seed=demo.SEED, offices=_OFFICES)
    writer.twins = _TWINS
    for number, listed in enumerate(writer.write(listable)):
        yield from _made_lines(number, listed)


def _made_lines(number: int, listed: Listed) -> Iterator[MadeLine]:
    twin = listed.person >= 10**9
    about = UUID(made_id(TWINS, listed.person - 10**9) if twin else made_person_id(listed.person))
    if listed.source == REGISTER:
        if not twin:
            yield MadeLine("population", about)
        return
    fields = ("name", "number", "sex", "born", "phone", "address", "division")
    line = {"reference": f"{number:08d}", **{field: getattr(listed, field) for field in fields}}
    yield MadeLine(f"list.{listed.source}", about, line, listed.errors)


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
