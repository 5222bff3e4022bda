"""HTTP API of every register: catalogue, schema, search, a record at two times, its history, what differs, a change."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Schema
from pydantic import AfterValidator, AwareDatetime, ConfigDict, Field

from wenzhou.kernel.base.endpoints import Endpoint
from wenzhou.kernel.base.errors import Invalid
from wenzhou.kernel.base.pages import actor_of
from wenzhou.kernel.base.permissions import Purpose
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.registers import records, schema
from wenzhou.kernel.registers.catalogue import Value
from wenzhou.kernel.registers.changing import change_record, parsed
from wenzhou.kernel.registers.declaration import Register, register_of, registers
from wenzhou.kernel.registers.permissions import CORRECTIONS, SEE_REGISTERS
from wenzhou.kernel.registers.records import Instant, Record
from wenzhou.kernel.registers.words import function_title

OWN = frozenset({"on", "page", "size"})


def _in_utc(at: datetime) -> datetime:
    """PostgreSQL reads no offset beyond 15:59, where RFC 3339 goes to 23:59. Raises ValueError before the year 1."""
    try:
        return at.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("beyond the calendar") from error


KnownAt = Annotated[AwareDatetime, AfterValidator(_in_utc)]
"""An instant, by which something was known."""


class FieldOut(Schema):
    """A field: its data element, standard, grade of protection (1 open to 4 hidden), and who answers for it."""

    name: str
    title: str
    kind: str
    standard: str
    unit: str
    sensitivity: int
    owner: str
    owner_title: str
    required: bool
    writable: bool


class RegisterOut(Schema):
    """A register and its fields; ``key`` is the field by which a record is asked for."""

    code: str
    title: str
    summary: str
    key: str
    purposes: dict[str, str]
    fields: list[FieldOut]


class RecordOut(Schema):
    """One version of a record. ``masked`` values are cut or null; decimals are text."""

    id: UUID
    key: str
    values: dict[str, str | bool | int | None]
    masked: bool
    valid_from: date
    valid_to: date | None
    recorded_at: datetime
    superseded_at: datetime | None
    source: str
    disputed: list[str]


class RecordsOut(Schema):
    """A page of records; ``next`` goes into ``page`` for the following one, empty at the end."""

    records: list[RecordOut]
    next: str


class DifferenceOut(Schema):
    """A field that differs, as this reader sees both values."""

    field: str
    before: str | bool | int | None
    after: str | bool | int | None


class ChangeIn(Schema):
    """New values from a day on. ``reason`` is needed for fields of other offices."""

    model_config = ConfigDict(extra="forbid")

    valid_from: date
    values: dict[str, str] = Field(min_length=1)
    reason: str = ""


class ChangeOut(Schema):
    """Whether something was written at once, and the ids of the corrections that wait at other offices."""

    written: bool
    corrections: list[UUID]


def catalogue(request: HttpRequest) -> list[RegisterOut]:
    """Every register with its fields."""
    return [
        RegisterOut(
            code=one.code,
            title=str(one.title),
            summary=str(one.summary),
            key=one.key,
            purposes={purpose.code: str(purpose.title) for purpose in one.purposes},
            fields=[
                FieldOut(
                    name=field.name,
                    title=str(field.title),
                    kind=field.element.kind,
                    standard=field.element.source,
                    unit=field.element.unit,
                    sensitivity=int(field.element.sensitivity),
                    owner=field.owner,
                    owner_title=str(function_title(field.owner)),
                    required=field.required,
                    writable=field.writable,
                )
                for field in one.fields
            ],
        )
        for one in registers()
    ]


def schema_of(request: HttpRequest, code: str, version: int = 0) -> dict[str, Any]:
    """JSON Schema of a register: today's, or a published version."""
    register = register_of(code)
    if version:
        found: dict[str, Any] = schema.published(register, version).schema
        return found
    return schema.json_schema(register)


def find(
    request: HttpRequest, code: str, on: date | None = None, page: str = "", size: int = records.PAGE
) -> RecordsOut:
    """Records by exact values of fields (``?name=…``), masked."""
    register = register_of(code)
    if not 1 <= size <= 100:
        raise Invalid(
            Text("每页 1 至 100 条。", "1 to 100 on a page."), fields={"size": Text("1 至 100", "1 to 100")}
        )
    given = {name: str(request.GET[name]) for name in request.GET if name not in OWN}
    filters = parsed(register, given)
    found = records.search(actor_of(request).actor, register, filters, on=on, token=page, size=size)
    return RecordsOut(records=[_out(register, one) for one in found.records], next=found.page.next)


def read(
    request: HttpRequest,
    code: str,
    key: str,
    on: date | None = None,
    known_at: KnownAt | None = None,
    purpose: str = "",
    version: int = 0,
) -> RecordOut:
    """One record as of a day and as known at an instant; masked without a purpose."""
    register = register_of(code)
    at = Instant(on or timezone.localdate(), known_at)
    found = records.read(actor_of(request).actor, register, key, at=at, purpose=_purpose(register, purpose))
    out = _out(register, found)
    if version:
        out.values = {
            name: _json(value) for name, value in schema.projected(register, found, version).items()
        }
    return out


def history(
    request: HttpRequest, code: str, key: str, purpose: str = "", everything: bool = False
) -> list[RecordOut]:
    """All periods of a record, newest first."""
    register = register_of(code)
    found = records.history(
        actor_of(request).actor, register, key, purpose=_purpose(register, purpose), everything=everything
    )
    return [_out(register, one) for one in found]


def difference(
    request: HttpRequest,
    code: str,
    key: str,
    on1: date,
    on2: date,
    known1: KnownAt | None = None,
    known2: KnownAt | None = None,
    purpose: str = "",
) -> list[DifferenceOut]:
    """What differs between two instants."""
    register = register_of(code)
    found = records.difference(
        actor_of(request).actor,
        register,
        key,
        Instant(on1, known1),
        Instant(on2, known2),
        purpose=_purpose(register, purpose),
    )
    return [
        DifferenceOut(field=one.field.name, before=_json(one.before), after=_json(one.after)) for one in found
    ]


def change(request: HttpRequest, code: str, key: str, body: ChangeIn) -> ChangeOut:
    """Write what one's office answers for, propose the rest; the same again does nothing."""
    register = register_of(code)
    values = parsed(register, body.values)
    done = change_record(actor_of(request).actor, register, key, body.valid_from, values, reason=body.reason)
    return ChangeOut(written=done.version is not None, corrections=[one.id for one in done.corrections])


def _purpose(register: Register, code: str) -> Purpose | None:
    found = register.purpose(code)
    if code and found is None:
        text = Text(
            f"用途代码应为：{'、'.join(one.code for one in register.purposes)}",
            f"The purpose is one of {', '.join(one.code for one in register.purposes)}",
        )
        raise Invalid(text, fields={"purpose": text})
    return found


def _out(register: Register, found: Record) -> RecordOut:
    return RecordOut(
        id=found.id,
        key=found.key if found.whole else str(found.values[register.key]),
        values={name: _json(value) for name, value in found.values.items()},
        masked=not found.whole,
        valid_from=found.valid_from,
        valid_to=found.valid_to,
        recorded_at=found.recorded_at,
        superseded_at=found.superseded_at,
        source=found.source,
        disputed=sorted(found.disputed),
    )


def _json(value: Value) -> str | bool | int | None:
    if value is None or isinstance(value, bool | int | str):
        return value
    return value.isoformat() if isinstance(value, date) else format(value, "f")


_RECORD = "/r/{code}/records/{key}"
ENDPOINTS = (
    Endpoint(
        method="GET",
        path="/catalogue",
        view=catalogue,
        summary=Text("登记簿目录", "Catalogue of registers"),
        response=list[RegisterOut],
        permission=SEE_REGISTERS,
    ),
    Endpoint(
        method="GET",
        path="/r/{code}/schema",
        view=schema_of,
        summary=Text("登记簿数据结构", "JSON Schema of a register"),
        response=dict[str, Any],
        permission=SEE_REGISTERS,
    ),
    Endpoint(
        method="GET",
        path="/r/{code}/records",
        view=find,
        summary=Text("检索登记记录（脱敏）", "Search a register, masked"),
        response=RecordsOut,
        permission=SEE_REGISTERS,
    ),
    Endpoint(
        method="GET",
        path=_RECORD,
        view=read,
        summary=Text("读取登记记录", "A record as of a day, as known at an instant"),
        response=RecordOut,
        permission=SEE_REGISTERS,
    ),
    Endpoint(
        method="GET",
        path=f"{_RECORD}/history",
        view=history,
        summary=Text("登记记录的历史", "All periods of a record"),
        response=list[RecordOut],
        permission=SEE_REGISTERS,
    ),
    Endpoint(
        method="GET",
        path=f"{_RECORD}/difference",
        view=difference,
        summary=Text("两个时点的差异", "What differs between two instants"),
        response=list[DifferenceOut],
        permission=SEE_REGISTERS,
    ),
    Endpoint(
        method="POST",
        path=f"{_RECORD}/changes",
        view=change,
        summary=Text("变更登记或提出更正建议", "Change a record or propose a correction"),
        response=ChangeOut,
        permission=CORRECTIONS,
    ),
)
