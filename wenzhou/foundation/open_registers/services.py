"""Writes: a register's schema, its entries, the systems that may use them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.db.models.functions import Now
from django.utils import timezone

from wenzhou.foundation.open_registers.models import Client, Entry, EntryVersion, OpenRegister
from wenzhou.foundation.open_registers.permissions import ADMIT_CLIENTS, USE_OPEN_REGISTERS
from wenzhou.foundation.open_registers.selectors import find, may_define, may_write, not_admitted, register
from wenzhou.kernel.base import audit
from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.errors import Conflict, Invalid, NotFound
from wenzhou.kernel.base.permissions import require
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.registers.api import change, end, tell_changed, tell_created

type Content = Mapping[str, Any]
_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "object": (dict,),
    "array": (list,),
}
_LIMIT = 10_000
"""The most entries one call may change: more is an import."""


def define(
    actor: Actor,
    code: str,
    version: str,
    schema: Content,
    *,
    name: str = "",
    group: str = "",
    number: int | None = None,
) -> OpenRegister:
    """Make a register or give an existing one another schema; the same again changes nothing.

    A property that entries use cannot be taken away. Raises Refused, Invalid, Conflict.
    """
    require(actor, USE_OPEN_REGISTERS)
    if not may_define(actor):
        raise not_admitted()
    _check_schema(code, version, schema)
    with transaction.atomic():
        row = OpenRegister.objects.select_for_update().filter(code=code, version=version).first()
        if row is not None and row.schema == dict(schema) and not row.archived:
            return row
        if row is None:
            last = OpenRegister.objects.aggregate(last=Max("number"))["last"] or 0
            row = OpenRegister(code=code, version=version, number=number or last + 1)
        else:
            _may_follow(row, schema)
        row.schema = dict(schema)
        row.name, row.group = name or row.name or code, group or row.group
        row.archived = False
        row.modified_by = actor.name
        row.modified_at = timezone.now()
        row.save()
        audit.record(actor, "open_registers.define", row, code=code, version=version)
    return row


def archive(actor: Actor, number: int) -> bool:
    """Take a register out of use; its entries stay. Whether there was one in use. Raises Refused."""
    require(actor, USE_OPEN_REGISTERS)
    if not may_define(actor):
        raise not_admitted()
    with transaction.atomic():
        row = OpenRegister.objects.select_for_update().filter(number=number, archived=False).first()
        if row is None:
            return False
        OpenRegister.objects.filter(id=row.id).update(
            archived=True, modified_at=Now(), modified_by=actor.name
        )
        audit.record(actor, "open_registers.archive", row)
    return True


def create(actor: Actor, code: str, version: str, content: Content) -> EntryVersion:
    """A new entry; without a key it gets the next number. Raises Refused, NotFound, Invalid, Conflict (key taken)."""
    with transaction.atomic():
        row = _for_writing(actor, code, version)
        return _create(actor, row, content)


def update(actor: Actor, code: str, version: str, query: Content, write: Content) -> EntryVersion:
    """Change the one entry that the query finds first; the same again finds it changed, and does nothing.

    Raises Refused, NotFound, Invalid, Conflict.
    """
    with transaction.atomic():
        row = _for_writing(actor, code, version)
        found = find(row, _some(query)).first()
        if found is not None:
            return _change(actor, row, found, write)
        done = find(row, write).first() if row.key in write else None
        if done is None:
            raise NotFound(Text("没有符合条件的记录。", "no record found"))
        return done


def update_all(actor: Actor, code: str, version: str, query: Content, write: Content) -> int:
    """Change every entry that the query finds; how many. Raises Refused, NotFound (register), Invalid."""
    with transaction.atomic():
        row = _for_writing(actor, code, version)
        found = list(find(row, _some(query))[: _LIMIT + 1])
        if len(found) > _LIMIT:
            text = Text(f"一次最多修改 {_LIMIT} 条", f"At most {_LIMIT} at a time")
            raise Invalid(text, fields={"query": text})
        for one in found:
            _change(actor, row, one, write)
        return len(found)


def update_or_create(actor: Actor, code: str, version: str, query: Content, write: Content) -> EntryVersion:
    """Change the entry that the query finds first, or make one. Raises Refused, NotFound (register), Invalid."""
    with transaction.atomic():
        row = _for_writing(actor, code, version)
        found = find(row, _some(query)).first()
        if found is None and row.key in write:
            found = find(row, {row.key: write[row.key]}).first()
        return _create(actor, row, write) if found is None else _change(actor, row, found, write)


def delete(actor: Actor, code: str, version: str, key: str) -> bool:
    """From today on the entry is no longer so; its history stays. Whether it was. Raises Refused, NotFound (register)."""
    with transaction.atomic():
        row = _for_writing(actor, code, version)
        entry = Entry.objects.filter(register=row, key=key).first()
        if entry is None or not end(EntryVersion, entry.id, timezone.localdate()):
            return False
        audit.record(actor, "open_registers.delete", entry, register=code)
        return True


def admit(
    actor: Actor, name: str, *, register: OpenRegister | None, may_write: bool, may_define: bool = False
) -> Client:
    """Let a system use one register, or all; the same again changes what it may. Raises Refused."""
    require(actor, ADMIT_CLIENTS)
    with transaction.atomic():
        row, _ = Client.objects.update_or_create(
            name=name, register=register, defaults={"may_write": may_write, "may_define": may_define}
        )
        audit.record(actor, "open_registers.admit", row, client=name, write=may_write, define=may_define)
    return row


def _for_writing(actor: Actor, code: str, version: str) -> OpenRegister:
    """The register, held until the transaction ends. Raises Refused, NotFound."""
    require(actor, USE_OPEN_REGISTERS)
    row = register(actor, code, version)
    if not may_write(actor, row):
        raise not_admitted()
    return OpenRegister.objects.select_for_update().get(id=row.id)


def _some(query: Content) -> Content:
    """A query that says something: one that says nothing would find whatever comes first."""
    if not query:
        text = Text("请给出查询条件", "Say which entry")
        raise Invalid(text, fields={"query": text})
    return query


def _create(actor: Actor, row: OpenRegister, content: Content) -> EntryVersion:
    given = dict(content)
    if not given.get(row.key):
        row.last_index += 1
        OpenRegister.objects.filter(id=row.id).update(last_index=row.last_index)
        given[row.key] = f"{row.code}{row.last_index}"
    _check_content(row, given)
    key = str(given[row.key])
    entry, made = Entry.objects.get_or_create(register=row, key=key)
    if not made and find(row, {row.key: given[row.key]}).exists():
        text = Text(
            f"{row.key} 为 {key} 的记录已存在，请改用修改。", f"{key} exists already; update it instead."
        )
        raise Conflict(text, fields={row.key: text})
    version = change(
        EntryVersion, entry.id, timezone.localdate(), {"content": given}, actor=actor, source=row.office
    )
    audit.record(actor, "open_registers.create", entry, register=row.code)
    tell_created(actor, f"open.{row.code}", entry.id, version.valid_from)
    return version


def _change(actor: Actor, row: OpenRegister, found: EntryVersion, write: Content) -> EntryVersion:
    wanted = {**found.content, **write}
    if str(wanted[row.key]) != found.entry.key:
        text = Text("主键不能修改，请新建记录。", "The key cannot change; make a new entry.")
        if Entry.objects.filter(register=row, key=str(wanted[row.key])).exists():
            raise Conflict(text, fields={row.key: text})
        Entry.objects.filter(id=found.entry_id).update(key=str(wanted[row.key]))
    _check_content(row, wanted)
    version = change(
        EntryVersion,
        found.entry_id,
        timezone.localdate(),
        {"content": wanted},
        actor=actor,
        source=row.office,
    )
    audit.record(actor, "open_registers.change", found.entry, register=row.code, fields=sorted(write))
    tell_changed(actor, f"open.{row.code}", found.entry_id, write, version.valid_from)
    return version


def _check_schema(code: str, version: str, schema: Content) -> None:
    wrong: dict[str, Text] = {}
    if not code or len(code) > 60 or "/" in code:
        wrong["code"] = Text("代号为 1 至 60 个字符，不含“/”", "A code of 1 to 60 characters, no slash")
    if not version or len(version) > 20 or "/" in version:
        wrong["version"] = Text("版本号为 1 至 20 个字符", "A version of 1 to 20 characters")
    properties = schema.get("properties")
    if not isinstance(properties, dict) or not properties:
        wrong["schema"] = Text("schema.properties 至少有一项", "schema.properties has at least one")
    elif not set(schema.get("required") or []) <= set(properties):
        wrong["schema"] = Text(
            "schema.required 只能列出已有的项", "schema.required lists known properties only"
        )
    if wrong:
        raise Invalid(
            Text("登记簿定义有误，见各项说明。", "The definition cannot be taken; see each."), fields=wrong
        )


def _may_follow(row: OpenRegister, schema: Content) -> None:
    gone = set(row.schema.get("properties", {})) - set(schema["properties"])
    used = [
        name
        for name in sorted(gone)
        if EntryVersion.objects.filter(entry__register=row, content__has_key=name).exists()
    ]
    if used:
        raise Conflict(
            Text(
                f"已有记录使用 {'、'.join(used)}，请发布新版本。",
                f"Entries use {', '.join(used)}; publish a new version.",
            )
        )


def _check_content(row: OpenRegister, content: Content) -> None:
    properties: dict[str, Any] = row.schema["properties"]
    wrong: dict[str, Text] = {}
    for name, value in content.items():
        element = properties.get(name)
        if element is None:
            wrong[name] = Text("登记簿没有此项", "The register has no such property")
        elif not _fits(element, value):
            wrong[name] = Text(f"类型应为 {element['type']}", f"Has to be of type {element['type']}")
    for name in row.schema.get("required") or []:
        if content.get(name) in (None, ""):
            wrong[name] = Text("此项必填", "Required")
    if len(str(content.get(row.key, ""))) > 100:
        wrong[row.key] = Text("最多 100 个字符", "At most 100 characters")
    if wrong:
        raise Invalid(
            Text("内容与登记簿结构不符，见各项说明。", "Not by the register's schema; see each."),
            fields=wrong,
        )


def _fits(element: Any, value: Any) -> bool:
    allowed = _TYPES.get(element.get("type", "") if isinstance(element, dict) else "")
    if allowed is None or value is None:
        return True
    return isinstance(value, allowed) and (bool in allowed or not isinstance(value, bool))
