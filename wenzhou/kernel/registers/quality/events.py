"""What quality tells: which record breaks which rule, never what it says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from wenzhou.kernel.base.events import Event
from wenzhou.kernel.base.text import Text


@dataclass(frozen=True)
class ProblemOpened(Event):
    """A record breaks a rule, for the first time or again."""

    name: ClassVar[str] = "registers.quality-opened"
    title: ClassVar[Text] = Text("发现数据质量问题", "Problem of quality opened")

    problem: UUID
    register: str
    rule: str
    record: UUID


@dataclass(frozen=True)
class ProblemClosed(Event):
    """A problem is over: the record was mended, or is right as it is (``excepted``)."""

    name: ClassVar[str] = "registers.quality-closed"
    title: ClassVar[Text] = Text("数据质量问题办结", "Problem of quality closed")

    problem: UUID
    register: str
    rule: str
    record: UUID
    excepted: bool
