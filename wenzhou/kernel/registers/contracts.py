"""What the base registers give and take over the counter: frozen records of plain values.

A field of a profile is None when the register does not know it, or when the caller may not.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from wenzhou.kernel.base.text import Text


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom a reading is about: a person, an organisation, or neither."""

    person: UUID | None = None
    organisation: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonQuery:
    """A person by anchor id or by citizen identity number (GB 11643), as of a day (default today)."""

    id: UUID | None = None
    number: str = ""
    on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonProfile:
    """A person as the population register has her. Codes: sex GB/T 2261.1, ethnicity GB/T 3304."""

    id: UUID
    number: str | None
    name: str | None
    sex: str | None
    born: date | None
    ethnicity: str | None
    address: str | None
    division: str | None
    phone: str | None
    made: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationQuery:
    """An organisation by anchor id or by unified social credit code (GB 32100), as of a day."""

    id: UUID | None = None
    code: str = ""
    on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shareholder:
    """A holder (a person or an organisation, one of them) and the amount put in, in yuan."""

    amount: Decimal
    person: UUID | None = None
    organisation: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationProfile:
    """An organisation as the legal persons register has it; ``line_code`` GB/T 4754, ``capital`` yuan."""

    id: UUID
    code: str | None
    name: str | None
    kind: str | None
    line_code: str | None
    line_name: str | None
    capital: Decimal | None
    established: date | None
    status: str | None
    division: str | None
    address: str | None
    legal_representative: UUID | None
    legal_representative_name: str | None
    shareholders: tuple[Shareholder, ...] | None
    made: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NameCheck:
    """Is this name free in the county of ``area`` (a division code of six digits or more)?

    With a ``kind``, whether an organisation of that kind may be called so is judged too.
    """

    name: str
    area: str
    kind: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NameCheckResult:
    """Whether it is free; when not, why and what to do."""

    name: str
    area: str
    free: bool
    reason: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EstablishOrganisation:
    """Enter a new firm in the register. ``key`` names the request: asking again gives the same firm.

    ``kind`` is a value of the register's kinds (``limited``, ``individual``, …), ``division`` the
    12-digit code where it is, ``legal_representative`` the id of a person. ``established`` is today, and
    may be an earlier day for made firms only. ``scope`` is its business (经营范围), ``sponsor`` the unit that
    organises or supervises an institution or a society (举办单位、业务主管单位).
    """

    name: str
    kind: str
    line_code: str
    line_name: str
    capital: Decimal
    address: str
    division: str
    legal_representative: UUID
    key: str
    shareholders: tuple[Shareholder, ...] = field(default=())
    case: UUID | None = None
    made: bool = False
    established: date | None = None
    scope: str = ""
    phone: str = ""
    sponsor: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EstablishedOrganisation:
    """The firm that was entered, or had been for the same key."""

    id: UUID
    code: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtractPaper:
    """An extract (查询单) as it is printed: ``facts`` are (label, value) in their order.

    ``code`` is the verification code as people read it, ``verify_url`` the public address that says whether the paper is
    genuine; ``on`` is the day of which it speaks; ``taken_by`` says for whom it was made. ``notes`` stand below the facts.
    """

    title: Text
    code: str
    facts: tuple[tuple[Text, str], ...]
    on: date
    issued_at: datetime
    expires: date
    purpose: Text
    taken_by: Text
    office: Text
    basis: Text
    notes: tuple[Text, ...]
    verify_url: str
    made: bool
