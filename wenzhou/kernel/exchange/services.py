"""Grants: applications from the manifests, and what the data officer does with them."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from wenzhou.kernel.base import audit
from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.errors import Conflict, Invalid, NotFound
from wenzhou.kernel.base.permissions import Purpose, require
from wenzhou.kernel.base.registry import registry
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.exchange.declarations import Use
from wenzhou.kernel.exchange.models import Grant, GrantState
from wenzhou.kernel.exchange.permissions import MANAGE_GRANTS

# "wzex" in ASCII: one collector of applications at a time.
_LOCK = 0x777A6578


def sync_uses(actor: Actor) -> int:
    """Turn what the manifests ask for into applications; returns how many are new.

    A grant that already covers the ask, an open application and a refusal of the same ask are
    left alone, so running it again does nothing.
    """
    made = 0
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        for use in registry.declared(Use):
            for purpose in use.purposes:
                made += _apply(use, purpose)
        if made:
            audit.record(actor, "exchange.apply", made=made)
    return made


def _apply(use: Use, purpose: Purpose) -> bool:
    existing = Grant.objects.filter(
        resource=use.resource.code, consumer=use.consumer, purpose=purpose.code
    ).order_by("-id")
    if any(_covers(grant, use) for grant in existing):
        return False
    existing.filter(state=GrantState.APPLIED).update(
        state=GrantState.REFUSED, reason="replaced by a later application", decided_at=timezone.now()
    )
    Grant.objects.create(
        resource=use.resource.code,
        consumer=use.consumer,
        purpose=purpose.code,
        purpose_zh=purpose.title.zh,
        purpose_en=purpose.title.en,
        fields=list(use.fields),
        unmasked=use.unmasked,
        legal_basis_zh=use.legal_basis.zh,
        legal_basis_en=use.legal_basis.en,
    )
    return True


def _covers(grant: Grant, use: Use) -> bool:
    """Whether this row already answers, or asks, the same."""
    return set(grant.fields) == set(use.fields) and grant.unmasked == use.unmasked


def grant(actor: Actor, grant_id: UUID, *, until: date | None = None) -> Grant:
    """Grant an application from today, replacing an older grant for the same purpose.

    Raises Refused, NotFound, Conflict (already decided), Invalid (``until`` not in the future).
    """
    require(actor, MANAGE_GRANTS)
    today = timezone.localdate()
    if until is not None and until <= today:
        raise Invalid(
            Text("截止日期必须晚于今天。", "The end must be later than today."),
            fields={"until": Text("请选择今天以后的日期", "Choose a day after today")},
        )
    with transaction.atomic():
        row = _locked(grant_id, GrantState.APPLIED)
        older = Grant.objects.filter(
            resource=row.resource, consumer=row.consumer, purpose=row.purpose, state=GrantState.GRANTED
        )
        older.update(state=GrantState.REVOKED, decided_at=timezone.now(), reason="replaced")
        row.since, row.until = today, until
        _decide(actor, row, GrantState.GRANTED, "")
        audit.record(actor, "exchange.grant", row, resource=row.resource, consumer=row.consumer)
    return row


def refuse(actor: Actor, grant_id: UUID, reason: str) -> Grant:
    """Refuse an application with a reason. Raises Refused, NotFound, Conflict, Invalid."""
    require(actor, MANAGE_GRANTS)
    _need_reason(reason)
    with transaction.atomic():
        row = _locked(grant_id, GrantState.APPLIED)
        _decide(actor, row, GrantState.REFUSED, reason)
        audit.record(actor, "exchange.refuse", row, reason=reason)
    return row


def revoke(actor: Actor, grant_id: UUID, reason: str) -> Grant:
    """End a grant at once, with a reason. Raises Refused, NotFound, Conflict, Invalid."""
    require(actor, MANAGE_GRANTS)
    _need_reason(reason)
    with transaction.atomic():
        row = _locked(grant_id, GrantState.GRANTED)
        _decide(actor, row, GrantState.REVOKED, reason)
        audit.record(actor, "exchange.revoke", row, reason=reason)
    return row


def _need_reason(reason: str) -> None:
    if not reason.strip():
        raise Invalid(
            Text("请说明理由。", "Say why."), fields={"reason": Text("理由必填", "A reason is needed")}
        )


def _locked(grant_id: UUID, state: GrantState) -> Grant:
    row = Grant.objects.select_for_update().filter(id=grant_id).first()
    if row is None:
        raise NotFound(Text("没有这项授权申请。", "There is no such application."))
    if row.state != state:
        raise Conflict(
            Text(
                "该申请的状态已经改变，请刷新页面后查看。",
                "The application has changed meanwhile; reload the page.",
            )
        )
    return row


def _decide(actor: Actor, row: Grant, state: GrantState, reason: str) -> None:
    row.state = state
    row.reason = reason
    row.granted_by_id = actor.account
    row.decided_at = timezone.now()
    row.save(update_fields=["state", "reason", "granted_by", "decided_at", "since", "until"])
