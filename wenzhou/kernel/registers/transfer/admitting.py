"""The rules of quality at a bulk load: what a single write refuses is refused here too, by one statement a rule.

A version that has been written, in a transaction that can still be taken back, is judged where it stands: so rules that look at other
records or registers see the staged rows as they would see them written one by one. Rows that only the rest of the chunk may have
put in the wrong, or in the right by giving up what they take, are taken again by themselves, in their place in the file.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import UUIDField
from django.db.models.expressions import RawSQL
from django.utils import timezone

from wenzhou.kernel.registers.declaration import Register
from wenzhou.kernel.registers.quality.judging import Verdict, rules_of
from wenzhou.kernel.registers.quality.rules import Format, Required, Rule, Scope, Severity, Shared
from wenzhou.kernel.registers.transfer.checking import Fault
from wenzhou.kernel.registers.transfer.staging import STAGE, Statements


@dataclass(slots=True)
class Judgement:
    """By line what is wrong with a version. ``doubtful``: lines whose verdict may hang on other rows of the chunk."""

    faults: dict[int, list[Fault]] = field(default_factory=dict)
    doubtful: set[int] = field(default_factory=set)


def asked(register: Register) -> tuple[Rule, ...]:
    """The rules that refuse a write, but for those of one value: the reading of the file has asked these."""
    return tuple(
        rule
        for rule in rules_of(register.code)
        if rule.severity is Severity.ERROR and not isinstance(rule, Format | Required)
    )


class Judge:
    """Judges what a load has written, round by round."""

    def __init__(self, register: Register, statements: Statements, rules: Sequence[Rule]) -> None:
        self._register = register
        self._statements = statements
        columns = {one.column: one.name for one in register.fields}
        self._rules = [
            (rule, [columns[name] for name in rule.columns(register) if name in columns]) for rule in rules
        ]

    def round(self, number: int) -> Judgement:
        """What is wrong with the versions that this round has written."""
        found = Judgement()
        if not self._rules:
            return found
        today = timezone.localdate()
        with connection.cursor() as cursor:
            cursor.execute(self._statements.days(), [today, number])
            days: list[date] = [row[0] for row in cursor.fetchall()]
        for day in days:
            for rule, fields in self._rules:
                broken = self._broken(rule, fields, day, number, today)
                if broken:
                    self._add(found, rule, broken)
        for rule, fields in self._rules:
            if isinstance(rule, Shared):
                found.doubtful |= self._too_early(rule, fields, number)
        return found

    def _too_early(self, rule: Shared, fields: list[str], number: int) -> set[int]:
        """Lines that take what a later line of the round gives up: when they come to it, it is not free yet."""
        values = [number, fields]
        given = rule.keys(self._register, _ids(self._statements.told("met"), values))
        if not given:
            return set()
        taken = rule.keys(self._register, _ids(self._statements.told("version"), values))
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT line, version, met FROM {STAGE} WHERE round = %s", [number])  # noqa: S608
            rows = cursor.fetchall()
        last: dict[Any, int] = {}
        for line, _, met in rows:
            if met in given:
                last[given[met]] = max(line, last.get(given[met], 0))
        return {line for line, version, _ in rows if version in taken and line < last.get(taken[version], 0)}

    def _broken(self, rule: Rule, fields: list[str], day: date, number: int, today: date) -> list[UUID]:
        among = _ids(self._statements.written(), [number, today, day, fields])
        return list(
            rule.faulty(self._register, Scope(day, among=among)).order_by().values_list("pk", flat=True)
        )

    def _add(self, found: Judgement, rule: Rule, versions: list[UUID]) -> None:
        verdict = Verdict(rule)
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT line FROM {STAGE} WHERE version = ANY(%s)", [versions])  # noqa: S608
            lines = [row[0] for row in cursor.fetchall()]
        for line in lines:
            faults = found.faults.setdefault(line, [])
            if all(one.field != verdict.field for one in faults):
                faults.append(Fault(verdict.field, rule.code, verdict.text))
        if not rule.local:
            found.doubtful.update(lines)


def _ids(statement: str, values: list[Any]) -> RawSQL:
    return RawSQL(statement, values, output_field=UUIDField())  # noqa: S611 - names of our own models
