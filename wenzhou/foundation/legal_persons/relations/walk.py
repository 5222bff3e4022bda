"""Walking the ties: everything within some steps, and the shortest way from one party to another.

Both go ring by ring, one statement a ring, and never visit a party twice: rings of firms that hold each other do not loop.
Bounds keep a hub with ten thousand ties from becoming everybody's neighbour; a walk that met one says so.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from wenzhou.foundation.legal_persons.relations.ties import MOST_EDGES, Edge, Tie, around

MOST_STEPS = 6
"""Rings of a network that are drawn or listed."""
MOST_PARTIES = 400
PATH_STEPS = 12
PATH_PARTIES = 50_000


@dataclass(slots=True)
class Network:
    """Parties by their distance from the first, and the ties among them; ``cut`` when there are more."""

    distance: dict[UUID, int]
    edges: list[Edge] = field(default_factory=list)
    cut: bool = False


def within(
    start: UUID,
    steps: int,
    on: date,
    ties: Iterable[Tie] = tuple(Tie),
    *,
    most: int = MOST_PARTIES,
) -> Network:
    """Everybody within some steps of a party on a day; at most one statement a step."""
    ties = tuple(ties)
    network = Network({start: 0})
    known: set[Edge] = set()
    ring = {start}
    for step in range(1, steps + 1):
        edges = around(ring, on, ties)
        network.cut |= len(edges) >= MOST_EDGES
        ring = set()
        for edge in edges:
            new = {edge.source, edge.target} - network.distance.keys()
            if new and len(network.distance) >= most:
                network.cut = True
                continue
            network.distance.update(dict.fromkeys(new, step))
            ring |= new
            if edge not in known:
                known.add(edge)
                network.edges.append(edge)
        if not ring:
            break
    return network


@dataclass(frozen=True, slots=True)
class Way:
    """The ties from one party to another, in order; ``complete`` when all ways up to the bound were tried."""

    edges: tuple[Edge, ...] | None
    complete: bool = True


def shortest(
    start: UUID,
    goal: UUID,
    on: date,
    ties: Iterable[Tie] = tuple(Tie),
    *,
    most: int = PATH_PARTIES,
) -> Way:
    """A shortest way between two parties on a day, walked from both ends; None when there is none."""
    if start == goal:
        return Way(())
    ties = tuple(ties)
    came: tuple[dict[UUID, Edge | None], dict[UUID, Edge | None]] = ({start: None}, {goal: None})
    rings = [{start}, {goal}]
    for _ in range(PATH_STEPS):
        side = 0 if len(rings[0]) <= len(rings[1]) else 1
        if not rings[side]:
            return Way(None)
        rings[side], met = _advance(rings[side], came[side], came[1 - side], on, ties)
        if met is not None:
            return Way((*reversed(_back(met, came[0])), *_back(met, came[1])))
        if len(came[0]) + len(came[1]) > most or len(rings[side]) >= MOST_EDGES // 2:
            return Way(None, complete=False)
    return Way(None, complete=False)


def _advance(
    ring: set[UUID],
    came: dict[UUID, Edge | None],
    other: dict[UUID, Edge | None],
    on: date,
    ties: tuple[Tie, ...],
) -> tuple[set[UUID], UUID | None]:
    """The next ring of one side, and where it meets the other side's."""
    following: set[UUID] = set()
    meetings = []
    for edge in around(ring, on, ties):
        here = edge.source if edge.source in ring else edge.target
        there = edge.target if here == edge.source else edge.source
        if there in came:
            continue
        came[there] = edge
        following.add(there)
        if there in other:
            meetings.append(there)
    return following, min(meetings) if meetings else None


def _back(at: UUID, came: dict[UUID, Edge | None]) -> list[Edge]:
    """The edges from a meeting to where the side began."""
    edges = []
    edge = came[at]
    while edge is not None:
        edges.append(edge)
        at = edge.source if edge.target == at else edge.target
        edge = came[at]
    return edges
