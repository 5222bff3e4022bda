"""Who controls an organisation: parts multiplied along every way, and majorities along a chain.

The threshold of 25 per cent is that of 受益所有人信息管理办法 (Measures on Beneficial Owner Information, 2024), Article 6; more
than half is control by 公司法 (Company Law), Article 265. Rings are summed as the geometric series that they are: a
company that holds a tenth of its own holder adds a tenth of a tenth, and so on, until nothing is left.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from wenzhou.foundation.legal_persons.relations.ties import Edge, Tie, around

BENEFICIAL, MAJORITY = 0.25, 0.5
LEVELS = 30
MOST = 5_000
_ROUNDS = 500
_NOTHING = 1e-9


@dataclass(frozen=True, slots=True)
class Controller:
    """A party that holds part of an organisation in the end: ``share`` of one, over all ways.

    ``beneficial`` from a quarter on; ``controls`` by more than half at each link of a chain, whatever the product.
    """

    party: UUID
    person: bool
    share: float
    beneficial: bool
    controls: bool

    @property
    def per_cent(self) -> str:
        """The share as it is shown."""
        return f"{self.share * 100:.2f}%"


def above(organisation: UUID, on: date) -> tuple[list[Edge], bool]:
    """All shares above an organisation, a statement a level; whether it was cut at the bound."""
    return _gathered(organisation, on, up=True)


def below(party: UUID, on: date) -> tuple[list[Edge], bool]:
    """All shares below a party, likewise."""
    return _gathered(party, on, up=False)


def _gathered(start: UUID, on: date, *, up: bool) -> tuple[list[Edge], bool]:
    seen, ring, edges = {start}, {start}, []
    for _ in range(LEVELS):
        found = around(ring, on, (Tie.SHARE,), up=up, down=not up)
        edges += found
        ring = {edge.source if up else edge.target for edge in found} - seen
        if up:
            ring -= {edge.source for edge in found if edge.person}
        seen |= ring
        if not ring:
            return edges, False
        if len(seen) > MOST:
            return edges, True
    return edges, True


def controllers(organisation: UUID, on: date) -> list[Controller]:
    """Everybody who holds a tenth or more of an organisation in the end, or controls it, the largest first."""
    edges, _ = above(organisation, on)
    persons = {edge.source for edge in edges if edge.person}
    held = _in_the_end(organisation, edges)
    chains = {party for party in held if organisation in controlled(party, edges)}
    found = [
        Controller(party, party in persons, share, share >= BENEFICIAL - _NOTHING, party in chains)
        for party, share in held.items()
        if share >= 0.1 - _NOTHING or party in chains
    ]
    return sorted(found, key=lambda one: (-one.share, one.party))


def _in_the_end(organisation: UUID, edges: Iterable[Edge]) -> dict[UUID, float]:
    """The part that each party above holds over all ways: weights sent up until nothing is left to send."""
    holders: dict[UUID, list[Edge]] = defaultdict(list)
    for edge in edges:
        holders[edge.target].append(edge)
    total: dict[UUID, float] = defaultdict(float)
    weights = {organisation: 1.0}
    for _ in range(_ROUNDS):
        sent: dict[UUID, float] = defaultdict(float)
        for party, weight in weights.items():
            for edge in holders.get(party, ()):
                sent[edge.source] += weight * (edge.share or 0.0)
        weights = {party: weight for party, weight in sent.items() if weight > _NOTHING}
        if not weights:
            break
        for party, weight in weights.items():
            total[party] += weight
    total.pop(organisation, None)
    return {party: min(share, 1.0) for party, share in total.items()}


def controlled(party: UUID, edges: Iterable[Edge]) -> Mapping[UUID, float]:
    """What a party controls among these shares: where it and what it controls hold more than half together.

    A set that only grows, so rings end.
    """
    into: dict[UUID, list[Edge]] = defaultdict(list)
    out: dict[UUID, list[UUID]] = defaultdict(list)
    for edge in edges:
        into[edge.target].append(edge)
        out[edge.source].append(edge.target)
    inside: dict[UUID, float] = {party: 1.0}
    waiting = list(out[party])
    while waiting:
        one = waiting.pop()
        if one in inside:
            continue
        together = sum(edge.share or 0.0 for edge in into[one] if edge.source in inside)
        if together > MAJORITY + _NOTHING:
            inside[one] = together
            waiting += out[one]
    del inside[party]
    return inside
