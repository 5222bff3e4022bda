"""Families of made people: who is married since when, whose child one is, who of the old has died. Pure and seeded.

Everything follows from the household and the serial numbers: nothing is drawn, so that nobody else changes by it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from wenzhou.foundation.population.generator import MadePerson
from wenzhou.foundation.population.models import Relation, Sex

_CHILDREN = (Relation.SON, Relation.DAUGHTER)
_MORTAL = (Relation.PARENT, Relation.SPOUSE)
_OLD = timedelta(days=61 * 366)
_CARRIED = timedelta(days=280)
_ENGAGED = 8 * 365
DEATH_EVERY = 97
"""Of so many old people who head no household one has died in the last years."""


class MadeMarriage(NamedTuple):
    """A couple by their serial numbers; ``until`` the day after one of them died."""

    serial: int
    husband: int
    wife: int
    since: date
    until: date | None


class MadeParentage(NamedTuple):
    """A child and its parents by their serial numbers."""

    child: int
    father: int | None
    mother: int | None
    born: date


class MadeFamily(NamedTuple):
    """What a household adds to its members. ``since`` is the day from which it lives there."""

    household: int
    since: date
    marriages: Sequence[MadeMarriage]
    parentages: Sequence[MadeParentage]


def families(persons: Sequence[MadePerson], on: date) -> Iterator[MadeFamily]:
    """The families of these persons, who stand by household with the head first."""
    for household, group in groupby(persons, key=attrgetter("household")):
        yield _family(household, list(group), on)


def died(person: MadePerson, on: date) -> date | None:
    """When a made person died; None for who lives, as nearly everybody does."""
    if person.serial % DEATH_EVERY != 5 or person.relation not in _MORTAL or person.born + _OLD > on:
        return None
    day = on - timedelta(days=1 + person.serial * 7919 % 900)
    return day if day > person.moved_in else None


def _family(household: int, members: Sequence[MadePerson], on: date) -> MadeFamily:
    head, spouse = members[0], None
    children: list[MadePerson] = []
    elders: list[MadePerson] = []
    for one in members[1:]:
        if one.relation in _CHILDREN:
            children.append(one)
        elif one.relation == Relation.PARENT:
            elders.append(one)
        else:
            spouse = one
    couples = [(head, spouse, children)] if spouse else []
    if len(elders) == 2:
        couples.append((elders[0], elders[1], [head]))
    marriages = [found for couple in couples if (found := _marriage(*couple, on)) is not None]
    parents = [head, spouse] if spouse else [head]
    parentages = [_parentage(child, parents) for child in children]
    if elders:
        parentages.append(_parentage(head, elders))
    return MadeFamily(household, min(one.moved_in for one in members), marriages, parentages)


def _marriage(
    one: MadePerson, other: MadePerson, children: Sequence[MadePerson], on: date
) -> MadeMarriage | None:
    husband, wife = (one, other) if one.sex == Sex.MALE else (other, one)
    earliest = max(_birthday(husband.born, 22), _birthday(wife.born, 20))
    latest = min((child.born - _CARRIED for child in children), default=on - _CARRIED)
    if earliest >= on:
        return None
    span = min(max((latest - earliest).days, 0), _ENGAGED, (on - earliest).days - 1)
    since = earliest + timedelta(days=one.serial * 2_654_435_761 % (span + 1))
    ends = [day + timedelta(days=1) for who in (one, other) if (day := died(who, on)) is not None]
    until = min(ends, default=None)
    if until is not None and until <= since:
        return None
    return MadeMarriage(other.serial, husband.serial, wife.serial, since, until)


def _birthday(born: date, years: int) -> date:
    """The day on which so many years are full; 1 March for who is born on 29 February."""
    try:
        return born.replace(year=born.year + years)
    except ValueError:
        return date(born.year + years, 3, 1)


def _parentage(child: MadePerson, parents: Sequence[MadePerson]) -> MadeParentage:
    by_sex = {parent.sex: parent.serial for parent in parents}
    return MadeParentage(child.serial, by_sex.get(Sex.MALE), by_sex.get(Sex.FEMALE), child.born)
