"""Extracts that were issued."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from wenzhou.kernel.base.ids import uuid7


class Extract(models.Model):
    """An extract (查询单): of which record, as of which day and as known at which instant, for whom and why.

    It holds no value of the record: the register itself gives them again, as known at ``issued_at``, and ``digest`` (SHA-256
    of what was printed) proves that they are the same. ``code`` is the verification code (核验码); ``disputed`` are the printed
    fields for which a correction was open then; ``own``: taken by the person, or for the firm, whom the record is about.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    code = models.CharField(max_length=16, unique=True, db_collation="C")
    register = models.CharField(max_length=40)
    record = models.UUIDField(db_index=True)
    on = models.DateField()
    issued_at = models.DateTimeField()
    expires = models.DateField()
    fields = ArrayField(models.CharField(max_length=60))
    disputed = ArrayField(models.CharField(max_length=60), default=list)
    digest = models.CharField(max_length=64)
    purpose = models.CharField(max_length=80)
    purpose_zh = models.CharField(max_length=120)
    purpose_en = models.CharField(max_length=200)
    own = models.BooleanField()
    account = models.UUIDField()
    account_name = models.CharField(max_length=150)
    office = models.CharField(max_length=40, default="", db_default="")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["account", "id"], name="extract_of_account")]

    def __str__(self) -> str:
        return f"{self.register} {self.on} {self.code}"
