"""Standard addresses, parcels and buildings over time."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, GistIndex
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Now

from wenzhou.kernel.base.ids import uuid7
from wenzhou.kernel.registers.api import (
    Keyed,
    Versioned,
    temporal_constraints,
    temporal_indexes,
    temporal_key,
)

KNOWN = Q(superseded_at=None)


class Level(models.TextChoices):
    """Parts of an address from the road down (GB/T 23705: basic restriction, then local point)."""

    ROAD = "road"
    LANE = "lane"
    NUMBER = "number"
    BUILDING = "building"
    UNIT = "unit"
    ROOM = "room"


class AddressVersion(Versioned):
    """What the register says of one part of an address (标准地址) in a period.

    ``name`` is how it is written (``12号``), ``key`` how it is compared (``12``), ``ordinal`` how it is sorted.
    ``parent`` is the part above; a road has none, nor has a number that hangs on its village alone. ``division`` has
    nine digits for a road of a whole town, else twelve. Degrees are EPSG:4490 (CGCS2000). ``pairs`` are a road's
    name in pairs of characters, for names that are written wrongly.
    """

    entity_fields = ("location",)

    location = models.ForeignKey("geo.Location", on_delete=models.PROTECT, related_name="+", db_index=False)
    level = models.CharField(max_length=8, choices=Level)
    name = models.CharField(max_length=40, db_collation="C")
    key = models.CharField(max_length=40, db_collation="C")
    ordinal = models.IntegerField(default=0)
    parent = models.ForeignKey(
        "geo.Location", on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    division = models.CharField(max_length=12, db_collation="C")
    lon = models.FloatField()
    lat = models.FloatField()
    pairs = ArrayField(models.CharField(max_length=2), null=True, blank=True)
    made = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            *temporal_constraints(("location",), "address_version"),
            models.UniqueConstraint(
                "parent",
                "level",
                "key",
                name="address_once_below_parent",
                condition=KNOWN & Q(valid_to=None, parent__isnull=False),
            ),
            models.UniqueConstraint(
                "division",
                "level",
                "key",
                name="address_once_in_division",
                condition=KNOWN & Q(valid_to=None, parent=None),
            ),
            models.CheckConstraint(
                condition=Q(level=Level.ROAD, parent=None)
                | Q(level=Level.NUMBER)
                | Q(level__in=[Level.LANE, Level.BUILDING, Level.UNIT, Level.ROOM], parent__isnull=False),
                name="address_parent",
            ),
            models.CheckConstraint(
                condition=Q(division__regex=r"^[0-9]{9}([0-9]{3})?$"), name="address_division"
            ),
            models.CheckConstraint(
                condition=Q(lon__gte=73, lon__lte=136, lat__gte=3, lat__lte=54), name="address_point"
            ),
        ]
        indexes: ClassVar = [
            *temporal_indexes(("location",), "address_version"),
            models.Index("parent", "ordinal", "id", name="address_below", condition=KNOWN),
            models.Index("division", "level", name="address_division_level", condition=KNOWN),
            models.Index("key", "division", name="address_road", condition=KNOWN & Q(level=Level.ROAD)),
            GinIndex(fields=["pairs"], name="address_road_pairs", condition=KNOWN & Q(level=Level.ROAD)),
            GistIndex(
                Func("lon", "lat", function="point", output_field=models.Field()),
                name="address_point_near",
                condition=KNOWN & Q(level=Level.NUMBER),
            ),
        ]


class Use(models.TextChoices):
    """Use of land (土地用途), classes of GB/T 21010-2017."""

    COMMERCE = "0501"
    OFFICES = "0504"
    INDUSTRY = "0601"
    STORAGE = "0604"
    TOWN_HOUSING = "0701"
    COUNTRY_HOUSING = "0702"
    GOVERNMENT = "0801"
    EDUCATION = "0803"
    HEALTH = "0805"
    UTILITIES = "0809"
    PARK = "0810"


class Shaped(Keyed):
    """A version with a polygon: WKB in EPSG:4490 (degrees) and its bounding box."""

    geometry = models.BinaryField()
    min_lon = models.FloatField()
    min_lat = models.FloatField()
    max_lon = models.FloatField()
    max_lat = models.FloatField()

    class Meta:
        abstract = True


def box_index(name: str) -> GistIndex:
    """R-tree over the bounding boxes of what is known now; PostgreSQL has the type ``box`` without PostGIS."""
    corners = [
        Func(f"{end}_lon", f"{end}_lat", function="point", output_field=models.Field())
        for end in ("min", "max")
    ]
    return GistIndex(Func(*corners, function="box", output_field=models.Field()), name=name, condition=KNOWN)


class ParcelVersion(Shaped):
    """What the register says of a parcel (宗地) in a period. Its code stands on the anchor (GB/T 37346, 19 characters).

    ``use`` by GB/T 21010, ``area`` in square metres, ``situated`` in words (坐落).
    """

    entity_fields = ("location",)

    location = models.ForeignKey("geo.Location", on_delete=models.PROTECT, related_name="+", db_index=False)
    division = models.CharField(max_length=12, db_collation="C")
    use = models.CharField(max_length=4, choices=Use)
    area = models.DecimalField(max_digits=12, decimal_places=2)
    situated = models.CharField(max_length=200)
    made = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            *temporal_key(("location",), "parcel_version"),
            models.CheckConstraint(condition=Q(area__gt=0), name="parcel_area"),
            models.CheckConstraint(condition=Q(division__regex=r"^[0-9]{12}$"), name="parcel_division"),
            models.CheckConstraint(
                condition=Q(min_lon__lt=F("max_lon"), min_lat__lt=F("max_lat")), name="parcel_box"
            ),
        ]
        indexes: ClassVar = [
            *temporal_indexes(("location",), "parcel_version"),
            models.Index("division", "id", name="parcel_division", condition=KNOWN),
            box_index("parcel_box"),
        ]


class BuildingUse(models.TextChoices):
    """Use of a building (房屋用途), first level of GB/T 17986.1-2000 annex A."""

    HOUSING = "10"
    INDUSTRY = "20"
    COMMERCE = "30"
    EDUCATION_HEALTH = "40"
    CULTURE = "50"
    OFFICES = "60"
    MILITARY = "70"
    OTHER = "80"


class BuildingVersion(Shaped):
    """What the register says of a building (建筑物) in a period. Its code (自然幢号) stands on the anchor.

    ``parcel`` is the ground it stands on, ``address`` the part of an address that is its door; ``storeys`` above ground.
    ``use`` is empty where nobody has said.
    """

    entity_fields = ("location",)

    location = models.ForeignKey("geo.Location", on_delete=models.PROTECT, related_name="+", db_index=False)
    division = models.CharField(max_length=12, db_collation="C")
    parcel = models.ForeignKey("geo.Location", on_delete=models.PROTECT, related_name="+", db_index=False)
    address = models.ForeignKey(
        "geo.Location", on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    name = models.CharField(max_length=60, blank=True)
    use = models.CharField(max_length=2, choices=BuildingUse, blank=True)
    storeys = models.PositiveSmallIntegerField()
    built = models.PositiveSmallIntegerField(null=True, blank=True)
    made = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            *temporal_key(("location",), "building_version"),
            models.CheckConstraint(condition=Q(storeys__gte=1), name="building_storeys"),
            models.CheckConstraint(condition=Q(division__regex=r"^[0-9]{12}$"), name="building_division"),
        ]
        indexes: ClassVar = [
            *temporal_indexes(("location",), "building_version"),
            models.Index("division", "id", name="building_division", condition=KNOWN),
            models.Index("parcel", name="building_parcel", condition=KNOWN),
            models.Index("address", name="building_address", condition=KNOWN & Q(address__isnull=False)),
            box_index("building_box"),
        ]


class Act(models.TextChoices):
    """What an office did to the registers of places."""

    ENTER_ADDRESS = "enter-address"
    RENAME_ADDRESS = "rename-address"
    WITHDRAW_ADDRESS = "withdraw-address"
    ENTER_PARCEL = "enter-parcel"
    CHANGE_PARCEL = "change-parcel"
    SPLIT_PARCEL = "split-parcel"
    MERGE_PARCELS = "merge-parcels"
    ADJUST_PARCELS = "adjust-parcels"
    ENTER_BUILDING = "enter-building"
    CHANGE_BUILDING = "change-building"
    DEMOLISH_BUILDING = "demolish-building"


class PlaceAct(models.Model):
    """One act, done once for its key: which records it made, changed and ended (anchors), and on what it rests.

    From ``made`` and ``ended`` follows what a parcel was split from or merged into.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    key = models.CharField(max_length=100, unique=True)
    # Of what was asked: the same key with other words is a mistake, not a repetition.
    fingerprint = models.CharField(max_length=64)
    act = models.CharField(max_length=20, choices=Act)
    since = models.DateField()
    basis = models.CharField(max_length=200, blank=True)
    made = ArrayField(models.UUIDField(), default=list)
    changed = ArrayField(models.UUIDField(), default=list)
    ended = ArrayField(models.UUIDField(), default=list)
    recorded_by = models.UUIDField(null=True)
    case = models.UUIDField(null=True)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes: ClassVar = [GinIndex(fields=["made", "changed", "ended"], name="place_act_records")]

    def __str__(self) -> str:
        return f"{self.act} {self.key}"
