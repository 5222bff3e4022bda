"""Legal persons over time, who holds and runs them, their branches, and each founding once."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Left, Now

from wenzhou.foundation.legal_persons.naming import name_key, pinyin
from wenzhou.kernel.base.ids import uuid7
from wenzhou.kernel.registers.api import Keyed, PeriodKey, temporal_indexes, temporal_key


class Kind(models.TextChoices):
    """Kind of organisation (单位类型); values are our own, the rules of each stand in ``kinds.py``."""

    LIMITED = "limited"
    STOCK = "stock"
    SOLE = "sole"
    PARTNERSHIP = "partnership"
    INDIVIDUAL = "individual"
    COOPERATIVE = "cooperative"
    INSTITUTION = "institution"
    SOCIETY = "society"
    SERVICE = "service"
    FOUNDATION = "foundation"
    BRANCH = "branch"


class Role(models.TextChoices):
    """What an officer (董事、监事、高级管理人员) does in an organisation; values are our own."""

    CHAIR = "chair"
    VICE_CHAIR = "vice-chair"
    DIRECTOR = "director"
    SUPERVISOR_CHAIR = "supervisor-chair"
    SUPERVISOR = "supervisor"
    MANAGER = "manager"
    DEPUTY_MANAGER = "deputy-manager"
    MANAGING_PARTNER = "managing-partner"
    FINANCE = "finance"
    SECRETARY = "secretary"


class Status(models.TextChoices):
    """Registration status (登记状态)."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    DEREGISTERED = "deregistered"


class Bigrams(Func):
    """Pairs of neighbouring characters of a text column, by the database (see migration 0004)."""

    function = "legal_persons_bigrams"
    output_field = ArrayField(models.TextField())


class Appointment(models.TextChoices):
    """How an officer came into office (产生方式)."""

    ELECTED = "elected"
    APPOINTED = "appointed"
    HIRED = "hired"


class Route(models.TextChoices):
    """How an organisation is closed: generally after liquidation, or simplified (简易注销)."""

    GENERAL = "general"
    SIMPLIFIED = "simplified"


class NoticeState(models.TextChoices):
    """What came of a notice of closing."""

    OPEN = "open"
    WITHDRAWN = "withdrawn"
    CARRIED_OUT = "done"


class OrganisationVersion(Keyed):
    """What the register says of an organisation in a period.

    ``line_code`` by GB/T 4754 (letter and up to four digits), ``capital`` in yuan (开办资金 of institutions and
    societies), ``division`` the 12-digit code of its village or community, ``scope`` what it does (经营范围、宗旨和业务范围),
    ``sponsor`` its organising or supervising unit (举办单位、业务主管单位). ``status_note`` names the decision that the
    status rests on, ``suspended_until`` when a suspension ends by itself. ``name_key`` and ``pinyin`` follow the name
    (see ``naming``): names are compared and found by them.
    """

    entity_fields = ("organisation",)

    organisation = models.ForeignKey("identity.Organisation", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=120, db_collation="C")
    name_key = models.CharField(max_length=120, db_collation="C", default="", db_default="", editable=False)
    pinyin = models.CharField(max_length=480, db_collation="C", default="", db_default="", editable=False)
    kind = models.CharField(max_length=12, choices=Kind)
    line_code = models.CharField(max_length=5, db_collation="C")
    line_name = models.CharField(max_length=80)
    capital = models.DecimalField(max_digits=16, decimal_places=2)
    established = models.DateField()
    status = models.CharField(max_length=12, choices=Status, default=Status.ACTIVE)
    status_note = models.CharField(max_length=120, default="", db_default="", blank=True)
    suspended_until = models.DateField(null=True, blank=True)
    division = models.CharField(max_length=12, db_collation="C")
    address = models.CharField(max_length=200)
    legal_representative = models.ForeignKey(
        "identity.Person", on_delete=models.PROTECT, null=True, related_name="+"
    )
    scope = models.TextField(default="", db_default="", blank=True)
    phone = models.CharField(max_length=20, db_collation="C", default="", db_default="", blank=True)
    sponsor = models.CharField(max_length=120, default="", db_default="", blank=True)
    made = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            *temporal_key(("organisation",), "organisation_version"),
            models.UniqueConstraint(
                "name_key",
                Left("division", 6),
                name="organisation_name_in_county",
                condition=Q(superseded_at=None, valid_to=None) & ~Q(status=Status.DEREGISTERED),
            ),
            models.CheckConstraint(condition=~Q(name_key=""), name="organisation_name_compared"),
            models.CheckConstraint(condition=Q(capital__gte=0), name="organisation_capital"),
            models.CheckConstraint(condition=Q(division__regex=r"^[0-9]{12}$"), name="organisation_division"),
        ]
        indexes: ClassVar = [
            *temporal_indexes(("organisation",), "organisation_version"),
            models.Index("name", "id", name="organisation_version_name", condition=Q(superseded_at=None)),
            models.Index(
                "phone", name="organisation_version_phone", condition=Q(superseded_at=None) & ~Q(phone="")
            ),
            *(
                GinIndex(
                    Bigrams(column), name=f"organisation_version_{column}", condition=Q(superseded_at=None)
                )
                for column in ("name_key", "address")
            ),
            GinIndex(
                OpClass("pinyin", name="gin_trgm_ops"),
                name="organisation_version_pinyin",
                condition=Q(superseded_at=None),
            ),
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """With what follows from the name."""
        self.name_key, self.pinyin = name_key(self.name), pinyin(self.name)
        super().save(*args, **kwargs)


def _while_registered(field: str, name: str) -> PeriodKey:
    """On every day of its period the organisation is in the register."""
    return PeriodKey(
        fields=(field,), to="legal_persons.OrganisationVersion", to_fields=("organisation",), name=name
    )


class Shareholding(Keyed):
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
            *temporal_key(("organisation", "holder"), "shareholding"),
            _while_registered("organisation", "shareholding_while_registered"),
            models.CheckConstraint(
                condition=Q(person=F("holder"), holding_organisation=None)
                | Q(holding_organisation=F("holder"), person=None),
                name="shareholding_one_holder",
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="shareholding_amount"),
            models.CheckConstraint(condition=~Q(holder=F("organisation")), name="shareholding_not_itself"),
        ]
        indexes: ClassVar = [*temporal_indexes(("organisation", "holder"), "shareholding")]


class Officer(Keyed):
    """A person in office in an organisation in a period; ``how`` she came into it (产生方式)."""

    entity_fields = ("organisation", "person", "role")

    organisation = models.ForeignKey(
        "identity.Organisation", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    person = models.ForeignKey("identity.Person", on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=16, choices=Role)
    how = models.CharField(max_length=10, choices=Appointment, default=Appointment.ELECTED)

    class Meta:
        constraints: ClassVar = [
            *temporal_key(("organisation", "person", "role"), "officer"),
            _while_registered("organisation", "officer_while_registered"),
        ]
        indexes: ClassVar = [*temporal_indexes(("organisation", "person", "role"), "officer")]


class Branch(Keyed):
    """Whose branch (分支机构) an organisation is in a period."""

    entity_fields = ("branch",)

    branch = models.ForeignKey(
        "identity.Organisation", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    parent = models.ForeignKey("identity.Organisation", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            *temporal_key(("branch",), "branch"),
            _while_registered("branch", "branch_while_registered"),
            _while_registered("parent", "branch_of_a_registered"),
            models.CheckConstraint(condition=~Q(branch=F("parent")), name="branch_not_itself"),
        ]
        indexes: ClassVar = [*temporal_indexes(("branch",), "branch")]


class ClosingNotice(models.Model):
    """That an organisation announced its closing (注销公告), and what came of it."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    organisation = models.ForeignKey("identity.Organisation", on_delete=models.PROTECT, related_name="+")
    route = models.CharField(max_length=10, choices=Route)
    announced = models.DateField()
    state = models.CharField(max_length=10, choices=NoticeState, default=NoticeState.OPEN)
    recorded_by = models.UUIDField(null=True)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                "organisation", name="closing_notice_one_open", condition=Q(state=NoticeState.OPEN)
            )
        ]

    def __str__(self) -> str:
        return f"{self.route} {self.announced}"


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
