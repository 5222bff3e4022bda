"""The transactional outbox: an event is kept with the change that made it true, or not at all.

Delivery is at least once; a handler's own changes happen once, because they commit together
with the mark that it has run. After ``MAX_ATTEMPTS`` failures a delivery is parked, where an
operator sees the error and replays it.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from wenzhou.kernel.base import audit
from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.errors import Conflict
from wenzhou.kernel.base.events import Event
from wenzhou.kernel.base.jobs import Job
from wenzhou.kernel.base.models import Delivery, DeliveryState, OutboxEntry
from wenzhou.kernel.base.permissions import require
from wenzhou.kernel.base.registry import registry
from wenzhou.kernel.base.rights import OPERATE
from wenzhou.kernel.base.text import Text

log = logging.getLogger(__name__)

MAX_ATTEMPTS = 8
SWEEP_AFTER = timedelta(seconds=30)


def emit(event: Event, *, actor: Actor) -> UUID:
    """Last step of a write: tell the others, when and only when this transaction commits."""
    if not connection.in_atomic_block:
        raise RuntimeError(f"{event.name}: emit() belongs inside the transaction of the change")
    entry = OutboxEntry.objects.create(name=event.name, payload=event.payload(), actor_name=actor.name)
    for handler in registry.handlers_of(type(event)):
        delivery = Delivery.objects.create(entry=entry, handler=handler.name)
        DELIVER.defer(delivery=str(delivery.id))
    return entry.id


def emit_many(events: Sequence[Event], *, actor: Actor) -> None:
    """Events of one kind, as :func:`emit` would tell each: for a write that touches many rows at once."""
    if not connection.in_atomic_block:
        raise RuntimeError("emit_many() belongs inside the transaction of the change")
    entries = OutboxEntry.objects.bulk_create(
        [OutboxEntry(name=event.name, payload=event.payload(), actor_name=actor.name) for event in events],
        batch_size=1_000,
    )
    for handler in registry.handlers_of(type(events[0])) if events else ():
        for entry in entries:
            DELIVER.defer(delivery=str(Delivery.objects.create(entry=entry, handler=handler.name).id))


def deliver(delivery: str) -> None:
    """Run one handler for one event, unless it has run already or another worker is at it."""
    try:
        with transaction.atomic():
            row = (
                Delivery.objects.select_for_update(skip_locked=True, of=("self",))
                .select_related("entry")
                .filter(id=delivery, state=DeliveryState.WAITING)
                .first()
            )
            if row is None:
                return
            handler = registry.handler(row.handler)
            handler.handle(handler.event.parse(row.entry.payload))
            row.state = DeliveryState.DONE
            row.done_at = timezone.now()
            row.save(update_fields=["state", "done_at"])
    except Exception as error:
        log.exception("delivery %s failed", delivery)
        _put_off(delivery, error)


def _put_off(delivery: str, error: Exception) -> None:
    with transaction.atomic():
        row = Delivery.objects.select_for_update().get(id=delivery)
        if row.state != DeliveryState.WAITING:
            return
        row.attempts += 1
        row.error = f"{type(error).__name__}: {error}"[:2000]
        if row.attempts >= MAX_ATTEMPTS:
            row.state = DeliveryState.PARKED
        else:
            wait = 2**row.attempts
            row.due = timezone.now() + timedelta(seconds=wait)
            DELIVER.defer_in(wait, delivery=delivery)
        row.save(update_fields=["attempts", "error", "state", "due"])


def replay(actor: Actor, delivery: UUID) -> None:
    """An operator sends a parked delivery again, with its attempts counted anew."""
    require(actor, OPERATE)
    with transaction.atomic():
        row = Delivery.objects.select_for_update().get(id=delivery)
        if row.state != DeliveryState.PARKED:
            raise Conflict(
                Text("该投递不在搁置状态，无需重发。", "This delivery is not parked; nothing to replay.")
            )
        row.state = DeliveryState.WAITING
        row.attempts = 0
        row.due = timezone.now()
        row.save(update_fields=["state", "attempts", "due"])
        audit.record(actor, "base.replay", row, handler=row.handler)
        DELIVER.defer(delivery=str(row.id))


def sweep() -> None:
    """Enqueue again what is overdue: the job of a killed worker must not strand an event."""
    overdue = timezone.now() - SWEEP_AFTER
    stranded = Delivery.objects.filter(state=DeliveryState.WAITING, due__lt=overdue)
    for delivery in stranded.order_by("due").values_list("id", flat=True)[:1000]:
        DELIVER.defer(delivery=str(delivery))


DELIVER = Job(
    name="base.deliver",
    title=Text("投递事件", "Deliver an event"),
    run=deliver,
    attempts=3,
    queue="events",
)
SWEEP = Job(
    name="base.sweep", title=Text("补投滞留事件", "Sweep stranded events"), run=sweep, cron="* * * * *"
)
