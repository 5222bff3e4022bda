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
