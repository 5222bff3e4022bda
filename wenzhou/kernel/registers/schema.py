"""Versions of a register's schema (数据结构版本): what readers were promised stays readable.

A published schema is never changed. The next one may add; what would break a reader of the last (a field gone or of
another kind, codes fewer, a field that may now be empty) is refused as long as somebody reads it, with the names of those
readers, unless the declaration says how the old version is read from today's fields (``Register.schemas``).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, cast

from django.db import transaction
from django.utils import timezone

from wenzhou.kernel.base import audit
from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.errors import Conflict, NotFound
from wenzhou.kernel.base.permissions import require
from wenzhou.kernel.base.registry import registry
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.registers.declaration import Consumers, Register, Schema
from wenzhou.kernel.registers.models import AccessEntry, PublishedSchema
from wenzhou.kernel.registers.permissions import PUBLISH_SCHEMA
from wenzhou.kernel.registers.records import Record
from wenzhou.kernel.registers.words import consumer_title

DIALECT = "https://json-schema.org/draft/2020-12/schema"
RECENT = timedelta(days=365)


def json_schema(register: Register) -> dict[str, Any]:
    """Today's declaration as JSON Schema 2020-12; every value may be absent or null where the reader may not see it."""
    return {
        "$schema": DIALECT,
        "title": register.title.zh,
        "description": register.summary.zh,
        "type": "object",
        "properties": {field.name: field.element.json_schema() for field in register.fields},
        "required": sorted(field.name for field in register.fields if field.required),
        "additionalProperties": False,
    }


def published(register: Register, number: int = 0) -> PublishedSchema:
    """A published version, the last without a number. Raises NotFound."""
    rows = PublishedSchema.objects.filter(register=register.code).order_by("-number")
    row = rows.filter(number=number).first() if number else rows.first()
    if row is None:
        raise NotFound(
            Text("没有发布过这个版本的数据结构。", "No such version of the schema has been published.")
        )
    return row


def publish(actor: Actor, register: Register) -> PublishedSchema:
    """Publish today's declaration as the next version; unchanged, the last one is given.

    Raises Refused; Conflict with the readers it would break and what breaks them.
    """
    require(actor, PUBLISH_SCHEMA)
    wanted = json_schema(register)
    with transaction.atomic():
        rows = PublishedSchema.objects.select_for_update(no_key=True).filter(register=register.code)
        last = rows.order_by("-number").first()
        if last is not None and last.schema == wanted:
            return last
        if last is not None:
            _may_follow(register, last, wanted)
        row = PublishedSchema.objects.create(
            register=register.code,
            number=last.number + 1 if last else 1,
            schema=wanted,
            actor_name=actor.name,
        )
        audit.record(actor, "registers.publish-schema", row, register=register.code, number=row.number)
    return row


def _may_follow(register: Register, last: PublishedSchema, wanted: Mapping[str, Any]) -> None:
    if any(schema.number == last.number for schema in register.schemas):
        return  # the declaration says how that version is read
    wrong = breaks(last.schema, wanted)
    readers = consumers(register) if wrong else ()
    if not readers:
        return
    raise Conflict(
        Text(
            f"新的数据结构会使 {'、'.join(one.zh for one in readers)} 无法读取；请保留这些数据项，或声明旧版本如何读取。",
            f"The new schema would break {', '.join(one.en for one in readers)}; "
            "keep these fields, or declare how the old version is read.",
        ),
        code="schema-breaks-readers",
        fields=wrong,
    )


def breaks(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Text]:
    """What a reader of ``old`` would trip over in records of ``new``, by field."""
    before = cast("Mapping[str, Mapping[str, Any]]", old["properties"])
    after = cast("Mapping[str, Mapping[str, Any]]", new["properties"])
    found: dict[str, Text] = {}
    for name, element in before.items():
        text = _broken(element, after.get(name))
        if text is None and name in old["required"] and name not in new["required"]:
            text = Text("原来必有，现在可以没有", "Was always there, may now be missing")
        if text is not None:
            found[name] = text
    return found


def _broken(before: Mapping[str, Any], after: Mapping[str, Any] | None) -> Text | None:
    if after is None:
        return Text("数据项被取消", "The field is gone")
    if (before["type"], before.get("format")) != (after["type"], after.get("format")):
        return Text("数据类型改变", "Another type")
    added = set(after.get("enum", ())) - set(before.get("enum", after.get("enum", ())))
    if added:
        return Text(f"代码表新增 {'、'.join(sorted(added))}", f"New codes {', '.join(sorted(added))}")
    longer = after.get("maxLength", 0) > before.get("maxLength", after.get("maxLength", 0))
    return Text("允许的长度变长", "May be longer") if longer else None


def consumers(register: Register) -> tuple[Text, ...]:
    """Who reads a register: modules and offices of the last year's journal, and those who hold a grant."""
    since = timezone.now() - RECENT
    read = AccessEntry.objects.filter(resource=register.resource, at__gte=since)
    seen = read.order_by("consumer").values_list("consumer", flat=True).distinct()
    granted = (one for source in registry.declared(Consumers) for one in source.of(register.resource))
    return tuple({text.zh: text for text in (*map(consumer_title, seen), *granted)}.values())


def projected(register: Register, found: Record, number: int) -> dict[str, Any]:
    """A record's values under the names of an earlier version. Raises NotFound for one that cannot be read any more."""
    schema: Schema | None = next((one for one in register.schemas if one.number == number), None)
    if schema is not None:
        return {old: found.values[today] for old, today in schema.fields.items()}
    names = published(register, number).schema["properties"]
    return {name: found.values[name] for name in names if name in found.values}
