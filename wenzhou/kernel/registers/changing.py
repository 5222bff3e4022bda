"""Writing a register: whoever answers for a field writes it, everybody else proposes a correction to the one who does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from wenzhou.kernel.base import audit
from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.errors import Invalid, Problem, Refused
from wenzhou.kernel.base.outbox import emit
from wenzhou.kernel.base.permissions import require
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.registers.catalogue import Value
from wenzhou.kernel.registers.corrections import propose_to
from wenzhou.kernel.registers.declaration import Field, Register
from wenzhou.kernel.registers.events import RecordChanged, RecordCorrected, RecordCreated, RecordEnded
from wenzhou.kernel.registers.models import Correction, Versioned
from wenzhou.kernel.registers.quality.judging import Verdict
from wenzhou.kernel.registers.quality.writing import admit, look_again
from wenzhou.kernel.registers.records import anchor_of, unknown
from wenzhou.kernel.registers.scope import functions, visible
from wenzhou.kernel.registers.versions import correct, end, lock


@dataclass(frozen=True, slots=True)
class Written:
    """What became of a change: the version that was written, and the corrections that wait at other offices.

    ``warnings`` are rules of quality that the version breaks: written all the same, and now problems in a queue.
    """

    version: Versioned | None
    corrections: tuple[Correction, ...]
    warnings: tuple[Verdict, ...] = ()


def change_record(
    actor: Actor,
    register: Register,
    key: str,
    valid_from: date,
    values: Mapping[str, Value],
    *,
    reason: str = "",
    case: UUID | None = None,
) -> Written:
    """From a day on a record says ``values``: written where the actor's office answers for the field, else proposed.

    The same again does nothing. Raises Refused, NotFound, Invalid, Conflict.
    """
    require(actor, register.maintain)
    values = checked(register, values)
    mine, others = _parted(actor, register, values, anchor_of(register, key))
    with transaction.atomic():
        anchor = _locked(actor, register, key, mine)
        written = None
        warnings: list[Verdict] = []
        if mine:
            warnings = admit(register, anchor, mine, valid_from)
            written = register.change(actor, anchor, valid_from, mine, case)
            look_again(actor, register, anchor, warned=warnings, changed=mine)
        corrections = tuple(
            propose_to(actor, register, anchor, key, owner, valid_from, part, reason=reason)
            for owner, part in others.items()
        )
    return Written(written, corrections, tuple(warnings))


def correct_record(
    actor: Actor,
    register: Register,
    key: str,
    period: tuple[date, date | None],
    values: Mapping[str, Value],
    *,
    case: UUID | None = None,
) -> list[Versioned]:
    """What the register says of ``[from, to)`` was wrong: it was ``values``. For the office that answers for them all.

    Raises Refused, NotFound (also when nothing meets the period), Invalid.
    """
    require(actor, register.maintain)
    values = checked(register, values)
    mine, others = _parted(actor, register, values, anchor_of(register, key))
    if others:
        raise Invalid(
            Text(
                "有的数据项由其他部门负责，请改为提出更正建议。",
                "Other offices answer for some of these fields; propose a correction instead.",
            ),
            fields={
                name: Text(f"由“{owner}”负责", f"{owner} answers for it")
                for owner, part in others.items()
                for name in part
            },
        )
    with transaction.atomic():
        anchor = _locked(actor, register, key, mine)
        warnings = admit(register, anchor, mine, period[0])
        done = _corrected(actor, register, anchor, period, mine, case)
        audit.record(
            actor,
            "registers.correct",
            done[0],
            register=register.code,
            record=str(anchor),
            fields=sorted(mine),
        )
        look_again(actor, register, anchor, warned=warnings, changed=mine)
        emit(RecordCorrected(register.code, anchor, tuple(sorted(mine)), *period), actor=actor)
    return list(done)


def _corrected(
    actor: Actor,
    register: Register,
    anchor: UUID,
    period: tuple[date, date | None],
    mine: Mapping[str, Value],
    case: UUID | None,
) -> Sequence[Versioned]:
    """By the module's own service, which knows more than the data elements do; else as they stand."""
    wanted = columns(register, mine)
    if register.correct is not None:
        return register.correct(actor, anchor, period, wanted, case)
    source = _source(actor, register)
    return correct(register.model, anchor, *period, wanted, actor=actor, source=source, case=case)


def end_record(actor: Actor, register: Register, key: str, valid_to: date) -> int:
    """From a day on the record is no longer in force. Returns how many versions that touched; again: none.

    For registers that have no operation of their own for it. Raises Refused, NotFound, Invalid.
    """
    require(actor, register.maintain)
    if valid_to > timezone.localdate():
        raise Invalid(
            Text("终止日期不能晚于今天。", "The day cannot be later than today."),
            fields={"valid_to": Text("不能晚于今天", "Not later than today")},
        )
    with transaction.atomic():
        anchor = _locked(actor, register, key, [register.key])
        touched = end(register.model, anchor, valid_to)
        if touched:
            audit.record(actor, "registers.end", register=register.code, record=str(anchor), to=str(valid_to))
            look_again(actor, register, anchor)
            tell_ended(actor, register.code, anchor, valid_to)
    return touched


def checked(register: Register, values: Mapping[str, Value]) -> dict[str, Value]:
    """The values, each allowed by its data element. Raises Invalid, which names every field that is not."""
    names = {field.name: field for field in register.fields}
    wrong = {
        name: text for name, value in values.items() if (text := _wrong(names.get(name), value)) is not None
    }
    if not values:
        wrong[register.key] = Text("至少填写一项变更", "Enter at least one change")
    if wrong:
        raise Invalid(
            Text("有的内容不能登记，见各项说明。", "Some values cannot be taken; see each."), fields=wrong
        )
    return {name: "" if value is None else value for name, value in values.items()}


def _wrong(field: Field | None, value: Value) -> Text | None:
    """What is wrong with a value, None for nothing."""
    if field is None:
        return Text("登记簿没有此项", "The register has no such field")
    if not field.writable:
        return Text("此项登记后不能变更", "This cannot be changed once it is registered")
    if value in (None, ""):
        return Text("此项不能为空", "This cannot be empty") if field.required else None
    try:
        field.element.validate(value)
    except (ValueError, ArithmeticError):
        return field.element.remedy
    return None


def parsed(register: Register, texts: Mapping[str, str]) -> dict[str, Value]:
    """The values of texts as they stand in forms, addresses and bodies. Raises Invalid, which names every field."""
    values: dict[str, Value] = {}
    wrong: dict[str, Text] = {}
    known = {field.name: field.element for field in register.fields}
    for name, text in texts.items():
        if name not in known:
            wrong[name] = Text("登记簿没有此项", "The register has no such field")
            continue
        try:
            values[name] = known[name].parse(text)
        except (ValueError, ArithmeticError):
            wrong[name] = known[name].remedy
    if wrong:
        raise Invalid(
            Text("有的内容不符合要求，见各项说明。", "Some values cannot be taken; see each."), fields=wrong
        )
    return values


def columns(register: Register, values: Mapping[str, Value]) -> dict[str, Any]:
    """Values by column of the model."""
    return {register.field(name).column: value for name, value in values.items()}


def tell_changed(
    actor: Actor, register: str, record: UUID, fields: Mapping[str, Any], valid_from: date
) -> None:
    """For a module's own service: the event that a change of one of its registers ends with."""
    emit(RecordChanged(register, record, tuple(sorted(fields)), valid_from), actor=actor)


def tell_created(actor: Actor, register: str, record: UUID, valid_from: date) -> None:
    """For a module's own service that makes records."""
    emit(RecordCreated(register, record, valid_from), actor=actor)


def tell_ended(actor: Actor, register: str, record: UUID, valid_to: date) -> None:
    """For a module's own service that ends records."""
    emit(RecordEnded(register, record, valid_to), actor=actor)


def _parted(
    actor: Actor, register: Register, values: Mapping[str, Value], record: UUID
) -> tuple[dict[str, Value], dict[str, dict[str, Value]]]:
    """The values for which an office of the actor answers, and those of others by their owner."""
    own = functions(actor, register.maintain)
    mine: dict[str, Value] = {}
    others: dict[str, dict[str, Value]] = {}
    keeper = register.kept_by(record)
    for name, value in values.items():
        owner = keeper or register.field(name).owner
        if owner in own:
            mine[name] = value
        else:
            others.setdefault(owner, {})[name] = value
    return mine, others


def _locked(actor: Actor, register: Register, key: str, names: Iterable[str]) -> UUID:
    """The anchor, held until the transaction ends, of a record in which the actor may write these fields.

    To propose, there are none: it is enough that the record is there, the area is the owner's.
    """
    anchor = anchor_of(register, key)
    lock(register.model, anchor)
    owners = {register.owner(register.field(name), anchor) for name in names}
    if owners:
        rows = register.model._default_manager.filter(**{register.anchor: anchor}, superseded_at=None)
        area = register.area(anchor) if register.area is not None else ""
        if not visible(rows, actor, register, register.maintain).exists():
            raise unknown(register)
        if not owners <= functions(actor, register.maintain, area=area):
            raise _elsewhere(actor, register, owners)
    return anchor


def _elsewhere(actor: Actor, register: Register, owners: set[str]) -> Problem:
    """The answer to an office that does not answer for this, or not here."""
    if owners <= functions(actor, register.maintain):
        return unknown(register)
    return Refused(
        Text(
            "此记录由其他部门负责登记，请转交该部门办理。",
            "Another office keeps this record; pass the request on to it.",
        )
    )


def _source(actor: Actor, register: Register) -> str:
    own = functions(actor, register.maintain)
    owners = {field.owner for field in register.fields}
    return min(own & owners, default="")
