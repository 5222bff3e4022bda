"""Reads of the toolkit: how the city is put together, the audit, events that wait."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from wenzhou.kernel.base.actors import ROLES, Actor, Role
from wenzhou.kernel.base.events import Event
from wenzhou.kernel.base.manifest import Module
from wenzhou.kernel.base.models import AuditEntry, Delivery, DeliveryState
from wenzhou.kernel.base.permissions import Permission, require
from wenzhou.kernel.base.registry import registry
from wenzhou.kernel.base.rights import OPERATE, READ_AUDIT


@dataclass(frozen=True, slots=True)
class EventRow:
    """One event: who emits it and who handles it."""

    event: type[Event]
    emitter: Module
    receivers: tuple[tuple[Module, str], ...]


@dataclass(frozen=True, slots=True)
class PermissionRow:
    """One permission with a mark for each role, in the order of ``ROLES``."""

    module: Module
    permission: Permission
    held: tuple[bool, ...]


def permission_matrix() -> tuple[tuple[Role, ...], tuple[PermissionRow, ...]]:
    """All permissions against all roles."""
    rows = tuple(
        PermissionRow(module, permission, tuple(role in permission.roles for role in ROLES))
        for module in registry.modules
        for permission in module.permissions
    )
    return ROLES, rows


def event_rows() -> tuple[EventRow, ...]:
    """All events of the city."""
    return tuple(
        EventRow(event, module, tuple(_receivers(event)))
        for module in registry.modules
        for event in module.emits
    )


def _receivers(event: type[Event]) -> Iterable[tuple[Module, str]]:
    for module in registry.modules:
        for handler in module.handles:
            if handler.event is event:
                yield module, str(handler.title)


def parked_deliveries(actor: Actor) -> QuerySet[Delivery]:
    """Deliveries that failed for good or are failing now, the latest first."""
    require(actor, OPERATE)
    failing = Q(state=DeliveryState.PARKED) | Q(state=DeliveryState.WAITING, attempts__gt=0)
    return Delivery.objects.filter(failing).select_related("entry")


def audit_entries(
    actor: Actor,
    *,
    action: str = "",
    who: str = "",
    object_id: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
) -> QuerySet[AuditEntry]:
    """The audit, filtered; the auditor's reading of it is audited as any page."""
    require(actor, READ_AUDIT)
    rows = AuditEntry.objects.all()
    if action:
        rows = rows.filter(action__startswith=action)
    if who:
        rows = rows.filter(actor_name__startswith=who)
    if object_id:
        rows = rows.filter(object_id=object_id)
    if since:
        rows = rows.filter(at__gte=since)
    if until:
        rows = rows.filter(at__lt=until)
    return rows
