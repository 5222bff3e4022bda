"""Runs, what they found, links over time, doubtful pairs; lists that offices bring."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from wenzhou.kernel.base.ids import uuid7
from wenzhou.kernel.base.text import Text

SOURCE_LENGTH = 60


class RunKind(models.TextChoices):
    """All records anew, or those recorded since the last run against all."""

    FULL = "full"
    INCREMENT = "increment"


class RunState(models.TextChoices):
    """Life of a run."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


OPEN_RUNS = (RunState.WAITING, RunState.RUNNING)


class Run(models.Model):
    """One linkage of two or more sources (链接运行), and how far it has come.

    ``lists`` are the codes of its sources, in order, joined by ``+``. ``read_until`` is the instant up to which the
    sources were read; ``learnt`` the trained model, which increments use again.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    lists = models.CharField(max_length=600)
    kind = models.CharField(max_length=10, choices=RunKind)
    state = models.CharField(max_length=10, choices=RunState, default=RunState.WAITING)
    step = models.CharField(max_length=20, blank=True)
    done = models.IntegerField(default=0)
    total = models.IntegerField(default=0)
    asked_by = models.ForeignKey("identity.Account", on_delete=models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField(db_default=Now())
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    read_until = models.DateTimeField(null=True, blank=True)
    learnt = models.JSONField(null=True, blank=True)
    counts = models.JSONField(default=dict)
    failures = models.SmallIntegerField(default=0)
    error = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint("lists", name="linkage_one_open_run", condition=Q(state__in=OPEN_RUNS)),
            models.CheckConstraint(
                condition=~Q(state=RunState.DONE) | Q(finished_at__isnull=False, read_until__isnull=False),
                name="linkage_done_run_is_whole",
            ),
        ]
        indexes: ClassVar = [models.Index("lists", "id", name="linkage_run_lists")]

    def __str__(self) -> str:
        return f"{self.lists} {self.kind} {self.state}"

    @property
    def sources(self) -> list[str]:
        """Codes of the sources."""
        return self.lists.split("+")


class Band(models.TextChoices):
    """What a run makes of a pair."""

    MATCH = "match"
    GREY = "grey"


class Pair(models.Model):
    """Two records that a run compared and could not tell apart; ``levels`` are degrees of agreement by comparison.

    Written by COPY by the hundred thousand; ``run`` is an id and no foreign key, whose check of each row would take as
    long as writing it. A tidying job removes what later runs have replaced.
    """

    id = models.BigAutoField(primary_key=True)
    run = models.UUIDField()
    left_source = models.CharField(max_length=SOURCE_LENGTH)
    left_key = models.UUIDField()
    right_source = models.CharField(max_length=SOURCE_LENGTH)
    right_key = models.UUIDField()
    weight = models.FloatField()
    probability = models.FloatField()
    band = models.CharField(max_length=5, choices=Band)
    levels = ArrayField(models.SmallIntegerField())

    class Meta:
        indexes: ClassVar = [
            BrinIndex(fields=["run"], name="linkage_pair_run"),
            models.Index("left_key", name="linkage_pair_left"),
        ]

    def __str__(self) -> str:
        return f"{self.left_source} {self.left_key} – {self.right_source} {self.right_key}"


class ActKind(models.TextChoices):
    """What an act did to links."""

    RUN = "run"
    CREATED = "created"
    EXTENDED = "extended"
    MERGED = "merged"
    UNMERGED = "unmerged"


class Act(models.Model):
    """One change of links (链接操作): a run's, a clerk's. Append-only; ``reverses`` names the act that it undid."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    kind = models.CharField(max_length=10, choices=ActKind)
    at = models.DateTimeField(db_default=Now())
    by = models.UUIDField(null=True)
    by_name = models.CharField(max_length=150)
    run = models.ForeignKey(Run, on_delete=models.PROTECT, null=True, related_name="+")
    reverses = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(kind=ActKind.RUN, run__isnull=False) | (~Q(kind=ActKind.RUN) & Q(run=None)),
                name="linkage_act_run",
            ),
            models.CheckConstraint(
                condition=Q(kind=ActKind.UNMERGED, reverses__isnull=False)
                | (~Q(kind=ActKind.UNMERGED) & Q(reverses=None)),
                name="linkage_act_reverses",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.at}"


class RecordLink(models.Model):
    """A record is about an entity (链接), from ``recorded_at`` until ``superseded_at``; never changed otherwise, never deleted.

    The entity is a bare id: it is nothing but the records that are linked to it. ``opened_by`` and ``ended_by`` are ids of
    acts, and no foreign keys for the reason given at ``Pair``.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    source = models.CharField(max_length=SOURCE_LENGTH)
    key = models.UUIDField()
    entity = models.UUIDField()
    opened_by = models.UUIDField()
    recorded_at = models.DateTimeField(db_default=Now())
    superseded_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.UUIDField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                "key", "source", name="linkage_one_entity", condition=Q(superseded_at=None)
            ),
            models.CheckConstraint(
                condition=Q(superseded_at=None, ended_by=None)
                | Q(superseded_at__gt=F("recorded_at"), ended_by__isnull=False),
                name="linkage_link_period",
            ),
        ]
        indexes: ClassVar = [
            models.Index("entity", name="linkage_link_entity"),
            BrinIndex(fields=["opened_by"], name="linkage_link_act"),
            models.Index("key", "source", name="linkage_link_past", condition=Q(superseded_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.key} → {self.entity}"


class ReviewState(models.TextChoices):
    """Life of a doubtful pair."""

    OPEN = "open"
    CLAIMED = "claimed"
    SECOND = "second"
    SAME = "same"
    DIFFERENT = "different"
    UNSURE = "unsure"
    GONE = "gone"


UNDECIDED = (ReviewState.OPEN, ReviewState.CLAIMED, ReviewState.SECOND)


class Reason(models.TextChoices):
    """Why a clerk is asked."""

    GREY = "grey"
    SET_ASIDE = "set-aside"
    JOINS = "joins"

    @property
    def text(self) -> Text:
        """In words."""
        return _REASONS[self]


_REASONS = {
    Reason.GREY: Text("匹配概率处于灰区", "The probability lies in the grey zone"),
    Reason.SET_ASIDE: Text(
        "合并会与其他记录矛盾", "Joining them would contradict other records of the group"
    ),
    Reason.JOINS: Text("将连接两个已建立的实体", "It would join two entities that stand"),
}


class Ground(models.TextChoices):
    """What a clerk's decision rests on (判定依据)."""

    RECORDS = "records"
    PAPERS = "papers"
    ASKED = "asked"
    OTHER = "other"

    @property
    def text(self) -> Text:
        """In words."""
        return _GROUNDS[self]


_GROUNDS = {
    Ground.RECORDS: Text("两边记录足以判断", "The records themselves suffice"),
    Ground.PAPERS: Text("已查阅原件或档案", "The papers were looked up"),
    Ground.ASKED: Text("已与本人或家属核实", "The person or the family was asked"),
    Ground.OTHER: Text("其他（写在说明中）", "Something else, said in the note"),
}


class Review(models.Model):
    """A pair that a clerk decides (人工复核); one row a pair, whatever number of runs asks.

    ``weighty``: merging them has consequences that two people answer for (四眼原则): the first says same, another confirms.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    left_source = models.CharField(max_length=SOURCE_LENGTH)
    left_key = models.UUIDField()
    right_source = models.CharField(max_length=SOURCE_LENGTH)
    right_key = models.UUIDField()
    run = models.ForeignKey(Run, on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=10, choices=Reason)
    probability = models.FloatField()
    levels = ArrayField(models.SmallIntegerField())
    office = models.ForeignKey("identity.Office", on_delete=models.PROTECT, related_name="+")
    area = models.CharField(max_length=12, db_collation="C")
    due = models.DateField()
    weighty = models.BooleanField()
    state = models.CharField(max_length=10, choices=ReviewState, default=ReviewState.OPEN)
    claimed_by = models.ForeignKey("identity.Account", on_delete=models.PROTECT, null=True, related_name="+")
    decided_by = models.ForeignKey("identity.Account", on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    ground = models.CharField(max_length=10, choices=Ground, blank=True)
    note = models.CharField(max_length=500, blank=True)
    second_by = models.ForeignKey("identity.Account", on_delete=models.PROTECT, null=True, related_name="+")
    second_at = models.DateTimeField(null=True, blank=True)
    act = models.ForeignKey(Act, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                "left_key", "right_key", "left_source", "right_source", name="linkage_review_pair"
            ),
            models.CheckConstraint(
                condition=~Q(state=ReviewState.CLAIMED) | Q(claimed_by__isnull=False), name="linkage_claimed"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[ReviewState.SECOND, ReviewState.SAME, ReviewState.DIFFERENT])
                | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="linkage_decided",
            ),
            models.CheckConstraint(
                condition=Q(second_by=None) | ~Q(second_by=F("decided_by")), name="linkage_four_eyes"
            ),
            models.CheckConstraint(
                condition=~Q(state=ReviewState.SAME, weighty=True) | Q(second_by__isnull=False),
                name="linkage_weighty_needs_second",
            ),
        ]
        indexes: ClassVar = [
            models.Index("office", "due", "id", name="linkage_review_todo", condition=Q(state__in=UNDECIDED)),
            models.Index(
                "office",
                F("decided_at").desc(),
                F("id").desc(),
                name="linkage_review_done",
                condition=~Q(state__in=UNDECIDED),
            ),
            models.Index(
                F("decided_at").desc(),
                F("id").desc(),
                name="linkage_review_journal",
                condition=~Q(state__in=UNDECIDED),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.left_source} – {self.right_source} {self.state}"


class Separation(models.Model):
    """Two records that people hold for different persons (判定为不同人): no run brings them together again."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    left_source = models.CharField(max_length=SOURCE_LENGTH)
    left_key = models.UUIDField()
    right_source = models.CharField(max_length=SOURCE_LENGTH)
    right_key = models.UUIDField()
    review = models.ForeignKey(Review, on_delete=models.PROTECT, null=True, related_name="+")
    act = models.ForeignKey(Act, on_delete=models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField(db_default=Now())
    superseded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                "left_key",
                "right_key",
                "left_source",
                "right_source",
                name="linkage_apart_once",
                condition=Q(superseded_at=None),
            )
        ]
        indexes: ClassVar = [
            models.Index("right_key", name="linkage_apart_right", condition=Q(superseded_at=None))
        ]

    def __str__(self) -> str:
        return f"{self.left_key} ≠ {self.right_key}"


class MadeTruth(models.Model):
    """Of a made record: whom it is truly about, and what its maker put wrong in it. What linkage is evaluated by; nobody is real."""

    id = models.BigAutoField(primary_key=True)
    source = models.CharField(max_length=SOURCE_LENGTH)
    key = models.UUIDField()
    about = models.UUIDField()
    errors = ArrayField(models.CharField(max_length=20), default=list)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("key", "source", name="linkage_truth_once")]

    def __str__(self) -> str:
        return f"{self.source} {self.key}"


class OfficeList(models.Model):
    """A list of people that an office brought (部门名单), to be linked with the registers.

    ``solo``: the office vouches that everybody is on it once.
    """

    code = models.CharField(primary_key=True, max_length=50)
    title_zh = models.CharField(max_length=100)
    title_en = models.CharField(max_length=100)
    office = models.ForeignKey("identity.Office", on_delete=models.PROTECT, related_name="+")
    solo = models.BooleanField(default=False)
    made = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.code

    @property
    def title(self) -> Text:
        """Its title."""
        return Text(self.title_zh, self.title_en)


class ListedPerson(models.Model):
    """One line of an office's list, as the office has it. ``gone``: the office took it off; it stays as a line."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    list = models.ForeignKey(OfficeList, on_delete=models.PROTECT, related_name="people", db_index=False)
    reference = models.CharField(max_length=60)
    recorded_at = models.DateTimeField(db_default=Now())
    gone = models.BooleanField(default=False)
    name = models.CharField(max_length=100, blank=True)
    number = models.CharField(max_length=30, blank=True)
    sex = models.CharField(max_length=1, blank=True)
    born = models.CharField(max_length=8, blank=True)
    phone = models.CharField(max_length=30, blank=True)
    address = models.CharField(max_length=200, blank=True)
    division = models.CharField(max_length=12, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint("list", "reference", name="linkage_listed_once"),
        ]
        indexes: ClassVar = [models.Index("list", "recorded_at", name="linkage_listed_since")]

    def __str__(self) -> str:
        return f"{self.list_id} {self.reference}"
