"""One record before it is written: which rules it would break, and what that means for the writer."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from django.utils import timezone

from wenzhou.kernel.base.errors import Invalid
from wenzhou.kernel.base.registry import registry
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.registers.declaration import Field, Register, register_of, registers
from wenzhou.kernel.registers.models import Versioned
from wenzhou.kernel.registers.quality.rules import Draft, Format, Required, Rule, Scope, Severity


@dataclass(frozen=True, slots=True)
class Verdict:
    """A rule that is broken, in the field where it is to be mended."""

    rule: Rule

    @property
    def field(self) -> str:
        """The name of that field."""
        return self.rule.field

    @property
    def severity(self) -> Severity:
        """How grave it is."""
        return self.rule.severity

    @property
    def text(self) -> Text:
        """What is wrong, and the remedy."""
        title, remedy = self.rule.title, self.rule.remedy
        return Text(f"{title.zh}；{remedy.zh}", f"{title.en}. {remedy.en}")


@cache
def rules_of(code: str) -> tuple[Rule, ...]:
    """All rules of a register: those that follow from its fields, then those that modules declare."""
    register = register_of(code)
    declared = (rule for rule in registry.declared(Rule) if rule.register == code and rule.applies())
    return (*_automatic(register), *declared)


def rule_of(code: str) -> Rule | None:
    """The rule of this code, None when no module declares it any more."""
    return next((rule for one in registers() for rule in rules_of(one.code) if rule.code == code), None)


def _automatic(register: Register) -> Iterable[Rule]:
    """Every field has the form of its data element, and required ones say something."""
    for field in register.fields:
        title, remedy = field.element.title, field.element.remedy
        if field.required:
            yield Required(
                code=f"{register.code}.{field.name}.required",
                register=register.code,
                field=field.name,
                title=Text(f"{title.zh}未填写", f"{title.en} is missing"),
                remedy=remedy,
            )
        if _has_form(field):
            yield Format(
                code=f"{register.code}.{field.name}.format",
                register=register.code,
                field=field.name,
                title=Text(
                    f"{title.zh}不符合{field.element.source}",
                    f"{title.en} is not as {field.element.source} has it",
                ),
                remedy=remedy,
            )


def _has_form(field: Field) -> bool:
    element = field.element
    return bool(element.pattern or element.length or element.codes or element.check)


def drafted(
    register: Register, values: Mapping[str, Any], day: date, *, row: Versioned | None = None
) -> Draft:
    """The record as it would stand: ``row`` is the version that is changed, ``values`` are new ones by field.

    It is judged on the day nearest to today on which it would be so.
    """
    columns: dict[str, Any] = {}
    if row is not None:
        columns |= {column.attname: getattr(row, column.attname) for column in row._meta.concrete_fields}
        columns |= {field.column: _of(row, field.column) for field in register.fields}
    columns |= {register.field(name).column: value for name, value in values.items()}
    return Draft(
        anchor=getattr(row, f"{register.anchor}_id") if row is not None else None,
        day=_nearest(day, row.valid_to if row is not None else None),
        values=columns,
    )


def _nearest(since: date, until: date | None) -> date:
    """The day of a period that is nearest to today."""
    day = max(since, timezone.localdate())
    return day if until is None else max(min(day, until - timedelta(days=1)), since)


def _of(row: Versioned, column: str) -> Any:
    found: Any = row
    for part in column.split("__"):
        found = getattr(found, part, None)
    return found


def judge(
    register: Register, draft: Draft, *, changed: Collection[str] | None = None, local: bool = False
) -> list[Verdict]:
    """The rules that the draft breaks, the gravest first.

    ``changed``: only rules that read one of these columns: an old fault does not stand in the way of a change elsewhere.
    ``local``: only rules that ask nothing of the database, for many rows one by one.
    """
    found = [
        Verdict(rule)
        for rule in rules_of(register.code)
        if (rule.local or not local)
        and (changed is None or not set(changed).isdisjoint(rule.columns(register)))
        and rule.breaks(register, draft)
    ]
    return sorted(found, key=lambda verdict: -verdict.severity)


def refuse(verdicts: Iterable[Verdict]) -> list[Verdict]:
    """The verdicts that only warn. Raises Invalid with the text of every error beside its field."""
    verdicts = list(verdicts)
    errors = {one.field: one.text for one in reversed(verdicts) if one.severity is Severity.ERROR}
    if errors:
        raise Invalid(
            Text(
                "有的内容不符合数据质量规则，见各项说明。",
                "Some values break rules of data quality; see each.",
            ),
            code="quality",
            fields=errors,
        )
    return verdicts


def broken_by(register: Register, record: UUID, day: date | None = None) -> frozenset[str]:
    """Codes of the rules that a record in the register breaks, as the database has it."""
    scope = Scope(day or timezone.localdate(), record)
    return frozenset(r.code for r in rules_of(register.code) if r.faulty(register, scope).exists())
