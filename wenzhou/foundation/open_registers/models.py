"""Registers made at run time, their entries over time, and who may use them from another system."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from wenzhou.kernel.base.ids import uuid7
from wenzhou.kernel.registers.api import Keyed, temporal_indexes, temporal_key


class OpenRegister(models.Model):
    """A register that an office has made at run time (自建登记簿): a schema, and entries that follow it.

    ``number`` is the database id of the GovStack API. ``schema`` has ``properties``, ``required`` and ``incrementIndex``;
    the property marked ``primaryKey`` (else ``ID``) is the key of an entry.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    number = models.BigIntegerField(unique=True)
    code = models.CharField(max_length=60)
    version = models.CharField(max_length=20)
    name = models.CharField(max_length=120)
    group = models.CharField(max_length=120, blank=True)
    office = models.CharField(max_length=40, blank=True)
    schema = models.JSONField()
    last_index = models.BigIntegerField(default=0)
    archived = models.BooleanField(default=False)
    made_at = models.DateTimeField(db_default=Now())
    modified_at = models.DateTimeField(db_default=Now())
    modified_by = models.CharField(max_length=150)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint("code", "version", name="open_register_version"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.version}"

    @property
    def key(self) -> str:
        """The property by which an entry is known."""
        for name, element in self.schema.get("properties", {}).items():
            if isinstance(element, dict) and element.get("primaryKey"):
                return str(name)
        return "ID"


class Entry(models.Model):
    """The anchor of an entry: its key in one register."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    register = models.ForeignKey(OpenRegister, on_delete=models.PROTECT, related_name="entries")
    key = models.CharField(max_length=100)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint("register", "key", name="open_entry_key"),
        ]

    def __str__(self) -> str:
        return self.key


class EntryVersion(Keyed):
    """What an entry says in a period, as a JSON object by the register's schema."""

    entity_fields = ("entry",)

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="versions")
    content = models.JSONField()

    class Meta:
        constraints: ClassVar = [*temporal_key(("entry",), "open_entry")]
        indexes: ClassVar = [
            *temporal_indexes(("entry",), "open_entry"),
            GinIndex(
                OpClass("content", "jsonb_path_ops"),
                name="open_entry_content",
                condition=Q(superseded_at=None),
            ),
        ]


class Client(models.Model):
    """A system that asks through an information mediator, and what it may do in one register or, without one, in all.

    ``name`` is what stands in the header Information-Mediator-Client: INSTANCE/CLASS/MEMBER/SUBSYSTEM.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    name = models.CharField(max_length=200)
    register = models.ForeignKey(OpenRegister, on_delete=models.CASCADE, null=True, related_name="+")
    may_write = models.BooleanField(default=False)
    may_define = models.BooleanField(default=False)
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint("name", "register", name="open_client_once", nulls_distinct=False),
        ]

    def __str__(self) -> str:
        return self.name
