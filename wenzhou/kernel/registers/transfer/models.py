"""Imports with their bad rows, what an office has mapped before, and exports."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from wenzhou.kernel.base.ids import uuid7


class Format(models.TextChoices):
    """How rows are written in a file."""

    CSV = "csv"
    XLSX = "xlsx"
    JSONL = "jsonl"


class ImportState(models.TextChoices):
    """Where an import stands. CHECKING and LOADING go on by themselves when their worker was killed."""

    UPLOADED = "uploaded"
    CHECKING = "checking"
    CHECKED = "checked"
    LOADING = "loading"
    DONE = "done"
    REFUSED = "refused"
    CANCELLED = "cancelled"


class Foreign(models.TextChoices):
    """What becomes of fields that another office answers for: proposed to it, or refused with the reason."""

    PROPOSE = "propose"
    REFUSE = "refuse"


class ExportState(models.TextChoices):
    """Where an export stands. EXPIRED: its file has been let go."""

    WAITING = "waiting"
    RUNNING = "running"
    READY = "ready"
    REFUSED = "refused"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class Import(models.Model):
    """One file on its way into a register (数据导入).

    ``columns`` are the file's, ``fields`` the register's beside them, empty for those that are left out. ``position`` is how
    many rows have been dealt with; it moves in the transaction that dealt with them. Counts and ``reasons`` are those of
    the dry run until the load begins, then the load's. ``sha256`` is empty once the file has been let go.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    at = models.DateTimeField(db_default=Now())
    register = models.CharField(max_length=40)
    account = models.UUIDField()
    account_name = models.CharField(max_length=150)
    office = models.CharField(max_length=40)
    file_name = models.CharField(max_length=120)
    sha256 = models.CharField(max_length=64, blank=True)
    size = models.BigIntegerField()
    format = models.CharField(max_length=5, choices=Format)
    encoding = models.CharField(max_length=10, blank=True)
    delimiter = models.CharField(max_length=1, blank=True)
    sheet = models.CharField(max_length=60, blank=True)
    columns = models.JSONField()
    fields = models.JSONField()
    valid_from = models.DateField(null=True)
    all_or_nothing = models.BooleanField(default=False)
    foreign = models.CharField(max_length=7, choices=Foreign, default=Foreign.PROPOSE)
    state = models.CharField(max_length=9, choices=ImportState, default=ImportState.UPLOADED)
    total = models.BigIntegerField(null=True)
    position = models.BigIntegerField(default=0)
    created = models.BigIntegerField(default=0)
    changed = models.BigIntegerField(default=0)
    unchanged = models.BigIntegerField(default=0)
    bad = models.BigIntegerField(default=0)
    proposed = models.BigIntegerField(default=0)
    reasons = models.JSONField(default=dict)
    begun_at = models.DateTimeField(null=True)
    beat_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    trouble = models.JSONField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(
                    position=models.F("created")
                    + models.F("changed")
                    + models.F("unchanged")
                    + models.F("bad")
                ),
                name="import_every_row_counted",
            )
        ]
        indexes: ClassVar = [
            models.Index("account", "id", name="import_account"),
            models.Index("office", "id", name="import_office"),
        ]

    def __str__(self) -> str:
        return f"{self.file_name} → {self.register} ({self.state})"


class BadRow(models.Model):
    """A row of a file that was not taken, with its cells as they came. ``faults``: field, code, reason in both languages."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    run = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="bad_rows", db_index=False)
    line = models.BigIntegerField()
    cells = models.JSONField()
    faults = models.JSONField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("run", "line", name="bad_row_once")]

    def __str__(self) -> str:
        return f"{self.run_id}:{self.line}"


class Mapping(models.Model):
    """Which columns an office has taken for which fields: by the shape of the file, so that it is asked once."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    office = models.CharField(max_length=40)
    register = models.CharField(max_length=40)
    shape = models.CharField(max_length=64)
    fields = models.JSONField()
    account = models.UUIDField()
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint("office", "register", "shape", name="mapping_once"),
        ]

    def __str__(self) -> str:
        return f"{self.office} {self.register}"


class Export(models.Model):
    """Records of a register on their way out to the one who asked (数据导出).

    ``purpose`` is the code of the purpose under which whole values leave, empty when they leave masked; ``reason`` says in words what
    for. ``fields`` are those of the register, ``headings`` what the file calls them. ``done`` counts the records that have been
    read. ``sha256`` is empty before the file is whole and after ``expires_at``.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    at = models.DateTimeField(db_default=Now())
    register = models.CharField(max_length=40)
    account = models.UUIDField()
    account_name = models.CharField(max_length=150)
    office = models.CharField(max_length=40, blank=True)
    purpose = models.CharField(max_length=60, blank=True)
    reason = models.CharField(max_length=200)
    filters = models.JSONField(default=dict)
    on = models.DateField()
    fields = models.JSONField()
    headings = models.JSONField()
    format = models.CharField(max_length=5, choices=Format)
    encoding = models.CharField(max_length=10, blank=True)
    state = models.CharField(max_length=9, choices=ExportState, default=ExportState.WAITING)
    total = models.BigIntegerField(null=True)
    done = models.BigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    size = models.BigIntegerField(null=True)
    begun_at = models.DateTimeField(null=True)
    beat_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    trouble = models.JSONField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index("account", "id", name="export_account")]

    def __str__(self) -> str:
        return f"{self.register} → {self.format} ({self.state})"
