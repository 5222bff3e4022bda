"""HTTP API of relations: for a stated purpose, with a line in the journal for everybody who was shown."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Schema

from wenzhou.foundation.legal_persons.permissions import SEARCH_FIRMS
from wenzhou.foundation.legal_persons.relations import reading
from wenzhou.foundation.legal_persons.relations.ties import Tie
from wenzhou.kernel.base.endpoints import Endpoint
from wenzhou.kernel.base.errors import Invalid
from wenzhou.kernel.base.pages import actor_of
from wenzhou.kernel.base.permissions import Purpose
from wenzhou.kernel.base.text import Text


class PartyOut(Schema):
    """A person or an organisation; ``code`` by GB 32100 for organisations."""

    id: UUID
    name: str
    person: bool
    code: str
    distance: int | None = None


class TieOut(Schema):
    """A tie from a party to an organisation: ``share`` of one, ``role`` of an officer."""

    source: UUID
    target: UUID
    tie: str
    share: float | None
    role: str


class RelationsOut(Schema):
    """Parties and ties; ``complete`` is false when the bound cut something off, ``found`` when there is a way."""

    found: bool
    complete: bool
    parties: list[PartyOut]
    ties: list[TieOut]


class OwnerOut(Schema):
    """Who holds an organisation in the end; ``share`` of one over all ways."""

    id: UUID
    name: str
    person: bool
    code: str
    share: float
    beneficial: bool
    controls: bool


def _purpose(code: str) -> Purpose:
    if code not in reading.PURPOSES:
        codes = "、".join(reading.PURPOSES)
        text = Text(f"用途代码应为：{codes}", f"The purpose is one of {codes}")
        raise Invalid(text, fields={"purpose": text})
    return reading.PURPOSES[code]


def _out(found: reading.Relations | None) -> RelationsOut:
    if found is None:
        return RelationsOut(found=False, complete=True, parties=[], ties=[])
    return RelationsOut(
        found=bool(found.parties),
        complete=found.complete,
        parties=[
            PartyOut(
                id=one.id,
                name=one.name,
                person=one.person,
                code=one.code,
                distance=found.distance.get(one.id),
            )
            for one in found.parties.values()
        ],
        ties=[
            TieOut(source=e.source, target=e.target, tie=e.tie, share=e.share, role=e.role)
            for e in found.edges
        ],
    )


def get_relations(
    request: HttpRequest,
    code: str,
    purpose: str,
    steps: int = 2,
    on: date | None = None,
    tie: Tie | None = None,
) -> RelationsOut:
    """Everybody within some steps of the organisation with this code."""
    return _out(
        reading.network(
            actor_of(request).actor,
            reading.party_of(code),
            steps,
            on or timezone.localdate(),
            (tie,) if tie else tuple(Tie),
            purpose=_purpose(purpose),
        )
    )


def get_owners(request: HttpRequest, code: str, purpose: str, on: date | None = None) -> list[OwnerOut]:
    """Who holds the organisation with this code in the end, and who controls it."""
    found = reading.owners(
        actor_of(request).actor,
        reading.party_of(code),
        on or timezone.localdate(),
        purpose=_purpose(purpose),
    )
    return [
        OwnerOut(
            id=party.id,
            name=party.name,
            person=party.person,
            code=party.code,
            share=round(one.share, 6),
            beneficial=one.beneficial,
            controls=one.controls,
        )
        for party, one in found
    ]


def get_way(
    request: HttpRequest, code: str, to: str, purpose: str, on: date | None = None, tie: Tie | None = None
) -> RelationsOut:
    """A shortest way from the organisation with this code to another party (credit code or identity number)."""
    return _out(
        reading.way(
            actor_of(request).actor,
            reading.party_of(code),
            reading.party_of(to),
            on or timezone.localdate(),
            (tie,) if tie else tuple(Tie),
            purpose=_purpose(purpose),
        )
    )


RELATIONS = Endpoint(
    method="GET",
    path="/organisations/{code}/relations",
    view=get_relations,
    summary=Text("若干步内的关联方", "Parties within some steps"),
    response=RelationsOut,
    permission=SEARCH_FIRMS,
)
OWNERS = Endpoint(
    method="GET",
    path="/organisations/{code}/owners",
    view=get_owners,
    summary=Text("最终持股人和控制人", "Who holds and controls it in the end"),
    response=list[OwnerOut],
    permission=SEARCH_FIRMS,
)
WAY = Endpoint(
    method="GET",
    path="/organisations/{code}/way",
    view=get_way,
    summary=Text("两方之间的最短关系路径", "A shortest way between two parties"),
    response=RelationsOut,
    permission=SEARCH_FIRMS,
)
