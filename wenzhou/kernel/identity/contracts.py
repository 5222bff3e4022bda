"""Frozen records that identity gives to others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from wenzhou.kernel.base.text import Text

if TYPE_CHECKING:
    from datetime import date, datetime

    from wenzhou.kernel.identity.models import Account, Delegation, Office, Organisation, Person, PostHolding


@dataclass(frozen=True, slots=True)
class OfficeRef:
    """An office by code, with its function, area (division code) and name."""

    code: str
    function: str
    area: str
    name: Text

    @classmethod
    def of(cls, row: Office) -> OfficeRef:
        """From its row."""
        return cls(row.code, row.function, row.area, row.name)


@dataclass(frozen=True, slots=True)
class PersonRef:
    """A person by anchor; ``number`` is the full identity number, for those who may have it."""

    id: UUID
    number: str
    name: str
    made: bool

    @classmethod
    def of(cls, row: Person) -> PersonRef:
        """From its row."""
        return cls(row.id, row.number, row.name, row.made)


@dataclass(frozen=True, slots=True)
class OrganisationRef:
    """An organisation by anchor with its unified social credit code."""

    id: UUID
    code: str
    name: str
    made: bool

    @classmethod
    def of(cls, row: Organisation) -> OrganisationRef:
        """From its row."""
        return cls(row.id, row.code, row.name, row.made)


@dataclass(frozen=True, slots=True)
class AccountRef:
    """An account as others may know it."""

    id: UUID
    username: str
    name: str
    email: str
    person: UUID | None

    @classmethod
    def of(cls, row: Account) -> AccountRef:
        """From its row."""
        return cls(row.id, row.username, row.name, row.email, row.person_id)


@dataclass(frozen=True, slots=True)
class OpenedAccount:
    """What is printed on the slip of a new account; the code is told this once and kept nowhere."""

    account: UUID
    username: str
    name: str
    code: str
    expires: datetime
    made: bool


@dataclass(frozen=True, slots=True)
class HoldingRecord:
    """One post of one account, in force on ``[since, until)``."""

    id: UUID
    account: UUID
    role: str
    office: str
    area: str
    since: date
    until: date | None

    @classmethod
    def of(cls, row: PostHolding) -> HoldingRecord:
        """From its row."""
        return cls(row.id, row.account_id, row.role, row.office_id or "", row.area, row.since, row.until)


@dataclass(frozen=True, slots=True)
class DelegationRecord:
    """Who may act for which firm; ``state`` is offered, active or revoked."""

    id: UUID
    organisation: UUID | None
    agent: UUID
    state: str
    since: date
    until: date | None

    @classmethod
    def of(cls, row: Delegation) -> DelegationRecord:
        """From its row."""
        return cls(row.id, row.organisation_id, row.agent_id, row.state, row.since, row.until)
