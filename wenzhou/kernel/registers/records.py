"""Reading a register: now, as of a day, as known at an instant, over time, and between two instants.

Whoever reads states a purpose and sees whole values, or states none and sees masked ones; either way each record that
leaves has its line in the access journal, in the transaction of the reading.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.errors import Invalid, NotFound
from wenzhou.kernel.base.pagination import Slice, keyset
from wenzhou.kernel.base.permissions import Permission, Purpose, require
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.registers.catalogue import Sensitivity, Value
from wenzhou.kernel.registers.declaration import Field, Register, module_of
from wenzhou.kernel.registers.journal import journal_many
from wenzhou.kernel.registers.models import Correction, CorrectionState, Versioned
from wenzhou.kernel.registers.scope import visible
from wenzhou.kernel.registers.versions import as_of

PAGE = 20


@dataclass(frozen=True, slots=True)
class Instant:
    """A point of a bitemporal reading: what is so on a day, as known now or at an earlier instant."""

    on: date
    known_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """One version of a record as this reader sees it. ``values`` by field name; masked ones are masked or None.

    ``disputed`` are the fields for which a correction waits for the office that answers for them.
    """

    id: UUID
    key: str
    values: Mapping[str, Value]
    whole: bool
    valid_from: date
    valid_to: date | None
    recorded_at: datetime
    superseded_at: datetime | None
    source: str
    disputed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that is not the same at two instants; None before: no record yet."""

    field: Field
    before: Value
    after: Value


def read(
    actor: Actor,
    register: Register,
    key: str,
    *,
    at: Instant | None = None,
    purpose: Purpose | None = None,
    case: UUID | None = None,
) -> Record:
    """One record. Raises Refused, and NotFound for one that is not there or not in the actor's area."""
    with transaction.atomic():
        row = row_for(actor, register, key, at or Instant(timezone.localdate()), purpose)
        _journal(actor, register, [row], purpose, case=case)
        disputes = disputed(register, [anchor_id(register, row)])
    return _record(register, row, purpose, disputes)


def row_for(actor: Actor, register: Register, key: str, at: Instant, purpose: Purpose | None) -> Versioned:
    """The row that this reader may read; whoever calls writes the line of the journal. Raises Refused, NotFound."""
    _may(actor, register, purpose)
    row: Versioned | None = _at(register, actor, purpose, key, at).first()
    if row is None:
        raise unknown(register)
    return row


def row_at(register: Register, record: UUID, at: Instant) -> Versioned | None:
    """The row of an instant; whoever calls has asked who reads, and writes the line of the journal."""
    row: Versioned | None = as_of(_of(register, str(record)), at.on, at.known_at).first()
    return row


def history(
    actor: Actor, register: Register, key: str, *, purpose: Purpose | None = None, everything: bool = False
) -> list[Record]:
    """All periods of a record, newest first; ``everything``: also what was recorded once and is superseded.

    Raises Refused, NotFound.
    """
    _may(actor, register, purpose)
    with transaction.atomic():
        rows = visible(_of(register, key), actor, register, permission_for(register, purpose))
        if not everything:
            rows = rows.filter(superseded_at=None)
        found = list(rows.order_by("-valid_from", "-recorded_at", "-id")[:500])
        if not found:
            raise unknown(register)
        _journal(actor, register, found[:1], purpose, more=("history",))
        disputes = disputed(register, [anchor_id(register, found[0])])
    return [_record(register, row, purpose, disputes) for row in found]


def difference(
    actor: Actor,
    register: Register,
    key: str,
    first: Instant,
    second: Instant,
    *,
    purpose: Purpose | None = None,
) -> list[Difference]:
    """What differs between two instants, by field. Raises Refused; NotFound when neither instant has a record."""
    _may(actor, register, purpose)
    with transaction.atomic():
        before = _at(register, actor, purpose, key, first).first()
        after = _at(register, actor, purpose, key, second).first()
        met = [row for row in (before, after) if row is not None]
        if not met:
            raise unknown(register)
        _journal(actor, register, met[:1], purpose, more=("history",))
    return [
        Difference(field, _shown(field, before, purpose), _shown(field, after, purpose))
        for field in register.fields
        if _value(field, before) != _value(field, after)
    ]


@dataclass(frozen=True, slots=True)
class Found:
    """A page of a search: the rows' marks for the pager, and the records as this reader sees them."""

    page: Slice[Any]
    records: Sequence[Record]


def search(
    actor: Actor,
    register: Register,
    filters: Mapping[str, Value],
    *,
    on: date | None = None,
    token: str = "",
    size: int = PAGE,
) -> Found:
    """Records by exact values of fields, masked, in the order of their making; all with a line in the journal.

    Fields that a reader without a purpose does not see cannot be asked for, but for the key. Raises Refused, Invalid.
    """
    require(actor, register.search)
    with transaction.atomic():
        rows = selection(actor, register, filters, on or timezone.localdate(), register.search)
        rows = rows.select_related(*register.joins)
        page = keyset(rows, "id", token=token, size=size)
        _journal(actor, register, page.rows, None, fields=register.listed or (register.key,))
        disputes = disputed(register, [anchor_id(register, row) for row in page.rows])
    return Found(page, [_record(register, row, None, disputes) for row in page.rows])


def selection(
    actor: Actor, register: Register, filters: Mapping[str, Value], on: date, permission: Permission
) -> QuerySet[Any]:
    """The versions of a day that a search by ``filters`` finds and the actor may see by ``permission``. Raises Invalid."""
    rows = as_of(register.model._default_manager.filter(conditions(register, filters)), on)
    return visible(rows, actor, register, permission)


def conditions(register: Register, filters: Mapping[str, Value]) -> Q:
    """What a search may ask for: exact values of fields that a reader without a purpose sees. Raises Invalid."""
    wrong: dict[str, Text] = {}
    found = Q()
    for name, value in filters.items():
        try:
            field = register.field(name)
        except KeyError:
            wrong[name] = Text("登记簿没有此项", "The register has no such field")
            continue
        if not _searchable(register, field):
            wrong[name] = Text("此项不能作为检索条件", "This field cannot be searched by")
        else:
            found &= Q(**{field.column: value})
    if wrong:
        raise Invalid(
            Text("有的检索条件不能使用，见各项说明。", "Some conditions cannot be used; see each."),
            fields=wrong,
        )
    return found


def searchable(register: Register) -> list[Field]:
    """The fields by which a search may ask."""
    return [field for field in register.fields if _searchable(register, field)]


def _searchable(register: Register, field: Field) -> bool:
    if field.element.reader is not None:  # the column holds something else than the value
        return False
    return field.element.sensitivity < Sensitivity.PERSONAL or field.name in (register.key, "name")


def disputed(register: Register, anchors: Sequence[UUID]) -> dict[UUID, frozenset[str]]:
    """The fields of these records for which a correction is open; one statement."""
    if not anchors:
        return {}
    rows = Correction.objects.filter(
        register=register.code, record__in=anchors, state=CorrectionState.OPEN
    ).values_list("record", "values")
    found: dict[UUID, frozenset[str]] = {}
    for record, values in rows:
        found[record] = found.get(record, frozenset()) | frozenset(values)
    return found


def anchor_of(register: Register, key: str) -> UUID:
    """The id of the record's anchor. Raises NotFound."""
    found = _of(register, key).values_list(f"{register.anchor}_id", flat=True).first()
    if found is None:
        raise unknown(register)
    anchor: UUID = found
    return anchor


def unknown(register: Register) -> NotFound:
    """No such record, for this reader."""
    return NotFound(
        Text(
            f"{register.title.zh}中没有这条记录，或者不在您的管辖区域；请核对{register.field(register.key).title.zh}和日期。",
            f"{register.title.en}: no such record, or not in your area; check the number and the day.",
        )
    )


def permission_for(register: Register, purpose: Purpose | None) -> Permission:
    """The right by which records are read: masked ones without a purpose, whole ones with it."""
    return register.search if purpose is None else register.read


def _may(actor: Actor, register: Register, purpose: Purpose | None) -> None:
    require(actor, permission_for(register, purpose), purpose=purpose)


def _of(register: Register, key: str) -> QuerySet[Any]:
    """All versions of a record, by the key that people know or by the id of its anchor, which may stand in an address."""
    rows = register.model._default_manager.select_related(*register.joins)
    try:
        return rows.filter(**{register.anchor: UUID(key)})
    except ValueError:
        return rows.filter(**{register.field(register.key).column: key.strip().upper()})


def _at(register: Register, actor: Actor, purpose: Purpose | None, key: str, at: Instant) -> QuerySet[Any]:
    rows = as_of(_of(register, key), at.on, at.known_at)
    return visible(rows, actor, register, permission_for(register, purpose))


def anchor_id(register: Register, row: Versioned) -> UUID:
    """The id of the anchor of a version."""
    anchor: UUID = getattr(row, f"{register.anchor}_id")
    return anchor


def value_of(field: Field, row: Versioned) -> Value:
    """The value that a field has in a row."""
    found: Any = row
    for part in field.column.split("__"):
        found = getattr(found, part, None)
    value: Value = field.element.said(found)
    return value


def _value(field: Field, row: Versioned | None) -> Value:
    return None if row is None else value_of(field, row)


def _shown(field: Field, row: Versioned | None, purpose: Purpose | None) -> Value:
    return field.element.shown(_value(field, row), whole=purpose is not None)


def _record(
    register: Register, row: Versioned, purpose: Purpose | None, disputes: Mapping[UUID, frozenset[str]]
) -> Record:
    anchor = anchor_id(register, row)
    return Record(
        id=anchor,
        key=register.field(register.key).element.written(value_of(register.field(register.key), row)),
        values={field.name: _shown(field, row, purpose) for field in register.fields},
        whole=purpose is not None,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        recorded_at=row.recorded_at,
        superseded_at=row.superseded_at,
        source=row.source,
        disputed=disputes.get(anchor, frozenset()),
    )


def _journal(
    actor: Actor,
    register: Register,
    rows: Sequence[Versioned],
    purpose: Purpose | None,
    *,
    fields: Sequence[str] = (),
    more: Sequence[str] = (),
    case: UUID | None = None,
) -> None:
    journal_many(
        actor,
        register.subjects([anchor_id(register, row) for row in rows]),
        resource=register.resource,
        consumer=module_of(register),
        purpose=purpose or register.look,
        fields=(*(fields or leaving(register, purpose)), *more),
        masked=purpose is None,
        case=case,
    )


def leaving(register: Register, purpose: Purpose | None) -> tuple[str, ...]:
    """The fields that leave the register for this reader."""
    return tuple(
        field.name
        for field in register.fields
        if purpose is not None
        or field.element.sensitivity < Sensitivity.PERSONAL
        or (field.element.sensitivity == Sensitivity.PERSONAL and field.element.mask is not None)
    )
