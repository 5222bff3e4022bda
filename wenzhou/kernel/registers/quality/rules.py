"""Rules of quality (数据质量规则): what must hold of a record, declared beside its register.

Each rule says the same twice: ``faulty`` for sets, as a queryset that the database answers in one statement, and ``breaks`` for
one record before it is written. Tests prove that both give one verdict. A rule says nothing of a value that is missing (that is
:class:`Required`) or whose form is wrong (:class:`Format`): one fault, one problem.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from enum import IntEnum, StrEnum
from typing import Any
from uuid import UUID

from django.db.models import BooleanField, Count, Exists, F, Func, OuterRef, Q, QuerySet, Value
from django.db.models import Field as Column
from django.db.models.expressions import RawSQL
from django.db.models.functions import Length
from django.db.models.lookups import GreaterThan
from django.utils import timezone

from wenzhou.kernel.base.manifest import Declaration
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.registers.catalogue import DataElement
from wenzhou.kernel.registers.declaration import Register, register_of, registers
from wenzhou.kernel.registers.versions import as_of

type Columns = Callable[[str], Any]
"""A column by name as an expression: ``F`` over rows, a value for a draft."""


class Severity(IntEnum):
    """How grave (严重程度): an error is refused when it is written, the others are taken and become problems."""

    NOTICE = 1
    WARNING = 2
    ERROR = 3

    @property
    def text(self) -> Text:
        """Its name."""
        return _SEVERITIES[self]


_SEVERITIES = {
    Severity.NOTICE: Text("提示", "Notice"),
    Severity.WARNING: Text("警告", "Warning"),
    Severity.ERROR: Text("错误", "Error"),
}


class Dimension(StrEnum):
    """Which quality it is a matter of (评价指标, GB/T 36344-2018)."""

    NORMATIVITY = "normativity"
    COMPLETENESS = "completeness"
    ACCURACY = "accuracy"
    CONSISTENCY = "consistency"

    @property
    def text(self) -> Text:
        """Its name."""
        return _DIMENSIONS[self]


_DIMENSIONS = {
    Dimension.NORMATIVITY: Text("规范性", "Normativity"),
    Dimension.COMPLETENESS: Text("完整性", "Completeness"),
    Dimension.ACCURACY: Text("准确性", "Accuracy"),
    Dimension.CONSISTENCY: Text("一致性", "Consistency"),
}


@dataclass(frozen=True, slots=True)
class Draft:
    """A record as it would stand on a day: values by column. ``anchor`` is None for one that is not there yet."""

    anchor: UUID | None
    day: date
    values: Mapping[str, Any]

    def __getitem__(self, column: str) -> Any:
        """The value of a column, None for an unknown or an empty one."""
        value = self.values.get(column)
        return None if value == "" else value


@dataclass(frozen=True, slots=True)
class Scope:
    """What is judged: the versions of a day, of all records, of one, or those ``among`` which it is (a query of their ids)."""

    day: date
    record: UUID | None = None
    among: RawSQL | None = None

    def rows(self, register: Register) -> QuerySet[Any]:
        """The versions, as known now."""
        rows = as_of(register.model._default_manager.all(), self.day)
        if self.record is not None:
            rows = rows.filter(**{register.anchor: self.record})
        return rows if self.among is None else rows.filter(pk__in=self.among)

    @property
    def is_part(self) -> bool:
        """Whether it is less than all of the register."""
        return self.record is not None or self.among is not None


def _always(draft: Draft) -> bool:
    return True


def _anyone(day: date) -> Q:
    return Q()


@dataclass(frozen=True, kw_only=True)
class Rule(Declaration):
    """What must hold of a record of the register with this code.

    ``field`` is the field in which the fault is mended; its owner gets the problem, or the office function ``owner``, which is
    needed where the fault lies beside the fields (in the household). ``reads`` are the columns that the verdict depends on, the
    field's own when none is given. A rule that is ``local`` needs nothing but the record itself. ``among`` are the rows that it is
    about, ``concerns`` says the same of a draft.
    """

    code: str
    register: str
    field: str
    title: Text
    remedy: Text
    severity: Severity = Severity.WARNING
    dimension: Dimension = Dimension.ACCURACY
    owner: str = ""
    reads: tuple[str, ...] = ()
    local: bool = True
    among: Callable[[], Q] = Q
    concerns: Callable[[Draft], bool] = _always

    def columns(self, register: Register) -> tuple[str, ...]:
        """The columns that the verdict depends on."""
        return self.reads or (register.field(self.field).column,)

    def function(self, register: Register) -> str:
        """The function of the office that mends it."""
        return self.owner or register.field(self.field).owner

    def applies(self) -> bool:
        """Whether this city has what the rule asks for."""
        return True

    def faulty(self, register: Register, scope: Scope) -> QuerySet[Any]:
        """Those of the versions in scope that break the rule."""
        raise NotImplementedError

    def breaks(self, register: Register, draft: Draft) -> bool:
        """Whether a record as it would stand breaks the rule."""
        return self.concerns(draft) and self._breaks(register, draft)

    def _breaks(self, register: Register, draft: Draft) -> bool:
        raise NotImplementedError

    def _rows(self, register: Register, scope: Scope) -> QuerySet[Any]:
        return scope.rows(register).filter(self.among())


def present(register: Register, column: str) -> Q:
    """Rows in which a column says something."""
    found = Q(**{f"{column}__isnull": False})
    return found & ~Q(**{column: ""}) if is_text(register, column) else found


def is_text(register: Register, column: str) -> bool:
    """Whether a column of the model, given as a path, holds text."""
    model: Any = register.model
    *steps, last = column.split("__")
    for step in steps:
        model = model._meta.get_field(step).related_model
    found: Column[Any, Any] = model._meta.get_field(last)
    return found.get_internal_type() in {"CharField", "TextField"}


@dataclass(frozen=True, kw_only=True)
class Required(Rule):
    """The field is not empty."""

    severity: Severity = Severity.ERROR
    dimension: Dimension = Dimension.COMPLETENESS

    def faulty(self, register: Register, scope: Scope) -> QuerySet[Any]:
        """Rows that say nothing there."""
        return self._rows(register, scope).exclude(present(register, register.field(self.field).column))

    def _breaks(self, register: Register, draft: Draft) -> bool:
        return draft[register.field(self.field).column] is None


@dataclass(frozen=True, kw_only=True)
class Format(Rule):
    """The value is one that its data element allows: length, pattern, code list, check characters."""

    severity: Severity = Severity.ERROR
    dimension: Dimension = Dimension.NORMATIVITY

    def faulty(self, register: Register, scope: Scope) -> QuerySet[Any]:
        """Rows with a value of another form."""
        declared = register.field(self.field)
        element, column = declared.element, declared.column
        wrong = Q()
        if element.length and is_text(register, column):
            wrong |= Q(GreaterThan(Length(column), element.length))
        if element.pattern:
            wrong |= ~Q(**{f"{column}__regex": f"^(?:{element.pattern})$"})
        if element.codes is not None:
            wrong |= ~Q(**{f"{column}__in": list(element.codes.items)})
        rows = self._rows(register, scope).filter(present(register, column))
        wrong |= _checked(element, column, rows)
        return rows.filter(wrong) if wrong else rows.none()

    def _breaks(self, register: Register, draft: Draft) -> bool:
        declared = register.field(self.field)
        value = draft[declared.column]
        if value is None:
            return False
        try:
            declared.element.validate(value)
        except (ValueError, ArithmeticError):
            return True
        return False


def _checked(element: DataElement, column: str, rows: QuerySet[Any]) -> Q:
    """What the element's own check refuses: by its function in the database, else by looking at each value once."""
    if element.check is None:
        return Q()
    if element.database_check:
        today = Value(timezone.localdate())
        return ~Q(Func(F(column), today, function=element.database_check, output_field=BooleanField()))
    values = rows.order_by().values_list(column, flat=True).distinct()
    refused = [value for value in values.iterator(2_000) if not element.check(element.written(value))]
    return Q(**{f"{column}__in": refused})


@dataclass(frozen=True, kw_only=True)
class Reference(Rule):
    """The value is a code in force on that day; ``known`` gives all of them."""

    known: Callable[[date], Collection[str]]
    severity: Severity = Severity.ERROR

    def faulty(self, register: Register, scope: Scope) -> QuerySet[Any]:
        """Rows with a code that is none."""
        column = register.field(self.field).column
        rows = self._rows(register, scope).filter(present(register, column))
        return rows.exclude(**{f"{column}__in": list(self.known(scope.day))})

    def _breaks(self, register: Register, draft: Draft) -> bool:
        value = draft[register.field(self.field).column]
        return value is not None and value not in self.known(draft.day)


@dataclass(frozen=True, kw_only=True)
class Condition(Rule):
    """Several fields agree with each other, or with the rows that belong to the record.

    ``broken`` says it for sets, ``breaks_it`` for one record. Not ``local``: the latter asks the database.
    """

    broken: Callable[[date], Q]
    breaks_it: Callable[[Draft], bool]
    dimension: Dimension = Dimension.CONSISTENCY

    def faulty(self, register: Register, scope: Scope) -> QuerySet[Any]:
        """Rows in which they do not agree."""
        return self._rows(register, scope).filter(self.broken(scope.day))

    def _breaks(self, register: Register, draft: Draft) -> bool:
        return self.breaks_it(draft)


@dataclass(frozen=True, kw_only=True)
class InRegister(Rule):
    """Whom ``column`` points to stands in the register ``other`` on that day, in a version of which ``having`` holds.

    Not ``wanted``: such a version must not be there.
    """

    column: str
    other: str
    having: Callable[[date], Q] = _anyone
    wanted: bool = True
    dimension: Dimension = Dimension.CONSISTENCY
    local: bool = False

    def applies(self) -> bool:
        """Whether this city keeps the other register."""
        return any(one.code == self.other for one in registers())

    def columns(self, register: Register) -> tuple[str, ...]:
        """The column that points."""
        return self.reads or (self.column,)

    def faulty(self, register: Register, scope: Scope) -> QuerySet[Any]:
        """Rows that point to whom they must not."""
        there = Exists(self._there(OuterRef(self.column), scope.day))
        rows = self._rows(register, scope).filter(**{f"{self.column}__isnull": False})
        return rows.filter(~there if self.wanted else there)

    def _breaks(self, register: Register, draft: Draft) -> bool:
        value = draft[self.column]
        return value is not None and self._there(value, draft.day).exists() != self.wanted

    def _there(self, anchor: Any, day: date) -> QuerySet[Any]:
        other = register_of(self.other)
        rows = other.model._default_manager.filter(self.having(day), **{other.anchor: anchor})
        return as_of(rows, day)


@dataclass(frozen=True, kw_only=True)
class Shared(Rule):
    """No more than ``most`` records of the day have the same key.

    ``key`` makes the key of columns: the same expression over rows and over the values of a draft. The owning module keeps an
    index on it.
    """

    key: Callable[[Columns], Any]
    most: int = 1
    local: bool = False

    def faulty(self, register: Register, scope: Scope) -> QuerySet[Any]:
        """Rows whose key too many have."""
        mine = self._keyed(register, self._rows(register, scope))
        everybody = self._keyed(register, self._rows(register, Scope(scope.day)))
        if scope.is_part:
            everybody = everybody.filter(key__in=mine.values("key"))
        crowded = everybody.order_by().values("key").annotate(crowd=Count("pk")).filter(crowd__gt=self.most)
        return mine.filter(key__in=crowded.values("key"))

    def _breaks(self, register: Register, draft: Draft) -> bool:
        if any(draft[column] is None for column in self.columns(register)):
            return False
        key = self.key(lambda column: Value(draft.values[column]))
        others = self._keyed(register, self._rows(register, Scope(draft.day))).filter(key=key)
        if draft.anchor is not None:
            others = others.exclude(**{register.anchor: draft.anchor})
        return len(others.order_by().values_list("pk")[: self.most]) >= self.most

    def keys(self, register: Register, versions: RawSQL) -> dict[Any, Any]:
        """The keys of these versions (a query of their ids), whether they are known now or superseded, by id."""
        rows = register.model._default_manager.filter(self.among(), pk__in=versions)
        return dict(self._keyed(register, rows).order_by().values_list("pk", "key"))

    def _keyed(self, register: Register, rows: QuerySet[Any]) -> QuerySet[Any]:
        said = Q(*(present(register, column) for column in self.columns(register)))
        keyed: QuerySet[Any] = rows.filter(said).annotate(key=self.key(F))
        return keyed
