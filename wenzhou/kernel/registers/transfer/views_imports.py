"""Pages of imports: a file comes in, its columns are confirmed, a dry run is looked over, and it is loaded."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.template.defaultfilters import filesizeformat
from django.utils import timezone

from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.errors import Conflict, Invalid, NotFound, Refused
from wenzhou.kernel.base.pages import actor_of, posted_day
from wenzhou.kernel.base.permissions import require
from wenzhou.kernel.base.text import Text, t
from wenzhou.kernel.registers.declaration import Register, register_of
from wenzhou.kernel.registers.scope import functions
from wenzhou.kernel.registers.transfer import bad_rows, imports
from wenzhou.kernel.registers.transfer.downloads import attachment
from wenzhou.kernel.registers.transfer.mapping import importable, targets
from wenzhou.kernel.registers.transfer.models import Foreign, Format, Import, ImportState
from wenzhou.kernel.registers.transfer.shape import DELIMITERS, ENCODINGS
from wenzhou.kernel.registers.transfer.writing import media_type
from wenzhou.kernel.registers.words import function_title

STATES = {
    ImportState.UPLOADED: ("new", Text("待确认列", "Columns to confirm")),
    ImportState.CHECKING: ("progress", Text("试运行中", "Dry run")),
    ImportState.CHECKED: ("waiting", Text("待入库", "Ready to load")),
    ImportState.LOADING: ("progress", Text("正在入库", "Loading")),
    ImportState.DONE: ("ok", Text("已完成", "Done")),
    ImportState.REFUSED: ("refused", Text("未入库", "Not loaded")),
    ImportState.CANCELLED: ("neutral", Text("已取消", "Cancelled")),
}
RUNNING = (ImportState.CHECKING, ImportState.LOADING)
OPEN = (ImportState.UPLOADED, ImportState.CHECKED, ImportState.REFUSED)
FORMATS = {Format.CSV: "CSV", Format.XLSX: "Excel", Format.JSONL: "JSON Lines"}
FOREIGN = {
    Foreign.PROPOSE: Text("向负责部门提出更正建议", "Propose them to the office that answers"),
    Foreign.REFUSE: Text("作为有误的行退回", "Refuse the row"),
}


def listing(request: HttpRequest) -> HttpResponse:
    """The imports of the actor's offices, newest first."""
    actor = actor_of(request).actor
    page = imports.imports(actor, register=request.GET.get("register", ""), token=request.GET.get("page", ""))
    mine = imports.importable_registers(actor)
    context = {
        "page": page,
        "rows": [_row(one) for one in page.rows],
        "registers": mine,
        "choices": [("", t("全部", "All")), *((one.code, str(one.title)) for one in mine)],
        "register": request.GET.get("register", ""),
    }
    return render(request, "registers/transfer/imports.html", context)


def new(request: HttpRequest, code: str) -> HttpResponse:
    """A file for a register."""
    actor = actor_of(request).actor
    register = register_of(code)
    require(actor, register.maintain)
    errors: dict[str, Text] = {}
    if request.method == "POST":
        try:
            file = request.FILES.get("file")
            if file is None:
                missing = Text("请选择文件", "Choose a file")
                raise Invalid(missing, fields={"file": missing})
            row = imports.receive(actor, register, file.name or "file", file.chunks())
        except Invalid as problem:
            errors = dict(problem.fields)
        else:
            return redirect("registers:import", row.id)
    own = functions(actor, register.maintain)
    context = {
        "register": register,
        "errors": errors,
        "size": filesizeformat(imports.SIZE),
        "fields": [
            (
                str(one.title),
                one.name,
                str(one.element.remedy),
                t("直接登记", "Written at once") if one.owner in own else str(function_title(one.owner)),
            )
            for one in importable(register)
        ],
    }
    return render(request, "registers/transfer/import_new.html", context, status=422 if errors else 200)


def one(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """One import where it stands; POST takes the next step."""
    actor = actor_of(request).actor
    errors: dict[str, Text] = {}
    if request.method == "POST":
        try:
            _step(request, actor, import_id)
            return redirect("registers:import", import_id)
        except Conflict as problem:
            messages.warning(request, str(problem.detail))
            return redirect("registers:import", import_id)
        except Invalid as problem:
            errors = dict(problem.fields)
    row = imports.import_of(actor, import_id)
    register = register_of(row.register)
    context = _row(row) | {
        "register": register,
        "errors": errors,
        "facts": _facts(row, register),
        "trouble": t(row.trouble["zh"], row.trouble["en"]) if row.trouble else "",
        "going": row.state in RUNNING,
        "stopped": row.state in RUNNING and _stands_still(row),
        "open": row.state in OPEN,
        "counts": _counts(row),
        "reasons": bad_rows.reasons(row),
        "examples": bad_rows.examples(row) if row.bad else [],
        "may_load": row.state == ImportState.CHECKED
        and row.proposed <= imports.PROPOSALS
        and not (row.all_or_nothing and row.bad)
        and row.bad < row.position,
        "steps": _steps(row),
    }
    if row.state in OPEN:
        context |= _wizard(request, actor, row, register, errors)
    return render(request, "registers/transfer/import.html", context, status=422 if errors else 200)


def bad(request: HttpRequest, import_id: UUID) -> HttpResponseBase:
    """The rows that were not taken, each with what is wrong, to mend and to upload again."""
    row = imports.import_of(actor_of(request).actor, import_id)
    require(actor_of(request).actor, register_of(row.register).maintain)
    if not row.bad or row.state in RUNNING:
        raise NotFound(Text("没有有误的行可下载。", "There are no bad rows to take."))
    kind = bad_rows.format_of(row)
    stem = row.file_name.rpartition(".")[0] or row.file_name
    name = t("{stem}-有误的行.{kind}", "{stem}-bad-rows.{kind}", stem=stem, kind=kind)
    return attachment(name, media_type(kind), bad_rows.bad_rows_file(row))


def _step(request: HttpRequest, actor: Actor, import_id: UUID) -> None:
    steps: dict[str, Callable[[], object]] = {
        "read": lambda: imports.read_as(
            actor,
            import_id,
            encoding=request.POST.get("encoding", ""),
            delimiter=request.POST.get("delimiter", ""),
            sheet=request.POST.get("sheet", ""),
        ),
        "check": lambda: imports.start_check(actor, import_id, _choice(request, actor, import_id)),
        "load": lambda: imports.start_load(actor, import_id),
        "go-on": lambda: imports.go_on(actor, import_id),
        "cancel": lambda: imports.cancel(actor, import_id),
    }
    step = steps.get(request.POST.get("step", ""))
    if step is None:
        raise Refused(Text("没有这个操作。", "There is no such act."))
    step()


def _choice(request: HttpRequest, actor: Actor, import_id: UUID) -> imports.Choice:
    row = imports.import_of(actor, import_id)
    given = request.POST
    return imports.Choice(
        fields=[given.get(f"column-{place}", "") for place in range(len(row.columns))],
        valid_from=posted_day(request, "valid_from"),
        all_or_nothing=given.get("all_or_nothing") == "1",
        foreign=Foreign.REFUSE if given.get("foreign") == Foreign.REFUSE else Foreign.PROPOSE,
    )


def _wizard(
    request: HttpRequest, actor: Actor, row: Import, register: Register, errors: dict[str, Text]
) -> dict[str, Any]:
    """The first rows, the columns with what they are taken for, and the options."""
    given = request.POST if request.POST.get("step") == "check" else {}
    choices = [("", t("不导入此列", "Leave it out"))]
    choices += [
        (target.name, f"{target.title} *" if target.required else str(target.title))
        for target in targets(register)
    ]
    shown = imports.preview(actor, row.id) if row.sha256 else []
    own = functions(actor, register.maintain)
    return {
        "columns": [
            {
                "name": f"column-{place}",
                "label": title,
                "value": given.get(f"column-{place}", row.fields[place]),
                "help": "、".join(line.cells[place] for line in shown[:3] if line.cells[place:]) or "—",
                "error": str(errors.get(f"column-{place}", "")),
            }
            for place, title in enumerate(row.columns)
        ],
        "targets": choices,
        "heads": row.columns,
        "lines": [(line.number, line.cells) for line in shown],
        "sheets": [(name, name) for name in imports.sheets_of(actor, row.id)] if row.sha256 else [],
        "encodings": [(code, str(title)) for code, title in ENCODINGS.items()],
        "delimiters": [(code, str(title)) for code, title in DELIMITERS.items()],
        "foreign": [(code.value, str(title)) for code, title in FOREIGN.items()],
        "others": any(one.owner not in own for one in importable(register)),
        "foreign_chosen": given.get("foreign", row.foreign),
        "all_or_nothing": given.get("all_or_nothing") == "1" if given else row.all_or_nothing,
        "valid_from": given.get("valid_from", "") or f"{row.valid_from or timezone.localdate():%Y-%m-%d}",
    }


def _stands_still(row: Import) -> bool:
    return row.beat_at is None or timezone.now() - row.beat_at >= imports.STALE


def _row(row: Import) -> dict[str, Any]:
    badge, words = STATES[ImportState(row.state)]
    return {
        "one": row,
        "title": register_of(row.register).title,
        "badge": badge,
        "words": words,
        "taken": row.created + row.changed + row.unchanged,
    }


def _counts(row: Import) -> list[tuple[str, int, str]]:
    return [
        (t("新增", "New"), row.created, "plus"),
        (t("变更", "Changed"), row.changed, "pencil"),
        (t("与登记相同", "As registered"), row.unchanged, "check"),
        (t("有误", "Bad"), row.bad, "alert-triangle"),
        (t("更正建议", "Proposals"), row.proposed, "send"),
    ]


def _facts(row: Import, register: Register) -> list[tuple[str, str]]:
    how = FORMATS[Format(row.format)]
    if row.encoding:
        how += f" · {ENCODINGS.get(row.encoding, row.encoding)}"
    if row.sheet:
        how += f" · {row.sheet}"
    facts = [
        (t("登记簿", "Register"), str(register.title)),
        (t("文件", "File"), f"{row.file_name}（{filesizeformat(row.size)}）"),
        (t("识别为", "Read as"), how),
        (t("上传", "Uploaded"), f"{row.account_name} · {timezone.localtime(row.at):%Y-%m-%d %H:%M}"),
    ]
    if row.state not in (ImportState.UPLOADED,):
        choice = (
            t("全部或都不", "All or nothing") if row.all_or_nothing else t("只导入无误的行", "The good rows")
        )
        facts.append((t("方式", "Way"), choice))
        facts.append((t("其他部门负责的项", "Fields of other offices"), str(FOREIGN[Foreign(row.foreign)])))
    return facts


def _steps(row: Import) -> list[dict[str, str]]:
    """The way of an import, for the list of steps."""
    at = {
        ImportState.UPLOADED: 1,
        ImportState.CHECKING: 2,
        ImportState.CHECKED: 2,
        ImportState.LOADING: 3,
        ImportState.DONE: 4,
    }.get(ImportState(row.state), 2)
    titles = (
        t("上传", "Upload"),
        t("确认列", "Columns"),
        t("试运行", "Dry run"),
        t("入库", "Load"),
    )
    return [
        {"title": title, "state": "done" if place < at else "current" if place == at else "todo"}
        for place, title in enumerate(titles)
    ]
