"""Lawful erasure (依法删除): its own act, asked by one and confirmed by another, and it leaves a tombstone.

A correction never erases. What is erased is everything the register ever said of the record; the anchor stays, so that
lines of the journal and of the audit still have somebody to point to, but says no more than that it was erased.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models.functions import Now

from wenzhou.kernel.base import audit
from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.errors import Invalid, NotFound, Refused
from wenzhou.kernel.base.outbox import emit
from wenzhou.kernel.base.pagination import Slice, keyset
from wenzhou.kernel.base.permissions import require
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.registers.declaration import Register, register_of
from wenzhou.kernel.registers.events import RecordErased
from wenzhou.kernel.registers.models import Correction, CorrectionState, ErasureRequest, Tombstone, Versioned
from wenzhou.kernel.registers.permissions import ERASE_RECORDS
from wenzhou.kernel.registers.records import anchor_of
from wenzhou.kernel.registers.versions import lock


def ask(actor: Actor, register: Register, key: str, *, basis: str, reason: str) -> ErasureRequest:
    """One asks that a record be erased; nothing happens before another confirms. The same again is the same request.

    Raises Refused, NotFound, Invalid (no legal basis, no reason).
    """
    require(actor, ERASE_RECORDS)
    _check(basis, reason)
    with transaction.atomic():
        record = anchor_of(register, key)
        lock(register.model, record)
        found = ErasureRequest.objects.filter(
            register=register.code, record=record, confirmed_at=None
        ).first()
        if found is not None:
            return found
        row = ErasureRequest.objects.create(
            register=register.code,
            record=record,
            basis=basis.strip(),
            reason=reason.strip(),
            asked_by=actor.account,
            asked_by_name=actor.name,
        )
        audit.record(actor, "registers.ask-erasure", row, register=register.code, record=str(record))
    return row


def confirm(actor: Actor, request: UUID) -> Tombstone:
    """Another confirms, and all that the register says of the record, now and ever, is erased; again: the tombstone.

    Raises Refused (also for the one who asked), NotFound.
    """
    require(actor, ERASE_RECORDS)
    with transaction.atomic():
        row = ErasureRequest.objects.select_for_update().filter(id=request).first()
        if row is None:
            raise NotFound(Text("没有这条删除申请。", "There is no such request."))
        register = register_of(row.register)
        found = tombstone(register, row.record)
        if found is not None:
            return found
        if actor.account is None or actor.account == row.asked_by:
            raise Refused(
                Text(
                    "依法删除须由另一人确认。", "Erasing takes two: another than the one who asked confirms."
                )
            )
        lock(register.model, row.record)
        versions = list(
            register.model._default_manager.filter(**{register.anchor: row.record}).order_by("id")
        )
        stone = Tombstone.objects.create(
            register=register.code,
            record=row.record,
            versions=len(versions),
            digest=digest(versions),
            basis=row.basis,
            reason=row.reason,
            actor=row.asked_by,
            actor_name=row.asked_by_name,
            second=actor.account,
            second_name=actor.name,
        )
        _remove(register, row.record, versions)
        ErasureRequest.objects.filter(id=row.id).update(confirmed_at=Now())
        audit.record(actor, "registers.erase", stone, register=register.code, record=str(row.record))
        emit(RecordErased(register.code, row.record), actor=actor)
    return stone


def requests(actor: Actor, *, token: str = "") -> Slice[ErasureRequest]:
    """What waits for a second person, oldest first. Raises Refused."""
    require(actor, ERASE_RECORDS)
    return keyset(ErasureRequest.objects.filter(confirmed_at=None), "id", token=token)


def digest(rows: Sequence[Versioned]) -> str:
    """SHA-256 over the rows as JSON, columns sorted, in the order of their ids."""
    content = [
        {
            field.attname: getattr(row, field.attname)
            for field in row._meta.concrete_fields
            if not field.generated
        }
        for row in rows
    ]
    text = json.dumps(content, cls=DjangoJSONEncoder, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _remove(register: Register, record: UUID, rows: Sequence[Versioned]) -> None:
    """The versions, what was proposed for them, and what the anchor says."""
    register.model._default_manager.filter(pk__in=[row.pk for row in rows]).delete()
    Correction.objects.filter(register=register.code, record=record).exclude(
        state=CorrectionState.OPEN
    ).update(values={}, key="", reason="", answer="")
    Correction.objects.filter(register=register.code, record=record, state=CorrectionState.OPEN).delete()
    if register.forget is not None:
        register.forget(record)


def _check(basis: str, reason: str) -> None:
    wrong = {
        name: text
        for name, value, text in (
            ("basis", basis, Text("请写明法律依据（条款）", "Name the law and the article")),
            ("reason", reason, Text("请写明理由", "Say why")),
        )
        if not value.strip()
    }
    if wrong:
        raise Invalid(Text("缺少法律依据或理由。", "The legal basis or the reason is missing."), fields=wrong)


def tombstone(register: Register, record: UUID) -> Tombstone | None:
    """That a record was erased, if it was."""
    return Tombstone.objects.filter(register=register.code, record=record).first()
