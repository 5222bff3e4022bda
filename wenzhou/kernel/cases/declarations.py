"""What a system declares to have its applications handled: the case type, its papers and fields."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Any
from uuid import UUID

from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.manifest import Declaration
from wenzhou.kernel.base.text import Text


@dataclass(frozen=True, kw_only=True)
class Paper:
    """A paper that an application needs. ``deferrable``: an office may accept on a promise (容缺)."""

    code: str
    title: Text
    help: Text
    required: bool = True
    deferrable: bool = False
    promise_days: int = 10


class FieldKind(StrEnum):
    """How a field is asked and checked."""

    TEXT = "text"
    LONG_TEXT = "long-text"
    NUMBER = "number"
    MONEY = "money"
    DATE = "date"
    CHOICE = "choice"
    YES_NO = "yes-no"
    DIVISION = "division"
    PHONE = "phone"
    EMAIL = "email"


@dataclass(frozen=True, kw_only=True)
class Field:
    """One question of a form. ``prefill`` names a value that the case type's prefill gives.

    ``fixed`` fields come from a register and cannot be typed over; ``source`` says which register the
    prefilled value is from. ``within`` are the divisions (codes of counties) in which a DIVISION may
    lie, the whole city when empty. ``check`` returns what is wrong, or None. ``mask`` is how a personal
    answer is shown to who does not handle the case; fixed answers, telephones and e-mail addresses are
    masked without it too.
    """

    code: str
    title: Text
    kind: FieldKind = FieldKind.TEXT
    help: Text | None = None
    required: bool = True
    fixed: bool = False
    source: Text | None = None
    within: tuple[str, ...] = ()
    max_length: int = 100
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    choices: tuple[tuple[str, Text], ...] = ()
    check: Callable[[Any], Text | None] | None = None
    mask: Callable[[str], str] | None = None


@dataclass(frozen=True, kw_only=True)
class Section:
    """Fields under one heading."""

    code: str
    title: Text
    fields: tuple[Field, ...]


@dataclass(frozen=True, kw_only=True)
class LicenceLine:
    """One labelled value on the face of a licence; ``code`` names it in the licence's data."""

    code: str
    title: Text
    wide: bool = False


@dataclass(frozen=True, kw_only=True)
class LicenceType:
    """A kind of licence: who issues it, what its face says, how long it is good (``years`` 0: without end)."""

    code: str
    title: Text
    function: str
    number_prefix: str
    lines: tuple[LicenceLine, ...]
    years: int = 0


@dataclass(frozen=True, kw_only=True)
class IssuedLicence:
    """What a case type asks the block to issue; ``data`` holds a string or ``{"zh", "en"}`` for each line."""

    licence_type: LicenceType
    organisation: UUID
    data: Mapping[str, Any]
    valid_from: date


@dataclass(frozen=True, kw_only=True)
class CaseFacts:
    """What a case type's own functions are told of a case; ``on`` is the day of the decision."""

    id: UUID
    number: str
    area: str
    person: UUID
    organisation: UUID | None
    form: Mapping[str, Any]
    on: date
    made: bool


@dataclass(frozen=True, kw_only=True)
class CaseType(Declaration):
    """A kind of application (办件类型).

    ``process`` is a BPMN 2.0 file; its user tasks name the function of the office that does them.
    ``prefill(actor, case)`` reads what the registers know of the applicant, through the exchange.
    ``check(form)`` checks across fields. ``title_of(form)`` names the case in lists.
    ``on_granted(actor, case)`` makes the decision true in the registers and says which licences
    to issue; it runs in the transaction of the last approval.
    """

    code: str
    title: Text
    process: Path
    sections: tuple[Section, ...]
    papers: tuple[Paper, ...]
    licences: tuple[LicenceType, ...]
    promise_days: int
    statutory_days: int
    area_field: str
    prefill: Callable[[Actor, UUID], Mapping[str, Any]]
    check: Callable[[Mapping[str, Any]], Mapping[str, Text]]
    title_of: Callable[[Mapping[str, Any]], str]
    on_granted: Callable[[Actor, CaseFacts], tuple[IssuedLicence, ...]]

    @property
    def fields(self) -> tuple[Field, ...]:
        """All fields in the order of the form."""
        return tuple(field for section in self.sections for field in section.fields)

    def field(self, code: str) -> Field:
        """The field of this code; KeyError when the form has none."""
        for field in self.fields:
            if field.code == code:
                return field
        raise KeyError(code)

    def licence(self, code: str) -> LicenceType:
        """The licence type of this code; KeyError when the case issues none such."""
        for licence in self.licences:
            if licence.code == code:
                return licence
        raise KeyError(code)

    def paper(self, code: str) -> Paper:
        """The paper of this code; KeyError when the type needs none such."""
        for paper in self.papers:
            if paper.code == code:
                return paper
        raise KeyError(code)
