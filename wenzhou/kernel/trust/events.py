"""What trust tells: which certificate, never of whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from wenzhou.kernel.base.events import Event
from wenzhou.kernel.base.text import Text


@dataclass(frozen=True)
class CertificateIssued(Event):
    """A certificate was signed and given out."""

    name: ClassVar[str] = "trust.issued"
    title: ClassVar[Text] = Text("证书已签发", "Certificate issued")

    certificate: UUID
    profile: str


@dataclass(frozen=True)
class CertificateRevoked(Event):
    """A certificate counts no more; ``held``: for now."""

    name: ClassVar[str] = "trust.revoked"
    title: ClassVar[Text] = Text("证书已撤销或冻结", "Certificate revoked or suspended")

    certificate: UUID
    reason: int
    held: bool


@dataclass(frozen=True)
class CertificateReleased(Event):
    """A suspended certificate counts again."""

    name: ClassVar[str] = "trust.released"
    title: ClassVar[Text] = Text("证书已解冻", "Certificate released")

    certificate: UUID
