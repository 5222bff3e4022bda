"""Revoking (撤销), suspending (冻结) and releasing (解冻) certificates."""

from __future__ import annotations

from enum import IntEnum
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from wenzhou.kernel.base import audit
from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.errors import Conflict, Invalid, NotFound
from wenzhou.kernel.base.outbox import emit
from wenzhou.kernel.base.permissions import require
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.trust.events import CertificateReleased, CertificateRevoked
from wenzhou.kernel.trust.models import Certificate, State
from wenzhou.kernel.trust.permissions import REVOKE
from wenzhou.kernel.trust.services import journal
from wenzhou.kernel.trust.services.lists import PUBLISH


class Reason(IntEnum):
    """Why (RFC 5280 5.3.1)."""

    UNSPECIFIED = 0
    KEY_COMPROMISE = 1
    AFFILIATION_CHANGED = 3
    SUPERSEDED = 4
    CESSATION_OF_OPERATION = 5
    CERTIFICATE_HOLD = 6
    PRIVILEGE_WITHDRAWN = 9


TITLES = {
    Reason.UNSPECIFIED: Text("未说明", "Unspecified"),
    Reason.KEY_COMPROMISE: Text("私钥泄露或丢失", "Key compromised or lost"),
    Reason.AFFILIATION_CHANGED: Text("所属单位变更", "Affiliation changed"),
    Reason.SUPERSEDED: Text("已换发新证书", "Superseded"),
    Reason.CESSATION_OF_OPERATION: Text("停止使用", "No longer used"),
    Reason.CERTIFICATE_HOLD: Text("冻结", "On hold"),
    Reason.PRIVILEGE_WITHDRAWN: Text("资格被取消", "Privilege withdrawn"),
}


def revoke(actor: Actor, certificate: UUID, reason: Reason) -> Certificate:
    """It counts no more; with ``CERTIFICATE_HOLD`` for now. The same again does nothing.

    Raises Refused, NotFound, Conflict (revoked for another reason already, or never given out).
    """
    require(actor, REVOKE)
    with transaction.atomic():
        row = _locked(certificate)
        if row.state == State.REVOKED and row.reason == reason:
            return row
        if row.state == State.HELD and reason is Reason.CERTIFICATE_HOLD:
            return row
        if row.state not in (State.ISSUED, State.HELD):
            raise Conflict(Text("该证书已撤销或未曾签发。", "It is revoked already, or was never given out."))
        held = reason is Reason.CERTIFICATE_HOLD
        # A reader may have counted on it until it was held: that instant stays.
        row.revoked_at = row.revoked_at or timezone.now().replace(microsecond=0)
        row.state, row.reason = State.HELD if held else State.REVOKED, reason
        row.save(update_fields=["state", "reason", "revoked_at"])
        journal.write(
            actor, "hold" if held else "revoke", row.serial, authority=row.authority.code, reason=int(reason)
        )
        audit.record(actor, "trust.revoke", row, serial=row.serial, reason=reason.name)
        emit(CertificateRevoked(row.id, int(reason), held), actor=actor)
        PUBLISH.defer(authority=str(row.authority_id))
    return row


def release(actor: Actor, certificate: UUID) -> Certificate:
    """A suspended certificate counts again; again: nothing. Raises Refused, NotFound, Conflict (revoked for good)."""
    require(actor, REVOKE)
    with transaction.atomic():
        row = _locked(certificate)
        if row.state == State.ISSUED:
            return row
        if row.state != State.HELD:
            raise Conflict(
                Text(
                    "只有冻结的证书可以解冻；已撤销的请重新申请。",
                    "Only a suspended certificate can be released; ask for a new one.",
                )
            )
        row.state, row.reason, row.revoked_at = State.ISSUED, None, None
        row.save(update_fields=["state", "reason", "revoked_at"])
        journal.write(actor, "release", row.serial, authority=row.authority.code)
        audit.record(actor, "trust.release", row, serial=row.serial)
        emit(CertificateReleased(row.id), actor=actor)
        PUBLISH.defer(authority=str(row.authority_id))
    return row


def reason_of(number: int) -> Reason:
    """The reason of this number. Raises Invalid."""
    try:
        return Reason(number)
    except ValueError as error:
        problem = Text("请从列表选择撤销原因。", "Choose a reason from the list.")
        raise Invalid(problem, fields={"reason": problem}) from error


def _locked(certificate: UUID) -> Certificate:
    row = (
        Certificate.objects.select_for_update(of=("self",))
        .select_related("authority")
        .filter(id=certificate)
        .first()
    )
    if row is None:
        raise NotFound(Text("没有这张证书。", "No such certificate."))
    return row
