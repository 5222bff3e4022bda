"""A register (登记簿): declared once beside its model, read by everything that works on registers.

The model stays a plain Django model (:class:`Versioned`); the declaration says what its columns mean, who answers for
each, who may read and write, and whose data it is. Pages, API, import and export, masking, quality and docs follow from it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.errors import NotFound
from wenzhou.kernel.base.manifest import Declaration
from wenzhou.kernel.base.permissions import Permission, Purpose
from wenzhou.kernel.base.registry import registry
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.registers.catalogue import DataElement, Sensitivity, Value
from wenzhou.kernel.registers.contracts import Subject
from wenzhou.kernel.registers.extracts.declaring import ExtractForm
from wenzhou.kernel.registers.models import Versioned


@dataclass(frozen=True, kw_only=True)
class Field:
    """A data element in a register.

    ``path`` leads from the model to the column (``name``, ``person__number``). ``owner`` is the function of the office
    that answers for it (权威来源, see identity's functions), ``basis`` the law that says so. A field that is not
    ``writable`` is given when the record is made and never changed (the number). ``opens``: it stands beyond the register's
    own columns (the code of the parcel that a building stands on), and files may give it all the same.
    """

    name: str
    element: DataElement
    owner: str
    basis: Text
    path: str = ""
    required: bool = False
    writable: bool = True
    opens: bool = False
    called: Text | None = None

    @property
    def title(self) -> Text:
        """What it is called here: by its element, unless the register has its own word (``called``)."""
        return self.called or self.element.title

    @property
    def column(self) -> str:
        """The path, which is the name where none is given."""
        return self.path or self.name


@dataclass(frozen=True, kw_only=True)
class Deadlines(Declaration):
    """A table of working days (工作日): ``after(start, days)`` is the day on which a limit of so many days ends.

    ``left(today, dues)`` counts the working days from today to each day, below 0 when it is over.
    """

    code: str
    after: Callable[[date, int], date]
    left: Callable[[date, Collection[date]], Mapping[date, int]]


@dataclass(frozen=True, kw_only=True)
class Consumers(Declaration):
    """Who may read a register beside those in the journal (a block that grants): ``of(resource)`` gives their names."""

    code: str
    of: Callable[[str], tuple[Text, ...]]


@dataclass(frozen=True, kw_only=True)
class Schema:
    """A published version of a register's schema: which of today's fields it shows, under which names.

    ``fields`` maps the names of that version to today's; a version stays readable as long as this can be said.
    """

    number: int
    published: date
    fields: Mapping[str, str]


def _nothing_wrong(values: Mapping[str, Value], valid_from: date) -> Mapping[str, Text]:
    return {}


def _nothing_follows(records: Sequence[UUID]) -> None:
    return None


@dataclass(frozen=True, kw_only=True)
class Bulk:
    """Many records at once (批量入库): what ``open`` and ``change`` do beside the version itself, for a thousand.

    ``check`` says by field what is wrong with a row taken by itself. ``anchors`` gives the ids of the anchors of these keys, each
    with the values of its first row, and makes those that are missing; None: records are made elsewhere. ``settle`` brings
    to date what follows from the newest versions of these records (the name at the anchor). Both take a fixed number of
    statements, through the ORM or with unqualified names: a dry run puts temporary tables before the real ones.
    ``refusals`` says for a constraint of the database, by its name, which field is wrong and what to do.
    """

    check: Callable[[Mapping[str, Value], date], Mapping[str, Text]] = _nothing_wrong
    anchors: Callable[[Mapping[str, Mapping[str, Value]]], Mapping[str, UUID]] | None = None
    settle: Callable[[Sequence[UUID]], None] = _nothing_follows
    refusals: Mapping[str, tuple[str, Text]] = MappingProxyType({})


@dataclass(frozen=True, kw_only=True)
class Register(Declaration):
    """One register. ``key`` is the field by which people know a record (number, code); ``anchor`` the entity field.

    ``subject`` says whose data a record is; None: nobody's (a place), and then it has no field that is personal, and its readings
    stand in no journal of data use. ``within`` narrows rows to records of these divisions (prefixes). ``change``
    is the module's service that writes new values from a day on, with its own checks; it raises Refused, Invalid, NotFound,
    Conflict. ``open`` makes a record that was not there, and gives the id of its anchor; None: made elsewhere. ``area`` gives the
    division where a record belongs today, empty for none: the office there answers for it.
    ``bulk`` is how files of it are imported; None: row by row, through ``change`` and ``open``.
    ``forget`` takes from the anchor what it says of itself, when the record is lawfully erased.
    ``division`` is an expression over rows: the code of the division where a record belongs on a day.
    ``keeper`` is an expression over rows: the function of the office that keeps the record and answers for all its fields, where
    that hangs on the record (its kind); None: each field's ``owner``. ``correct`` is the module's service for corrections
    of a period, with its own checks, as ``change`` for changes; None: the engine writes what the data elements allow.
    ``extract`` says what its printed extract (查询单) holds; None: it gives none.
    """

    code: str
    title: Text
    summary: Text
    model: type[Versioned]
    anchor: str
    key: str
    fields: tuple[Field, ...]
    subject: Callable[[UUID], Subject] | None
    within: Callable[[QuerySet[Any], tuple[str, ...]], QuerySet[Any]]
    search: Permission
    read: Permission
    maintain: Permission
    look: Purpose
    purposes: tuple[Purpose, ...]
    change: Callable[[Actor, UUID, date, Mapping[str, Any], UUID | None], Versioned]
    open: Callable[[Actor, date, Mapping[str, Any]], UUID] | None = None
    bulk: Bulk | None = None
    area: Callable[[UUID], str] | None = None
    forget: Callable[[UUID], None] | None = None
    division: Callable[[date], Any] | None = None
    keeper: Callable[[], Any] | None = None
    correct: (
        Callable[[Actor, UUID, tuple[date, date | None], Mapping[str, Any], UUID | None], Sequence[Versioned]]
        | None
    ) = None
    schemas: tuple[Schema, ...] = ()
    extract: ExtractForm | None = None
    listed: tuple[str, ...] = ()
    order: int = 100

    def __post_init__(self) -> None:
        names = {field.name for field in self.fields}
        if self.key not in names or not names.issuperset(self.listed):
            raise ValueError(f"register {self.code}: key and listed fields are among its fields")
        if self.extract is not None and not names.issuperset(self.extract.fields):
            raise ValueError(f"register {self.code}: its extract prints a field that it lacks")
        for schema in self.schemas:
            if not names.issuperset(schema.fields.values()):
                raise ValueError(f"register {self.code}: schema {schema.number} shows a field that is gone")
        personal = any(field.element.sensitivity >= Sensitivity.PERSONAL for field in self.fields)
        if self.subject is None and (personal or self.extract is not None):
            raise ValueError(f"register {self.code}: personal data, or an extract, of nobody")
        if self.model.entity_fields != (self.anchor,):
            raise ValueError(
                f"register {self.code}: {self.anchor} is not the entity of {self.model.__name__}"
            )

    def field(self, name: str) -> Field:
        """The field of this name; KeyError."""
        for field in self.fields:
            if field.name == name:
                return field
        raise KeyError(name)

    def owner(self, field: Field, record: UUID) -> str:
        """The function of the office that answers for a field of this record."""
        return self.kept_by(record) or field.owner

    def kept_by(self, record: UUID) -> str:
        """The function of the office that keeps this record; empty where each field has its own."""
        if self.keeper is None:
            return ""
        rows = self.model._default_manager.filter(**{self.anchor: record}, superseded_at=None)
        found = rows.annotate(kept_by=self.keeper()).order_by("-valid_from").values_list("kept_by", flat=True)
        return str(found.first() or "")

    @property
    def joins(self) -> tuple[str, ...]:
        """What its fields stand in beside the model: relations that are read in the same statement."""
        beside = {field.column.rpartition("__")[0] for field in self.fields}
        return tuple(sorted({self.anchor, *beside} - {""}))

    def subjects(self, records: Sequence[UUID]) -> list[Subject]:
        """Whose data these records are, for the journal; nobody's has none."""
        return [] if self.subject is None else [self.subject(one) for one in records]

    def subject_of(self, record: UUID) -> Subject:
        """Whose data a record is; only for registers that are of somebody."""
        if self.subject is None:
            raise ValueError(f"register {self.code}: of nobody")
        return self.subject(record)

    @property
    def resource(self) -> str:
        """Its code in the access journal."""
        return f"register-{self.code}"

    def purpose(self, code: str) -> Purpose | None:
        """The declared purpose of this code."""
        return next((one for one in self.purposes if one.code == code), None)


def registers() -> tuple[Register, ...]:
    """All registers of the city, in their order."""
    return tuple(sorted(registry.declared(Register), key=lambda one: (one.order, one.code)))


def register_of(code: str) -> Register:
    """The register of this code. Raises NotFound."""
    for one in registry.declared(Register):
        if one.code == code:
            return one
    raise NotFound(
        Text(
            f"没有代号为 {code} 的登记簿，请从登记簿目录选择。",
            f"There is no register {code}; choose from the list.",
        )
    )


def module_of(register: Register) -> str:
    """The code of the module that declares it."""
    return next(module.code for module in registry.modules if register in module.declares)
