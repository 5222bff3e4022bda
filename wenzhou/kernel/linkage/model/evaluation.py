"""How good a linkage is, against the truth of made lists: precision, recall, F1, and recall by kind of error.

Counted over pairs of records in one group: the groups are what offices work with, not the pairs that made them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

type Pair = tuple[int, int]

CLEAN = "clean"
"""The kind of pairs in which nobody made an error."""


@dataclass(frozen=True, slots=True)
class Truth:
    """Who a record is truly about, and what went wrong when it was typed."""

    person: int
    errors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Quality:
    """The result: counts of pairs, and of each kind of error (found, all)."""

    right: int
    wrong: int
    missed: int
    grey: int
    by_error: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    @property
    def precision(self) -> float:
        """Share of linked pairs that are one person (查准率)."""
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0

    @property
    def recall(self) -> float:
        """Share of pairs of one person that are linked (查全率)."""
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0

    @property
    def f1(self) -> float:
        """Their harmonic mean."""
        both = 2 * self.right + self.wrong + self.missed
        return 2 * self.right / both if both else 1.0

    def recall_of(self, error: str) -> float:
        """Recall among pairs with this kind of error in either record."""
        found, there = self.by_error[error]
        return found / there


def judge(groups: Iterable[Sequence[int]], truth: Mapping[int, Truth], grey: Iterable[Pair] = ()) -> Quality:
    """Compare groups of records with the truth. Pairs left to clerks count as missed when they are one person."""
    linked = {pair for group in groups for pair in combinations(sorted(group), 2)}
    people: dict[int, list[int]] = {}
    for record, known in truth.items():
        people.setdefault(known.person, []).append(record)
    true = {pair for records in people.values() for pair in combinations(sorted(records), 2)}
    found: Counter[str] = Counter()
    there: Counter[str] = Counter()
    for pair in true:
        kinds = {*truth[pair[0]].errors, *truth[pair[1]].errors} or {CLEAN}
        there.update(kinds)
        if pair in linked:
            found.update(kinds)
    right = len(linked & true)
    return Quality(
        right=right,
        wrong=len(linked) - right,
        missed=len(true) - right,
        grey=len({(min(pair), max(pair)) for pair in grey}),
        by_error={kind: (found[kind], there[kind]) for kind in sorted(there)},
    )
