"""Reading relations: who may, for which purpose, with a line in the journal for everybody who was shown."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction

from wenzhou.foundation.legal_persons.models import OrganisationVersion, Status
from wenzhou.foundation.legal_persons.permissions import READ_RELATIONS, SEARCH_FIRMS
from wenzhou.foundation.legal_persons.relations import control, walk
from wenzhou.foundation.legal_persons.relations.ties import Edge, Tie
from wenzhou.foundation.legal_persons.words import ROLES
from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.errors import Invalid, NotFound
from wenzhou.kernel.base.permissions import Purpose, require
from wenzhou.kernel.base.statements import run
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.identity.api import organisation_by_code, person_by_number
from wenzhou.kernel.registers.api import as_of, journal_many, mask_name
from wenzhou.kernel.registers.contracts import Subject

LOOK = Purpose(
    "legal_persons.relations-look", Text("查看单位关系（脱敏）", "Looking at ties of a firm, masked")
)
PURPOSES = {
    purpose.code: purpose
    for purpose in (
        Purpose("legal_persons.beneficial-owner", Text("受益所有人识别", "Identifying beneficial owners")),
        Purpose("legal_persons.investigation", Text("依法调查核实", "An investigation laid down by law")),
        Purpose("legal_persons.conflict", Text("利益冲突和关联关系审查", "Checking conflicts of interest")),
    )
}


@dataclass(frozen=True, slots=True)
class Party:
    """A person or an organisation as this reader sees it; ``code`` of organisations."""

    id: UUID
    name: str
    person: bool
    code: str = ""
    status: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Relations:
    """Parties by id, the ties among them, the distances from the first; ``complete``: nothing was left out."""

    parties: dict[UUID, Party]
    edges: tuple[Edge, ...]
    distance: dict[UUID, int]
    complete: bool = True


def party_of(text: str) -> UUID:
    """The party with this credit code or identity number. Raises NotFound, Invalid."""
    text = text.strip().upper()
    if len(text) != 18:
        wrong = Text(
            "请填写 18 位统一社会信用代码或公民身份号码",
            "A credit code or an identity number of 18 characters",
        )
        raise Invalid(wrong, fields={"to": wrong})
    found = organisation_by_code(text) or person_by_number(text)
    if found is None:
        raise NotFound(
            Text("没有登记该代码或号码，请核对。", "No such code or number is registered; check it.")
        )
    return found.id


def network(
    actor: Actor,
    start: UUID,
    steps: int,
    on: date,
    ties: Iterable[Tie] = tuple(Tie),
    *,
    purpose: Purpose | None = None,
) -> Relations:
    """Everybody within some steps. Raises Refused, Invalid."""
    _may(actor, purpose)
    if not 1 <= steps <= walk.MOST_STEPS:
        wrong = Text(f"步数为 1 至 {walk.MOST_STEPS}", f"1 to {walk.MOST_STEPS} steps")
        raise Invalid(wrong, fields={"steps": wrong})
    with transaction.atomic():
        found = walk.within(start, steps, on, ties)
        people = {edge.source for edge in found.edges if edge.person}
        parties = _shown(actor, found.distance.keys(), people, on, purpose)
    return Relations(parties, tuple(found.edges), found.distance, not found.cut)


def way(
    actor: Actor,
    start: UUID,
    goal: UUID,
    on: date,
    ties: Iterable[Tie] = tuple(Tie),
    *,
    purpose: Purpose | None = None,
) -> Relations | None:
    """A shortest way between two parties, None when they are not tied. Raises Refused."""
    _may(actor, purpose)
    with transaction.atomic():
        found = walk.shortest(start, goal, on, ties)
        if found.edges is None:
            return None if found.complete else Relations({}, (), {}, complete=False)
        met = {start, goal, *(e.source for e in found.edges), *(e.target for e in found.edges)}
        people = {edge.source for edge in found.edges if edge.person}
        parties = _shown(actor, met, people, on, purpose)
    return Relations(parties, found.edges, {})


def owners(
    actor: Actor, organisation: UUID, on: date, *, purpose: Purpose | None = None
) -> list[tuple[Party, control.Controller]]:
    """Who holds an organisation in the end, with names. Raises Refused."""
    _may(actor, purpose)
    with transaction.atomic():
        found = control.controllers(organisation, on)
        people = {one.party for one in found if one.person}
        parties = _shown(actor, [one.party for one in found], people, on, purpose)
    return [(parties[one.party], one) for one in found if one.party in parties]


def _may(actor: Actor, purpose: Purpose | None) -> None:
    if purpose is None:
        require(actor, SEARCH_FIRMS)
    else:
        require(actor, READ_RELATIONS, purpose=purpose)


def _shown(
    actor: Actor, ids: Collection[UUID], people: Collection[UUID], on: date, purpose: Purpose | None
) -> dict[UUID, Party]:
    """The parties by name, persons masked without a purpose; two statements, and one for the journal."""
    rows = as_of(OrganisationVersion.objects.filter(organisation__in=list(ids)), on)
    parties = {
        row.organisation_id: Party(
            row.organisation_id, row.name, False, row.organisation.code, row.status or Status.ACTIVE, row.kind
        )
        for row in rows.select_related("organisation")
    }
    left = [one for one in ids if one not in parties]
    for id_, name in run("SELECT id, name FROM identity_person WHERE id = ANY(%(ids)s)", {"ids": left}):
        parties[id_] = Party(id_, name if purpose else mask_name(name), True)
    journal_many(
        actor,
        [Subject(person=one.id) if one.person else Subject(organisation=one.id) for one in parties.values()],
        resource="organisation-relations",
        consumer="legal_persons",
        purpose=purpose or LOOK,
        fields=("name", "relations"),
        masked=purpose is None,
    )
    return {id_: parties.get(id_) or Party(id_, "—", id_ in people) for id_ in ids}


def role_title(edge: Edge) -> str:
    """What the tie is called more closely: the office, or the part held."""
    if edge.role:
        return str(ROLES[edge.role])
    return f"{edge.share * 100:.2f}%" if edge.share is not None else ""
