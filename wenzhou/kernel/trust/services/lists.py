"""Lists of the revoked (CRL): made anew at each revocation and once a day, numbered, kept."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.jobs import Job
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.trust import structures
from wenzhou.kernel.trust.addresses import issuer_of
from wenzhou.kernel.trust.keyring import signer
from wenzhou.kernel.trust.models import Authority, Certificate, RevocationList, State, Use
from wenzhou.kernel.trust.services import journal

LASTS = timedelta(days=7)
AGE = timedelta(hours=12)
"""A list is made anew when it is older: long before it ends, so that a day without a worker is no outage."""


def publish(actor: Actor, authority: Authority, lasts: timedelta | None = None) -> RevocationList:
    """A new list of an authority, with everything that was revoked and has not run out. Raises KeyMissingError (a root off-line)."""
    with transaction.atomic():
        held = Authority.objects.select_for_update(of=("self",)).select_related("key").get(id=authority.id)
        held.last_list += 1
        held.save(update_fields=["last_list"])
        now = timezone.now().replace(microsecond=0)
        rows = Certificate.objects.filter(
            Q(state__in=(State.HELD, State.REVOKED)), authority=held, not_after__gt=now
        ).order_by("revoked_at", "serial")
        revoked = [
            structures.Revoked(int(serial, 16), at, reason)
            for serial, at, reason in rows.values_list("serial", "revoked_at", "reason").iterator()
            if at is not None and reason is not None
        ]
        period = (now, now + (lasts or LASTS))
        der = structures.revocation_list(issuer_of(held), held.last_list, period, revoked, signer(held.key))
        row = RevocationList.objects.create(
            authority=held,
            number=held.last_list,
            this_update=period[0],
            next_update=period[1],
            entries=len(revoked),
            der=der,
        )
        journal.write(actor, "publish-list", held.code, number=row.number, entries=row.entries)
    return row


def newest(authority: Authority) -> RevocationList | None:
    """The list that counts."""
    return RevocationList.objects.filter(authority=authority).order_by("-number").first()


def _publish(authority: str) -> None:
    """What a revocation asks for."""
    publish(Actor.system("trust"), Authority.objects.get(id=authority))


def _renew() -> None:
    for one in Authority.objects.exclude(use=Use.ROOT).order_by("code"):
        last = newest(one)
        if last is None or last.this_update < timezone.now() - AGE:
            publish(Actor.system("trust"), one)


PUBLISH = Job(
    name="trust.publish-list",
    title=Text("更新证书撤销列表", "Publish a list of revoked certificates"),
    run=_publish,
    lock="trust.lists",
)
RENEW = Job(
    name="trust.renew-lists",
    title=Text("按期更新证书撤销列表", "Publish lists that grow old"),
    run=_renew,
    cron="17 * * * *",
    lock="trust.lists",
)
