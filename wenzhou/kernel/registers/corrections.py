"""Corrections as cases with a deadline: proposed by one office, decided by the one that answers for the field."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from wenzhou.kernel.base import audit
from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.errors import Conflict, Invalid, NotFound, Refused
from wenzhou.kernel.base.outbox import emit
from wenzhou.kernel.base.pagination import Slice, keyset
from wenzhou.kernel.base.permissions import holding_posts, require
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.registers.catalogue import Value
from wenzhou.kernel.registers.deadlines import deadline
from wenzhou.kernel.registers.declaration import Register, register_of, registers
from wenzhou.kernel.registers.events import CorrectionDecided, CorrectionProposed
from wenzhou.kernel.registers.models import Correction, CorrectionState
from wenzhou.kernel.registers.quality.writing import admit, look_again
from wenzhou.kernel.registers.scope import CITY, answering

DAYS = 10
"""Working days for the owner's answer (数据校核期限): the city's own rule."""
REASON = 500
PAGE = 20


def propose_to(
    actor: Actor,
    register: Register,
    record: UUID,
    key: str,
    owner: str,
    valid_from: date,
    values: Mapping[str, Value],
    *,
    reason: str,
) -> Correction:
    """One proposal to the office that answers for these fields; the same again is the same proposal.

    The caller has checked permission and values, and holds the record's lock. Raises Invalid without a reason.
    """
    reason = reason.strip()
    if not reason or len(reason) > REASON:
        text = Text(
            f"请写明更正理由和依据（{REASON} 字以内）", f"Say why it is wrong, in {REASON} characters"
        )
        raise Invalid(text, fields={"reason": text})
    written = {name: register.field(name).element.written(value) for name, value in values.items()}
    wanted = {
        "register": register.code,
        "record": record,
        "owner": owner,
        "proposer": actor.account,
        "values": written,
        "valid_from": valid_from,
        "state": CorrectionState.OPEN,
    }
    found = Correction.objects.filter(**wanted).first()
    if found is not None:
        return found
    row = Correction.objects.create(
        **wanted,
        key=key,
        area=_area(register, record),
        reason=reason,
        proposer_name=actor.name,
        proposer_office=min(actor.offices, default=""),
        due=deadline(timezone.localdate(), DAYS),
    )
    audit.record(
        actor,
        "registers.propose",
        row,
        register=register.code,
        record=str(record),
        owner=owner,
        fields=sorted(values),
    )
    emit(
        CorrectionProposed(row.id, register.code, record, owner, tuple(sorted(values)), row.due), actor=actor
    )
    return row


def decide(actor: Actor, correction: UUID, *, accept: bool, answer: str) -> Correction:
    """The owner settles a proposal: accepted, the values are written from its day on; rejected, the reader learns why.

    Raises Refused (another's field or area), NotFound, Invalid (no answer to a rejection), Conflict (settled already,
    or the register cannot take the values).
    """
    answer = answer.strip()[:REASON]
    with transaction.atomic():
        row = Correction.objects.select_for_update().filter(id=correction).first()
        if row is None:
            raise _unknown()
        register = register_of(row.register)
        require(actor, register.maintain)
        if not _answers_for(actor, register, row):
            raise Refused(
                Text(
                    "此项数据不由您的部门在该区域负责。",
                    "Your office does not answer for this field in that area.",
                )
            )
        if row.state != CorrectionState.OPEN:
            raise Conflict(Text("这条更正建议已经办结。", "This proposal is settled already."))
        if not accept and not answer:
            text = Text("不予更正时请说明理由", "Say why it is not corrected")
            raise Invalid(text, fields={"answer": text})
        if accept:
            values = {
                name: register.field(name).element.parse(text) or "" for name, text in row.values.items()
            }
            warnings = admit(register, row.record, values, row.valid_from)
            register.change(actor, row.record, row.valid_from, values, row.id)
            look_again(actor, register, row.record, warned=warnings, changed=values)
        _settle(row, actor, CorrectionState.ACCEPTED if accept else CorrectionState.REJECTED, answer)
        audit.record(actor, "registers.decide", row, accepted=accept)
        emit(CorrectionDecided(row.id, row.register, row.record, accept), actor=actor)
    return row


def withdraw(actor: Actor, correction: UUID) -> Correction:
    """The proposer takes a proposal back. Raises NotFound (also for another's), Conflict."""
    with transaction.atomic():
        row = Correction.objects.select_for_update().filter(id=correction, proposer=actor.account).first()
        if row is None or actor.account is None:
            raise _unknown()
        if row.state == CorrectionState.WITHDRAWN:
            return row
        if row.state != CorrectionState.OPEN:
            raise Conflict(Text("这条更正建议已经办结。", "This proposal is settled already."))
        _settle(row, actor, CorrectionState.WITHDRAWN, "")
        audit.record(actor, "registers.withdraw", row)
        emit(CorrectionDecided(row.id, row.register, row.record, accepted=False), actor=actor)
    return row


def _settle(row: Correction, actor: Actor, state: CorrectionState, answer: str) -> None:
    row.state = state
    row.answer = answer
    row.decided_by = actor.account
    row.decided_by_name = actor.name
    row.decided_at = Now()
    row.save(update_fields=["state", "answer", "decided_by", "decided_by_name", "decided_at"])
    row.refresh_from_db(fields=["decided_at"])


def queue(actor: Actor, *, token: str = "") -> Slice[Correction]:
    """What waits for an answer of the actor's offices, the most urgent first."""
    return keyset(_waiting(actor), "due", "id", token=token, size=PAGE)


def proposed(actor: Actor, *, token: str = "") -> Slice[Correction]:
    """What the actor has proposed, newest first."""
    rows = Correction.objects.filter(proposer=actor.account)
    return keyset(rows if actor.account else rows.none(), "-id", token=token, size=PAGE)


def correction(actor: Actor, correction_id: UUID) -> Correction:
    """One proposal, for its proposer and for those who decide it. Raises NotFound."""
    row = Correction.objects.filter(id=correction_id).first()
    if row is None or not (
        (actor.account is not None and row.proposer == actor.account) or may_decide(actor, row)
    ):
        raise _unknown()
    return row


def may_decide(actor: Actor, row: Correction) -> bool:
    """Whether an office of the actor answers for the fields of a proposal, in its area."""
    register = register_of(row.register)
    return bool(holding_posts(actor, register.maintain)) and _answers_for(actor, register, row)


def _waiting(actor: Actor) -> QuerySet[Correction]:
    mine = Q(pk__in=[])
    for register in registers():
        for function, area in _answering(actor, register):
            mine |= Q(register=register.code, owner=function, area__startswith=area)
    return Correction.objects.filter(mine, state=CorrectionState.OPEN)


def _answering(actor: Actor, register: Register) -> set[tuple[str, str]]:
    """Whose proposals, and where: those of the whole city also get the records that belong to no division."""
    held = answering(actor, register.maintain)
    return {(function, "" if area == CITY else area) for function, area in held}


def _answers_for(actor: Actor, register: Register, row: Correction) -> bool:
    return any(
        function == row.owner and row.area.startswith(area) for function, area in _answering(actor, register)
    )


def _area(register: Register, record: UUID) -> str:
    return register.area(record) if register.area is not None else ""


def _unknown() -> NotFound:
    return NotFound(Text("没有这条更正建议，或者您不能查看。", "No such proposal, or not for you to see."))
