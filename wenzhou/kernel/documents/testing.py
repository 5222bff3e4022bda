"""Test kit of documents: uploads of any content, and the sample visit of its page."""

from __future__ import annotations

from django.core.files.uploadedfile import SimpleUploadedFile

from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.testing import Sample, SampleMaker
from wenzhou.kernel.documents.contracts import FilePurpose, FileRef
from wenzhou.kernel.documents.purposes import OWN
from wenzhou.kernel.documents.samples import docx_of, ofd_of, pdf_of, png_of
from wenzhou.kernel.documents.services import accept_upload
from wenzhou.kernel.identity.testing import actor_with

__all__ = ["SAMPLES", "docx_of", "make_file", "ofd_of", "pdf_of", "png_of", "upload_of"]


def upload_of(content: bytes | None = None, name: str = "材料.pdf") -> SimpleUploadedFile:
    """What a form would hand over; a small PDF unless content is given."""
    return SimpleUploadedFile(name, pdf_of() if content is None else content)


def make_file(actor: Actor, *, purpose: FilePurpose = OWN, content: bytes | None = None) -> FileRef:
    """A file that this actor has uploaded."""
    return accept_upload(actor, upload_of(content), purpose=purpose, made=True)


def _file_page() -> Sample:
    actor = actor_with()
    return Sample(kwargs={"file_id": make_file(actor).id}, account=actor.account)


SAMPLES: dict[str, SampleMaker] = {"file": _file_page}
