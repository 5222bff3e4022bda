"""Anchors of made people and firms in bulk, for the demonstration data of the registers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from wenzhou.kernel.base.bulk import analyse, copy_rows
from wenzhou.kernel.base.ids import made_id
from wenzhou.kernel.identity.models import Organisation, Person

PERSON_SERIES = 1
ORGANISATION_SERIES = 2


def made_person_id(index: int) -> str:
    """The id of the made person number ``index``."""
    return made_id(PERSON_SERIES, index)


def made_organisation_id(index: int) -> str:
    """The id of the made firm number ``index``."""
    return made_id(ORGANISATION_SERIES, index)


def copy_people(people: Iterable[tuple[int, str, str]]) -> int:
    """Add made persons: (index, number by GB 11643, name). Returns how many."""
    rows = ((made_person_id(index), number, name, True) for index, number, name in people)
    return copy_rows(Person, ("id", "number", "name", "made"), rows)


def copy_organisations(firms: Iterable[tuple[int, str, str]]) -> int:
    """Add made firms: (index, code by GB 32100, name). Returns how many."""
    rows = ((made_organisation_id(index), code, name, True) for index, code, name in firms)
    return copy_rows(Organisation, ("id", "code", "name", "made"), rows)


def made_numbers(limit: int | None = None) -> Iterator[tuple[int, str]]:
    """(index, number) of the made persons, by index: the first ``limit``, or all."""
    rows = (
        Person.objects.filter(made=True, id__gte=made_person_id(0), id__lte=made_person_id(2**48 - 1))
        .order_by("id")
        .values_list("id", "number")
    )
    for id_, number in rows[:limit].iterator(chunk_size=20_000):
        yield int(id_.hex[-12:], 16), number


def analyse_anchors() -> None:
    """Renew the planner's statistics of both tables."""
    analyse(Person, Organisation)
