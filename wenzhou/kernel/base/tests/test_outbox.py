"""The outbox: kept with the change, delivered at least once, parked and replayed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from wenzhou.kernel.base import audit, outbox
from wenzhou.kernel.base.actors import OPERATOR, Actor, Post
from wenzhou.kernel.base.errors import Conflict, Refused
from wenzhou.kernel.base.events import Event, Handler
from wenzhou.kernel.base.models import AuditEntry, Delivery, DeliveryState, OutboxEntry
from wenzhou.kernel.base.registry import registry
from wenzhou.kernel.base.testing import run_due
from wenzhou.kernel.base.text import Text

pytestmark = pytest.mark.django_db

SYSTEM = Actor.system("test")
OPERATOR_ACTOR = Actor(name="op", posts=(Post(OPERATOR.code),))


@dataclass(frozen=True)
class Rang(Event):
    name: ClassVar[str] = "test.rang"
    title: ClassVar[Text] = Text("铃响", "It rang")
    times: int


class Receiver:
    def __init__(self) -> None:
        self.heard: list[int] = []
        self.fails = 0

    def handle(self, event: Rang) -> None:
        audit.record(SYSTEM, "test.heard", times=event.times)
        if self.fails > 0:
            self.fails -= 1
            raise RuntimeError("not now")
        self.heard.append(event.times)


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Receiver:
    made = Receiver()
    handler = Handler(name="test.receiver", event=Rang, handle=made.handle, title=Text("听铃", "Hear it"))
    monkeypatch.setitem(registry._handlers, handler.name, handler)
    return made


def ring(times: int = 3) -> None:
    with transaction.atomic():
        outbox.emit(Rang(times=times), actor=SYSTEM)


def test_an_event_reaches_its_handler_once(receiver: Receiver) -> None:
    ring()
    run_due()
    delivery = Delivery.objects.get()
    outbox.deliver(str(delivery.id))  # the same job again, as after a killed worker
    assert receiver.heard == [3]
    assert delivery.state == DeliveryState.DONE


def test_a_rolled_back_change_tells_nobody(receiver: Receiver) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        outbox.emit(Rang(times=1), actor=SYSTEM)
        raise ZeroDivisionError
    assert run_due() == 0
    assert not OutboxEntry.objects.exists()


def test_a_failed_handler_leaves_nothing_and_is_retried(receiver: Receiver) -> None:
    receiver.fails = 2
    ring()
    run_due()
    assert receiver.heard == [3]
    assert AuditEntry.objects.filter(action="test.heard").count() == 1, "failed runs were rolled back"
    assert Delivery.objects.get().attempts == 2


def test_a_hopeless_handler_is_parked_and_replayed_by_an_operator(receiver: Receiver) -> None:
    receiver.fails = outbox.MAX_ATTEMPTS
    ring()
    run_due()
    parked = Delivery.objects.get()
    assert parked.state == DeliveryState.PARKED
    assert "RuntimeError: not now" in parked.error

    with pytest.raises(Refused):
        outbox.replay(Actor(name="nobody", posts=(Post("citizen"),)), parked.id)
    outbox.replay(OPERATOR_ACTOR, parked.id)
    run_due()
    assert receiver.heard == [3]
    with pytest.raises(Conflict):
        outbox.replay(OPERATOR_ACTOR, parked.id)


def test_a_stranded_delivery_is_swept_up(receiver: Receiver) -> None:
    ring()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
    Delivery.objects.update(due=timezone.now() - 2 * outbox.SWEEP_AFTER)
    outbox.sweep()
    run_due()
    assert receiver.heard == [3]


@pytest.mark.django_db(transaction=True)
def test_emitting_outside_a_transaction_is_a_mistake() -> None:
    with pytest.raises(RuntimeError, match="inside the transaction"):
        outbox.emit(Rang(times=1), actor=SYSTEM)


@pytest.mark.parametrize(
    "statement", ["UPDATE base_auditentry SET action = 'x'", "DELETE FROM base_auditentry"]
)
def test_the_audit_cannot_be_rewritten(statement: str) -> None:
    audit.record(SYSTEM, "test.done")
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
