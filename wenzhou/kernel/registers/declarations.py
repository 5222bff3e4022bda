"""What modules declare: their registers with the data elements, and words for what they write into the access journal."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.manifest import Declaration
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.registers.catalogue import (
    BIRTH_DATE,
    CAPITAL,
    CREDIT_CODE,
    DAY,
    DIVISION,
    ETHNIC_GROUP,
    HOME_ADDRESS,
    LINE_OF_BUSINESS,
    ORGANISATION_NAME,
    PERSON_NAME,
    PERSON_NUMBER,
    PERSON_SEX,
    TELEPHONE,
    CodeList,
    DataElement,
    Kind,
    Sensitivity,
    Value,
)
from wenzhou.kernel.registers.declaration import Bulk, Consumers, Deadlines, Field, Register, Schema
from wenzhou.kernel.registers.extracts.declaring import ExtractForm, ExtractPrinter
from wenzhou.kernel.registers.obstacles import Obstacle, Obstacles
from wenzhou.kernel.registers.quality.rules import (
    Condition,
    Dimension,
    Draft,
    InRegister,
    Reference,
    Rule,
    Severity,
    Shared,
)

__all__ = [
    "BIRTH_DATE",
    "CAPITAL",
    "CREDIT_CODE",
    "DAY",
    "DIVISION",
    "ETHNIC_GROUP",
    "HOME_ADDRESS",
    "LINE_OF_BUSINESS",
    "ORGANISATION_NAME",
    "PERSON_NAME",
    "PERSON_NUMBER",
    "PERSON_SEX",
    "TELEPHONE",
    "Bulk",
    "CaseWords",
    "CodeList",
    "Condition",
    "Consumers",
    "DataElement",
    "Deadlines",
    "Dimension",
    "Draft",
    "ExtractForm",
    "ExtractPrinter",
    "Field",
    "InRegister",
    "JournalWords",
    "Kind",
    "Obstacle",
    "Obstacles",
    "Reference",
    "Register",
    "Rule",
    "Schema",
    "Sensitivity",
    "Severity",
    "Shared",
    "Value",
]


@dataclass(frozen=True, slots=True)
class CaseWords:
    """A case as the journal shows it: its number, and its address where this reader may open it."""

    number: str
    url: str


@dataclass(frozen=True, kw_only=True)
class JournalWords(Declaration):
    """Words of one module for its lines of the journal.

    ``fields()`` gives the titles of the field codes it writes; ``cases(reader, ids)`` the words for those of the
    cases that are its own, in one statement.
    """

    code: str
    fields: Callable[[], Mapping[str, Text]]
    cases: Callable[[Actor, Collection[UUID]], Mapping[UUID, CaseWords]]
