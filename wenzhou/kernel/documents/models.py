"""The anchor File (文件): what a module keeps, who gave it, whom to ask who may read it; and uploads by day."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from wenzhou.kernel.base.ids import uuid7


class File(models.Model):
    """One paper as it was given or issued. Its content lies in the store under `sha256` and never changes.

    `purpose` is the code of a declared `FilePurpose`, `subject` the id of the thing it belongs to there (a case, a
    licence): together they decide who may read it. Several files may have the same content.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    sha256 = models.CharField(max_length=64)
    name = models.CharField(max_length=150)
    kind = models.CharField(max_length=10)
    media_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    purpose = models.CharField(max_length=60)
    subject = models.UUIDField(null=True, blank=True)
    uploaded_by = models.ForeignKey(
        "identity.Account", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    office = models.ForeignKey(
        "identity.Office", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    made = models.BooleanField(default=False)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes: ClassVar = [
            models.Index("sha256", name="file_sha256"),
            models.Index("purpose", "subject", "id", name="file_subject"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="file_sha256_form"),
            models.CheckConstraint(condition=Q(size__gt=0), name="file_not_empty"),
            models.CheckConstraint(condition=~Q(purpose=""), name="file_has_purpose"),
        ]

    def __str__(self) -> str:
        return self.name


class UploadDay(models.Model):
    """What one account has uploaded on one day, for the limits of `room`."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    account = models.ForeignKey("identity.Account", on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    files = models.PositiveIntegerField(default=0)
    size = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("account", "day", name="upload_day_once")]
        indexes: ClassVar = [models.Index("day", name="upload_day")]

    def __str__(self) -> str:
        return f"{self.account_id} {self.day}: {self.files}"
