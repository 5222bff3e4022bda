"""Grants: who may use which resource, for what, and on what legal basis."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from wenzhou.kernel.base.ids import uuid7
from wenzhou.kernel.base.text import Text


class GrantState(models.TextChoices):
    """Life of a grant: an application is granted or refused; what is granted may be revoked."""

    APPLIED = "applied"
    GRANTED = "granted"
    REFUSED = "refused"
    REVOKED = "revoked"


class Grant(models.Model):
    """A consumer's right (授权) to a resource for one purpose: these fields, masked or not, for a time."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    resource = models.CharField(max_length=60)
    consumer = models.CharField(max_length=60)
    purpose = models.CharField(max_length=60)
    purpose_zh = models.CharField(max_length=200)
    purpose_en = models.CharField(max_length=200)
    fields = ArrayField(models.CharField(max_length=60))
    unmasked = models.BooleanField(default=False)
    legal_basis_zh = models.CharField(max_length=300)
    legal_basis_en = models.CharField(max_length=300)
    state = models.CharField(max_length=10, choices=GrantState, default=GrantState.APPLIED)
    applied_at = models.DateTimeField(db_default=Now())
    since = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True)
    granted_by = models.ForeignKey("identity.Account", on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                "resource",
                "consumer",
                "purpose",
                "state",
                name="grant_once",
                condition=Q(state__in=[GrantState.APPLIED, GrantState.GRANTED]),
            ),
            models.CheckConstraint(
                condition=~Q(state=GrantState.GRANTED) | Q(since__isnull=False), name="grant_has_start"
            ),
            models.CheckConstraint(condition=Q(until=None) | Q(until__gt=F("since")), name="grant_period"),
        ]
        indexes: ClassVar = [models.Index("state", "id", name="grant_state")]

    def __str__(self) -> str:
        return f"{self.consumer} {self.resource} {self.purpose} {self.state}"

    @property
    def purpose_title(self) -> Text:
        """The purpose in words."""
        return Text(self.purpose_zh, self.purpose_en)

    @property
    def legal_basis(self) -> Text:
        """The legal basis in words."""
        return Text(self.legal_basis_zh, self.legal_basis_en)
