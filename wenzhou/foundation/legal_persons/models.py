"""Firms over time, who holds them, and each founding once."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Left, Now

from wenzhou.kernel.base.ids import uuid7
from wenzhou.kernel.registers.api import Versioned, temporal_constraints, temporal_indexes


class Kind(models.TextChoices):
    """Kind of market entity (市场主体类型); values are our own."""

    LIMITED = "limited"
    STOCK = "stock"
    SOLE = "sole"
    PARTNERSHIP = "partnership"
    INDIVIDUAL = "individual"
    COOPERATIVE = "cooperative"
    INSTITUTION = "institution"
    SOCIETY = "society"


class Status(models.TextChoices):
    """Registration status (登记状态)."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    DEREGISTERED = "deregistered"


class OrganisationVersion(Versioned):
    """What the register says of an organisation in a period.

    ``line_code`` by GB/T 4754 (letter and up to four digits), ``capital`` in yuan, ``division``
    the 12-digit code of its village or community.
    """

    entity_fields = ("organisation",)

    organisation = models.ForeignKey("identity.Organisation", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=120, db_collation="C")
    kind = models.CharField(max_length=12, choices=Kind)
    line_code = models.CharField(max_length=5, db_collation="C")
    line_name = models.CharField(max_length=80)
    capital = models.DecimalField(max_digits=16, decimal_places=2)
    established = models.DateField()
    status = models.CharField(max_length=12, choices=Status, default=Status.ACTIVE)
    division = models.CharField(max_length=12, db_collation="C")
    address = models.CharField(max_length=200)
    legal_representative = models.ForeignKey(
        "identity.Person", on_delete=models.PROTECT, null=True, related_name="+"
    )
    made = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            *temporal_constraints(("organisation",), "organisation_version"),
            models.UniqueConstraint(
                "name",
                Left("division", 6),
                name="organisation_name_in_county",
                condition=Q(superseded_at=None, valid_to=None) & ~Q(status=Status.DEREGISTERED),
            ),
            models.CheckConstraint(condition=Q(capital__gte=0), name="organisation_capital"),
            models.CheckConstraint(condition=Q(division__regex=r"^[0-9]{12}$"), name="organisation_division"),
        ]
        indexes: ClassVar = [
            *temporal_indexes(("organisation",), "organisation_version"),
            models.Index("name", "id", name="organisation_version_name", condition=Q(superseded_at=None)),
        ]


class Shareholding(Versioned):
    """What a holder (股东) has put into an organisation in a period; ``amount`` in yuan.

    ``holder`` repeats the id of the person or of the organisation that holds.
    """

    entity_fields = ("organisation", "holder")

    organisation = models.ForeignKey("identity.Organisation", on_delete=models.PROTECT, related_name="+")
    holder = models.UUIDField(db_index=True)
    person = models.ForeignKey(
        "identity.Person", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    holding_organisation = models.ForeignKey(
        "identity.Organisation", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    amount = models.DecimalField(max_digits=16, decimal_places=2)

    class Meta:
        constraints: ClassVar = [
            *temporal_constraints(("organisation", "holder"), "shareholding"),
            models.CheckConstraint(
                condition=Q(person=F("holder"), holding_organisation=None)
                | Q(holding_organisation=F("holder"), person=None),
                name="shareholding_one_holder",
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="shareholding_amount"),
        ]
        indexes: ClassVar = [*temporal_indexes(("organisation", "holder"), "shareholding")]


class Establishment(models.Model):
    """That a firm was founded for a key, so that asking again founds nothing again."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    key = models.CharField(max_length=100, unique=True)
    # Of the request: the same key with other words is a mistake, not a repetition.
    fingerprint = models.CharField(max_length=64)
    organisation = models.OneToOneField("identity.Organisation", on_delete=models.PROTECT, related_name="+")
    case = models.UUIDField(null=True)
    at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return self.key
