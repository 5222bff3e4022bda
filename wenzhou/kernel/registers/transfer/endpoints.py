"""HTTP API of exports: ask, see how far it is, take the file."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponseBase
from ninja import Schema
from pydantic import ConfigDict, Field

from wenzhou.kernel.base.endpoints import Endpoint
from wenzhou.kernel.base.pages import actor_of
from wenzhou.kernel.base.text import Text, t
from wenzhou.kernel.registers.declaration import register_of
from wenzhou.kernel.registers.permissions import EXPORT_RECORDS
from wenzhou.kernel.registers.transfer import exports
from wenzhou.kernel.registers.transfer.downloads import download
from wenzhou.kernel.registers.transfer.exports import Wish
from wenzhou.kernel.registers.transfer.models import Export


class ExportIn(Schema):
    """What is asked for: masked without a ``purpose``. ``filters`` are exact values by field, as in a search."""

    model_config = ConfigDict(extra="forbid")

    reason: str
    purpose: str = ""
    format: Literal["csv", "xlsx", "jsonl"] = "csv"
    encoding: Literal["utf-8-sig", "utf-8", "gb18030"] = "utf-8-sig"
    on: date | None = None
    filters: dict[str, str] = Field(default_factory=dict)
    fields: list[str] = Field(default_factory=list)


class ExportOut(Schema):
    """How far an export is; ``file`` can be taken when the state is ``ready``, until ``expires_at``."""

    id: UUID
    register_code: str
    state: str
    total: int | None
    done: int
    masked: bool
    fields: list[str]
    size: int | None
    expires_at: datetime | None
    trouble: str


def ask_export(request: HttpRequest, code: str, body: ExportIn) -> ExportOut:
    """Ask for an export; a job makes it."""
    wish = Wish(**body.model_dump())
    return _out(exports.ask(actor_of(request).actor, register_of(code), wish))


def export(request: HttpRequest, export_id: UUID) -> ExportOut:
    """How far it is."""
    return _out(exports.export_of(actor_of(request).actor, export_id))


def export_file(request: HttpRequest, export_id: UUID) -> Any:
    """The file, for who asked for it."""
    found: HttpResponseBase = download(*exports.take(actor_of(request).actor, export_id))
    return found


def _out(row: Export) -> ExportOut:
    return ExportOut(
        id=row.id,
        register_code=row.register,
        state=row.state,
        total=row.total,
        done=row.done,
        masked=not row.purpose,
        fields=row.fields,
        size=row.size,
        expires_at=row.expires_at,
        trouble=t(row.trouble["zh"], row.trouble["en"]) if row.trouble else "",
    )


ENDPOINTS = (
    Endpoint(
        method="POST",
        path="/r/{code}/exports",
        view=ask_export,
        summary=Text("申请导出", "Ask for an export"),
        response=ExportOut,
        permission=EXPORT_RECORDS,
    ),
    Endpoint(
        method="GET",
        path="/exports/{export_id}",
        view=export,
        summary=Text("导出进度", "How far an export is"),
        response=ExportOut,
        permission=EXPORT_RECORDS,
    ),
    Endpoint(
        method="GET",
        path="/exports/{export_id}/file",
        view=export_file,
        summary=Text("下载导出文件", "Take the file of an export"),
        permission=EXPORT_RECORDS,
    ),
)
