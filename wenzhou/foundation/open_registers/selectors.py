"""Reads: which registers, which entries, and what an actor may do with them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.utils import timezone

from wenzhou.foundation.open_registers.models import Client, EntryVersion, OpenRegister
from wenzhou.foundation.open_registers.permissions import ADMIT_CLIENTS, USE_OPEN_REGISTERS
from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.errors import NotFound, Refused
from wenzhou.kernel.base.permissions import may, require
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.registers.api import as_of


def register(actor: Actor, code: str, version: str) -> OpenRegister:
    """A register in use that the actor may read. Raises Refused, NotFound."""
    require(actor, USE_OPEN_REGISTERS)
    row = OpenRegister.objects.filter(code=code, version=version, archived=False).first()
    if row is None or (not _admitted(actor, row).exists() and not may(actor, ADMIT_CLIENTS)):
        raise NotFound(
            Text(
                "没有这个登记簿或版本，或者未获准使用。",
                "No such register or version, or not for this system.",
            )
        )
    return row


def by_number(actor: Actor, number: int) -> OpenRegister:
    """A register by its database id. Raises Refused, NotFound."""
    row = OpenRegister.objects.filter(number=number, archived=False).first()
    if row is None:
        require(actor, USE_OPEN_REGISTERS)
        raise NotFound(Text("没有这个登记簿。", "There is no such database."))
    return register(actor, row.code, row.version)


def readable(actor: Actor) -> QuerySet[OpenRegister]:
    """All registers in use that the actor may read. Raises Refused."""
    require(actor, USE_OPEN_REGISTERS)
    rows = OpenRegister.objects.filter(archived=False).order_by("number")
    if may(actor, ADMIT_CLIENTS) or Client.objects.filter(name=actor.name, register=None).exists():
        return rows
    return rows.filter(id__in=Client.objects.filter(name=actor.name).values("register"))


def _admitted(actor: Actor, row: OpenRegister) -> QuerySet[Client]:
    return Client.objects.filter(Q(register=None) | Q(register=row), name=actor.name)


def may_write(actor: Actor, row: OpenRegister) -> bool:
    """Data officers and systems that are admitted to write."""
    return may(actor, ADMIT_CLIENTS) or _admitted(actor, row).filter(may_write=True).exists()


def may_tell_uses(actor: Actor) -> None:
    """Only a system that is admitted to all registers asks for a person's sake. Raises Refused."""
    require(actor, USE_OPEN_REGISTERS)
    if not may(actor, ADMIT_CLIENTS) and not Client.objects.filter(name=actor.name, register=None).exists():
        raise not_admitted()


def not_admitted() -> Refused:
    """The answer to a system that asks for more than it was admitted to."""
    return Refused(
        Text(
            "该系统没有此项权限，请向数据专员申请。",
            "This system has no right to do this; ask the data officer.",
        )
    )


def may_define(actor: Actor) -> bool:
    """Data officers and systems that are admitted to define registers."""
    return may(actor, ADMIT_CLIENTS) or Client.objects.filter(name=actor.name, may_define=True).exists()


def entries(row: OpenRegister) -> QuerySet[EntryVersion]:
    """What a register says today, in the order of its making."""
    rows = EntryVersion.objects.filter(entry__register=row).select_related("entry")
    return as_of(rows, timezone.localdate()).order_by("entry_id")


def find(row: OpenRegister, query: Mapping[str, Any]) -> QuerySet[EntryVersion]:
    """Entries that say all that the query says."""
    return entries(row).filter(content__contains=dict(query))


def search(
    row: OpenRegister, *, text: str = "", field: str = "", descending: bool = False, exact: Mapping[str, str]
) -> QuerySet[EntryVersion]:
    """Entries with a text in a field, or without one anywhere, and with these exact values; ordered by the field."""
    rows = entries(row)
    if exact:
        rows = rows.filter(content__contains=dict(exact))
    if text and field:
        rows = rows.filter(content__contains={field: text})
    elif text:
        rows = rows.annotate(written=Cast("content", TextField())).filter(written__icontains=text)
    if field and field in row.schema["properties"]:
        order = f"content__{field}"
        rows = rows.order_by(f"-{order}" if descending else order, "entry_id")
    return rows
