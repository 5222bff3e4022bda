"""What systems declare of the city by area: a figure for each division, shown on maps of any block above."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from wenzhou.kernel.base.manifest import Declaration
from wenzhou.kernel.base.text import Text


@dataclass(frozen=True, kw_only=True)
class AreaFigure(Declaration):
    """A figure counted by area (分区指标), never of a single person or firm.

    ``counts()`` gives a number for each division code, of the level it is known at (a town's nine digits,
    or a county's six where only that is known); a reader adds up what lies below a division by its prefix.
    It is one set-based query; its readers keep the answer for some minutes.
    """

    code: str
    title: Text
    unit: Text
    counts: Callable[[], Mapping[str, int]]
