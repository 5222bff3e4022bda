"""The door of documents for other modules."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from wenzhou.kernel.documents.contracts import FilePurpose, FileRef
from wenzhou.kernel.documents.kinds import DOCX, HEIC, JPEG, KINDS, OFD, PDF, PNG, Kind, Limits, Unacceptable
from wenzhou.kernel.documents.made import copy_made_papers, made_file_id
from wenzhou.kernel.documents.models import File
from wenzhou.kernel.documents.papers import (
    Decision,
    Licence,
    Line,
    Receipt,
    ReceivedPaper,
    decision_pdf,
    licence_pdf,
    long_date,
    receipt_pdf,
)
from wenzhou.kernel.documents.purposes import OWN
from wenzhou.kernel.documents.render import GlyphMissing, RenderError, qr_svg, render
from wenzhou.kernel.documents.services import (
    OpenFile,
    StorageTrouble,
    accept_upload,
    drop_files,
    keep_issued,
    read_file,
)

__all__ = [
    "DOCX",
    "HEIC",
    "JPEG",
    "KINDS",
    "OFD",
    "OWN",
    "PDF",
    "PNG",
    "Decision",
    "FilePurpose",
    "FileRef",
    "GlyphMissing",
    "Kind",
    "Licence",
    "Limits",
    "Line",
    "OpenFile",
    "Receipt",
    "ReceivedPaper",
    "RenderError",
    "StorageTrouble",
    "Unacceptable",
    "accept_upload",
    "copy_made_papers",
    "decision_pdf",
    "drop_files",
    "file",
    "files",
    "files_of",
    "keep_issued",
    "licence_pdf",
    "long_date",
    "made_file_id",
    "qr_svg",
    "read_file",
    "receipt_pdf",
    "render",
]


def file(file_id: UUID) -> FileRef | None:
    """The record of this file, or None. Whether its content may be read, `read_file` decides."""
    row = File.objects.filter(id=file_id).first()
    return FileRef.of(row) if row else None


def files(file_ids: Iterable[UUID]) -> dict[UUID, FileRef]:
    """Records by id, in one query; unknown ids are left out."""
    return {row.id: FileRef.of(row) for row in File.objects.filter(id__in=list(file_ids))}


def files_of(purpose: FilePurpose, subject: UUID) -> list[FileRef]:
    """Records of what belongs to `subject` for `purpose`, oldest first."""
    rows = File.objects.filter(purpose=purpose.code, subject=subject).order_by("id")
    return [FileRef.of(row) for row in rows]
