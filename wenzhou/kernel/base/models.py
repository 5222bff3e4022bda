"""Rows of the toolkit itself: audit, outbox and its deliveries. No domain model lives here."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models.functions import Now

from wenzhou.kernel.base.ids import uuid7


class AuditEntry(models.Model):
    """One act by one actor (审计). Append-only: the database refuses to change or remove a row.

    The actor is kept by id and name as they were then, not by a foreign key.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    at = models.DateTimeField(db_default=Now())
    actor = models.UUIDField(null=True)
    actor_name = models.CharField(max_length=150)
    acting_for = models.UUIDField(null=True)
    offices = models.CharField(max_length=200, blank=True)
    action = models.CharField(max_length=100)
    object_type = models.CharField(max_length=60, blank=True)
    object_id = models.CharField(max_length=60, blank=True)
    purpose = models.CharField(max_length=60, blank=True)
    outcome = models.CharField(max_length=10, default="done")
    request_id = models.CharField(max_length=36, blank=True)
    detail = models.JSONField(default=dict)

    class Meta:
        indexes: ClassVar = [
            models.Index("object_type", "object_id", "id", name="audit_object"),
            models.Index("actor", "id", name="audit_actor"),
            models.Index("action", "id", name="audit_action"),
            BrinIndex("at", name="audit_at"),
        ]

    def __str__(self) -> str:
        return f"{self.at} {self.actor_name} {self.action}"


class OutboxEntry(models.Model):
    """An event as it was emitted, written in the transaction that made it true (发件箱)."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    at = models.DateTimeField(db_default=Now())
    name = models.CharField(max_length=100)
    payload = models.JSONField()
    actor_name = models.CharField(max_length=150)

    class Meta:
        indexes: ClassVar = [models.Index("name", "id", name="outbox_name")]

    def __str__(self) -> str:
        return f"{self.name} {self.id}"


class DeliveryState(models.TextChoices):
    """What has become of an event at one handler."""

    WAITING = "waiting"
    DONE = "done"
    PARKED = "parked"


class Delivery(models.Model):
    """One event for one handler (投递): retried with back-off, then parked for an operator."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    entry = models.ForeignKey(OutboxEntry, on_delete=models.PROTECT, related_name="deliveries")
    handler = models.CharField(max_length=100)
    state = models.CharField(max_length=10, choices=DeliveryState, default=DeliveryState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    due = models.DateTimeField(db_default=Now())
    error = models.TextField(blank=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint("entry", "handler", name="delivery_once"),
        ]
        indexes: ClassVar = [
            models.Index("due", name="delivery_waiting", condition=models.Q(state=DeliveryState.WAITING)),
            models.Index("id", name="delivery_parked", condition=models.Q(state=DeliveryState.PARKED)),
        ]

    def __str__(self) -> str:
        return f"{self.handler} {self.state}"
