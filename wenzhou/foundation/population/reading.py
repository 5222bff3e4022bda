"""Readings by officials: masked for a look, whole for a purpose; each leaves its line in the journal."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from wenzhou.foundation.population.models import PersonVersion
from wenzhou.foundation.population.permissions import READ_PERSON, SEARCH_PERSONS
from wenzhou.foundation.population.searching import By, search
from wenzhou.foundation.population.selectors import profile_of, question
from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.pagination import Slice
from wenzhou.kernel.base.permissions import Permission, Purpose, require
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.registers.api import (
    areas,
    journal_many,
    mask_address,
    mask_name,
    mask_number,
    mask_phone,
    read_person,
)
from wenzhou.kernel.registers.contracts import PersonProfile, PersonQuery, Subject

FIELDS = ("number", "name", "sex", "born", "ethnicity", "address", "division", "phone")
MASKED_FIELDS = ("number", "name", "sex", "address", "phone")

LOOK = Purpose("population.look", Text("检索人口信息（脱敏）", "Looking a person up, masked"))
PURPOSES = {
    purpose.code: purpose
    for purpose in (
        Purpose("population.verify", Text("核实当事人身份", "Checking who the person is")),
        Purpose("population.handle", Text("办理本人申请的事项", "Handling a matter she applied for")),
        Purpose("population.correct", Text("核对和更正登记信息", "Checking and correcting the register")),
        Purpose("population.law", Text("依法履行法定职责", "A duty laid down by law")),
    )
}


def read_in_full(
    actor: Actor,
    query: PersonQuery,
    *,
    purpose: Purpose,
    case: UUID | None = None,
    known_at: datetime | None = None,
) -> PersonProfile:
    """An official reads a whole record for a stated purpose; every field goes into the journal.

    Raises Refused, NotFound, Invalid.
    """
    return _read(actor, query, READ_PERSON, purpose, FIELDS, case=case, known_at=known_at)


def look(actor: Actor, query: PersonQuery, *, known_at: datetime | None = None) -> PersonProfile:
    """A masked record, as known now or at an earlier instant. Raises Refused, NotFound, Invalid."""
    return masked(_read(actor, query, SEARCH_PERSONS, LOOK, MASKED_FIELDS, masked=True, known_at=known_at))


def noted(actor: Actor, people: Collection[UUID]) -> None:
    """These people were shown by name, masked: as relatives, members of a household, or whom an event concerns."""
    journal_many(
        actor,
        [Subject(person=one) for one in people],
        resource="person-relations",
        consumer="population",
        purpose=LOOK,
        fields=("name", "relation"),
        masked=True,
    )


def _read(
    actor: Actor,
    query: PersonQuery,
    permission: Permission,
    purpose: Purpose,
    fields: Sequence[str],
    *,
    masked: bool = False,
    case: UUID | None = None,
    known_at: datetime | None = None,
) -> PersonProfile:
    """The record with its line in the journal, by one statement, if the person lives in the actor's area."""
    require(actor, permission, purpose=purpose)
    statement, values = question(query, within=areas(actor, permission), known_at=known_at)
    row = read_person(
        statement,
        values,
        actor,
        resource="person-record",
        consumer="population",
        purpose=purpose,
        fields=fields,
        masked=masked,
        case=case,
    )
    return profile_of(row)


def look_for(
    actor: Actor, text: str, *, by: By | None = None, token: str = "", on: date | None = None
) -> Slice[PersonVersion]:
    """Search, with a line for each person on the page that is shown. Raises Refused, Invalid."""
    with transaction.atomic():
        found = search(actor, text, by=by, token=token, on=on)
        journal_many(
            actor,
            [Subject(person=row.person_id) for row in found.rows],
            resource="person-search",
            consumer="population",
            purpose=LOOK,
            fields=("number", "name", "sex"),
            masked=True,
        )
    return found


def masked(found: PersonProfile) -> PersonProfile:
    """The record as it is shown without a purpose: no birth, no ethnicity, the rest masked."""
    return replace(
        found,
        number=mask_number(found.number or ""),
        name=mask_name(found.name or ""),
        born=None,
        ethnicity=None,
        address=mask_address(found.address) if found.address else None,
        phone=mask_phone(found.phone) if found.phone else None,
    )
