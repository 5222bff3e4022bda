"""Rows of a case: the case itself, its papers, tasks, stopped clocks, acts, licences and rating."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from wenzhou.kernel.base.ids import uuid7
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.documents.models import File
from wenzhou.kernel.identity.models import Office, Organisation, Person


class ProcessVersion(models.Model):
    """A process file as it was when cases started on it (流程版本); a case ends on the version it began with."""

    digest = models.CharField(primary_key=True, max_length=64)
    case_type = models.CharField(max_length=60)
    xml = models.TextField()
    since = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"{self.case_type} {self.digest[:8]}"


class CaseState(models.TextChoices):
    """Life of a case as the applicant sees it."""

    DRAFT = "draft"
    RUNNING = "running"
    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Case(models.Model):
    """One application and all that becomes of it (办件): the anchor of everything done for it.

    ``form`` holds the answers by field name, ``revision`` counts its saved versions so that two
    devices do not overwrite each other. ``process`` is the serialised run of the BPMN process.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    number = models.CharField(max_length=24, unique=True, null=True)  # noqa: DJ001  # drafts have none
    case_type = models.CharField(max_length=60)
    state = models.CharField(max_length=10, choices=CaseState, default=CaseState.DRAFT)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="+")
    area = models.CharField(max_length=12, blank=True)
    title = models.CharField(max_length=120, blank=True)
    form = models.JSONField(default=dict)
    revision = models.PositiveIntegerField(default=0)
    process = models.JSONField(null=True)
    process_version = models.ForeignKey(ProcessVersion, on_delete=models.PROTECT, null=True, related_name="+")
    opened_at = models.DateTimeField(db_default=Now())
    changed_at = models.DateTimeField(db_default=Now())
    submitted_at = models.DateTimeField(null=True)
    promised_for = models.DateField(null=True)
    decided_at = models.DateTimeField(null=True)
    made = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="case_submitted_has_number",
                condition=Q(state=CaseState.DRAFT) | Q(number__isnull=False, submitted_at__isnull=False),
            ),
            models.CheckConstraint(
                name="case_decided_at",
                condition=Q(decided_at=None, state__in=[CaseState.DRAFT, CaseState.RUNNING])
                | Q(
                    decided_at__isnull=False,
                    state__in=[CaseState.GRANTED, CaseState.REFUSED, CaseState.WITHDRAWN],
                ),
            ),
            models.UniqueConstraint(
                "account",
                "case_type",
                name="case_one_draft",
                condition=Q(state=CaseState.DRAFT),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["account", "-opened_at", "-id"], name="case_mine"),
            models.Index(fields=["area", "state"], name="case_area"),
            models.Index(
                fields=["organisation", "-opened_at"],
                name="case_firm",
                condition=Q(organisation__isnull=False),
            ),
            models.Index(fields=["case_type", "submitted_at"], name="case_type_time"),
        ]

    def __str__(self) -> str:
        return self.number or f"draft {self.id}"


class PaperState(models.TextChoices):
    """Where a paper of a case stands."""

    GIVEN = "given"
    PROMISED = "promised"
    ASKED = "asked"


class CasePaper(models.Model):
    """A paper of a case (申请材料): given, promised for later (容缺受理), or asked for by an office."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="papers")
    code = models.CharField(max_length=40)
    state = models.CharField(max_length=10, choices=PaperState)
    file = models.ForeignKey(File, on_delete=models.PROTECT, null=True, related_name="+")
    promised_until = models.DateField(null=True)
    asked_by = models.ForeignKey(Office, on_delete=models.PROTECT, null=True, related_name="+")
    request_zh = models.CharField(max_length=300, blank=True)
    request_en = models.CharField(max_length=300, blank=True)
    changed_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint("case", "code", name="paper_once"),
            models.CheckConstraint(
                name="paper_state",
                condition=Q(state=PaperState.GIVEN, file__isnull=False)
                | Q(state=PaperState.PROMISED, promised_until__isnull=False)
                | Q(state=PaperState.ASKED, asked_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.state}"


class TaskState(models.TextChoices):
    """Where a task stands; PAUSED means that its clock is stopped."""

    OPEN = "open"
    CLAIMED = "claimed"
    PAUSED = "paused"
    DONE = "done"
    CANCELLED = "cancelled"


ACTIVE = [TaskState.OPEN, TaskState.CLAIMED, TaskState.PAUSED]


class Task(models.Model):
    """One office's step in one case (办理环节), with its own deadline by working days.

    ``number`` and ``title`` are the case's, which do not change once it is submitted: a worklist is searched by them,
    and one index holds all that it is ordered and narrowed by. An office finds its tasks by those indexes alone, so
    that the references to offices and accounts have none of their own.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="tasks")
    number = models.CharField(max_length=24)
    title = models.CharField(max_length=120, blank=True)
    element = models.CharField(max_length=60)
    name_zh = models.CharField(max_length=80)
    name_en = models.CharField(max_length=120)
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="+", db_index=False)
    area = models.CharField(max_length=12)
    state = models.CharField(max_length=10, choices=TaskState, default=TaskState.OPEN)
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    opened_at = models.DateTimeField(db_default=Now())
    promise_days = models.PositiveSmallIntegerField()
    deadline = models.DateField()
    outcome = models.CharField(max_length=20, blank=True)
    reasons = models.TextField(blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    decided_at = models.DateTimeField(null=True)
    days_used = models.PositiveSmallIntegerField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                "case", "element", name="task_active_once", condition=Q(state__in=ACTIVE)
            ),
            models.CheckConstraint(
                name="task_claimed_by_someone",
                condition=~Q(state__in=[TaskState.CLAIMED, TaskState.PAUSED]) | Q(claimed_by__isnull=False),
            ),
            models.CheckConstraint(
                name="task_done_has_outcome",
                condition=~Q(state=TaskState.DONE) | (~Q(outcome="") & Q(decided_at__isnull=False)),
            ),
            models.CheckConstraint(name="task_has_number", condition=~Q(number="")),
        ]
        indexes: ClassVar = [
            # In order of the deadline, all filters inside: a page reads as much of the index as it must, and no row
            # of the table that it does not show.
            models.Index(
                fields=["office", "deadline", "id", "state", "area", "element", "number", "title"],
                opclasses=["", "", "", "", "", "", "varchar_pattern_ops", "varchar_pattern_ops"],
                name="task_worklist",
                condition=Q(state__in=ACTIVE),
            ),
            models.Index(
                fields=["office", "state", "deadline", "id"],
                name="task_worklist_state",
                condition=Q(state__in=ACTIVE),
            ),
            models.Index(
                fields=["office", "element", "deadline", "id"],
                name="task_step",
                condition=Q(state__in=ACTIVE),
            ),
            models.Index(
                fields=["claimed_by", "deadline", "id"], name="task_mine", condition=Q(state__in=ACTIVE)
            ),
            models.Index(
                fields=["office", "decided_at", "id", "area", "element", "number", "title"],
                opclasses=["", "", "", "", "", "varchar_pattern_ops", "varchar_pattern_ops"],
                name="task_decided",
                condition=Q(state=TaskState.DONE),
            ),
            models.Index(
                fields=["office", "element", "decided_at", "id"],
                name="task_decided_step",
                condition=Q(state=TaskState.DONE),
            ),
            models.Index(
                fields=["office", "number"], opclasses=["", "varchar_pattern_ops"], name="task_number"
            ),
            models.Index(
                fields=["office", "title"], opclasses=["", "varchar_pattern_ops"], name="task_title"
            ),
            # All that a head's figures count of what waits now, so that they read no row of the table.
            models.Index(
                fields=["office", "area", "case"],
                include=["element", "name_zh", "name_en", "state", "deadline"],
                name="task_now",
                condition=Q(state__in=ACTIVE),
            ),
            models.Index(fields=["opened_at"], name="task_opened"),
        ]

    def __str__(self) -> str:
        return f"{self.name_zh} {self.state}"

    @property
    def name(self) -> Text:
        """The step's name in both languages."""
        return Text(self.name_zh, self.name_en)


class ClockStop(models.Model):
    """A time that does not count (时限中止): from asking for a paper until it is given."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="stops")
    paper = models.ForeignKey(CasePaper, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300)
    since = models.DateTimeField(db_default=Now())
    until = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint("task", name="clock_stopped_once", condition=Q(until=None)),
        ]

    def __str__(self) -> str:
        return f"{self.since}–{self.until or ''}"


class Act(models.Model):
    """A line of the case's history that its applicant may read (办理过程)."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="acts")
    at = models.DateTimeField(db_default=Now())
    actor_name = models.CharField(max_length=150)
    office = models.ForeignKey(Office, on_delete=models.PROTECT, null=True, related_name="+")
    kind = models.CharField(max_length=30)
    text_zh = models.CharField(max_length=400)
    text_en = models.CharField(max_length=400)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["case", "id"], name="act_case")]

    def __str__(self) -> str:
        return self.text_zh

    @property
    def text(self) -> Text:
        """What happened, in both languages."""
        return Text(self.text_zh, self.text_en)


class LicenceState(models.TextChoices):
    """Life of a licence."""

    VALID = "valid"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    REPLACED = "replaced"


class Licence(models.Model):
    """An electronic licence (电子证照) issued by a case; verified by anybody with its ``token``."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    number = models.CharField(max_length=40, unique=True)
    token = models.CharField(max_length=40, unique=True)
    licence_type = models.CharField(max_length=60)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="licences")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="+")
    data = models.JSONField()
    issued_at = models.DateTimeField(db_default=Now())
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    state = models.CharField(max_length=10, choices=LicenceState, default=LicenceState.VALID)
    file = models.ForeignKey(File, on_delete=models.PROTECT, null=True, related_name="+")
    made = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("case", "licence_type", name="licence_once")]
        indexes: ClassVar = [models.Index(fields=["organisation", "-issued_at"], name="licence_holder")]

    def __str__(self) -> str:
        return self.number


class Rating(models.Model):
    """The applicant's rating of the service (好差评): five levels, once for each case."""

    case = models.OneToOneField(Case, primary_key=True, on_delete=models.PROTECT, related_name="rating")
    stars = models.PositiveSmallIntegerField()
    comment = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="rating_five_levels", condition=Q(stars__gte=1, stars__lte=5))
        ]
        indexes: ClassVar = [models.Index(fields=["at"], name="rating_at")]

    def __str__(self) -> str:
        return f"{self.stars}"


class CountedThrough(models.Model):
    """The last day of which :class:`OfficeDay` and :class:`OfficeRating` know all; one row, missing before the first."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    day = models.DateField()

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(name="counted_through_once", condition=Q(id=1))]

    def __str__(self) -> str:
        return f"{self.day}"


class OfficeDay(models.Model):
    """What one office received and decided on one day in one town, step by step (日统计); written when the day is over.

    ``used`` and ``promised`` are sums of working days over what was decided. ``cases`` counts the decided tasks that were the
    office's first in their case, so that its sum over all time is a number of cases.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="+", db_index=False)
    day = models.DateField()
    town = models.CharField(max_length=9)
    element = models.CharField(max_length=60)
    name_zh = models.CharField(max_length=80)
    name_en = models.CharField(max_length=120)
    opened = models.PositiveIntegerField(default=0)
    decided = models.PositiveIntegerField(default=0)
    on_time = models.PositiveIntegerField(default=0)
    used = models.PositiveIntegerField(default=0)
    promised = models.PositiveIntegerField(default=0)
    cases = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                "office", "day", "town", "element", "name_zh", "name_en", name="office_day_once"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["office", "town"], include=["cases"], name="office_day_town")
        ]

    def __str__(self) -> str:
        return f"{self.office_id} {self.day} {self.town} {self.element}"


class OfficeRating(models.Model):
    """How many cases with a step decided by an office were rated with so many stars on one day in one town."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="+", db_index=False)
    day = models.DateField()
    town = models.CharField(max_length=9)
    stars = models.PositiveSmallIntegerField()
    count = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint("office", "day", "town", "stars", name="office_rating_once"),
        ]

    def __str__(self) -> str:
        return f"{self.office_id} {self.day} {self.stars}: {self.count}"


class CalendarDay(models.Model):
    """A day that the published calendar says is worked or not (工作日历), over what the package knows."""

    day = models.DateField(primary_key=True)
    working = models.BooleanField()
    note = models.CharField(max_length=100, blank=True)

    def __str__(self) -> str:
        return f"{self.day} {'working' if self.working else 'off'}"
