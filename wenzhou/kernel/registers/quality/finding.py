"""Finding problems: what a rule says of the records in scope becomes rows, in one statement.

A problem is keyed by rule, record and field: to find it again opens no second one. What is no longer at fault is mended; what
comes back is opened again; an exception holds as long as the values do for which it was granted. A verdict older than
the last one of a row leaves that row alone, so that a long run does not undo what was mended while it ran.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection, transaction
from django.db.models import BigIntegerField, CharField, F, Func, TextField, Value
from django.db.models.functions import Cast, Coalesce
from django.utils import timezone

from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.outbox import emit_many
from wenzhou.kernel.registers.deadlines import deadline
from wenzhou.kernel.registers.declaration import Register
from wenzhou.kernel.registers.quality.events import ProblemClosed, ProblemOpened
from wenzhou.kernel.registers.quality.rules import Rule, Scope, Severity
from wenzhou.kernel.registers.scope import CITY

DAYS = {Severity.ERROR: 5, Severity.WARNING: 15, Severity.NOTICE: 30}
"""Working days to mend a problem (整改期限): the city's own rule."""


@dataclass(frozen=True, slots=True)
class Found:
    """How many problems a look at the records has opened (again, too) and found mended."""

    opened: int = 0
    mended: int = 0

    def __add__(self, other: Found) -> Found:
        return Found(self.opened + other.opened, self.mended + other.mended)


# A UUID of version 7 (RFC 9562), which PostgreSQL makes itself from release 18 on only.
_UUID7 = """encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid()) PLACING
substring(int8send((extract(epoch FROM clock_timestamp()) * 1000)::bigint) FROM 3) FROM 1 FOR 6), 52, 1), 53, 1), 'hex')::uuid"""

_NOBODY = "SELECT NULL::uuid, NULL::text, NULL::bigint, NULL::text WHERE false"
_CAME_BACK = "(p.state = 'mended' OR p.state = 'excepted' AND p.evidence <> excluded.evidence)"


def _statement(faulty: str, one: bool) -> str:
    return f"""
WITH faulty (record, area, evidence, function) AS MATERIALIZED ({faulty}),
put AS (
  INSERT INTO registers_qualityproblem AS p
    (id, register, rule, record, field, function, area, severity, state, due, evidence, opened_at, checked_at)
  SELECT {_UUID7}, %s, %s, record, %s, function, area, %s, 'open', %s, evidence, clock_timestamp(), clock_timestamp() FROM faulty
  ON CONFLICT (rule, record, field) DO UPDATE SET
    state = CASE WHEN {_CAME_BACK} THEN 'open' ELSE p.state END,
    times = p.times + {_CAME_BACK}::int,
    opened_at = CASE WHEN {_CAME_BACK} THEN clock_timestamp() ELSE p.opened_at END,
    due = CASE WHEN {_CAME_BACK} THEN excluded.due ELSE p.due END,
    closed_at = CASE WHEN {_CAME_BACK} THEN NULL ELSE p.closed_at END,
    decided_by = CASE WHEN {_CAME_BACK} THEN NULL ELSE p.decided_by END,
    function = excluded.function, area = excluded.area, severity = excluded.severity,
    evidence = excluded.evidence, checked_at = clock_timestamp()
  WHERE p.checked_at < %s AND ({_CAME_BACK} OR (p.function, p.area, p.severity) <> (excluded.function, excluded.area, excluded.severity))
  RETURNING p.id, p.record, p.opened_at >= %s AS opened
), mended AS (
  UPDATE registers_qualityproblem p SET state = 'mended', closed_at = clock_timestamp(), checked_at = clock_timestamp()
  WHERE p.rule = %s {"AND p.record = %s" if one else ""} AND p.state <> 'mended' AND p.checked_at < %s
    AND NOT EXISTS (SELECT FROM faulty f WHERE f.record = p.record)
  RETURNING p.id, p.record
)
SELECT true, id, record FROM put WHERE opened UNION ALL SELECT false, id, record FROM mended"""  # noqa: S608 - constants and a compiled query


def find(actor: Actor, register: Register, rules: Iterable[Rule], scope: Scope) -> Found:
    """Bring the problems of these rules up to date for the records in scope, a transaction for each rule."""
    total = Found()
    for rule in rules:
        with transaction.atomic():
            total += _find(actor, register, rule, scope)
    return total


def _find(actor: Actor, register: Register, rule: Rule, scope: Scope) -> Found:
    since = _clock()
    faulty, values = _faulty(register, rule, scope)
    one = [] if scope.record is None else [scope.record]
    row: list[Any] = [
        register.code,
        rule.code,
        rule.field,
        int(rule.severity),
        deadline(timezone.localdate(), DAYS[rule.severity]),
    ]
    with connection.cursor() as cursor:
        cursor.execute(_statement(faulty, bool(one)), [*values, *row, since, since, rule.code, *one, since])
        rows: list[tuple[bool, UUID, UUID]] = cursor.fetchall()
    opened = [ProblemOpened(key, register.code, rule.code, record) for new, key, record in rows if new]
    closed = [
        ProblemClosed(key, register.code, rule.code, record, False) for new, key, record in rows if not new
    ]
    emit_many(opened, actor=actor)
    emit_many(closed, actor=actor)
    return Found(len(opened), len(closed))


def _faulty(register: Register, rule: Rule, scope: Scope) -> tuple[str, tuple[Any, ...]]:
    """The query of the records at fault: anchor, division, hash of the values that the rule reads, who mends it."""
    place = register.division(scope.day) if register.division is not None else Value(CITY)
    rows = rule.faulty(register, scope).order_by()
    found = rows.annotate(
        problem_area=Coalesce(place, Value(CITY), output_field=CharField()),
        problem_evidence=_evidence(register, rule),
        problem_function=_function(register, rule),
    ).values_list(f"{register.anchor}_id", "problem_area", "problem_evidence", "problem_function")
    try:
        sql, values = found.query.sql_with_params()
    except EmptyResultSet:  # the ORM sees that no record can be at fault
        return _NOBODY, ()
    return sql, tuple(values)


def _function(register: Register, rule: Rule) -> Any:
    """The office function that the rule names, that keeps the record, or that answers for the field."""
    declared = Value(rule.function(register), output_field=CharField())
    if rule.owner or register.keeper is None:
        return declared
    return Coalesce(register.keeper(), declared, output_field=CharField())


def _evidence(register: Register, rule: Rule) -> Any:
    known = {field.column for field in register.fields}
    known |= {column.attname for column in register.model._meta.concrete_fields}
    texts = [
        Coalesce(Cast(F(name), TextField()), Value("")) for name in rule.columns(register) if name in known
    ]
    if not texts:  # what the rule reads lies beside the record
        return Value(0, output_field=BigIntegerField())
    joined = Func(Value("\x1f"), *texts, function="concat_ws", output_field=TextField())
    return Func(joined, Value(0), function="hashtextextended", output_field=BigIntegerField())


def _clock() -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        now: datetime = cursor.fetchone()[0]
    return now
