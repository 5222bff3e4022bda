"""From pairs to groups: connected components, strongest pair first, that never hold what cannot be together.

Plain components let one wrong pair join two families. Here a pair that would bring together two different valid
identity numbers, two records of a source that has everybody once, or two records that a clerk has parted, is set
aside instead, and a clerk sees it. (Constrained agglomerative clustering with single linkage.)
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field

type Marks = Mapping[Hashable, Hashable]
"""What a record brings into its group: of each kind a group holds one value at most."""


@dataclass(frozen=True, slots=True)
class Edge:
    """Two records that the model holds for one person, and how strongly (match weight, bits)."""

    left: int
    right: int
    weight: float


@dataclass(slots=True)
class Grouping:
    """Groups of records as pairs are added; a record that was never named is a group of its own."""

    marks: Mapping[int, Marks]
    apart: Mapping[int, frozenset[int]] = field(default_factory=dict)
    set_aside: list[Edge] = field(default_factory=list)
    _parent: dict[int, int] = field(default_factory=dict)
    _members: dict[int, list[int]] = field(default_factory=dict)
    _held: dict[int, dict[Hashable, Hashable]] = field(default_factory=dict)

    def add(self, edges: Iterable[Edge]) -> None:
        """Join along the pairs, strongest first; equal strength in the order of the records."""
        for edge in sorted(edges, key=lambda e: (-e.weight, e.left, e.right)):
            if not self.join(edge.left, edge.right):
                self.set_aside.append(edge)

    def join(self, one: int, other: int) -> bool:
        """Make one group of the two that hold these records; False when it cannot be."""
        one, other = self.root(one), self.root(other)
        if one == other:
            return True
        mine, theirs = self._held_by(one), self._held_by(other)
        if any(mine.get(kind, value) != value for kind, value in theirs.items()) or self._parted(one, other):
            return False
        self._unite(one, other, {**mine, **theirs})
        return True

    def unite(self, one: int, other: int) -> None:
        """Make one group of them whatever the marks say: people have decided so."""
        one, other = self.root(one), self.root(other)
        if one != other:
            self._unite(one, other, {**self._held_by(other), **self._held_by(one)})

    def _unite(self, one: int, other: int, held: dict[Hashable, Hashable]) -> None:
        big, small = (one, other) if len(self.members(one)) >= len(self.members(other)) else (other, one)
        self._members[big] = self.members(big) + self.members(small)
        self._members.pop(small, None)
        self._held[big] = held
        self._held.pop(small, None)
        self._parent[small] = big

    def root(self, record: int) -> int:
        """The record that stands for the group."""
        path = []
        while (up := self._parent.get(record, record)) != record:
            path.append(record)
            record = up
        for passed in path:
            self._parent[passed] = record
        return record

    def members(self, root: int) -> list[int]:
        """The records of the group that ``root`` stands for."""
        return self._members.get(root) or [root]

    def groups(self) -> list[list[int]]:
        """Every group of two or more, its records in order, by its first record."""
        return sorted(sorted(group) for group in self._members.values() if len(group) > 1)

    def _held_by(self, root: int) -> Mapping[Hashable, Hashable]:
        held = self._held.get(root)
        return held if held is not None else self.marks.get(root, {})

    def _parted(self, one: int, other: int) -> bool:
        if not self.apart:
            return False
        theirs = frozenset(self.members(other))
        return any(not theirs.isdisjoint(self.apart.get(record, ())) for record in self.members(one))
