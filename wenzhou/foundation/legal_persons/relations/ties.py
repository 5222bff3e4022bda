"""Ties between parties, read a whole ring of neighbours at a time: one statement, however many they are."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from wenzhou.foundation.legal_persons.models import Branch, Officer, OrganisationVersion, Shareholding, Status
from wenzhou.kernel.base.statements import run
from wenzhou.kernel.base.text import Text

MOST_EDGES = 20_000


class Tie(StrEnum):
    """Kinds of ties; each leads from a party to an organisation."""

    SHARE = "share"
    REPRESENTS = "represents"
    OFFICE = "office"
    BRANCH = "branch"


TIES: dict[str, Text] = {
    Tie.SHARE: Text("持股", "Holds shares"),
    Tie.REPRESENTS: Text("法定代表人", "Represents"),
    Tie.OFFICE: Text("任职", "In office"),
    Tie.BRANCH: Text("分支机构", "Branch"),
}


@dataclass(frozen=True, slots=True)
class Edge:
    """One tie: ``source`` holds, represents, runs or has ``target``. ``share`` is a part of one, ``role`` of an officer."""

    source: UUID
    target: UUID
    tie: Tie
    person: bool
    share: float | None = None
    role: str = ""


def _holds(alias: str) -> str:
    return (
        f"{alias}.superseded_at IS NULL AND {alias}.valid_from <= %(on)s "
        f"AND ({alias}.valid_to IS NULL OR {alias}.valid_to > %(on)s)"
    )


_HOLDS = _holds("t")
_SHARES = Shareholding._meta.db_table
_OF = {  # constants alone are put together here; values go beside the statement
    Tie.SHARE: (
        "SELECT t.holder, t.organisation_id, 'share', t.person_id IS NOT NULL, (t.amount / NULLIF((SELECT sum(s.amount) "  # noqa: S608
        f"FROM {_SHARES} s WHERE s.organisation_id = t.organisation_id AND {_holds('s')}), 0))::float8, '' "
        f"FROM {_SHARES} t WHERE {_HOLDS} AND {{near}}"
    ),
    Tie.REPRESENTS: (
        "SELECT t.legal_representative_id, t.organisation_id, 'represents', true, NULL::float8, '' "  # noqa: S608
        f"FROM {OrganisationVersion._meta.db_table} t WHERE {_HOLDS} AND t.status <> '{Status.DEREGISTERED.value}' "
        "AND t.legal_representative_id IS NOT NULL AND {near}"
    ),
    Tie.OFFICE: (
        "SELECT t.person_id, t.organisation_id, 'office', true, NULL::float8, t.role "  # noqa: S608
        f"FROM {Officer._meta.db_table} t WHERE {_HOLDS} AND {{near}}"
    ),
    Tie.BRANCH: (
        "SELECT t.parent_id, t.branch_id, 'branch', false, NULL::float8, '' "  # noqa: S608
        f"FROM {Branch._meta.db_table} t WHERE {_HOLDS} AND {{near}}"
    ),
}
_SIDES = {
    Tie.SHARE: ("t.holder", "t.organisation_id"),
    Tie.REPRESENTS: ("t.legal_representative_id", "t.organisation_id"),
    Tie.OFFICE: ("t.person_id", "t.organisation_id"),
    Tie.BRANCH: ("t.parent_id", "t.branch_id"),
}


def _statement(tie: Tie, up: bool, down: bool) -> str:
    source, target = _SIDES[tie]
    wanted = ([f"{target} = ANY(%(near)s)"] if up else []) + ([f"{source} = ANY(%(near)s)"] if down else [])
    return _OF[tie].format(near=f"({' OR '.join(wanted)})")


def around(
    parties: Collection[UUID],
    on: date,
    ties: Iterable[Tie] = tuple(Tie),
    *,
    up: bool = True,
    down: bool = True,
    most: int = MOST_EDGES,
) -> list[Edge]:
    """The ties of these parties on a day, at most ``most``; ``up`` to who holds them, ``down`` to what they hold."""
    wanted = [tie for tie in Tie if tie in set(ties)]
    if not parties or not wanted:
        return []
    statement = " UNION ALL ".join(f"({_statement(tie, up, down)})" for tie in wanted)
    found = run(f"{statement} LIMIT %(most)s", {"near": sorted(parties), "on": on, "most": most})
    return [
        Edge(source, target, Tie(tie), person, share, role)
        for source, target, tie, person, share, role in found
    ]


_LEAN = {
    Tie.SHARE: (_SHARES, "holder", "organisation_id", ""),
    Tie.REPRESENTS: (
        OrganisationVersion._meta.db_table,
        "legal_representative_id",
        "organisation_id",
        f" AND t.status <> '{Status.DEREGISTERED.value}'",
    ),
    Tie.OFFICE: (Officer._meta.db_table, "person_id", "organisation_id", ""),
    Tie.BRANCH: (Branch._meta.db_table, "parent_id", "branch_id", ""),
}


def _lean(tie: Tie) -> str:
    """Who is beside whom by this tie, from both of its ends: no shares are counted, an index is asked for each party."""
    table, source, target, more = _LEAN[tie]
    return " UNION ALL ".join(
        f"SELECT n.id, t.{there} FROM unnest(%(near)s::uuid[]) n(id) JOIN {table} t ON t.{here} = n.id "  # noqa: S608
        f"WHERE {_HOLDS}{more} AND t.{there} IS NOT NULL"
        for here, there in ((source, target), (target, source))
    )


def neighbours(
    parties: Collection[UUID], on: date, ties: Iterable[Tie] = tuple(Tie), *, most: int
) -> list[tuple[UUID, UUID]]:
    """(one of the parties, who is tied to it) on a day, at most ``most``; one statement."""
    wanted = [tie for tie in Tie if tie in set(ties)]
    if not parties or not wanted:
        return []
    statement = " UNION ALL ".join(_lean(tie) for tie in wanted)
    found = run(f"{statement} LIMIT %(most)s", {"near": sorted(parties), "on": on, "most": most})
    return [(here, there) for here, there in found]


def among(parties: Collection[UUID], on: date, ties: Iterable[Tie] = tuple(Tie)) -> list[Edge]:
    """The ties of a day that begin and end at these parties; one statement."""
    wanted = [tie for tie in Tie if tie in set(ties)]
    if not parties or not wanted:
        return []
    statement = " UNION ALL ".join(f"({_both(tie)})" for tie in wanted)
    found = run(statement, {"near": sorted(parties), "on": on})
    return [
        Edge(source, target, Tie(tie), person, share, role)
        for source, target, tie, person, share, role in found
    ]


def _both(tie: Tie) -> str:
    source, target = _SIDES[tie]
    return _OF[tie].format(near=f"({source} = ANY(%(near)s) AND {target} = ANY(%(near)s))")
