"""Rows of trust: keys, authorities, certificates, lists of the revoked, and the chained journal."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from wenzhou.kernel.base.ids import uuid7


class Key(models.Model):
    """A private key by what it is and where it is kept (密钥): never the key itself."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    kind = models.CharField(max_length=8)
    store = models.CharField(max_length=20)
    handle = models.CharField(max_length=64)
    spki = models.BinaryField()
    made_at = models.DateTimeField(db_default=Now())
    destroyed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("store", "handle", name="trust_key_handle")]

    def __str__(self) -> str:
        return f"{self.kind} {self.store}"


class Use(models.TextChoices):
    """What an authority certifies."""

    ROOT = "root"
    PERSONS = "persons"
    UNITS = "units"
    SERVERS = "servers"
    STAMPING = "stamping"


class Authority(models.Model):
    """A certification authority (认证机构): a name, a key, what it certifies, and its own certificate."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    code = models.SlugField(max_length=40, unique=True)
    use = models.CharField(max_length=10, choices=Use)
    title_zh = models.CharField(max_length=100)
    title_en = models.CharField(max_length=100)
    issuer = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    key = models.OneToOneField(Key, on_delete=models.PROTECT, related_name="+")
    subject = models.BinaryField()
    key_identifier = models.BinaryField()
    certificate = models.OneToOneField(
        "Certificate", on_delete=models.PROTECT, null=True, related_name="authority_of"
    )
    last_list = models.PositiveBigIntegerField(default=0)
    made_at = models.DateTimeField(db_default=Now())
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(use=Use.ROOT, issuer=None) | (~Q(use=Use.ROOT) & Q(issuer__isnull=False)),
                name="trust_authority_issuer",
            )
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def own(self) -> Certificate:
        """Its own certificate. Raises LookupError while a ceremony has not come so far."""
        if self.certificate is None:
            raise LookupError(self.code)
        return self.certificate


class State(models.TextChoices):
    """Where a certificate stands. ``prepared``: its serial is known, it is about to be signed; ``void``: it never was given out."""

    PREPARED = "prepared"
    ISSUED = "issued"
    HELD = "held"
    REVOKED = "revoked"
    VOID = "void"


class Certificate(models.Model):
    """A certificate (数字证书) from before it is signed; nothing is taken back but by a revocation."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="certificates")
    serial = models.CharField(max_length=40, db_collation="C")
    profile = models.CharField(max_length=30)
    subject = models.CharField(max_length=300)
    names = ArrayField(models.CharField(max_length=255), default=list)
    kind = models.CharField(max_length=8)
    key_digest = models.BinaryField()
    not_before = models.DateTimeField()
    not_after = models.DateTimeField()
    der = models.BinaryField(null=True)
    state = models.CharField(max_length=10, choices=State, default=State.PREPARED)
    prepared_at = models.DateTimeField(db_default=Now())
    issued_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    reason = models.PositiveSmallIntegerField(null=True)
    person = models.UUIDField(null=True)
    organisation = models.UUIDField(null=True)
    asked_by = models.UUIDField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint("authority", "serial", name="trust_serial"),
            models.CheckConstraint(
                condition=Q(state__in=(State.PREPARED, State.VOID)) | Q(der__isnull=False, issued_at__isnull=False),
                name="trust_certificate_signed",
            ),
            models.CheckConstraint(
                condition=Q(state__in=(State.HELD, State.REVOKED), revoked_at__isnull=False, reason__isnull=False)
                | (~Q(state__in=(State.HELD, State.REVOKED)) & Q(revoked_at=None, reason=None)),
                name="trust_certificate_revoked",
            ),
            models.CheckConstraint(condition=Q(not_after__gt=models.F("not_before")), name="trust_lifetime"),
        ]  # fmt: skip
        indexes: ClassVar = [
            models.Index(
                "authority",
                "not_after",
                name="trust_revoked",
                condition=Q(state__in=(State.HELD, State.REVOKED)),
            ),
            models.Index("prepared_at", name="trust_prepared", condition=Q(state=State.PREPARED)),
            models.Index("key_digest", name="trust_certificate_key"),
            models.Index("person", "id", name="trust_person", condition=Q(person__isnull=False)),
            models.Index("organisation", "id", name="trust_unit", condition=Q(organisation__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.serial} {self.subject}"

    @property
    def content(self) -> bytes:
        """The certificate, DER; empty for one that was never signed."""
        return bytes(self.der or b"")


class Role(models.TextChoices):
    """What somebody speaks of for an authority: the status of its certificates (OCSP), or the time (TSA)."""

    STATUS = "status"
    STAMP = "stamp"


class Responder(models.Model):
    """Who speaks for an authority in one role: a key and its certificate."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    role = models.CharField(max_length=10, choices=Role, default=Role.STATUS)
    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="responders")
    key = models.OneToOneField(Key, on_delete=models.PROTECT, related_name="+")
    certificate = models.OneToOneField(Certificate, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.authority_id} {self.certificate_id}"


class RevocationList(models.Model):
    """A list of revoked certificates (证书撤销列表, CRL) as it was signed. Append-only."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="lists")
    number = models.PositiveBigIntegerField()
    this_update = models.DateTimeField()
    next_update = models.DateTimeField()
    entries = models.PositiveIntegerField()
    der = models.BinaryField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("authority", "number", name="trust_list_number")]

    def __str__(self) -> str:
        return f"{self.authority_id} {self.number}"


class Stamp(models.Model):
    """A time stamp that was given (时间戳): of which digest, when; nobody knows of what. Append-only."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    serial = models.CharField(max_length=40, unique=True, db_collation="C")
    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    digest = models.BinaryField()

    def __str__(self) -> str:
        return self.serial


class JournalLine(models.Model):
    """One act of the authority (认证日志), chained to the one before by its digest. Append-only; see ``services.journal``."""

    seq = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    act = models.CharField(max_length=30)
    actor = models.UUIDField(null=True)
    actor_name = models.CharField(max_length=150)
    subject = models.CharField(max_length=100)
    detail = models.JSONField()
    digest = models.BinaryField()

    class Meta:
        indexes: ClassVar = [models.Index("subject", "seq", name="trust_journal_subject")]

    def __str__(self) -> str:
        return f"{self.seq} {self.act}"
