"""Persons over time, households, who lives in which, who is married to whom, whose child one is, and each life event once."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from wenzhou.kernel.base.ids import uuid7
from wenzhou.kernel.registers.api import OverlapGuard, Versioned, temporal_constraints, temporal_indexes


class Sex(models.TextChoices):
    """Sex as registered (GB/T 2261.1)."""

    MALE = "1"
    FEMALE = "2"


class Relation(models.TextChoices):
    """Relation to the head of the household (与户主关系), first digit group of GB/T 4761."""

    HEAD = "01"
    SPOUSE = "10"
    SON = "20"
    DAUGHTER = "30"
    GRANDCHILD = "40"
    PARENT = "50"
    GRANDPARENT = "60"
    SIBLING = "70"
    OTHER = "90"


class PersonVersion(Versioned):
    """What the register says of a person in a period; ``ethnicity`` by GB/T 3304 numeric code."""

    entity_fields = ("person",)

    person = models.ForeignKey("identity.Person", on_delete=models.PROTECT, related_name="+")
    # Collation C: the same index serves the prefix search and its order.
    name = models.CharField(max_length=60, db_collation="C")
    sex = models.CharField(max_length=1, choices=Sex)
    born = models.DateField()
    ethnicity = models.CharField(max_length=2, default="01")
    phone = models.CharField(max_length=20, blank=True)
    made = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [*temporal_constraints(("person",), "person_version")]
        indexes: ClassVar = [
            *temporal_indexes(("person",), "person_version"),
            models.Index("name", "id", name="person_version_name", condition=Q(superseded_at=None)),
            # Search by telephone, and the quality rule on telephones that many share.
            models.Index(
                "phone", name="person_version_phone", condition=Q(superseded_at=None) & ~Q(phone="")
            ),
        ]


class Household(models.Model):
    """The anchor of a household (户). ``division`` (12 digits) and ``address`` are where it is now.

    They follow :class:`HouseholdVersion`, as the name of a Person follows the register: what is asked of today (areas
    of competence, lists, figures) reads them here; any other day is read from the versions.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    number = models.CharField(max_length=20, unique=True)
    division = models.CharField(max_length=12, db_collation="C")
    address = models.CharField(max_length=200)
    made = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(division__regex=r"^[0-9]{12}$"), name="household_division")
        ]
        indexes: ClassVar = [models.Index("division", name="household_division")]

    def __str__(self) -> str:
        return self.number


class HouseholdVersion(Versioned):
    """Where a household is in a period: the 12-digit code of its village or community, and the address."""

    entity_fields = ("household",)

    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="versions")
    division = models.CharField(max_length=12, db_collation="C")
    address = models.CharField(max_length=200)

    class Meta:
        # A household has few versions: the index of the key finds them all, so there is none of its own for as-of reads.
        constraints: ClassVar = [
            *temporal_constraints(("household",), "household_version"),
            models.CheckConstraint(
                condition=Q(division__regex=r"^[0-9]{12}$"), name="household_version_code"
            ),
        ]
        indexes: ClassVar = [
            models.Index("division", name="household_version_division", condition=Q(superseded_at=None))
        ]


class Membership(Versioned):
    """In which household a person is registered in a period; one at a time."""

    entity_fields = ("person",)

    person = models.ForeignKey("identity.Person", on_delete=models.PROTECT, related_name="+")
    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="memberships")
    relation = models.CharField(max_length=2, choices=Relation, default=Relation.OTHER)

    class Meta:
        constraints: ClassVar = [
            *temporal_constraints(("person",), "membership"),
            models.UniqueConstraint(
                "household",
                name="household_one_head",
                condition=Q(superseded_at=None, valid_to=None, relation=Relation.HEAD),
            ),
        ]
        indexes: ClassVar = [*temporal_indexes(("person",), "membership")]


class Marriage(Versioned):
    """That a man and a woman are married (婚姻) in a period; civil affairs answers for it.

    Monogamy (一夫一妻, Civil Code art. 1041) is kept by the database: nobody has two on one day.
    """

    entity_fields = ("husband", "wife")

    husband = models.ForeignKey("identity.Person", on_delete=models.PROTECT, related_name="+")
    wife = models.ForeignKey("identity.Person", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            OverlapGuard(fields=("husband",), name="marriage_husband_once"),
            OverlapGuard(fields=("wife",), name="marriage_wife_once"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")), name="marriage_period"
            ),
            models.CheckConstraint(condition=~Q(husband=F("wife")), name="marriage_two"),
        ]


class Ground(models.TextChoices):
    """Why somebody is the legal parent of a child; values are our own."""

    BIRTH = "birth"
    RECOGNITION = "recognition"
    ADOPTION = "adoption"


class Parentage(Versioned):
    """Who are the legal parents (亲子关系) of a child in a period; adoption takes the place of birth (Civil Code art. 1111).

    ``father_by`` and ``mother_by`` say on which ground each of them is; empty where there is none.
    """

    entity_fields = ("child",)

    child = models.ForeignKey("identity.Person", on_delete=models.PROTECT, related_name="+")
    father = models.ForeignKey("identity.Person", on_delete=models.PROTECT, null=True, related_name="+")
    mother = models.ForeignKey("identity.Person", on_delete=models.PROTECT, null=True, related_name="+")
    father_by = models.CharField(max_length=12, choices=Ground, blank=True)
    mother_by = models.CharField(max_length=12, choices=Ground, blank=True)

    class Meta:
        constraints: ClassVar = [
            *temporal_constraints(("child",), "parentage"),
            models.CheckConstraint(
                condition=~Q(child=F("father")) & ~Q(child=F("mother")), name="parentage_not_herself"
            ),
        ]


class EventKind(models.TextChoices):
    """What happened in a life (人口事件); values are our own."""

    BIRTH = "birth"
    DEATH = "death"
    MARRIAGE = "marriage"
    DIVORCE = "divorce"
    RECOGNITION = "recognition"
    ADOPTION = "adoption"
    MOVE = "move"
    HOUSEHOLD_MOVE = "household-move"
    HEAD = "head"
    ARRIVAL = "arrival"
    DEPARTURE = "departure"


class LifeEvent(models.Model):
    """One registered life event: once for its key, whom it concerns, and the number of the paper it rests on.

    What follows from it stands in the bitemporal rows. ``person`` is whom it happened to, ``people`` everybody whose
    record it touched. ``reference``: number of the birth certificate, marriage certificate, notice of death, permit.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    key = models.CharField(max_length=100, unique=True)
    # Of the request: the same key with other words is a mistake, not a repetition.
    fingerprint = models.CharField(max_length=64)
    kind = models.CharField(max_length=16, choices=EventKind)
    on = models.DateField()
    person = models.ForeignKey("identity.Person", on_delete=models.PROTECT, null=True, related_name="+")
    people = ArrayField(models.UUIDField(), default=list)
    household = models.ForeignKey(Household, on_delete=models.PROTECT, null=True, related_name="+")
    reference = models.CharField(max_length=40, blank=True)
    recorded_by = models.UUIDField(null=True)
    case = models.UUIDField(null=True)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                "person",
                "kind",
                name="life_event_once_a_life",
                condition=Q(kind__in=(EventKind.BIRTH, EventKind.DEATH)),
            ),
            models.UniqueConstraint(
                "kind", "reference", name="life_event_one_paper", condition=~Q(reference="")
            ),
        ]
        indexes: ClassVar = [GinIndex("people", name="life_event_people")]

    def __str__(self) -> str:
        return f"{self.kind} {self.on}"


class NameSound(models.Model):
    """How a name that somebody bears sounds (姓名拼音): whole syllables and first letters, for searching.

    Once for each name, not for each person: ten million people have a few hundred thousand names.
    """

    name = models.CharField(max_length=60, primary_key=True, db_collation="C")
    pinyin = models.CharField(max_length=240, db_collation="C")
    initials = models.CharField(max_length=60, db_collation="C")

    class Meta:
        indexes: ClassVar = [
            models.Index("pinyin", "name", name="name_sound_pinyin"),
            models.Index("initials", "name", name="name_sound_initials"),
        ]

    def __str__(self) -> str:
        return self.name
