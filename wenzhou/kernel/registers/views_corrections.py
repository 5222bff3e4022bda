"""Pages of corrections and of erasure: the queue of the office that answers, one's own proposals, the second person."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.errors import Invalid, NotFound
from wenzhou.kernel.base.pages import actor_of
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.registers import corrections, erasure
from wenzhou.kernel.registers.deadlines import days_left
from wenzhou.kernel.registers.declaration import Register, register_of, registers
from wenzhou.kernel.registers.models import Correction, CorrectionState, ErasureRequest
from wenzhou.kernel.registers.words import function_title

STATES = {
    CorrectionState.OPEN: ("waiting", Text("待核对", "Waiting")),
    CorrectionState.ACCEPTED: ("ok", Text("已更正", "Corrected")),
    CorrectionState.REJECTED: ("refused", Text("不予更正", "Not corrected")),
    CorrectionState.WITHDRAWN: ("neutral", Text("已撤回", "Withdrawn")),
}


def queue(request: HttpRequest) -> HttpResponse:
    """What waits for an answer of one's offices."""
    actor = actor_of(request).actor
    page = corrections.queue(actor, token=request.GET.get("page", ""))
    return _list(request, page, mine=False)


def mine(request: HttpRequest) -> HttpResponse:
    """What one has proposed."""
    actor = actor_of(request).actor
    page = corrections.proposed(actor, token=request.GET.get("page", ""))
    return _list(request, page, mine=True)


def _list(request: HttpRequest, page: object, *, mine: bool) -> HttpResponse:
    rows = [_line(row) for row in page.rows]  # type: ignore[attr-defined]
    return render(request, "registers/corrections.html", {"page": page, "rows": rows, "mine": mine})


def _line(row: Correction) -> dict[str, object]:
    register = register_of(row.register)
    state, words = STATES[CorrectionState(row.state)]
    return {
        "row": row,
        "register": register.title,
        "fields": [register.field(name).title for name in row.values],
        "owner": function_title(row.owner),
        "state": state,
        "state_words": words,
        "left": days_left(timezone.localdate(), [row.due])[row.due],
    }


def correction(request: HttpRequest, correction_id: UUID) -> HttpResponse:
    """One proposal: what is said now, what is proposed, why; the owner settles it, the proposer may take it back."""
    actor = actor_of(request).actor
    row = corrections.correction(actor, correction_id)
    errors: dict[str, Text] = {}
    if request.method == "POST":
        try:
            _settle(request, actor, row)
            return redirect("registers:correction", correction_id=row.id)
        except Invalid as problem:
            errors = dict(problem.fields)
    register = register_of(row.register)
    return render(
        request,
        "registers/correction.html",
        _line(row)
        | {
            "values": [
                (register.field(name).title, _proposed(register, name, text))
                for name, text in row.values.items()
            ],
            "errors": errors,
            "may_decide": row.state == CorrectionState.OPEN and corrections.may_decide(actor, row),
            "may_withdraw": row.state == CorrectionState.OPEN and row.proposer == actor.account,
            "code": register.code,
        },
        status=400 if errors else 200,
    )


def _proposed(register: Register, name: str, text: str) -> str:
    """A proposed value in words: whole for the two offices whose work it is."""
    element = register.field(name).element
    return element.in_words(element.parse(text))


def _settle(request: HttpRequest, actor: Actor, row: Correction) -> None:
    act = request.POST.get("act", "")
    if act == "withdraw":
        corrections.withdraw(actor, row.id)
    elif act in {"accept", "reject"}:
        corrections.decide(actor, row.id, accept=act == "accept", answer=request.POST.get("answer", ""))
    else:
        raise Invalid(Text("请选择更正或不予更正。", "Choose to correct or not."))


def erasures(request: HttpRequest) -> HttpResponse:
    """Ask for an erasure, and what waits for a second person."""
    actor = actor_of(request).actor
    errors: dict[str, Text] = {}
    if request.method == "POST":
        try:
            erasure.ask(
                actor,
                register_of(request.POST.get("register", "")),
                request.POST.get("key", ""),
                basis=request.POST.get("basis", ""),
                reason=request.POST.get("reason", ""),
            )
            return redirect("registers:erasures")
        except NotFound as problem:
            errors = {"key": problem.detail}
        except Invalid as problem:
            errors = dict(problem.fields)
    page = erasure.requests(actor, token=request.GET.get("page", ""))
    return render(
        request,
        "registers/erasures.html",
        {
            "page": page,
            "rows": [_erasure(row, actor) for row in page.rows],
            "registers": [(one.code, str(one.title)) for one in registers()],
            "given": request.POST,
            "errors": errors,
        },
        status=400 if errors else 200,
    )


def _erasure(row: ErasureRequest, actor: Actor) -> dict[str, object]:
    return {"row": row, "register": register_of(row.register).title, "own": row.asked_by == actor.account}


@require_POST
def confirm_erasure(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """The second person confirms."""
    erasure.confirm(actor_of(request).actor, request_id)
    return redirect("registers:erasures")
