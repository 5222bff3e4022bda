"""Issuing (签发): a serial is written down before anything is signed, so that no signature is unknown whatever is killed.

1. *prepare*, committed: the certificate's row with its serial. 2. *sign*. 3. *record*, committed: the bytes, the journal, the
event. What was prepared and never recorded was never given out; the job ``trust.void`` writes it off, and a reader who asks for
its serial is told "revoked".
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from wenzhou.kernel.base import audit
from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.errors import Conflict, Invalid
from wenzhou.kernel.base.outbox import emit
from wenzhou.kernel.base.permissions import require
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.trust import structures
from wenzhou.kernel.trust.addresses import issuer_of
from wenzhou.kernel.trust.events import CertificateIssued
from wenzhou.kernel.trust.keyring import signer
from wenzhou.kernel.trust.keys.kinds import KeyKind, kind_of
from wenzhou.kernel.trust.models import Authority, Certificate, State
from wenzhou.kernel.trust.names import checked_names, checked_parts
from wenzhou.kernel.trust.permissions import ISSUE
from wenzhou.kernel.trust.profiles import Profile
from wenzhou.kernel.trust.services import journal

BACKDATED = timedelta(minutes=5)
"""A new certificate is good from a little earlier on: readers' clocks are slow by as much."""
KEY_COMPROMISE = 1


@dataclass(frozen=True, kw_only=True)
class Order:
    """What is to be certified: by which authority and profile, of whom (parts of the name), with which public key.

    ``person`` and ``organisation`` are the anchors of whom it is about; ``days`` is cut to the profile's.
    """

    authority: Authority
    profile: Profile
    parts: Mapping[str, str]
    spki: bytes
    names: tuple[tuple[str, str], ...] = ()
    days: int = 0
    person: UUID | None = None
    organisation: UUID | None = None
    path_length: int | None = None
    subject: bytes = b""
    """The whole name, DER, instead of its parts: of an authority, which has it before its certificate."""


def issue(actor: Actor, order: Order) -> Certificate:
    """Certify. Raises Refused, Invalid (name, key, alternative names), Conflict (a key that may not be used, an authority that is closed)."""
    require(actor, ISSUE)
    kind = kind_of(order.spki)
    subject = order.subject or structures.name(checked_parts(order.profile, order.parts))
    names = checked_names(order.profile, order.names)
    holder = structures.Holder(subject=subject, spki=order.spki, names=names, path_length=order.path_length)
    row = _prepare(actor, order, kind, holder)
    tbs = structures.certificate(
        order.profile,
        issuer_of(order.authority),
        holder,
        int(row.serial, 16),
        (row.not_before, row.not_after),
    )
    der = structures.signed_certificate(tbs, signer(order.authority.key))
    return _record(actor, row, der)


def _prepare(actor: Actor, order: Order, kind: KeyKind, holder: structures.Holder) -> Certificate:
    digest = hashlib.sha256(order.spki).digest()
    period = _period(order)
    with transaction.atomic(durable=True):
        closed = Authority.objects.filter(id=order.authority.id).exclude(closed_at=None).exists()
        if closed:
            raise Conflict(
                Text(
                    "该认证机构已停止签发，请选择现行的认证机构。",
                    "This authority issues no more; choose the present one.",
                )
            )
        _may_use_key(order, digest)
        return Certificate.objects.create(
            authority=order.authority,
            serial=f"{_serial():x}",
            profile=order.profile.code,
            subject=structures.words(holder.subject)[:300],
            names=[f"{kind}:{value}" for kind, value in holder.names],
            kind=kind.code,
            key_digest=digest,
            not_before=period[0],
            not_after=period[1],
            person=order.person,
            organisation=order.organisation,
            asked_by=actor.account,
        )


def _record(actor: Actor, row: Certificate, der: bytes) -> Certificate:
    with transaction.atomic(durable=True):
        now = timezone.now()
        taken = Certificate.objects.filter(id=row.id, state=State.PREPARED)
        if not taken.update(der=der, state=State.ISSUED, issued_at=now):
            raise Conflict(
                Text(
                    "签发用时过长，本次签发已作废，请重新申请。",
                    "Issuing took too long and was written off; ask again.",
                )
            )
        row.der, row.state, row.issued_at = der, State.ISSUED, now
        journal.write(
            actor,
            "issue",
            row.serial,
            authority=row.authority.code,
            profile=row.profile,
            sha256=hashlib.sha256(der).hexdigest(),
        )
        audit.record(actor, "trust.issue", row, profile=row.profile, serial=row.serial)
        emit(CertificateIssued(row.id, row.profile), actor=actor)
    return row


def _period(order: Order) -> tuple[datetime, datetime]:
    start = (timezone.now() - BACKDATED).replace(microsecond=0)
    longest = order.days if order.profile.authority and order.days else order.profile.days
    days = min(order.days or longest, longest)
    end = start + timedelta(days=days)
    own = order.authority.certificate
    if own is not None and end > own.not_after:  # nothing outlives what vouches for it
        end = own.not_after
    if end <= timezone.now():
        raise Conflict(
            Text("认证机构证书即将到期，不能签发。", "The authority's own certificate is at its end.")
        )
    return start, end


def _may_use_key(order: Order, digest: bytes) -> None:
    """A key that was compromised is never certified again, and nobody gets one that stands for somebody else."""
    others = Certificate.objects.filter(key_digest=digest).exclude(state=State.VOID)
    if others.filter(reason=KEY_COMPROMISE).exists():
        problem = Text(
            "该公钥曾因私钥泄露被撤销，请生成新的密钥对。",
            "This key was revoked as compromised; make a new pair.",
        )
        raise Invalid(problem, fields={"public_key": problem})
    if others.exclude(person=order.person, organisation=order.organisation).exists():
        problem = Text("该公钥已用于他人的证书，请生成新的密钥对。", "This key certifies somebody else; make a new pair.")  # fmt: skip
        raise Invalid(problem, fields={"public_key": problem})


def _serial() -> int:
    """16 random octets of which the highest bit is 0 and the next is 1: positive, unguessable, always as long (RFC 5280 4.1.2.2)."""
    return secrets.randbits(126) | 1 << 126


def void_stale(older: timedelta = timedelta(minutes=10)) -> int:
    """Write off what was prepared and never recorded; returns how many. Again: nothing."""
    with transaction.atomic():
        rows = Certificate.objects.select_for_update(skip_locked=True).filter(
            state=State.PREPARED, prepared_at__lt=timezone.now() - older
        )
        done = 0
        for row in rows.select_related("authority"):
            row.state = State.VOID
            row.save(update_fields=["state"])
            journal.write(Actor.system("trust"), "void", row.serial, authority=row.authority.code)
            done += 1
    return done
