"""What systems declare of the city by area: a figure for each division, shown on maps of any block above."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

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


@dataclass(frozen=True, slots=True)
class Located:
    """Where an address is: EPSG:4490 degrees, how sure (0 to 1), and the address that was understood."""

    lon: float
    lat: float
    confidence: float
    words: str


@dataclass(frozen=True, kw_only=True)
class AddressLocator(Declaration):
    """A register of addresses that understands free text (地址匹配): ``locate(text)`` gives None for what it does not find."""

    code: str
    locate: Callable[[str], Located | None]


@dataclass(frozen=True, slots=True)
class Followed:
    """What one batch did: records rewritten, those that could not be, and the id after which the next batch begins.

    ``after`` is None when nothing is left.
    """

    moved: int
    refused: tuple[UUID, ...]
    after: UUID | None


@dataclass(frozen=True, kw_only=True)
class DivisionFollower(Declaration):
    """A column of division codes that follows when divisions are coded anew, merged or split.

    ``follow(old, new, on, after)`` gives records of ``old`` the code ``new`` from the day ``on``, one batch in the
    order of their ids, those behind ``after``. It runs in the transaction that notes how far it came. ``count(codes, on)``
    says how many records with these codes would follow; None: it cannot be said beforehand.
    """

    code: str
    title: Text
    follow: Callable[[str, str, date, UUID | None], Followed]
    count: Callable[[Collection[str], date], int] | None = None
