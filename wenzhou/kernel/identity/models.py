"""Accounts and the anchors Person, Organisation and Office, to which every module may point."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from wenzhou.kernel.base.ids import uuid7
from wenzhou.kernel.base.text import Text


class Person(models.Model):
    """The anchor of a natural person (自然人): who, by citizen identity number GB 11643.

    What is known of a person (names over time, residence, household) stands in the population
    register; here is only what every office needs to say whom it means.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    number = models.CharField(max_length=18, unique=True)
    name = models.CharField(max_length=60)
    made = models.BooleanField(default=False)

    class Meta:
        indexes: ClassVar = [models.Index("name", name="person_name")]

    def __str__(self) -> str:
        return self.name


class Organisation(models.Model):
    """The anchor of a legal person or other organisation (法人和其他组织), by its code GB 32100."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    code = models.CharField(max_length=18, unique=True)
    name = models.CharField(max_length=120)
    made = models.BooleanField(default=False)

    class Meta:
        indexes: ClassVar = [models.Index("name", name="organisation_name")]

    def __str__(self) -> str:
        return self.name


class Office(models.Model):
    """A public office (机关单位): department of a city, county or town government.

    ``area`` is the division code that bounds its competence; ``function`` is shared by the same
    office of every county (e.g. ``market-supervision``), so that a process can be routed by area.
    """

    code = models.CharField(primary_key=True, max_length=40)
    function = models.CharField(max_length=40)
    area = models.CharField(max_length=12)
    name_zh = models.CharField(max_length=80)
    name_en = models.CharField(max_length=120)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    address = models.CharField(max_length=200, blank=True)
    telephone = models.CharField(max_length=40, blank=True)
    made = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("function", "area", name="office_function_area")]

    def __str__(self) -> str:
        return str(self.name)

    @property
    def name(self) -> Text:
        """Its name in both languages."""
        return Text(self.name_zh, self.name_en)


class AccountManager(BaseUserManager["Account"]):
    """Makes accounts; a password is always hashed."""

    def create_user(self, username: str, email: str, password: str | None = None, **fields: Any) -> Account:
        """A new account; without a password it can only sign in by other means."""
        account = self.model(username=username, email=self.normalize_email(email), **fields)
        account.set_password(password)
        account.save(using=self._db)
        return account

    def get_by_natural_key(self, username: str | None) -> Account:
        """By sign-in name, whatever the case."""
        return self.get(username__iexact=username)


class Account(AbstractBaseUser, PermissionsMixin):
    """One account (账户) for a citizen, an official, a firm's agent or a machine.

    What it may do follows from its posts, never from flags; ``is_superuser`` and groups exist
    for the portal's editor alone and are kept in step with the post of editor.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    username = models.CharField(max_length=150, unique=True)
    email = models.EmailField(blank=True)
    name = models.CharField(max_length=60)
    person = models.OneToOneField(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    made = models.BooleanField(default=False)
    date_joined = models.DateTimeField(db_default=Now())

    objects = AccountManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar = ["email"]

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                models.functions.Lower("email"), name="account_email", condition=~Q(email="")
            )
        ]
        indexes: ClassVar = [
            # The operator's search by the first characters of a name.
            models.Index(OpClass("name", "varchar_pattern_ops"), name="account_name"),
        ]

    def __str__(self) -> str:
        return self.name or self.username

    def get_full_name(self) -> str:
        """The name shown by libraries."""
        return self.name or self.username

    def get_short_name(self) -> str:
        """The same: Chinese names are not cut."""
        return self.get_full_name()


class Activation(models.Model):
    """An account that was opened at a counter and waits for its person (待激活账户): she brings the code of her slip.

    ``digest`` is a keyed hash of the code; the row goes when she has set her password.
    """

    account = models.OneToOneField(
        Account, primary_key=True, on_delete=models.PROTECT, related_name="activation"
    )
    digest = models.CharField(max_length=64)
    expires = models.DateTimeField()
    opened_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return str(self.account_id)


class PostHolding(models.Model):
    """Who holds which post, from when to when (任职): role × office × area.

    In force on the days ``[since, until)``: a post ended today carries nothing from this moment on.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="holdings")
    role = models.CharField(max_length=30)
    office = models.ForeignKey(Office, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    area = models.CharField(max_length=12, blank=True)
    since = models.DateField(db_default=Now())
    until = models.DateField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=models.F("since")), name="holding_period"
            ),
            models.UniqueConstraint(
                "account",
                "role",
                "office",
                "area",
                name="holding_once",
                condition=Q(until=None),
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.role} {self.office_id or ''}"


class DelegationState(models.TextChoices):
    """Life of a delegation."""

    OFFERED = "offered"
    ACTIVE = "active"
    REVOKED = "revoked"


class Delegation(models.Model):
    """A firm or a person lets another act for it (委托代理), for a time, revocable at once.

    In force while ``active`` on the days ``[since, until)``.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    principal = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    agent = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="delegations")
    granted_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=10, choices=DelegationState, default=DelegationState.OFFERED)
    since = models.DateField(db_default=Now())
    until = models.DateField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(organisation=None, principal__isnull=False)
                | Q(organisation__isnull=False, principal=None),
                name="delegation_one_principal",
            ),
            models.UniqueConstraint(
                "organisation",
                "agent",
                name="delegation_once",
                condition=Q(state__in=[DelegationState.OFFERED, DelegationState.ACTIVE]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agent} for {self.organisation_id or self.principal_id}"


class CacheEntry(models.Model):
    """One entry of the cache that all processes share (see ``shared_cache``): rate limits stand on it.

    The table is unlogged: it is quick, and empty after a crash of the database.
    """

    key = models.CharField(primary_key=True, max_length=300)
    value = models.BinaryField()
    expires = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index("expires", name="cache_expires")]

    def __str__(self) -> str:
        return self.key
