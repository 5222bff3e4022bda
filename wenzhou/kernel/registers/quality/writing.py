"""The rules at a write: errors refuse it, the rest is taken and stands in the queue of who has to mend it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.utils import timezone

from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.registers.declaration import Register
from wenzhou.kernel.registers.quality.finding import Found, find
from wenzhou.kernel.registers.quality.judging import Verdict, drafted, judge, refuse, rules_of
from wenzhou.kernel.registers.quality.models import ProblemState, QualityProblem
from wenzhou.kernel.registers.quality.rules import Scope
from wenzhou.kernel.registers.versions import valid


def admit(register: Register, record: UUID, values: Mapping[str, Any], day: date) -> list[Verdict]:
    """Judge new values by field of a record, which is locked, before they are written; gives what they are warned of.

    Only rules that read one of these fields: an old fault elsewhere does not stand in the way. Raises Invalid.
    """
    rows = register.model._default_manager.filter(**{register.anchor: record}, superseded_at=None)
    rows = rows.select_related(register.anchor)
    row = rows.filter(valid(day)).first() or rows.order_by("-valid_from").first()
    changed = {register.field(name).column for name in values}
    return refuse(judge(register, drafted(register, values, day, row=row), changed=changed))


def look_again(
    actor: Actor,
    register: Register,
    record: UUID,
    *,
    warned: Collection[Verdict] = (),
    changed: Collection[str] | None = None,
) -> Found:
    """Bring the problems of a record up to date after it was written, in the transaction of the write.

    ``changed``: the fields that were written, None for all. A rule is asked again only where it warned or has a problem.
    """
    known = QualityProblem.objects.filter(record=record, register=register.code).exclude(
        state=ProblemState.MENDED
    )
    asked = set(known.values_list("rule", flat=True)) | {one.rule.code for one in warned}
    rules = [rule for rule in rules_of(register.code) if rule.code in asked]
    if changed is not None:
        columns = {register.field(name).column for name in changed}
        rules = [rule for rule in rules if not columns.isdisjoint(rule.columns(register))]
    return find(actor, register, rules, Scope(timezone.localdate(), record))
