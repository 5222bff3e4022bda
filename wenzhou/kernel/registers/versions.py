"""Reading and writing bitemporal rows: the one algorithm that every register uses.

Nothing is erased. A write marks the versions that it replaces as superseded and adds rows: the
new values for their period, and what the replaced versions still say outside it. So what was
known at any earlier instant is answered the same for ever.

An instant of recording is taken after the lock of the entity and before the commit: a reader who
asks ``known_at`` an instant of this very moment can still miss a write that is about to commit.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, models, transaction
from django.db.models import Func, Max, Q

from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.errors import Invalid, NotFound
from wenzhou.kernel.base.ids import uuid7
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.registers.models import Versioned

type Entity = UUID | Mapping[str, UUID | str]

_OF_THE_ROW = frozenset(field.name for field in Versioned._meta.local_fields)
_TICK = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Provenance:
    """Who says so: the office by code, the account that recorded it, the case it comes from."""

    source: str
    recorded_by: UUID | None = None
    case: UUID | None = None


def known(known_at: datetime | None = None) -> Q:
    """What the register says now, or said at ``known_at``."""
    if known_at is None:
        return Q(superseded_at=None)
    return Q(recorded_at__lte=known_at) & (Q(superseded_at=None) | Q(superseded_at__gt=known_at))


def valid(on: date) -> Q:
    """What is so on that day."""
    return Q(valid_from__lte=on) & (Q(valid_to=None) | Q(valid_to__gt=on))


def as_of[M: Versioned](
    queryset: models.QuerySet[M], on: date, known_at: datetime | None = None
) -> models.QuerySet[M]:
    """The versions valid on a day, as known now or at an earlier instant; at most one an entity."""
    return queryset.filter(valid(on), known(known_at))


def timeline[M: Versioned](
    model: type[M], entity: Entity, known_at: datetime | None = None
) -> models.QuerySet[M]:
    """All periods of an entity, newest first, as known now or at an earlier instant."""
    return _of(model, entity).filter(known(known_at)).order_by("-valid_from")


def change[M: Versioned](
    model: type[M],
    entity: Entity,
    valid_from: date,
    values: Mapping[str, Any],
    *,
    actor: Actor,
    source: str,
    case: UUID | None = None,
) -> M:
    """From ``valid_from`` on it is otherwise, until the next change that is already recorded.

    Values that are not named stay as they were on that day. The first version of an entity must
    name them all. The same change again adds nothing. Returns the version valid from then.
    Raises NotFound for an unknown entity, Invalid for a value that is no column.
    """
    provenance = Provenance(source, actor.account, case)
    with transaction.atomic():
        lock(model, entity)
        rows = list(timeline(model, entity))
        until = _until(rows, valid_from)
        return _rewrite(model, entity, rows, (valid_from, until), values, provenance)


def correct[M: Versioned](
    model: type[M],
    entity: Entity,
    valid_from: date,
    valid_to: date | None,
    values: Mapping[str, Any],
    *,
    actor: Actor,
    source: str,
    case: UUID | None = None,
) -> list[M]:
    """What the register says of the period ``[valid_from, valid_to)`` was wrong: it was ``values``.

    Every version that meets the period gets the values for its part of it; gaps stay gaps.
    Returns the versions of the period, oldest first. Raises NotFound when none meets it.
    """
    provenance = Provenance(source, actor.account, case)
    with transaction.atomic():
        lock(model, entity)
        met = [row for row in timeline(model, entity) if _meets(row, valid_from, valid_to)]
        if not met:
            raise NotFound(
                Text(
                    "登记簿在这段时间没有记录，无可更正；请核对日期。",
                    "The register says nothing of this period, so there is nothing to correct; check the dates.",
                )
            )
        done = []
        for row in reversed(met):
            part = (max(row.valid_from, valid_from), _earlier(row.valid_to, valid_to))
            rows = list(timeline(model, entity))
            done.append(_rewrite(model, entity, rows, part, values, provenance))
        return done


def end[M: Versioned](model: type[M], entity: Entity, valid_to: date) -> int:
    """From ``valid_to`` on nothing is so any more (it ended). Returns how many versions that touched."""
    with transaction.atomic():
        lock(model, entity)
        rows = [row for row in timeline(model, entity) if _meets(row, valid_to, None)]
        if rows:
            now = _instant(model, entity)
            _supersede(model, rows, now)
            _insert(model, [r for row in rows for r in _outside(row, (valid_to, None))], now)
        return len(rows)


def end_many(model: type[Versioned], entities: Sequence[UUID], valid_to: date) -> int:
    """``end`` for many entities of one key in a fixed number of statements; returns how many versions that touched."""
    name = model.entity_fields[0]
    with transaction.atomic():
        lock_many(model, entities)
        known_now = model._default_manager.filter(superseded_at=None, **{f"{name}__in": entities})
        rows = [row for row in known_now if _meets(row, valid_to, None)]
        if rows:
            now = max([clock(), *(row.recorded_at + _TICK for row in rows)])
            _supersede(model, rows, now)
            _insert(model, [rest for row in rows for rest in _outside(row, (valid_to, None))], now)
        return len(rows)


def lock_many(model: type[Versioned], entities: Collection[UUID]) -> None:
    """Hold the anchors of many entities, in one order, so that two writers never wait for each other. Raises NotFound."""
    anchor: Any = model._meta.get_field(model.entity_fields[0]).related_model
    wanted = set(entities)
    held = anchor._base_manager.select_for_update(no_key=True).filter(pk__in=wanted).order_by("pk")
    if len(held.values_list("pk")) != len(wanted):
        raise _nobody()


def lock(model: type[Versioned], entity: Entity) -> None:
    """Hold the entity's anchor row until the transaction ends. Raises NotFound."""
    name, value = next(iter(_key(model, entity).items()))
    anchor: Any = model._meta.get_field(name).related_model
    # NO KEY: rows that only point to the anchor need not wait.
    found = anchor._base_manager.select_for_update(no_key=True).filter(pk=value).values_list("pk")
    if not found:
        raise _nobody()


def _nobody() -> NotFound:
    return NotFound(Text("登记簿中没有该对象。", "The register knows no such person, organisation or place."))


def _key(model: type[Versioned], entity: Entity) -> dict[str, UUID | str]:
    if isinstance(entity, UUID):
        if len(model.entity_fields) != 1:
            raise TypeError(f"{model.__name__}: name {', '.join(model.entity_fields)}")
        return {model.entity_fields[0]: entity}
    if set(entity) != set(model.entity_fields):
        raise TypeError(f"{model.__name__}: name {', '.join(model.entity_fields)}")
    return {name: entity[name] for name in model.entity_fields}


def _attributes(model: type[Versioned], entity: Entity) -> dict[str, UUID | str]:
    """The key by column: ``person_id`` for the foreign key ``person``."""
    columns = {field.name: field.attname for field in model._meta.concrete_fields}
    return {columns[name]: value for name, value in _key(model, entity).items()}


def _of[M: Versioned](model: type[M], entity: Entity) -> models.QuerySet[M]:
    return model._default_manager.filter(**_key(model, entity))


def _meets(row: Versioned, valid_from: date, valid_to: date | None) -> bool:
    return (valid_to is None or row.valid_from < valid_to) and (
        row.valid_to is None or row.valid_to > valid_from
    )


def _earlier(one: date | None, other: date | None) -> date | None:
    return min((day for day in (one, other) if day is not None), default=None)


def _until(rows: Sequence[Versioned], valid_from: date) -> date | None:
    """When what begins on ``valid_from`` ends: with the version it splits, or where the next begins."""
    for row in rows:
        if _meets(row, valid_from, valid_from + timedelta(days=1)):
            return row.valid_to
    return min((row.valid_from for row in rows if row.valid_from > valid_from), default=None)


type Period = tuple[date, date | None]


def _rewrite[M: Versioned](
    model: type[M],
    entity: Entity,
    rows: Sequence[M],
    period: Period,
    values: Mapping[str, Any],
    provenance: Provenance,
) -> M:
    """Write one period that meets at most one version known now. The caller holds the lock."""
    met = [row for row in rows if _meets(row, *period)]
    columns = _columns(model)
    content = {column: getattr(met[0], column) for column in columns} if met else {}
    wanted = content | _checked(model, values)
    if not met:
        _complete(model, wanted)
    if met and wanted == content:
        return met[0]
    now = _instant(model, entity)
    _supersede(model, met, now)
    _insert(model, [rest for row in met for rest in _outside(row, period)], now)
    row = model(
        id=uuid7(),
        valid_from=period[0],
        valid_to=period[1],
        recorded_at=now,
        source=provenance.source,
        recorded_by=provenance.recorded_by,
        case=provenance.case,
        **_attributes(model, entity),
        **wanted,
    )
    row.save(force_insert=True)
    return row


def _columns(model: type[Versioned]) -> list[str]:
    """What a version says: the columns that are neither of the row nor of its entity's key."""
    return [
        field.attname
        for field in model._meta.concrete_fields
        if field.name not in _OF_THE_ROW and field.name not in model.entity_fields and not field.generated
    ]


def _checked(model: type[Versioned], values: Mapping[str, Any]) -> dict[str, Any]:
    foreign = {name: Text("没有这一项", "No such item") for name in values if name not in _columns(model)}
    if foreign:
        raise Invalid(
            Text(f"登记簿没有这些项目：{'、'.join(foreign)}。", f"The register has no {', '.join(foreign)}."),
            fields=foreign,
        )
    return dict(values)


def _complete(model: type[Versioned], values: Mapping[str, Any]) -> None:
    """Where nothing was known before, nothing can be carried over: every value is needed."""
    missing = {
        name: Text("首次登记必须填写", "Needed for the first entry")
        for name in _columns(model)
        if name not in values and not _optional(model._meta.get_field(name))
    }
    if missing:
        raise Invalid(
            Text(
                f"首次登记缺少：{'、'.join(missing)}。", f"The first entry also needs {', '.join(missing)}."
            ),
            fields=missing,
        )


def _optional(field: Any) -> bool:
    return bool(field.null or field.blank or field.has_default())


def _outside[M: Versioned](row: M, period: Period) -> list[M]:
    """What a replaced version still says before and after the period, with its own provenance."""
    start, stop = period
    pieces = []
    if row.valid_from < start:
        pieces.append(_piece(row, row.valid_from, start))
    if stop is not None and (row.valid_to is None or row.valid_to > stop):
        pieces.append(_piece(row, stop, row.valid_to))
    return pieces


def _piece[M: Versioned](row: M, valid_from: date, valid_to: date | None) -> M:
    copied = {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if not field.generated
    }
    copied |= {"id": uuid7(), "valid_from": valid_from, "valid_to": valid_to}
    return type(row)(**copied)


def _supersede(model: type[Versioned], rows: Sequence[Versioned], now: datetime) -> None:
    model._default_manager.filter(pk__in=[row.pk for row in rows]).update(superseded_at=now)


def _insert[M: Versioned](model: type[M], rows: Sequence[M], now: datetime) -> None:
    for row in rows:
        row.recorded_at = now
        row.superseded_at = None
    model._default_manager.bulk_create(rows)


def _instant(model: type[Versioned], entity: Entity) -> datetime:
    """Now by the database's clock, and later than anything recorded of the entity so far."""
    found = _of(model, entity).aggregate(
        recorded=Max("recorded_at"),
        superseded=Max("superseded_at"),
        clock=Max(Func(function="clock_timestamp", output_field=models.DateTimeField())),
    )
    if found["clock"] is None:
        return clock()
    last = max(instant for instant in (found["recorded"], found["superseded"]) if instant is not None)
    now: datetime = max(found["clock"], last + _TICK)
    return now


def clock() -> datetime:
    """Now, by the database's clock, which also says when rows were recorded."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        now: datetime = cursor.fetchone()[0]
    return now
