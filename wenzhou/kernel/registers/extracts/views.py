"""Pages of extracts: take one for a purpose, take one's own, the paper, and the public verification."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header

from wenzhou.kernel.base.errors import Invalid
from wenzhou.kernel.base.pages import actor_of
from wenzhou.kernel.base.text import Text, t
from wenzhou.kernel.identity.api import count_try
from wenzhou.kernel.registers.declaration import register_of, registers
from wenzhou.kernel.registers.extracts import codes
from wenzhou.kernel.registers.extracts.contents import form_of, printed_fields
from wenzhou.kernel.registers.extracts.issuing import (
    extract_of,
    issue,
    issue_own,
    own_record,
    paper,
    taken_by,
    verify_url,
)
from wenzhou.kernel.registers.extracts.verifying import verify
from wenzhou.kernel.registers.records import Instant, read

TRIES, WINDOW = 60, 600


def take(request: HttpRequest, code: str, record: UUID) -> HttpResponse:
    """State the purpose and the day, and get the extract of a record."""
    actor = actor_of(request).actor
    register = register_of(code)
    form = form_of(register)
    errors: dict[str, Text] = {}
    if request.method == "POST":
        try:
            day = _day(request)
            extract = issue(actor, register, record, purpose=request.POST.get("purpose", ""), on=day)
            return redirect("registers:extract-paper", extract_id=extract.id)
        except Invalid as problem:
            errors = problem.fields
    return render(
        request,
        "registers/extracts/take.html",
        {
            "register": register,
            "form": form,
            "found": read(actor, register, str(record), at=Instant(timezone.localdate())),
            "record": record,
            "fields": printed_fields(register, form.fields),
            "purposes": [("", t("请选择", "Choose"))]
            + [(one.code, str(one.title)) for one in register.purposes],
            "purpose": request.POST.get("purpose", ""),
            "on": request.POST.get("on", "") or timezone.localdate().isoformat(),
            "errors": errors,
        },
        status=422 if errors else 200,
    )


def own(request: HttpRequest) -> HttpResponse:
    """The registers that hold something of the reader, or of the firm she acts for; and the extracts that she took."""
    actor = actor_of(request).actor
    offered = [one for one in registers() if one.extract is not None]
    errors: dict[str, Text] = {}
    if request.method == "POST":
        register = register_of(request.POST.get("register", ""))
        try:
            extract = issue_own(actor, register, on=_day(request))
            return redirect("registers:extract-paper", extract_id=extract.id)
        except Invalid as problem:
            errors = problem.fields
    titles = {one.code: one.extract.title for one in offered if one.extract is not None}
    return render(
        request,
        "registers/extracts/own.html",
        {
            "registers": [
                (one.code, f"{titles[one.code]}") for one in offered if own_record(actor, one) is not None
            ],
            "taken": [(one, titles[one.register]) for one in taken_by(actor) if one.register in titles],
            "today": timezone.localdate(),
            "chosen": request.POST.get("register", ""),
            "on": request.POST.get("on", "") or timezone.localdate().isoformat(),
            "errors": errors,
        },
        status=422 if errors else 200,
    )


def issued(request: HttpRequest, extract_id: UUID) -> HttpResponse:
    """An extract that was taken: its code, until when it may be shown, and the paper."""
    extract = extract_of(actor_of(request).actor, extract_id)
    register = register_of(extract.register)
    return render(
        request,
        "registers/extracts/issued.html",
        {
            "extract": extract,
            "register": register,
            "form": form_of(register),
            "purpose": Text(extract.purpose_zh, extract.purpose_en),
            "code": codes.grouped(extract.code),
            "url": verify_url(extract),
            "expired": extract.expires < timezone.localdate(),
        },
    )


def download(request: HttpRequest, extract_id: UUID) -> HttpResponse:
    """The paper."""
    extract, content = paper(actor_of(request).actor, extract_id)
    title = form_of(register_of(extract.register)).title
    response = HttpResponse(content, content_type="application/pdf")
    name = f"{title.zh}-{codes.grouped(extract.code)}.pdf"
    response["Content-Disposition"] = content_disposition_header(False, name) or "inline"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def verification(request: HttpRequest, code: str) -> HttpResponse:
    """What the QR code of an extract leads to; counted by the address of who asks."""
    count_try("verify-extract", request.META.get("REMOTE_ADDR", ""), most=TRIES, seconds=WINDOW)
    return render(request, "registers/extracts/verify.html", {"found": verify(actor_of(request).actor, code)})


def _day(request: HttpRequest) -> date:
    try:
        return date.fromisoformat(request.POST.get("on", "").strip())
    except ValueError:
        wrong = Text("日期格式应为 2026-01-31", "A day is written 2026-01-31")
        raise Invalid(wrong, fields={"on": wrong}) from None
