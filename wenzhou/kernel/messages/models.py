"""Notices in the portal and the queue of what leaves by e-mail or SMS."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from wenzhou.kernel.base.ids import uuid7
from wenzhou.kernel.base.text import Text


class Notice(models.Model):
    """One message to one account in the portal (站内通知), in both languages as it was sent."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    recipient = models.ForeignKey("identity.Account", on_delete=models.PROTECT, related_name="+")
    template = models.CharField(max_length=60)
    title_zh = models.CharField(max_length=200)
    title_en = models.CharField(max_length=300)
    body_zh = models.TextField()
    body_en = models.TextField()
    link = models.CharField(max_length=300, blank=True)
    case = models.UUIDField(null=True, blank=True)
    at = models.DateTimeField(db_default=Now())
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index("recipient", models.F("id").desc(), name="notice_list"),
            models.Index("recipient", name="notice_unread", condition=Q(read_at=None)),
            models.Index("case", name="notice_case", condition=Q(case__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.title_zh

    @property
    def title(self) -> Text:
        """Its title in both languages."""
        return Text(self.title_zh, self.title_en)

    @property
    def body(self) -> Text:
        """Its text in both languages."""
        return Text(self.body_zh, self.body_en)


class Channel(models.TextChoices):
    """The way out of the house."""

    EMAIL = "email"
    SMS = "sms"


class OutgoingState(models.TextChoices):
    """What has become of an outgoing message."""

    WAITING = "waiting"
    SENT = "sent"
    CAPTURED = "captured"
    FAILED = "failed"


class Outgoing(models.Model):
    """One e-mail or SMS to one address (外发消息): queued with the change it tells of, sent after commit.

    Sending is at least once: `message_id` stays the same at each attempt, so that a receiver can drop a repetition.
    `receipt` is what the provider answered. `sensitive` ones (one-time codes) lose their text once they are sent or captured.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    channel = models.CharField(max_length=5, choices=Channel)
    account = models.ForeignKey(
        "identity.Account", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    notice = models.ForeignKey(
        Notice, on_delete=models.PROTECT, null=True, blank=True, related_name="outgoing"
    )
    to = models.CharField(max_length=254)
    subject = models.CharField(max_length=500, blank=True)
    body = models.TextField()
    sensitive = models.BooleanField(default=False)
    message_id = models.CharField(max_length=200, unique=True)
    state = models.CharField(max_length=8, choices=OutgoingState, default=OutgoingState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    due = models.DateTimeField(db_default=Now())
    receipt = models.CharField(max_length=300, blank=True)
    error = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField(db_default=Now())
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index("due", name="outgoing_waiting", condition=Q(state=OutgoingState.WAITING)),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(sent_at=None) | Q(state__in=[OutgoingState.SENT, OutgoingState.CAPTURED]),
                name="outgoing_sent_at",
            ),
            models.CheckConstraint(condition=~Q(to=""), name="outgoing_to"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.to} {self.state}"
