"""What identity tells others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from wenzhou.kernel.base.events import Event
from wenzhou.kernel.base.text import Text


@dataclass(frozen=True)
class PostGiven(Event):
    """An account has been given a post; ``office`` is a code or empty, ``area`` a division code or empty."""

    name: ClassVar[str] = "identity.post-given"
    title: ClassVar[Text] = Text("任职", "Post given")
    account: UUID
    role: str
    office: str
    area: str


@dataclass(frozen=True)
class PostEnded(Event):
    """A post has ended."""

    name: ClassVar[str] = "identity.post-ended"
    title: ClassVar[Text] = Text("免职", "Post ended")
    account: UUID
    role: str
    office: str
    area: str


@dataclass(frozen=True)
class AccountLocked(Event):
    """An account can no longer sign in and its sessions are over."""

    name: ClassVar[str] = "identity.account-locked"
    title: ClassVar[Text] = Text("账户锁定", "Account locked")
    account: UUID


@dataclass(frozen=True)
class AccountUnlocked(Event):
    """A locked account can sign in again."""

    name: ClassVar[str] = "identity.account-unlocked"
    title: ClassVar[Text] = Text("账户解锁", "Account unlocked")
    account: UUID


@dataclass(frozen=True)
class DelegationOffered(Event):
    """A firm asks an account to act for it; nothing is in force until it accepts."""

    name: ClassVar[str] = "identity.delegation-offered"
    title: ClassVar[Text] = Text("委托待接受", "Delegation offered")
    delegation: UUID
    organisation: UUID
    agent: UUID


@dataclass(frozen=True)
class DelegationAccepted(Event):
    """The account may act for the firm from now on."""

    name: ClassVar[str] = "identity.delegation-accepted"
    title: ClassVar[Text] = Text("委托生效", "Delegation accepted")
    delegation: UUID
    organisation: UUID
    agent: UUID


@dataclass(frozen=True)
class DelegationRevoked(Event):
    """The account may no longer act for the firm."""

    name: ClassVar[str] = "identity.delegation-revoked"
    title: ClassVar[Text] = Text("委托撤销", "Delegation revoked")
    delegation: UUID
    organisation: UUID
    agent: UUID


@dataclass(frozen=True)
class RealNameVerified(Event):
    """An account has been tied to a person after a real-name check."""

    name: ClassVar[str] = "identity.real-name-verified"
    title: ClassVar[Text] = Text("实名核验通过", "Real name verified")
    account: UUID
    person: UUID


@dataclass(frozen=True)
class AccountOpened(Event):
    """A clerk has opened an account for a person at the counter; it works once she has activated it."""

    name: ClassVar[str] = "identity.account-opened"
    title: ClassVar[Text] = Text("窗口开户", "Account opened at a counter")
    account: UUID
    person: UUID


@dataclass(frozen=True)
class AccountActivated(Event):
    """The person has set the password of an account that was opened for her."""

    name: ClassVar[str] = "identity.account-activated"
    title: ClassVar[Text] = Text("账户激活", "Account activated")
    account: UUID


EVENTS: tuple[type[Event], ...] = (
    PostGiven,
    PostEnded,
    AccountLocked,
    AccountUnlocked,
    DelegationOffered,
    DelegationAccepted,
    DelegationRevoked,
    RealNameVerified,
    AccountOpened,
    AccountActivated,
)
