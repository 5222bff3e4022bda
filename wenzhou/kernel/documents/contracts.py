"""What other modules see of a file, and what they declare to own files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.urls import reverse

from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.manifest import Declaration
from wenzhou.kernel.base.permissions import Purpose
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.documents.kinds import Limits

if TYPE_CHECKING:
    from wenzhou.kernel.documents.models import File


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRef:
    """A file as others know it; `id` is the id of the anchor `documents.File`."""

    id: UUID
    sha256: str
    name: str
    kind: str
    media_type: str
    size: int
    purpose: str
    subject: UUID | None
    uploaded_by: UUID | None
    office: str
    made: bool
    at: datetime

    @property
    def url(self) -> str:
        """Where those who may can open it."""
        return reverse("documents:file", kwargs={"file_id": self.id})

    @classmethod
    def of(cls, row: File) -> FileRef:
        """From the row."""
        return cls(
            id=row.id,
            sha256=row.sha256,
            name=row.name,
            kind=row.kind,
            media_type=row.media_type,
            size=row.size,
            purpose=row.purpose,
            subject=row.subject,
            uploaded_by=row.uploaded_by_id,
            office=row.office_id or "",
            made=row.made,
            at=row.at,
        )


def nobody(actor: Actor, subject: UUID | None) -> bool:
    """The guard that lets nobody in."""
    return False


def nobody_reads(actor: Actor, file: FileRef) -> Purpose | None:
    """The guard that lets nobody read."""
    return None


@dataclass(frozen=True, kw_only=True)
class FilePurpose(Declaration):
    """What a module keeps files for, listed in its manifest's `declares`.

    `may_add(actor, subject)` says who may upload to the thing `subject`; `may_read(actor, file)` gives the Purpose
    under which this actor may read this file, or None when it may not. Both deny unless the module says otherwise.
    """

    code: str
    title: Text
    limits: Limits = field(default_factory=Limits)
    may_add: Callable[[Actor, UUID | None], bool] = nobody
    may_read: Callable[[Actor, FileRef], Purpose | None] = nobody_reads
