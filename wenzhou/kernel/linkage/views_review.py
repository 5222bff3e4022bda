"""Pages of clerical review: the worklist, one pair side by side, the journal of decisions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.errors import Conflict, Invalid, Refused
from wenzhou.kernel.base.pages import actor_of
from wenzhou.kernel.base.permissions import may
from wenzhou.kernel.base.text import Text, t
from wenzhou.kernel.linkage import reviewing
from wenzhou.kernel.linkage.model.evidence import bits
from wenzhou.kernel.linkage.model.persons import PERSONS
from wenzhou.kernel.linkage.models import Ground, Review, ReviewState
from wenzhou.kernel.linkage.permissions import SEE_LINKS
from wenzhou.kernel.linkage.services import review as services
from wenzhou.kernel.linkage.showing import PURPOSES

STATES = {
    ReviewState.OPEN: ("new", Text("待复核", "To review")),
    ReviewState.CLAIMED: ("progress", Text("已领取", "Taken")),
    ReviewState.SECOND: ("waiting", Text("待二审", "Second look")),
    ReviewState.SAME: ("ok", Text("同一人", "The same person")),
    ReviewState.DIFFERENT: ("neutral", Text("不是同一人", "Not the same")),
    ReviewState.UNSURE: ("paused", Text("存疑", "Unsure")),
    ReviewState.GONE: ("neutral", Text("记录已不在", "Records are gone")),
}


def worklist(request: HttpRequest) -> HttpResponse:
    """The doubtful pairs of the actor's offices; POST takes the next one."""
    actor = actor_of(request).actor
    if request.method == "POST":
        return _to_next(request, actor, None)
    tab = request.GET.get("tab", "open")
    page, entries = reviewing.worklist(actor, tab, token=request.GET.get("page", ""))
    numbers = reviewing.counts(actor)
    context = {
        "page": page,
        "rows": [(one, *STATES[ReviewState(one.row.state)]) for one in entries],
        "tab": tab,
        "tabs": [(name, title, numbers[name]) for name, title in reviewing.TABS.items()],
        "may_start": numbers["open"] > 0,
    }
    return render(request, "linkage/worklist.html", context)


def pair(request: HttpRequest, review_id: UUID) -> HttpResponse:
    """Two records side by side. POST states a purpose and shows them whole, or acts on the pair."""
    actor = actor_of(request).actor
    errors: dict[str, Text] = {}
    purpose = PURPOSES.get(request.POST.get("purpose", ""))
    if request.method == "POST" and "act" in request.POST:
        try:
            return _act(request, actor, review_id)
        except Invalid as wrong:
            errors = dict(wrong.fields)
        except Conflict as lost:
            messages.warning(request, str(lost.detail))
            return redirect("linkage:pair", review_id)
    elif request.method == "POST" and purpose is None:
        errors = {"purpose": Text("请选择查看用途", "Choose what you need it for")}
    found = reviewing.comparison(actor, review_id, purpose=purpose)
    return render(
        request,
        "linkage/pair.html",
        _pair(request, actor, found) | {"errors": errors},
        status=422 if errors else 200,
    )


def _pair(request: HttpRequest, actor: Actor, found: reviewing.Comparison) -> dict[str, Any]:
    row = found.row
    badge, words = STATES[ReviewState(row.state)]
    own = row.claimed_by_id == actor.account
    return {
        "found": found,
        "row": row,
        "badge": badge,
        "words": words,
        "reason": reviewing.reason_of(row),
        "ground": Ground(row.ground).text if row.ground else "",
        "weight": f"{found.total:+.1f}",
        "prior": f"{found.prior:+.1f}" if found.prior is not None else "",
        "rarity": f"{found.rarity:+.1f}" if found.rarity is not None and abs(found.rarity) >= 0.05 else "",
        "thresholds": (f"{bits(PERSONS.grey):+.1f}", f"{bits(PERSONS.match):+.1f}"),
        "may_take": row.state in {ReviewState.OPEN, ReviewState.UNSURE},
        "may_decide": row.state == ReviewState.CLAIMED and own,
        "may_confirm": row.state == ReviewState.SECOND and row.decided_by_id != actor.account,
        "waits_for_other": row.state == ReviewState.SECOND and row.decided_by_id == actor.account,
        "taken": row.claimed_by if row.state == ReviewState.CLAIMED and not own else None,
        "weighty": services.is_weighty(row),
        "may_see_entities": may(actor, SEE_LINKS),
        "grounds": [(one.value, str(one.text)) for one in Ground],
        "given": {
            "ground": request.POST.get("ground", Ground.RECORDS.value),
            "note": request.POST.get("note", ""),
        },
        "purposes": [(one.code, str(one.title)) for one in PURPOSES.values()],
    }


def _act(request: HttpRequest, actor: Actor, review_id: UUID) -> HttpResponse:
    act = request.POST["act"]
    acts: dict[str, Callable[[], HttpResponse]] = {
        "take": lambda: _took(request, actor, review_id),
        "give-back": lambda: _gave_back(request, actor, review_id),
        "next": lambda: _to_next(request, actor, review_id),
        "agree": lambda: _confirmed(request, actor, review_id, agree=True),
        "disagree": lambda: _confirmed(request, actor, review_id, agree=False),
        **{one.value: lambda: _decided(request, actor, review_id) for one in services.Decision},
    }
    if act not in acts:
        raise Refused(Text("没有这个操作。", "There is no such act."))
    return acts[act]()


def _took(request: HttpRequest, actor: Actor, review_id: UUID) -> HttpResponse:
    services.claim(actor, review_id)
    return redirect("linkage:pair", review_id)


def _gave_back(request: HttpRequest, actor: Actor, review_id: UUID) -> HttpResponse:
    services.release(actor, review_id)
    messages.success(request, t("已退回列表。", "Given back to the list."))
    return redirect("linkage:worklist")


def _decided(request: HttpRequest, actor: Actor, review_id: UUID) -> HttpResponse:
    given = request.POST
    row = services.decide(
        actor, review_id, given["act"], given.get("note", ""), ground=given.get("ground", "")
    )
    messages.success(request, _said(row))
    return _to_next(request, actor, review_id)


def _said(row: Review) -> str:
    if row.state == ReviewState.SECOND:
        return t(
            "已判定为同一人，待另一人二审后生效。", "Held for the same; it takes effect after a second look."
        )
    return t("已判定：{words}。", "Decided: {words}.", words=STATES[ReviewState(row.state)][1])


def _confirmed(request: HttpRequest, actor: Actor, review_id: UUID, *, agree: bool) -> HttpResponse:
    services.confirm(actor, review_id, agree=agree, note=request.POST.get("note", ""))
    said = (
        t("已同意合并。", "The merge is confirmed.")
        if agree
        else t("已退回重新复核。", "Sent back to be reviewed again.")
    )
    messages.success(request, said)
    return redirect("linkage:worklist")


def _to_next(request: HttpRequest, actor: Actor, after: UUID | None) -> HttpResponse:
    row = services.take_next(actor, after=after)
    if row is None:
        messages.success(request, t("没有更多待复核的记录。", "There are no more pairs to review."))
        return redirect("linkage:worklist")
    return redirect("linkage:pair", row.id)


def decisions(request: HttpRequest) -> HttpResponse:
    """What was decided of doubtful pairs, by whom and why."""
    state = request.GET.get("state", "")
    actor = actor_of(request).actor
    page = reviewing.decisions(actor, state, token=request.GET.get("page", ""))
    done = (ReviewState.SAME, ReviewState.DIFFERENT, ReviewState.UNSURE)
    context = {
        "page": page,
        "rows": [
            (row, *STATES[ReviewState(row.state)], Ground(row.ground).text if row.ground else "")
            for row in page.rows
        ],
        "state": state,
        "states": [("", t("全部", "All")), *((one.value, str(STATES[one][1])) for one in done)],
    }
    return render(request, "linkage/decisions.html", context)
