"""Who speaks for an authority: a key of its own with a certificate for one thing (status, time), renewed by a job."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from asn1crypto import x509
from django.utils import timezone

from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.jobs import Job
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.trust.cms import Signatory
from wenzhou.kernel.trust.keyring import make_key, signer
from wenzhou.kernel.trust.keys.kinds import KINDS
from wenzhou.kernel.trust.models import Authority, Responder, Role, State, Use
from wenzhou.kernel.trust.profiles import STAMPING, STATUS, Profile
from wenzhou.kernel.trust.services.issuing import Order, issue

RENEW_BEFORE = timedelta(days=30)
_REMEMBERED = timedelta(minutes=5)
_kept: dict[tuple[UUID, str], tuple[datetime, Signatory]] = {}
_PROFILES = {Role.STATUS: (STATUS, "OCSP"), Role.STAMP: (STAMPING, "TSA")}


def speaker(authority: Authority, role: Role) -> Signatory | None:
    """Who signs for the authority in a role; looked up every few minutes, so that a new one takes over in every process."""
    now = timezone.now()
    kept = _kept.get((authority.id, role))
    if kept is not None and kept[0] > now:
        return kept[1]
    row = (
        Responder.objects.filter(
            authority=authority, role=role, certificate__state=State.ISSUED, certificate__not_after__gt=now
        )
        .select_related("key", "certificate")
        .order_by("-certificate__not_after")
        .first()
    )
    if row is None:
        return None
    found = Signatory(
        certificate=x509.Certificate.load(row.certificate.content),
        algorithm=KINDS[row.key.kind].algorithm,
        sign=signer(row.key),
        chain=(x509.Certificate.load(authority.own.content),),
    )
    _kept[authority.id, role] = (min(now + _REMEMBERED, row.certificate.not_after), found)
    return found


def renew() -> None:
    """Every authority whose key is here has its speakers, for a month at least. Again: nothing."""
    for authority in Authority.objects.exclude(use=Use.ROOT).select_related("key", "certificate"):
        for role in Role:
            if role is Role.STATUS or authority.use == Use.STAMPING:
                _renew(authority, role)


def _renew(authority: Authority, role: Role) -> None:
    until = timezone.now() + RENEW_BEFORE
    good = Responder.objects.filter(
        authority=authority, role=role, certificate__state=State.ISSUED, certificate__not_after__gt=until
    )
    if good.exists():
        return
    profile: Profile
    profile, name = _PROFILES[role]
    key = make_key(KINDS[authority.key.kind])
    order = Order(
        authority=authority,
        profile=profile,
        parts={"common_name": f"{name} {authority.code} {timezone.localdate():%Y-%m-%d}"},
        spki=bytes(key.spki),
    )
    row = issue(Actor.system("trust"), order)
    Responder.objects.create(authority=authority, role=role, key=key, certificate=row)


RENEW_SPEAKERS = Job(
    name="trust.renew-speakers",
    title=Text("更新状态查询和时间戳证书", "Renew the certificates that answer for status and time"),
    run=renew,
    cron="41 * * * *",
    lock="trust.speakers",
)
