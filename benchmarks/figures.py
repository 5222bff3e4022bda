"""Turns, ratios and what they say."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured. ``quick`` shows that the harness works; its figures are not for the table."""

    pairs: int
    seconds: float
    connections: int
    quick: bool
    persons: int = 0
    """Of the registers workload; 0: as many as it promises."""


@dataclass(frozen=True, slots=True)
class Floor:
    """The promise: the ratio of ours to the peer, or with a ``unit`` ours itself, is at least, or at most, ``value``."""

    kind: Literal["≥", "≤"]
    value: float
    unit: str = "×"

    def holds(self, measured: float) -> bool:
        """Whether a ratio, or a figure of ours, keeps the promise."""
        return measured >= self.value if self.kind == "≥" else measured <= self.value

    def __str__(self) -> str:
        return f"{self.kind} {self.value:g}{'' if self.unit == '×' else ' '}{self.unit}"


@dataclass(frozen=True, slots=True)
class Paired:
    """Turns of both, in the order in which they were taken."""

    ours: tuple[float, ...]
    peer: tuple[float, ...]

    @property
    def ratios(self) -> tuple[float, ...]:
        """Ours to peer, turn by turn."""
        return tuple(a / b for a, b in zip(self.ours, self.peer, strict=True))

    @property
    def ratio(self) -> float:
        """The median of the ratios."""
        return statistics.median(self.ratios)


@dataclass(frozen=True, slots=True)
class Result:
    """One line of the table. ``floor`` None: reported only; ``failed``: something was wrong, said in ``note``.

    ``measured`` is what the floor judges.
    """

    name: str
    ours: str
    peer: str = "-"
    ratio: float | None = None
    spread: tuple[float, float] | None = None
    floor: Floor | None = None
    measured: float | None = None
    note: str = ""
    failed: bool = False
    skipped: bool = False

    @property
    def passed(self) -> bool:
        """Nothing was wrong, and the floor, if there is one, holds."""
        if self.failed:
            return False
        return self.floor is None or (self.measured is not None and self.floor.holds(self.measured))


def in_turns(ours: Callable[[], float], peer: Callable[[], float], pairs: int) -> Paired:
    """A B A B …, after one turn of each that is thrown away: caches are warm, files are mapped, plans are made."""
    ours(), peer()
    taken = [(ours(), peer()) for _ in range(pairs)]
    return Paired(tuple(a for a, _ in taken), tuple(b for _, b in taken))


def in_turns_of(
    ours: Callable[[], Sequence[float]], peer: Callable[[], Sequence[float]], pairs: int
) -> list[Paired]:
    """:func:`in_turns` of several figures that each turn gives, for each of them."""
    ours(), peer()
    taken = [(ours(), peer()) for _ in range(pairs)]
    return [
        Paired(tuple(a[n] for a, _ in taken), tuple(b[n] for _, b in taken)) for n in range(len(taken[0][0]))
    ]


def judged(name: str, paired: Paired, unit: str, floor: Floor | None, *, note: str = "") -> Result:
    """The line of the table for turns against a peer."""
    ours = statistics.median(paired.ours)
    return Result(
        name=name,
        ours=figure(ours, unit),
        peer=figure(statistics.median(paired.peer), unit),
        ratio=paired.ratio,
        spread=(min(paired.ratios), max(paired.ratios)),
        floor=floor,
        measured=ours if floor is not None and floor.unit == unit else paired.ratio,
        note=note,
    )


def figure(value: float, unit: str) -> str:
    """A number of three digits that mean something, with its unit."""
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 3
    return f"{value:,.{digits}f} {unit}"


def quantile(values: Sequence[float], share: float) -> float:
    """The value below which ``share`` of all lie (nearest rank)."""
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, int(share * len(ranked)))]
