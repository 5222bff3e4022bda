"""Anchors of made people and firms in bulk, for the demonstration data of the registers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.contrib.auth.hashers import make_password

from wenzhou.kernel.base.bulk import analyse, copy_rows
from wenzhou.kernel.base.ids import made_id
from wenzhou.kernel.identity.contracts import AccountRef, PersonRef
from wenzhou.kernel.identity.models import Account, Organisation, Person

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


APPLICANT = "made-applicant-"
BORN_BETWEEN = ("1962", "2005")
"""Years of birth of made applicants: of age, not too old."""


def made_applicants(area: str, most: int) -> list[tuple[AccountRef, PersonRef]]:
    """Up to ``most`` accounts of made adults registered in the county ``area``, made when there are none yet.

    Nobody signs in with them: they have no usable password and no e-mail address. Always the same people in
    the same order in one database. Fewer, or none, when fewer made people live there.
    """
    rows = Account.objects.filter(made=True, username__startswith=APPLICANT).select_related("person")
    if not rows.exists():
        _make_applicants(area, most)
    return [
        (AccountRef.of(row), PersonRef.of(row.person))
        for row in rows.order_by("username")[:most]
        if row.person is not None
    ]


def _make_applicants(area: str, most: int) -> None:
    young, old = BORN_BETWEEN
    taken = Account.objects.exclude(person=None).values("person")
    people = Person.objects.filter(made=True, number__gte=area + young, number__lt=area + old)
    Account.objects.bulk_create(
        Account(
            username=f"{APPLICANT}{place:04d}",
            name=person.name,
            person=person,
            password=make_password(None),
            made=True,
        )
        for place, person in enumerate(people.exclude(id__in=taken).order_by("id")[:most])
    )
