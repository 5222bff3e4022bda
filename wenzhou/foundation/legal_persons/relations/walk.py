"""Walking the ties: everything within some steps, and the shortest way from one party to another.

Both go ring by ring, one statement a ring, and never visit a party twice: rings of firms that hold each other do not loop.
Bounds keep a hub with ten thousand ties from becoming everybody's neighbour; a walk that met one says so.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from time import monotonic
from uuid import UUID

from wenzhou.foundation.legal_persons.relations.ties import MOST_EDGES, Edge, Tie, among, around, neighbours

MOST_STEPS = 6
"""Rings of a network that are drawn or listed."""
MOST_PARTIES = 400
PATH_STEPS = 12
PATH_PARTIES = 1_000_000
PATH_TIES = 600_000
"""Ties of one ring: with 100,000 firms there are not as many in all."""
PATH_SECONDS = 5.0

type Came = dict[UUID, UUID | None]
"""From which party of its own side a party was reached."""


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
    seconds: float = PATH_SECONDS,
) -> Way:
    """A shortest way between two parties on a day, walked from both ends; None when there is none.

    Each ring asks for neighbours alone; what ties those on the way is read at the end. ``most`` parties and ``seconds``
    bound it: a way that may be there all the same is not denied.
    """
    if start == goal:
        return Way(())
    ties = tuple(ties)
    until = monotonic() + seconds
    came: tuple[Came, Came] = ({start: None}, {goal: None})
    rings = [{start}, {goal}]
    for _ in range(PATH_STEPS):
        side = 0 if len(rings[0]) <= len(rings[1]) else 1
        if not rings[side]:
            return Way(None)
        pairs = neighbours(rings[side], on, ties, most=PATH_TIES)
        rings[side], met = _advance(pairs, came[side], came[1 - side])
        if met is not None:
            parties = (*reversed(_back(met, came[0])), met, *_back(met, came[1]))
            return Way(_edges(parties, on, ties))
        if len(pairs) >= PATH_TIES or len(came[0]) + len(came[1]) > most or monotonic() > until:
            return Way(None, complete=False)
    return Way(None, complete=False)


def _advance(pairs: list[tuple[UUID, UUID]], came: Came, other: Came) -> tuple[set[UUID], UUID | None]:
    """The next ring of one side, and where it meets the other side's."""
    following: set[UUID] = set()
    for here, there in pairs:
        if there not in came:
            came[there] = here
            following.add(there)
    meetings = following & other.keys()
    return following, min(meetings) if meetings else None


def _back(at: UUID, came: Came) -> list[UUID]:
    """The parties from a meeting to where the side began, without the meeting."""
    parties = []
    before = came[at]
    while before is not None:
        parties.append(before)
        before = came[before]
    return parties


def _edges(parties: tuple[UUID, ...], on: date, ties: tuple[Tie, ...]) -> tuple[Edge, ...]:
    """A tie for each step of a way, the plainest kind first where there are several."""
    found = sorted(among(parties, on, ties), key=lambda edge: (list(Tie).index(edge.tie), edge.role))
    by_ends: dict[frozenset[UUID], Edge] = {}
    for edge in found:
        by_ends.setdefault(frozenset((edge.source, edge.target)), edge)
    return tuple(by_ends[frozenset(pair)] for pair in pairwise(parties))
