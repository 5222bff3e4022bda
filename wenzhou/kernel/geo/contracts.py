"""What other modules get from this block: frozen values, never rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from wenzhou.kernel.base.text import Text


class Level(StrEnum):
    """Levels of administrative division (行政区划), from the province down."""

    PROVINCE = "province"
    CITY = "city"
    COUNTY = "county"
    TOWN = "town"
    VILLAGE = "village"

    @property
    def text(self) -> Text:
        """The level's name."""
        return _LEVEL_TITLES[self]


_LEVEL_TITLES = {
    Level.PROVINCE: Text("省级", "Province"),
    Level.CITY: Text("地级", "Prefecture-level city"),
    Level.COUNTY: Text("县级", "County level"),
    Level.TOWN: Text("乡级", "Town level"),
    Level.VILLAGE: Text("村级", "Village level"),
}

CODE_LENGTHS = {Level.TOWN: 9, Level.VILLAGE: 12}
"""Digits of a code; six on every other level."""


class ChangeKind(StrEnum):
    """What became of a division."""

    RENAMED = "renamed"
    RECODED = "re-coded"
    SPLIT = "split"
    MERGED = "merged"
    RAISED = "raised"

    @property
    def text(self) -> Text:
        """The kind's name."""
        return _CHANGE_TITLES[self]


_CHANGE_TITLES = {
    ChangeKind.RENAMED: Text("更名", "Renamed"),
    ChangeKind.RECODED: Text("代码变更", "Coded anew"),
    ChangeKind.SPLIT: Text("析置", "Split"),
    ChangeKind.MERGED: Text("合并", "Merged"),
    ChangeKind.RAISED: Text("撤县设市（区）", "County made a city or district"),
}


@dataclass(frozen=True, slots=True)
class Place:
    """One version of a division: what a code meant from ``start`` to the day before ``end``.

    ``id`` is the primary key of the anchor (foreign keys of other modules point to it); it follows
    from code and start, so it is the same in every database. ``start_known`` is False where only the
    first day of observation is known.
    """

    id: int
    code: str
    name: Text
    level: Level
    parent_code: str | None
    start: date
    end: date | None
    start_known: bool

    def valid_on(self, on: date) -> bool:
        """Whether this version is in force on a day."""
        return self.start <= on and (self.end is None or on < self.end)


@dataclass(frozen=True, slots=True)
class Change:
    """A step in the history of codes: ``old_code`` became, or gave a part to, ``new_code``.

    ``precision`` is ``day``, ``month`` or ``year``: how exactly ``on`` is known. ``share``: what part of the old one
    a part that was split off counted for, where somebody has said.
    """

    on: date
    precision: str
    kind: ChangeKind
    old_code: str
    new_code: str
    note: Text
    share: float | None = None

    @property
    def keeps_old(self) -> bool:
        """Whether the old code lives on after the change (a part was split off)."""
        return self.kind is ChangeKind.SPLIT or self.old_code == self.new_code

    @property
    def on_text(self) -> str:
        """The day as exactly as it is known: ``2019-08-16``, ``1984-12`` or ``1983``."""
        return self.on.isoformat()[: {"year": 4, "month": 7}.get(self.precision, 10)]


@dataclass(frozen=True, slots=True)
class LocationRef:
    """The anchor of an address, a parcel or a building (``kind``); ``code`` is what people know it by."""

    id: UUID
    kind: str
    code: str
    made: bool


EPOCH = date(1949, 10, 1)


def version_id(code: str, start: date) -> int:
    """The id of the version of ``code`` from ``start`` on: the code in twelve digits, then days since 1949."""
    return int(code.ljust(12, "0")) * 100_000 + (start - EPOCH).days
