"""Files as answers: streamed, always downloaded, kept by no cache."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header

from wenzhou.kernel.registers.transfer.models import Export, Format
from wenzhou.kernel.registers.transfer.writing import MARKED, media_type


def download(row: Export, chunks: Iterable[bytes]) -> StreamingHttpResponse:
    """The file of an export."""
    name = f"{row.register}-{row.on:%Y%m%d}.{row.format}"
    response = attachment(name, media_type(Format(row.format), row.encoding or MARKED), chunks)
    response["Content-Length"] = str(row.size)
    return response


def attachment(name: str, kind: str, chunks: Iterable[bytes]) -> StreamingHttpResponse:
    """Any content under a name."""
    response = StreamingHttpResponse(chunks, content_type=kind)
    response["Content-Disposition"] = (
        content_disposition_header(as_attachment=True, filename=name) or "attachment"
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
