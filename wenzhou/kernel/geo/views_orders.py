"""Pages of changes of divisions: the list with progress, a new order, one order with what it does and who confirms it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from wenzhou.kernel.base.errors import Conflict, Invalid, NotFound, Problem
from wenzhou.kernel.base.ids import uuid7
from wenzhou.kernel.base.pages import actor_of
from wenzhou.kernel.base.text import Text, t
from wenzhou.kernel.geo.contracts import ChangeKind
from wenzhou.kernel.geo.directory import directory
from wenzhou.kernel.geo.following import follower_progress, progress
from wenzhou.kernel.geo.models import ProposalState
from wenzhou.kernel.geo.orders import Move, may_reorder
from wenzhou.kernel.geo.proposals import (
    confirm,
    moves_of,
    open_proposals,
    preview,
    proposal,
    propose,
    withdraw,
)
from wenzhou.kernel.geo.selectors import division

ROWS = 4
"""Divisions on one form."""

SHOWN = 100
KINDS = (ChangeKind.RENAMED, ChangeKind.RECODED, ChangeKind.MERGED, ChangeKind.SPLIT)


def orders(request: HttpRequest) -> HttpResponse:
    """What waits to be confirmed, what is in force and how far its records are, and what is known of earlier years."""
    actor = actor_of(request).actor
    waiting = open_proposals(actor)
    return render(
        request,
        "geo/orders.html",
        {
            "waiting": [(one, ChangeKind(one.kind).text) for one in waiting],
            "orders": [(one, ChangeKind(one.order.kind).text) for one in progress()],
            "changes": [one for one in reversed(directory().changes) if len(one.old_code) == 6],
        },
    )


def new_order(request: HttpRequest) -> HttpResponse:
    """The form of an order; entered, it leads to its page with the preview."""
    actor = actor_of(request).actor
    may_reorder(actor)
    errors: Mapping[str, Text] = {}
    said = ""
    given = request.POST
    if request.method == "POST":
        try:
            row = propose(
                actor,
                given.get("key", ""),
                _kind(given.get("kind", "")),
                _day(given.get("on", "")),
                _moves(request),
                basis=given.get("basis", ""),
            )
            return redirect("geo:order", proposal_id=row.id)
        except (Invalid, Conflict, NotFound) as problem:
            errors, said = dict(problem.fields), str(problem.detail)
    return render(
        request,
        "geo/new_order.html",
        {
            "kinds": [("", t("请选择", "Choose")), *((one.value, str(one.text)) for one in KINDS)],
            "kind": given.get("kind", ""),
            "on": given.get("on") or timezone.localdate().isoformat(),
            "basis": given.get("basis", ""),
            "key": given.get("key") or str(uuid7()),
            "rows": [_row(request, at) for at in range(ROWS)],
            "errors": errors,
            "said": said,
        },
        status=422 if said else 200,
    )


def order(request: HttpRequest, proposal_id: UUID) -> HttpResponse:
    """One order: what it changes, which records follow or have followed; confirmed or withdrawn here."""
    actor = actor_of(request).actor
    row = proposal(actor, proposal_id)
    said = ""
    if request.method == "POST":
        try:
            (withdraw if request.POST.get("act") == "withdraw" else confirm)(actor, proposal_id)
            return redirect("geo:order", proposal_id=proposal_id)
        except Problem as problem:
            said = str(problem.detail)
    context: dict[str, Any] = {
        "row": row,
        "kind": ChangeKind(row.kind).text,
        "moves": [
            (move, _called(move.old, row.on), move.name or _called(move.new, row.on))
            for move in moves_of(row)
        ],
        "said": said,
        "open": row.state == ProposalState.OPEN,
        "own": row.proposed_by == actor.account,
    }
    if row.state == ProposalState.OPEN:
        context |= _preview(actor_of(request).actor, row)
    elif row.order is not None:
        context["progress"] = follower_progress(row.order)
    return render(request, "geo/order.html", context, status=422 if said else 200)


def _preview(actor: Any, row: Any) -> dict[str, Any]:
    try:
        seen = preview(actor, ChangeKind(row.kind), row.on, moves_of(row), basis=row.basis)
    except Problem as problem:  # something has changed since it was entered
        return {"said": str(problem.detail), "stale": True}
    return {
        "codes": [(old, _called(old, row.on), new) for old, new in seen.codes[:SHOWN]],
        "more": max(len(seen.codes) - SHOWN, 0),
        "follows": seen.follows,
    }


def _called(code: str, on: date) -> Text:
    place = division(code, on)
    return place.name if place else Text(code, code)


def _kind(text: str) -> ChangeKind:
    if text not in KINDS:
        raise _wrong("kind", Text("请选择调整类型", "Choose the kind of change"))
    return ChangeKind(text)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise _wrong("on", Text("日期格式应为 2026-01-31", "A day is written 2026-01-31")) from error


def _wrong(name: str, text: Text) -> Invalid:
    return Invalid(
        Text("区划调整有误，见各项说明。", "The order cannot be taken; see each item."), fields={name: text}
    )


_NAMES = ("old", "new", "name", "name_en", "villages", "share")


def _row(request: HttpRequest, at: int) -> dict[str, str]:
    found = {name: request.POST.get(f"{name}-{at}", "").strip() for name in _NAMES}
    return found | {"at": str(at), "used": "1" if found["old"] or at == 0 else ""}


def _moves(request: HttpRequest) -> list[Move]:
    found = []
    for row in (_row(request, at) for at in range(ROWS)):
        if not row["old"]:
            continue
        try:
            share = float(row["share"]) if row["share"] else None
        except ValueError as error:
            raise _wrong(
                "share", Text("比例应为 0 和 1 之间的小数", "The share is a decimal between 0 and 1")
            ) from error
        found.append(
            Move(
                row["old"],
                row["new"] or row["old"],
                Text(row["name"], row["name_en"] or row["name"]) if row["name"] else None,
                tuple(row["villages"].replace("，", " ").replace(",", " ").split()),
                share,
            )
        )
    return found
