"""Divisions with validity in time, what followed what, and outlines."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from wenzhou.kernel.base.ids import uuid7
from wenzhou.kernel.geo.contracts import ChangeKind, Level


def _choices(kind: type[Level] | type[ChangeKind]) -> list[tuple[str, str]]:
    return [(member.value, member.text.zh) for member in kind]


class Division(models.Model):
    """One version of an administrative division (行政区划), GB/T 2260 and GB/T 10114: the anchor Place.

    A code means one thing at a time: versions of a code never overlap, and each lies within the
    validity of its parent's code. PostgreSQL 18 keeps both by temporal constraints
    (migration 0002); on PostgreSQL 17 the first by exclusion, the second when divisions are loaded.
    """

    id = models.BigIntegerField(primary_key=True)
    code = models.CharField(max_length=12)
    name = models.CharField(max_length=60)
    name_en = models.CharField(max_length=90)
    level = models.CharField(max_length=10, choices=_choices(Level))
    # NULL and not "": the temporal foreign key must not look for a parent of the province.
    parent_code = models.CharField(max_length=12, null=True, blank=True)  # noqa: DJ001
    valid = DateRangeField()
    start_known = models.BooleanField(default=True)
    source = models.CharField(max_length=60)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="division_code_form",
                condition=Q(level=Level.VILLAGE, code__regex=r"^\d{12}$")
                | Q(level=Level.TOWN, code__regex=r"^\d{9}$")
                | Q(level__in=[Level.PROVINCE, Level.CITY, Level.COUNTY], code__regex=r"^\d{6}$"),
            ),
            models.CheckConstraint(
                name="division_has_parent",
                condition=Q(level=Level.PROVINCE, parent_code=None)
                | (~Q(level=Level.PROVINCE) & Q(parent_code__isnull=False)),
            ),
            models.CheckConstraint(
                name="division_valid_someday",
                condition=Q(valid__isempty=False, valid__startswith__isnull=False),
            ),
        ]
        indexes: ClassVar = [models.Index("parent_code", "code", name="division_parent")]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class DivisionSuccession(models.Model):
    """What became of a code: renamed, coded anew, split, merged, made a city or district."""

    on = models.DateField()
    precision = models.CharField(max_length=5)
    kind = models.CharField(max_length=10, choices=_choices(ChangeKind))
    old_code = models.CharField(max_length=12)
    new_code = models.CharField(max_length=12)
    note = models.CharField(max_length=200)
    note_en = models.CharField(max_length=200)
    # Of what the old one counted, for statistics across a split; NULL where nobody has said.
    share = models.FloatField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint("old_code", "new_code", "on", name="division_succession_once"),
        ]
        indexes: ClassVar = [models.Index("new_code", name="division_succession_new")]

    def __str__(self) -> str:
        return f"{self.on} {self.old_code} {self.kind} {self.new_code}"


class Outline(models.Model):
    """Outline of one version of a division: WKB in EPSG:4490 (CGCS2000, degrees) and its bounding box."""

    division = models.OneToOneField(Division, on_delete=models.CASCADE, related_name="outline")
    geometry = models.BinaryField()
    min_lon = models.FloatField()
    min_lat = models.FloatField()
    max_lon = models.FloatField()
    max_lat = models.FloatField()
    source = models.CharField(max_length=60)

    class Meta:
        indexes: ClassVar = [
            models.Index("min_lon", "max_lon", "min_lat", "max_lat", name="outline_box"),
        ]

    def __str__(self) -> str:
        return f"outline of {self.division_id}"


class LocationKind(models.TextChoices):
    """What a location is: a part of an address, a parcel of land, a building."""

    ADDRESS = "address"
    PARCEL = "parcel"
    BUILDING = "building"


class Location(models.Model):
    """Something with a lasting place on the ground (地点): the anchor of the registers of places.

    ``code`` never changes and is never given again; what is so of it and when, the registers say.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    kind = models.CharField(max_length=8, choices=LocationKind)
    code = models.CharField(max_length=24, db_collation="C")
    made = models.BooleanField(default=False)

    class Meta:
        # No unique=True: it would bring a second index for LIKE, which nobody asks.
        constraints: ClassVar = [models.UniqueConstraint(fields=["code"], name="location_code")]

    def __str__(self) -> str:
        return self.code


class DivisionLoad(models.Model):
    """One load that changed something; its id tells every process whether its copy is still good."""

    at = models.DateTimeField(db_default=Now())
    added = models.PositiveIntegerField()
    changed = models.PositiveIntegerField()
    sources = models.JSONField()

    def __str__(self) -> str:
        return f"{self.at} +{self.added} ~{self.changed}"


class DivisionOrder(models.Model):
    """A decision that changes divisions from a day on (区划调整), with the document it rests on."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    on = models.DateField()
    kind = models.CharField(max_length=10, choices=_choices(ChangeKind))
    basis = models.CharField(max_length=200)
    recorded_by = models.UUIDField(null=True)
    at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"{self.on} {self.kind} {self.basis}"


class ProposalState(models.TextChoices):
    """Where an order stands before it is one."""

    OPEN = "open"
    CONFIRMED = "confirmed"
    WITHDRAWN = "withdrawn"


class DivisionProposal(models.Model):
    """An order that one person has entered and another one confirms; then it has its ``order``.

    ``moves`` are the fields of ``orders.Move``. Who did what is kept by name too, as the journal does.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    key = models.CharField(max_length=100, unique=True)
    on = models.DateField()
    kind = models.CharField(max_length=10, choices=_choices(ChangeKind))
    basis = models.CharField(max_length=200)
    moves = models.JSONField()
    state = models.CharField(max_length=9, choices=ProposalState, default=ProposalState.OPEN)
    proposed_by = models.UUIDField(null=True)
    proposed_by_name = models.CharField(max_length=150)
    proposed_at = models.DateTimeField(db_default=Now())
    decided_by = models.UUIDField(null=True)
    decided_by_name = models.CharField(max_length=150, blank=True)
    decided_at = models.DateTimeField(null=True)
    order = models.OneToOneField(
        DivisionOrder, on_delete=models.PROTECT, null=True, blank=True, related_name="proposal"
    )

    class Meta:
        indexes: ClassVar = [models.Index("id", name="proposal_open", condition=Q(state="open"))]

    def __str__(self) -> str:
        return f"{self.on} {self.kind} {self.basis} ({self.state})"


class DivisionFollowing(models.Model):
    """How far the records of one follower have come with one change of code."""

    order = models.ForeignKey(DivisionOrder, on_delete=models.CASCADE, related_name="followings")
    follower = models.CharField(max_length=60)
    old_code = models.CharField(max_length=12)
    new_code = models.CharField(max_length=12)
    after = models.UUIDField(null=True)
    moved = models.PositiveBigIntegerField(default=0)
    refused = models.JSONField(default=list)
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint("order", "follower", "old_code", name="following_once"),
        ]
        indexes: ClassVar = [models.Index("order", name="following_left", condition=Q(done_at=None))]

    def __str__(self) -> str:
        return f"{self.follower} {self.old_code} → {self.new_code}"
