"""What this block tells others."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar
from uuid import UUID

from wenzhou.kernel.base.events import Event
from wenzhou.kernel.base.text import Text


@dataclass(frozen=True)
class DivisionsChanged(Event):
    """A load added or changed versions of divisions; copies made from them are to be renewed."""

    name: ClassVar[str] = "geo.divisions-changed"
    title: ClassVar[Text] = Text("行政区划已更新", "Divisions have changed")

    added: int
    changed: int


@dataclass(frozen=True)
class DivisionsReordered(Event):
    """Divisions have been renamed, coded anew, merged or split by an order that is in force from a day on."""

    name: ClassVar[str] = "geo.divisions-reordered"
    title: ClassVar[Text] = Text("行政区划已调整", "Divisions reordered")

    order: UUID
    on: date
    kind: str
    moves: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class LocationRegistered(Event):
    """An address, parcel or building has been entered in its register."""

    name: ClassVar[str] = "geo.location-registered"
    title: ClassVar[Text] = Text("地点已登记", "Location registered")

    location: UUID
    kind: str
    code: str
    division: str


@dataclass(frozen=True)
class LocationChanged(Event):
    """What its register says of a location has changed from a day on."""

    name: ClassVar[str] = "geo.location-changed"
    title: ClassVar[Text] = Text("地点已变更", "Location changed")

    location: UUID
    kind: str
    code: str
    since: date
    fields: tuple[str, ...]


@dataclass(frozen=True)
class LocationEnded(Event):
    """A location is no more from a day on: an address closed, a parcel merged, a building pulled down."""

    name: ClassVar[str] = "geo.location-ended"
    title: ClassVar[Text] = Text("地点已注销", "Location ended")

    location: UUID
    kind: str
    code: str
    until: date
