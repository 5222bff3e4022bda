"""Reads of identity: the actor behind a request, offices, accounts."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from wenzhou.kernel.base.actors import AGENT, CITIZEN, Actor, Post
from wenzhou.kernel.base.errors import NotFound
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.identity.contracts import OfficeRef
from wenzhou.kernel.identity.models import Account, Delegation, DelegationState, Office, PostHolding


def _in_force(today: date) -> Q:
    return Q(since__lte=today) & (Q(until=None) | Q(until__gt=today))


def actor_for(account: Account, *, acting_for: UUID | None = None, request_id: str = "") -> Actor:
    """The actor of an account now. ``acting_for`` counts only under an active delegation."""
    today = timezone.localdate()
    holdings = PostHolding.objects.filter(_in_force(today), account=account)
    posts = [Post(h.role, h.office_id or "", h.area) for h in holdings]
    posts.append(Post(CITIZEN.code))
    organisation = None
    if acting_for is not None and may_act_for(account, acting_for):
        organisation = acting_for
        posts.append(Post(AGENT.code))
    return Actor(
        name=account.name or account.username,
        account=account.id,
        person=account.person_id,
        organisation=organisation,
        posts=tuple(posts),
        request_id=request_id,
    )


def may_act_for(account: Account, organisation: UUID) -> bool:
    """Whether an active delegation lets the account act for the organisation today."""
    return Delegation.objects.filter(
        _in_force(timezone.localdate()),
        agent=account,
        organisation=organisation,
        state=DelegationState.ACTIVE,
    ).exists()


def office(code: str) -> OfficeRef:
    """The office of this code. Raises NotFound."""
    row = Office.objects.filter(code=code).first()
    if row is None:
        raise NotFound(Text(f"没有代码为 {code} 的机关。", f"There is no office with code {code}."))
    return OfficeRef.of(row)


def competent_office(function: str, area: str) -> OfficeRef:
    """The office with this function whose area is the narrowest that contains ``area``. Raises NotFound."""
    prefixes = [area[:length] for length in (12, 9, 6, 4) if len(area) >= length]
    rows = Office.objects.filter(function=function, area__in=prefixes)
    best = max(rows, key=lambda row: len(row.area), default=None)
    if best is None:
        raise NotFound(
            Text(
                f"该地区（{area}）没有承担“{function}”职能的机关。",
                f"No office with the function {function} covers the area {area}.",
            )
        )
    return OfficeRef.of(best)
