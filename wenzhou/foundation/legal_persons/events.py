"""What the legal persons register tells beside the events of every register (``registers/events.py``)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from wenzhou.kernel.base.events import Event
from wenzhou.kernel.base.text import Text


@dataclass(frozen=True)
class OrganisationEstablished(Event):
    """An organisation has been entered in the register and has its code."""

    name: ClassVar[str] = "legal_persons.established"
    title: ClassVar[Text] = Text("法人设立入库", "Organisation entered in the register")

    organisation: UUID
    code: str
    case: UUID | None = None
