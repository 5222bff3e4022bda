"""Rows of quality: problems, runs of the rules, scores."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from wenzhou.kernel.base.ids import uuid7


class ProblemState(models.TextChoices):
    """Where a problem stands. ``proposed``: somebody says that the record is right as it is, another has to agree."""

    OPEN = "open"
    PROPOSED = "proposed"
    EXCEPTED = "excepted"
    MENDED = "mended"


WAITING = (ProblemState.OPEN, ProblemState.PROPOSED)


class QualityProblem(models.Model):
    """A record that breaks a rule (数据质量问题): one row for each, opened, mended and opened again.

    It holds no personal data: the record by the id of its anchor, and of the values that are at fault a hash alone, by which
    an exception (例外) ends when they change. ``checked_at`` is when the last verdict was found.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    register = models.CharField(max_length=40)
    rule = models.CharField(max_length=80)
    record = models.UUIDField()
    field = models.CharField(max_length=60)
    function = models.CharField(max_length=40)
    area = models.CharField(max_length=12, db_collation="C")
    severity = models.SmallIntegerField()
    state = models.CharField(max_length=10, choices=ProblemState, default=ProblemState.OPEN)
    opened_at = models.DateTimeField(db_default=Now())
    closed_at = models.DateTimeField(null=True)
    checked_at = models.DateTimeField(db_default=Now())
    times = models.PositiveIntegerField(db_default=1)
    due = models.DateField()
    evidence = models.BigIntegerField(db_default=0)
    assignee = models.ForeignKey(
        "identity.Account", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    reason = models.CharField(max_length=500, db_default="")
    proposed_by = models.UUIDField(null=True)
    proposed_by_name = models.CharField(max_length=150, db_default="")
    decided_by = models.UUIDField(null=True)
    decided_by_name = models.CharField(max_length=150, db_default="")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint("rule", "record", "field", name="quality_problem_once"),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=models.F("proposed_by")),
                name="quality_problem_four_eyes",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                "function", "due", "id", name="quality_problem_queue", condition=Q(state__in=WAITING)
            ),
            models.Index("record", name="quality_problem_record"),
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.record}"


class QualityRun(models.Model):
    """One run of all rules of a register over all its records (质量检查)."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    register = models.CharField(max_length=40)
    asked_by_name = models.CharField(max_length=150, blank=True)
    asked_at = models.DateTimeField(db_default=Now())
    finished_at = models.DateTimeField(null=True)
    rules = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    opened = models.PositiveIntegerField(default=0)
    mended = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            # Two who ask at once get one run.
            models.UniqueConstraint("register", name="quality_run_one", condition=Q(finished_at=None))
        ]

    def __str__(self) -> str:
        return f"{self.register} {self.asked_at}"


class QualityScore(models.Model):
    """How good the part of a register that an office answers for was on a day, in one county (质量评分).

    ``errors``, ``warnings`` and ``notices`` are records by their gravest open problem.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    day = models.DateField()
    register = models.CharField(max_length=40)
    function = models.CharField(max_length=40)
    area = models.CharField(max_length=6, db_collation="C")
    records = models.PositiveBigIntegerField()
    errors = models.PositiveBigIntegerField()
    warnings = models.PositiveBigIntegerField()
    notices = models.PositiveBigIntegerField()
    late = models.PositiveBigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint("day", "register", "function", "area", name="quality_score_once")
        ]
        indexes: ClassVar = [models.Index("function", "day", name="quality_score_office")]

    def __str__(self) -> str:
        return f"{self.day} {self.register} {self.function} {self.area}"
