"""What cases tell the other modules."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar
from uuid import UUID

from wenzhou.kernel.base.events import Event
from wenzhou.kernel.base.text import Text


@dataclass(frozen=True)
class CaseSubmitted(Event):
    """An application was submitted and has its receipt number."""

    name: ClassVar[str] = "cases.submitted"
    title: ClassVar[Text] = Text("申请已提交", "Application submitted")
    case: UUID
    number: str
    case_type: str
    area: str
    promised_for: date


@dataclass(frozen=True)
class PaperAsked(Event):
    """An office asked the applicant for a paper; its clock stands still."""

    name: ClassVar[str] = "cases.paper-asked"
    title: ClassVar[Text] = Text("要求补正材料", "Paper asked for")
    case: UUID
    number: str
    paper: str
    office: str
    reason: str


@dataclass(frozen=True)
class PaperGiven(Event):
    """The applicant gave a paper that was asked for or promised."""

    name: ClassVar[str] = "cases.paper-given"
    title: ClassVar[Text] = Text("材料已补交", "Paper given")
    case: UUID
    number: str
    paper: str


@dataclass(frozen=True)
class TaskReassigned(Event):
    """The head of the office has put a claimed step into another clerk's hands."""

    name: ClassVar[str] = "cases.task-reassigned"
    title: ClassVar[Text] = Text("调整办理人", "Step reassigned")
    case: UUID
    number: str
    element: str
    office: str
    holder: UUID
    successor: UUID


@dataclass(frozen=True)
class TaskDecided(Event):
    """An office decided its step."""

    name: ClassVar[str] = "cases.task-decided"
    title: ClassVar[Text] = Text("环节已办结", "Step decided")
    case: UUID
    number: str
    element: str
    office: str
    outcome: str


@dataclass(frozen=True)
class CaseDecided(Event):
    """The whole case was granted, refused or withdrawn."""

    name: ClassVar[str] = "cases.decided"
    title: ClassVar[Text] = Text("办件已办结", "Case decided")
    case: UUID
    number: str
    case_type: str
    area: str
    outcome: str


@dataclass(frozen=True)
class LicenceIssued(Event):
    """A licence exists; its PDF is made after this."""

    name: ClassVar[str] = "cases.licence-issued"
    title: ClassVar[Text] = Text("证照已签发", "Licence issued")
    licence: UUID
    number: str
    licence_type: str
    case: UUID


@dataclass(frozen=True)
class CaseRated(Event):
    """The applicant rated the service."""

    name: ClassVar[str] = "cases.rated"
    title: ClassVar[Text] = Text("已评价", "Service rated")
    case: UUID
    number: str
    stars: int
