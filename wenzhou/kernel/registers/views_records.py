"""Pages of any register: what registers there are, search, a record over time, a change, what differs."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages as flash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.errors import Invalid
from wenzhou.kernel.base.pages import actor_of, query_day
from wenzhou.kernel.base.permissions import may
from wenzhou.kernel.base.text import Text, t
from wenzhou.kernel.registers.catalogue import Sensitivity, Value
from wenzhou.kernel.registers.changing import change_record, parsed
from wenzhou.kernel.registers.declaration import Field, Register, register_of, registers
from wenzhou.kernel.registers.extracts.issuing import may_extract
from wenzhou.kernel.registers.permissions import EXPORT_RECORDS, IMPORT_RECORDS, WORK_QUALITY
from wenzhou.kernel.registers.quality.scope import answers_for
from wenzhou.kernel.registers.quality.selectors import known_of
from wenzhou.kernel.registers.records import Instant, Record, difference, history, read, search
from wenzhou.kernel.registers.scope import functions
from wenzhou.kernel.registers.words import function_title


def index(request: HttpRequest) -> HttpResponse:
    """The registers of the city, their fields, and who answers for each."""
    actor = actor_of(request).actor
    return render(
        request,
        "registers/index.html",
        {
            "registers": [
                {
                    "register": one,
                    "may_search": may(actor, one.search),
                    "owners": sorted({str(function_title(field.owner)) for field in one.fields}),
                }
                for one in registers()
            ]
        },
    )


def structure(request: HttpRequest, code: str) -> HttpResponse:
    """One register's fields: data element, standard, code list, grade, owner, legal basis."""
    register = register_of(code)
    return render(
        request,
        "registers/structure.html",
        {
            "register": register,
            "fields": [(field, function_title(field.owner)) for field in register.fields],
            "lists": [field.element.codes for field in register.fields if field.element.codes is not None],
        },
    )


def records(request: HttpRequest, code: str) -> HttpResponse:
    """Search by key or name; masked."""
    actor = actor_of(request).actor
    register = register_of(code)
    context: dict[str, object] = {
        "register": register,
        "key": register.field(register.key),
        "q": request.GET.get("q", "").strip(),
        "name": request.GET.get("name", "").strip(),
        "named": any(field.name == "name" for field in register.fields),
        "may_export": may(actor, EXPORT_RECORDS) and may(actor, register.search),
        "may_import": may(actor, IMPORT_RECORDS) and may(actor, register.maintain),
    }
    filters: dict[str, Value] = {}
    if context["q"]:
        filters[register.key] = str(context["q"]).upper()
    if context["name"]:
        filters["name"] = str(context["name"])
    if filters:
        found = search(actor, register, filters, token=request.GET.get("page", ""))
        context |= {
            "asked": True,
            "page": found.page,
            "heads": [register.field(name).title for name in _listed(register)],
            "rows": [(one, _cells(register, one, _listed(register))) for one in found.records],
        }
    return render(request, "registers/records.html", context)


def record(request: HttpRequest, code: str, record: UUID) -> HttpResponse:
    """One record as of a day and as known at an instant: masked; whole after a purpose has been stated."""
    actor = actor_of(request).actor
    register = register_of(code)
    at = _instant(request, "")
    purpose = register.purpose(request.POST.get("purpose", ""))
    error = ""
    if request.method == "POST" and purpose is None:
        error = t("请选择查看用途", "Choose what you need it for")
    found = read(actor, register, str(record), at=at, purpose=purpose)
    versions = history(actor, register, str(record), purpose=purpose, everything=True)
    return render(
        request,
        "registers/record.html",
        {
            "register": register,
            "found": found,
            "facts": _facts(register, found),
            "at": at,
            "error": error,
            "purpose": purpose,
            "hides": any(field.element.sensitivity >= Sensitivity.PERSONAL for field in register.fields),
            "purposes": [(one.code, str(one.title)) for one in register.purposes],
            "heads": [register.field(name).title for name in _changing(register)],
            "versions": [
                (one, _cells(register, one, _changing(register)), function_title(one.source))
                for one in versions
            ],
            "may_change": may(actor, register.maintain),
            "problems": _problems(actor, register, record),
            "may_extract": may_extract(actor, register),
        },
    )


def compare(request: HttpRequest, code: str, record: UUID) -> HttpResponse:
    """What differs between two instants."""
    actor = actor_of(request).actor
    register = register_of(code)
    first = _instant(request, "1", default=timezone.localdate() - timedelta(days=365))
    second = _instant(request, "2")
    purpose = register.purpose(request.POST.get("purpose", ""))
    rows = difference(actor, register, str(record), first, second, purpose=purpose)
    return render(
        request,
        "registers/compare.html",
        {
            "register": register,
            "record": record,
            "first": first,
            "second": second,
            "rows": [
                (row.field.title, _word(row.field, row.before), _word(row.field, row.after)) for row in rows
            ],
        },
    )


def change(request: HttpRequest, code: str, record: UUID) -> HttpResponse:
    """New values from a day on: written where one's office answers for the field, proposed where another does."""
    actor = actor_of(request).actor
    register = register_of(code)
    found = read(actor, register, str(record))
    errors: dict[str, Text] = {}
    if request.method == "POST":
        try:
            return _written(request, actor, register, record)
        except Invalid as problem:
            errors = dict(problem.fields)
    own = functions(actor, register.maintain)
    return render(
        request,
        "registers/change.html",
        {
            "register": register,
            "found": found,
            "record": record,
            "inputs": [
                _input(request, field, register.owner(field, record), own, errors)
                for field in register.fields
                if field.writable
            ],
            "valid_from": request.POST.get("valid_from", "") or timezone.localdate().isoformat(),
            "reason": request.POST.get("reason", ""),
            "errors": errors,
        },
        status=400 if errors else 200,
    )


def _written(request: HttpRequest, actor: Actor, register: Register, record: UUID) -> HttpResponse:
    given = {
        field.name: request.POST.get(field.name, "").strip() for field in register.fields if field.writable
    }
    values: dict[str, Value] = {}
    wrong: dict[str, Text] = {}
    try:
        values = parsed(register, {name: text for name, text in given.items() if text})
    except Invalid as problem:
        wrong = dict(problem.fields)
    try:
        valid_from = date.fromisoformat(request.POST.get("valid_from", ""))
    except ValueError:
        valid_from = timezone.localdate()
        wrong["valid_from"] = Text("日期格式应为 2026-01-31", "A day is written 2026-01-31")
    if wrong:
        raise Invalid(Text("有的内容不能登记。", "Some values cannot be taken."), fields=wrong)
    done = change_record(
        actor, register, str(record), valid_from, values, reason=request.POST.get("reason", "")
    )
    for one in done.warnings:
        title = register.field(one.field).title
        flash.warning(
            request,
            t(
                "已登记；请核对“{title}”：{why}",
                "Written; check “{title}”: {why}",
                title=str(title),
                why=str(one.text),
            ),
        )
    if done.corrections:
        return redirect("registers:correction", correction_id=done.corrections[0].id)
    return redirect("registers:record", code=register.code, record=record)


def _input(
    request: HttpRequest, field: Field, function: str, own: frozenset[str], errors: dict[str, Text]
) -> dict[str, Any]:
    mine = function in own
    owner = function_title(function)
    return {
        "name": field.name,
        "label": str(field.title),
        "kind": "select" if field.element.codes else "date" if field.element.kind == "date" else "text",
        "choices": [("", t("不变", "As it is"))]
        + [(code, f"{code} {words}") for code, words in field.element.codes.items.items()]
        if field.element.codes
        else None,
        "value": request.POST.get(field.name, ""),
        "help": t("由本部门负责，直接登记", "Your office answers for it: written at once")
        if mine
        else t(
            "由“{owner}”负责，提交为更正建议", "{owner} answers for it: sent as a proposal", owner=str(owner)
        ),
        "error": str(errors.get(field.name, "")),
    }


def _problems(actor: Actor, register: Register, record: UUID) -> list[dict[str, Any]]:
    """What is known to be wrong with a record; with a way to it for those who have to mend it."""
    works = may(actor, WORK_QUALITY)
    return [
        {
            "field": register.field(row.field).title,
            "rule": rule,
            "due": row.due,
            "id": row.id if works and answers_for(actor, WORK_QUALITY, row) else None,
        }
        for rule, row in known_of(register, record)
    ]


def _facts(register: Register, found: Record) -> list[tuple[str, str]]:
    pairs = []
    for field in register.fields:
        value = found.values[field.name]
        text = _word(field, value)
        hidden = not found.whole and value is None and field.element.sensitivity >= Sensitivity.SENSITIVE
        label = str(field.title)
        if field.name in found.disputed:
            label = t("{label}（有争议，核对中）", "{label} (disputed, being checked)", label=label)
        pairs.append((label, t("未显示", "Not shown") if hidden else text or "—"))
    return pairs


def _word(field: Field, value: Value) -> str:
    return field.element.in_words(value)


def _cells(register: Register, found: Record, names: tuple[str, ...]) -> list[str]:
    return [_word(register.field(name), found.values[name]) or "—" for name in names]


def _listed(register: Register) -> tuple[str, ...]:
    return register.listed or (register.key,)


def _changing(register: Register) -> tuple[str, ...]:
    return tuple(field.name for field in register.fields if field.writable)


def _instant(request: HttpRequest, mark: str, *, default: date | None = None) -> Instant:
    """``on`` and ``known`` of the query, with a mark behind each; ``known`` is a day: as known at its end."""
    on = query_day(request, f"on{mark}") or default or timezone.localdate()
    known = query_day(request, f"known{mark}")
    if known is None:
        return Instant(on)
    return Instant(on, timezone.make_aware(datetime.combine(known + timedelta(days=1), time.min)))
