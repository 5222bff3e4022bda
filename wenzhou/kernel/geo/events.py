"""What this block tells others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from wenzhou.kernel.base.events import Event
from wenzhou.kernel.base.text import Text


@dataclass(frozen=True)
class DivisionsChanged(Event):
    """A load added or changed versions of divisions; copies made from them are to be renewed."""

    name: ClassVar[str] = "geo.divisions-changed"
    title: ClassVar[Text] = Text("行政区划已更新", "Divisions have changed")

    added: int
    changed: int
