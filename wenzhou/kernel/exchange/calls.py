"""A call of a resource: grant, provide, withhold and mask, write the journal line, answer."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.errors import NotFound, Refused
from wenzhou.kernel.base.permissions import Purpose
from wenzhou.kernel.base.registry import registry
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.exchange.declarations import Field, Level, Offer, Resource
from wenzhou.kernel.exchange.models import Grant, GrantState
from wenzhou.kernel.registers.api import journal
from wenzhou.kernel.registers.contracts import Subject


def call[Req, Resp](
    resource: Resource[Req, Resp],
    request: Req,
    *,
    actor: Actor,
    purpose: Purpose,
    consumer: str,
    case: UUID | None = None,
) -> Resp:
    """Ask ``resource`` on behalf of ``actor``; ``consumer`` is the calling module's code.

    One transaction with the caller's: what was read and that it was read stand or fall together.
    Fields outside the grant come back None, personal ones masked unless the grant says otherwise
    or the actor reads her own record (or her firm's). Raises Refused without a grant in force, and
    what the provider raises: NotFound, Invalid, Conflict.
    """
    with transaction.atomic():
        grant = _grant_in_force(resource, consumer, purpose)
        response = _offer(resource).provide(actor, request)
        subject = resource.subject(request, response)
        unmasked = grant.unmasked or _own(actor, subject)
        shaped = _shape(resource, response, frozenset(grant.fields), unmasked)
        if subject != Subject():
            journal(
                actor,
                subject,
                resource=resource.code,
                consumer=consumer,
                purpose=purpose,
                fields=grant.fields,
                masked=not unmasked,
                case=case,
            )
        return shaped


def _grant_in_force(resource: Resource[Any, Any], consumer: str, purpose: Purpose) -> Grant:
    today = timezone.localdate()
    grant = Grant.objects.filter(
        Q(until=None) | Q(until__gt=today),
        resource=resource.code,
        consumer=consumer,
        purpose=purpose.code,
        state=GrantState.GRANTED,
        since__lte=today,
    ).first()
    if grant is None:
        raise Refused(
            Text(
                f"“{consumer}”尚未获准为“{purpose.title.zh}”使用“{resource.title.zh}”，请向数据主管部门申请授权。",
                f"“{consumer}” has no grant to use “{resource.title.en}” for “{purpose.title.en}”. "
                "Ask the data officer for one.",
            ),
            code="no-grant",
        )
    return grant


def _offer[Req, Resp](resource: Resource[Req, Resp]) -> Offer[Req, Resp]:
    for offer in registry.declared(Offer):
        if offer.resource.code == resource.code:
            return offer
    raise NotFound(
        Text(
            f"目前没有部门提供“{resource.title.zh}”，请联系数据主管部门。",
            f"No office offers “{resource.title.en}” at present; ask the data officer.",
        )
    )


def _own(actor: Actor, subject: Subject) -> bool:
    if subject.person is not None:
        return subject.person == actor.person
    return subject.organisation is not None and subject.organisation == actor.organisation


def _shape[Resp](
    resource: Resource[Any, Resp], response: Resp, granted: frozenset[str], unmasked: bool
) -> Resp:
    if resource.writes:
        return response
    changed: dict[str, Any] = {}
    for field in resource.fields:
        value = getattr(response, field.name)
        if value is None:
            continue
        if field.name not in granted:
            changed[field.name] = None
        elif not unmasked and field.level >= Level.PERSONAL:
            changed[field.name] = masked(field, value)
    return replace(response, **changed) if changed else response  # type: ignore[type-var]


def masked(field: Field, value: Any) -> Any:
    """The value as those see it who may not see it whole."""
    return field.mask(value) if field.mask is not None else None
