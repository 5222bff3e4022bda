"""Persons over time, households, and who lives in which household."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from wenzhou.kernel.base.ids import uuid7
from wenzhou.kernel.registers.api import Versioned, temporal_constraints, temporal_indexes


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
        ]


class Household(models.Model):
    """A household (户) at an address; ``division`` is the 12-digit code of its village or community."""

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
