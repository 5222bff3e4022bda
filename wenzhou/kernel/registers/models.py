"""The base of bitemporal rows, and the journal of who read whose data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.constraints import BaseConstraint
from django.db.models.functions import Now

from wenzhou.kernel.base.ids import uuid7
from wenzhou.kernel.registers.temporal import CurrentPeriod, OverlapGuard, TemporalKey


class Versioned(models.Model):
    """One version of what a register says of an entity: bitemporal (双时态).

    Valid time ``[valid_from, valid_to)`` in days: when it is so in the world. Transaction time
    ``[recorded_at, superseded_at)``: when the register said so. A row is never changed but for
    its ``superseded_at``, which is set once; see ``versions.change``. (Terms: ISO/IEC 9075-2,
    application-time and system-versioned tables.)

    A subclass names the columns that identify its entity in ``entity_fields`` and spreads
    ``temporal_key`` (of ``Keyed``) or ``temporal_constraints``, and ``temporal_indexes``, into its Meta.
    """

    entity_fields: ClassVar[tuple[str, ...]]

    id = models.UUIDField(primary_key=True, default=uuid7)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    recorded_at = models.DateTimeField(db_default=Now())
    superseded_at = models.DateTimeField(null=True, blank=True)
    source = models.CharField(max_length=40)
    recorded_by = models.UUIDField(null=True, blank=True)
    case = models.UUIDField(null=True, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{type(self).__name__} {self.valid_from}–{self.valid_to or ''}"


class Keyed(Versioned):
    """A version under a temporal key (时态主键); see ``temporal``. The usual base of a register."""

    current_period = CurrentPeriod()

    class Meta:
        abstract = True


def temporal_key(entity_fields: Sequence[str], prefix: str) -> list[BaseConstraint]:
    """What the database itself refuses of a ``Keyed`` model: two versions known now for one day, and empty periods."""
    return [TemporalKey(fields=entity_fields, name=f"{prefix}_no_overlap"), _period(prefix)]


def temporal_constraints(entity_fields: Sequence[str], prefix: str) -> list[BaseConstraint]:
    """The same for a plain ``Versioned`` model, by a guard: for tables with a row or more for everybody in the city."""
    return [OverlapGuard(fields=entity_fields, name=f"{prefix}_no_overlap"), _period(prefix)]


def _period(prefix: str) -> BaseConstraint:
    return models.CheckConstraint(
        condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")), name=f"{prefix}_period"
    )


def temporal_indexes(entity_fields: Sequence[str], prefix: str) -> list[models.Index]:
    """Entity, then newest first, of what is known now: an as-of read touches one place of it."""
    return [
        models.Index(
            *(F(field) for field in entity_fields),
            F("valid_from").desc(),
            name=f"{prefix}_as_of",
            condition=Q(superseded_at=None),
        )
    ]


class AccessEntry(models.Model):
    """One reading of somebody's data (数据使用记录). Append-only.

    Reader and subject are kept as they were then, by id and name, not by foreign keys. ``fields``
    are the names that left the register; ``masked`` says that they left masked.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    at = models.DateTimeField(db_default=Now())
    subject_person = models.UUIDField(null=True)
    subject_organisation = models.UUIDField(null=True)
    reader = models.UUIDField(null=True)
    reader_name = models.CharField(max_length=150)
    reader_offices = ArrayField(models.CharField(max_length=40), default=list)
    consumer = models.CharField(max_length=60)
    resource = models.CharField(max_length=60)
    purpose = models.CharField(max_length=60)
    purpose_zh = models.CharField(max_length=200)
    purpose_en = models.CharField(max_length=200)
    case = models.UUIDField(null=True)
    fields = ArrayField(models.CharField(max_length=60))
    masked = models.BooleanField()
    request_id = models.CharField(max_length=36, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(subject_person__isnull=False) | Q(subject_organisation__isnull=False),
                name="access_subject",
            )
        ]
        indexes: ClassVar = [
            models.Index(
                "subject_person", "id", name="access_person", condition=Q(subject_person__isnull=False)
            ),
            models.Index(
                "subject_organisation",
                "id",
                name="access_organisation",
                condition=Q(subject_organisation__isnull=False),
            ),
            models.Index("reader", "id", name="access_reader"),
            models.Index("resource", "id", name="access_resource"),
        ]

    def __str__(self) -> str:
        return f"{self.at} {self.reader_name} {self.resource}"


class CorrectionState(models.TextChoices):
    """Where a proposed correction stands."""

    OPEN = "open"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class Correction(models.Model):
    """A proposed correction (更正建议): another office says that fields of a record are wrong.

    One goes to one owner, the office function that answers for its fields. ``values`` are the proposed values as they
    stand in files, by field name. Until it is decided the fields are shown as disputed.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    at = models.DateTimeField(db_default=Now())
    register = models.CharField(max_length=40)
    record = models.UUIDField()
    key = models.CharField(max_length=60)
    owner = models.CharField(max_length=40)
    area = models.CharField(max_length=12, db_collation="C", blank=True)
    values = models.JSONField()
    valid_from = models.DateField()
    reason = models.CharField(max_length=500)
    proposer = models.UUIDField(null=True)
    proposer_name = models.CharField(max_length=150)
    proposer_office = models.CharField(max_length=40, blank=True)
    due = models.DateField()
    state = models.CharField(max_length=10, choices=CorrectionState, default=CorrectionState.OPEN)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.UUIDField(null=True)
    decided_by_name = models.CharField(max_length=150, blank=True)
    answer = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints: ClassVar = [
            # The same again is the same proposal.
            models.UniqueConstraint(
                "register",
                "record",
                "owner",
                "proposer",
                "values",
                "valid_from",
                name="correction_once",
                condition=Q(state=CorrectionState.OPEN),
            ),
            models.CheckConstraint(
                condition=Q(state=CorrectionState.OPEN, decided_at=None)
                | (~Q(state=CorrectionState.OPEN) & Q(decided_at__isnull=False)),
                name="correction_decided",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                "register", "record", name="correction_open", condition=Q(state=CorrectionState.OPEN)
            ),
            models.Index(
                "owner", "due", "id", name="correction_queue", condition=Q(state=CorrectionState.OPEN)
            ),
            models.Index("proposer", "id", name="correction_proposer"),
        ]

    def __str__(self) -> str:
        return f"{self.register} {self.key} {self.state}"


class Tombstone(models.Model):
    """That a record was lawfully erased (依法删除): by whom, on what basis, what it was. Append-only.

    Holds nothing of what was erased but the id of its anchor and a digest, by which somebody who still has a copy can prove
    that it is the record which was erased here.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    at = models.DateTimeField(db_default=Now())
    register = models.CharField(max_length=40)
    record = models.UUIDField()
    versions = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    basis = models.CharField(max_length=200)
    reason = models.CharField(max_length=500)
    actor = models.UUIDField(null=True)
    actor_name = models.CharField(max_length=150)
    second = models.UUIDField(null=True)
    second_name = models.CharField(max_length=150, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint("register", "record", name="tombstone_once"),
        ]

    def __str__(self) -> str:
        return f"{self.register} {self.record}"


class ErasureRequest(models.Model):
    """That somebody asked for a record to be erased; another confirms (双人复核)."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    at = models.DateTimeField(db_default=Now())
    register = models.CharField(max_length=40)
    record = models.UUIDField()
    basis = models.CharField(max_length=200)
    reason = models.CharField(max_length=500)
    asked_by = models.UUIDField(null=True)
    asked_by_name = models.CharField(max_length=150)
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                "register", "record", name="erasure_once", condition=Q(confirmed_at=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.register} {self.record}"


class PublishedSchema(models.Model):
    """A schema of a register as it was published to its readers (数据结构版本). Append-only."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    at = models.DateTimeField(db_default=Now())
    register = models.CharField(max_length=40)
    number = models.PositiveIntegerField()
    schema = models.JSONField()
    actor_name = models.CharField(max_length=150)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint("register", "number", name="schema_number"),
        ]

    def __str__(self) -> str:
        return f"{self.register} {self.number}"


class FirstLoad(models.Model):
    """A first load that has not come to its end (初始入库); see ``first_load``. The row is gone when all is there.

    ``tables``: to each table the keys of rows that were there before, none for a table that was empty. The others are
    statements that make again what was taken from the tables.
    """

    register = models.CharField(max_length=40, unique=True)
    tables = models.JSONField()
    indexes = models.JSONField()
    keys = models.JSONField()
    guards = models.JSONField()
    at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return self.register


# Models of the subpackages, which Django looks for here.
from wenzhou.kernel.registers.extracts.models import Extract  # noqa: E402, F401
from wenzhou.kernel.registers.quality.models import QualityProblem, QualityRun, QualityScore  # noqa: E402, F401
from wenzhou.kernel.registers.transfer.models import BadRow, Import, Mapping  # noqa: E402, F401
