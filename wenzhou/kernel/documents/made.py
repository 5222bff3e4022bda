"""Papers of made cases in bulk: the same content many times, kept once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from wenzhou.kernel.base.bulk import copy_rows
from wenzhou.kernel.base.ids import made_id
from wenzhou.kernel.documents.contracts import FilePurpose
from wenzhou.kernel.documents.inspect import examine, safe_name
from wenzhou.kernel.documents.models import File
from wenzhou.kernel.documents.samples import pdf_of
from wenzhou.kernel.documents.services import file_store, lock_content

FILES = 6
"""Series of the made ids."""


def made_file_id(index: int) -> str:
    """The id of the made file number ``index``."""
    return made_id(FILES, index)


def copy_made_papers(
    text: str,
    name: str,
    purpose: FilePurpose,
    papers: Iterable[tuple[int, UUID, UUID, datetime]],
) -> int:
    """Add a one-page PDF that says ``text`` (ASCII) as many files: (index, subject, uploaded by, at).

    The content goes through the inspection of every upload. Must stand in a transaction. Returns how many.
    """
    with file_store().stage([pdf_of(text)], limit=purpose.limits.size) as staged:
        kind = examine(staged.path, name, purpose.limits)
        stored = staged.stored
        lock_content(stored.sha256)
        staged.keep()
    shared = (
        stored.sha256,
        safe_name(name, kind),
        kind.code,
        kind.media_type,
        stored.size,
        purpose.code,
        True,
    )
    return copy_rows(
        File,
        (
            "id",
            "subject",
            "uploaded_by",
            "at",
            "sha256",
            "name",
            "kind",
            "media_type",
            "size",
            "purpose",
            "made",
        ),
        ((made_file_id(index), subject, by, at, *shared) for index, subject, by, at in papers),
    )
