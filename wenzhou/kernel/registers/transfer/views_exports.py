"""Pages of exports: ask, how far it is, take the file."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.template.defaultfilters import filesizeformat
from django.utils import timezone

from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.errors import Conflict, Invalid
from wenzhou.kernel.base.pages import actor_of, posted_day
from wenzhou.kernel.base.permissions import may
from wenzhou.kernel.base.text import Text, t
from wenzhou.kernel.registers.catalogue import Sensitivity
from wenzhou.kernel.registers.declaration import Register, register_of
from wenzhou.kernel.registers.records import searchable
from wenzhou.kernel.registers.transfer import exports
from wenzhou.kernel.registers.transfer.downloads import download
from wenzhou.kernel.registers.transfer.models import Export, ExportState, Format
from wenzhou.kernel.registers.transfer.writing import MARKED

STATES = {
    ExportState.WAITING: ("waiting", Text("排队中", "Waiting")),
    ExportState.RUNNING: ("progress", Text("正在生成", "Being made")),
    ExportState.READY: ("ok", Text("可下载", "Ready")),
    ExportState.REFUSED: ("refused", Text("未能生成", "Not made")),
    ExportState.CANCELLED: ("neutral", Text("已取消", "Cancelled")),
    ExportState.EXPIRED: ("neutral", Text("已过期", "Expired")),
}
FORMATS = {
    Format.CSV: Text("CSV", "CSV"),
    Format.XLSX: Text("Excel（xlsx）", "Excel (xlsx)"),
    Format.JSONL: Text("JSON Lines", "JSON Lines"),
}
UNDER_WAY = (ExportState.WAITING, ExportState.RUNNING)


def listing(request: HttpRequest) -> HttpResponse:
    """One's own exports, and the registers of which one may ask for more."""
    actor = actor_of(request).actor
    page = exports.exports(actor, token=request.GET.get("page", ""))
    context = {
        "page": page,
        "rows": [_row(one) for one in page.rows],
        "registers": exports.exportable_registers(actor),
    }
    return render(request, "registers/transfer/exports.html", context)


def ask(request: HttpRequest, code: str) -> HttpResponse:
    """Ask for an export of a register."""
    actor = actor_of(request).actor
    register = register_of(code)
    errors: dict[str, Text] = {}
    if request.method == "POST":
        try:
            row = exports.ask(actor, register, _wish(request, register))
        except Invalid as problem:
            errors = dict(problem.fields)
        except Conflict as problem:
            messages.warning(request, str(problem.detail))
            return redirect("registers:exports")
        else:
            return redirect("registers:export", row.id)
    return render(
        request,
        "registers/transfer/export_ask.html",
        _form(request, actor, register, errors),
        status=422 if errors else 200,
    )


def _wish(request: HttpRequest, register: Register) -> exports.Wish:
    given = request.POST
    return exports.Wish(
        reason=given.get("reason", ""),
        purpose=given.get("purpose", ""),
        format=given.get("format", ""),
        encoding=given.get("encoding", MARKED),
        on=posted_day(request, "on"),
        filters={one.name: given.get(f"filter-{one.name}", "").strip() for one in searchable(register)},
        fields=given.getlist("fields"),
    )


def _form(request: HttpRequest, actor: Actor, register: Register, errors: dict[str, Text]) -> dict[str, Any]:
    given = request.POST
    purposes = [("", t("不需要完整内容（脱敏导出）", "None: masked values will do"))]
    if any(may(actor, register.read, purpose=one) for one in register.purposes):
        purposes += [(one.code, str(one.title)) for one in register.purposes]
    return {
        "register": register,
        "errors": errors,
        "hides": exports.hides(register),
        "purposes": purposes,
        "purpose": given.get("purpose", ""),
        "reason": given.get("reason", ""),
        "on": given.get("on", "") or timezone.localdate().isoformat(),
        "formats": [(code.value, str(title)) for code, title in FORMATS.items()],
        "format": given.get("format", Format.CSV),
        "encodings": [(code, str(title)) for code, title in exports.ENCODINGS.items()],
        "encoding": given.get("encoding", MARKED),
        "fields": [
            (
                one.name,
                str(one.title)
                if one.element.sensitivity < Sensitivity.PERSONAL
                else t(
                    "{title}（按用途完整导出，否则脱敏）",
                    "{title} (whole for a purpose, else masked)",
                    title=one.title,
                ),
            )
            for one in register.fields
        ],
        "chosen": given.getlist("fields") or [one.name for one in register.fields],
        "filters": [
            {
                "name": f"filter-{one.name}",
                "label": str(one.title),
                "kind": "select" if one.element.codes else "text",
                "choices": [("", t("不限", "Any"))]
                + [(code, f"{code} {words}") for code, words in one.element.codes.items.items()]
                if one.element.codes
                else None,
                "value": given.get(f"filter-{one.name}", ""),
                "error": str(errors.get(one.name, "")),
            }
            for one in searchable(register)
        ],
    }


def export(request: HttpRequest, export_id: UUID) -> HttpResponse:
    """One export: how far it is, and its file; POST cancels it."""
    actor = actor_of(request).actor
    if request.method == "POST":
        try:
            exports.cancel(actor, export_id)
            messages.success(request, t("已取消，没有导出任何记录。", "Cancelled; no record has left."))
        except Conflict as problem:
            messages.warning(request, str(problem.detail))
        return redirect("registers:export", export_id)
    row = exports.export_of(actor, export_id)
    register = register_of(row.register)
    context = _row(row) | {
        "register": register,
        "going": row.state in UNDER_WAY,
        "facts": _facts(row, register),
        "trouble": t(row.trouble["zh"], row.trouble["en"]) if row.trouble else "",
    }
    return render(request, "registers/transfer/export.html", context)


def file(request: HttpRequest, export_id: UUID) -> HttpResponseBase:
    """The file."""
    return download(*exports.take(actor_of(request).actor, export_id))


def _row(one: Export) -> dict[str, Any]:
    state = ExportState(one.state)
    over = one.expires_at is not None and one.expires_at <= timezone.now()
    if state == ExportState.READY and over:
        state = ExportState.EXPIRED
    badge, words = STATES[state]
    return {
        "one": one,
        "title": register_of(one.register).title,
        "badge": badge,
        "words": words,
        "ready": state == ExportState.READY,
        "format": FORMATS[Format(one.format)],
        "size": filesizeformat(one.size) if one.size is not None else "",
    }


def _facts(row: Export, register: Register) -> list[tuple[str, str]]:
    purpose = register.purpose(row.purpose)
    return [
        (t("用途", "Purpose"), str(purpose.title) if purpose else t("脱敏导出", "Masked values")),
        (t("用途说明", "What for"), row.reason),
        (t("截至日期", "As of"), f"{row.on:%Y-%m-%d}"),
        (t("检索条件", "Conditions"), _conditions(row, register) or t("不限", "None")),
        (t("数据项", "Fields"), "、".join(str(register.field(name).title) for name in row.fields)),
        (t("申请时间", "Asked for"), f"{timezone.localtime(row.at):%Y-%m-%d %H:%M}"),
    ]


def _conditions(row: Export, register: Register) -> str:
    return "；".join(f"{register.field(name).title} = {text}" for name, text in row.filters.items())
