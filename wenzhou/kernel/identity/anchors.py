"""Writes to the anchors, asked by the registers that hold the authority over them.

No permission and no audit here: the caller's service has done both in the same transaction.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from uuid import UUID

from django.db import connection

from wenzhou.kernel.base.errors import Conflict
from wenzhou.kernel.base.ids import uuid7
from wenzhou.kernel.base.standards import gb11643
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.identity.contracts import OrganisationRef, PersonRef
from wenzhou.kernel.identity.models import Organisation, Person


def add_person(number: str, name: str, *, made: bool = False) -> PersonRef:
    """A new person anchor. Raises IntegrityError when the number is taken."""
    return PersonRef.of(Person.objects.create(number=number, name=name, made=made))


def add_organisation(code: str, name: str, *, made: bool = False) -> OrganisationRef:
    """A new organisation anchor. Raises IntegrityError when the code is taken."""
    return OrganisationRef.of(Organisation.objects.create(code=code, name=name, made=made))


def rename_person(person_id: UUID, name: str) -> None:
    """The anchor follows the register."""
    Person.objects.filter(id=person_id).update(name=name)


def rename_organisation(organisation_id: UUID, name: str) -> None:
    """The anchor follows the register."""
    Organisation.objects.filter(id=organisation_id).update(name=name)


def forget_person(person_id: UUID) -> None:
    """The anchor of an erased record says nothing any more but its id."""
    Person.objects.filter(id=person_id).update(number=f"E{person_id.hex[-17:]}", name="已依法删除")


def add_people(names: Mapping[str, str]) -> dict[str, UUID]:
    """The person anchors of these numbers, each with its name when it has to be made; two statements."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO identity_person (id, number, name, made)"
            " SELECT *, false FROM unnest(%s::uuid[], %s::text[], %s::text[]) ON CONFLICT DO NOTHING",
            [[uuid7() for _ in names], list(names), list(names.values())],
        )
    return dict(Person.objects.filter(number__in=list(names)).values_list("number", "id"))


def lock_people(people: Collection[UUID]) -> None:
    """Hold these anchors until the transaction ends, in the order of their ids, so that two writers never wait for each other."""
    rows = Person.objects.select_for_update(no_key=True).filter(id__in=people).order_by("id")
    list(rows.values_list("id"))


def next_number(region: str, born: date, sex: gb11643.Sex) -> str:
    """The first free identity number of a division, day of birth and sex; it stays ours until the transaction ends.

    Raises Conflict when all five hundred are taken.
    """
    head = f"{region}{born:%Y%m%d}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"number {head} {sex}"])
    taken = frozenset(Person.objects.filter(number__startswith=head).values_list("number", flat=True))
    for serial in range(500):
        number = gb11643.make(region=region, born=born, sex=sex, serial=serial)
        if number not in taken:
            return number
    raise Conflict(
        Text(
            "该行政区划当日出生的顺序码已用完，请使用相邻行政区划代码。",
            "All sequence numbers of this division and day are taken; use that of a neighbouring division.",
        )
    )


def rename_people(names: Mapping[UUID, str]) -> None:
    """The anchors follow the register; one statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE identity_person a SET name = n.name FROM unnest(%s::uuid[], %s::text[]) AS n(id, name)"
            " WHERE a.id = n.id AND a.name <> n.name",
            [list(names), list(names.values())],
        )
