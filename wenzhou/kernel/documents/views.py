"""The one page of documents: a file, for those who may read it."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.utils.http import content_disposition_header

from wenzhou.kernel.base.pages import actor_of
from wenzhou.kernel.documents.kinds import KINDS
from wenzhou.kernel.documents.services import read_file

_INLINE = frozenset(kind.code for kind in KINDS if kind.inline)


def file(request: HttpRequest, file_id: UUID) -> HttpResponseBase:
    """The content, shown in the browser where that is safe, else downloaded; ``?download`` always downloads."""
    opened = read_file(actor_of(request).actor, file_id)
    ref = opened.ref
    as_attachment = ref.kind not in _INLINE or "download" in request.GET
    response = StreamingHttpResponse(opened.chunks, content_type=ref.media_type)
    response["Content-Length"] = str(ref.size)
    response["Content-Disposition"] = content_disposition_header(as_attachment, ref.name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    response["ETag"] = f'"{ref.sha256}"'
    return response
