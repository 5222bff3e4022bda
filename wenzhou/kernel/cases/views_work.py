"""Pages of an office's work: the worklist, a task with its case, and what is done there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render

from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.errors import Conflict, Invalid, Problem
from wenzhou.kernel.base.pages import actor_of
from wenzhou.kernel.base.text import t
from wenzhou.kernel.cases.selectors_office import (
    COUNT_CAP,
    COUNTED,
    Tab,
    Wanted,
    next_task,
    work_row,
    worklist,
)
from wenzhou.kernel.cases.selectors_task import open_task
from wenzhou.kernel.cases.services import papers, tasks
from wenzhou.kernel.cases.services import reassign as reassigning


def worklist_page(request: HttpRequest) -> HttpResponse:
    """The tasks of the actor's offices: tabs, filter, one page."""
    actor = actor_of(request).actor
    given = request.GET
    errors: dict[str, Any] = {}
    found = None
    wanted = Wanted()
    try:
        wanted = Wanted.of(
            tab=given.get("tab", ""),
            number=given.get("number", ""),
            firm=given.get("firm", ""),
            step=given.get("step", ""),
            late=given.get("late") == "1",
        )
        found = worklist(actor, wanted, token=given.get("page", ""))
    except Invalid as problem:
        errors = problem.fields
    context = {
        "tabs": _tabs(wanted, found.counts if found else {}),
        "wanted": wanted,
        "given": {name: given.get(name, "") for name in ("number", "firm")},
        "errors": errors,
        "worklist": found,
        "filtered": bool(wanted.number or wanted.firm or wanted.step or wanted.late),
    }
    return render(request, "cases/work/list.html", context, status=422 if errors else 200)


def _tabs(wanted: Wanted, counts: dict[Tab, int]) -> list[dict[str, object]]:
    return [
        {
            "code": tab.value,
            "title": tab.text,
            "here": tab is wanted.tab,
            "count": _capped(counts[tab]) if tab in COUNTED and tab in counts else "",
        }
        for tab in Tab
    ]


def _capped(count: int) -> str:
    return f"{COUNT_CAP}+" if count > COUNT_CAP else str(count)


def task_page(request: HttpRequest, task_id: UUID) -> HttpResponse:
    """One task with the whole file of its case."""
    return _task_page(request, task_id)


def _task_page(
    request: HttpRequest,
    task_id: UUID,
    *,
    errors: dict[str, Any] | None = None,
    problem: Problem | None = None,
    status: int = 200,
) -> HttpResponse:
    file = open_task(actor_of(request).actor, task_id)
    context = {
        "task": file,
        "file": file.file,
        "errors": errors or {},
        "problem": problem,
        "given": request.POST if request.method == "POST" else {},
        "here": f"{file.step.name} · {file.file.number}",
        "paper_choices": [("", t("请选择", "Choose")), *((p.code, p.title) for p in file.file.papers)],
        "successor_choices": [("", t("请选择", "Choose")), *file.colleagues],
        "outcome_choices": [(outcome.code, outcome.name) for outcome in file.outcomes],
    }
    return render(request, "cases/work/task.html", context, status=status)


def claim(request: HttpRequest, task_id: UUID) -> HttpResponse:
    """Take a task (POST). From the list by htmx: the row as it is now; otherwise on to the task."""
    if request.method != "POST":
        return redirect("cases:work-task", task_id)
    actor = actor_of(request).actor
    lost = ""
    try:
        tasks.claim(actor, task_id)
    except Conflict as problem:
        lost = str(problem.detail)
    if request.headers.get("HX-Request"):
        return render(request, "cases/work/row.html", {"row": work_row(actor, task_id), "lost": lost})
    if lost:
        messages.warning(request, lost)
    return redirect("cases:work-task", task_id)


def release(request: HttpRequest, task_id: UUID) -> HttpResponse:
    """Give a task back (POST)."""

    def act(actor: Actor) -> HttpResponseRedirect:
        task = tasks.release(actor, task_id)
        messages.success(request, t("{n} 已退回待领取。", "{n} is back on the list.", n=task.case.number))
        return redirect("cases:work")

    return _act(request, task_id, act)


def ask_paper(request: HttpRequest, task_id: UUID) -> HttpResponse:
    """Ask the applicant for a paper (POST); the clock stops."""

    def act(actor: Actor) -> HttpResponseRedirect:
        papers.ask_paper(actor, task_id, request.POST.get("paper", ""), request.POST.get("reason", ""))
        messages.success(
            request, t("已通知申请人补交，计时已停。", "The applicant is told; the clock stands still.")
        )
        return redirect("cases:work-task", task_id)

    return _act(request, task_id, act)


def accept_on_promise(request: HttpRequest, task_id: UUID) -> HttpResponse:
    """Go on without a paper, on a promise (POST)."""

    def act(actor: Actor) -> HttpResponseRedirect:
        paper = papers.accept_on_promise(actor, task_id, request.POST.get("paper", ""))
        messages.success(
            request,
            t(
                "已容缺受理，材料应于 {day} 前补交。",
                "Accepted; the paper is due by {day}.",
                day=paper.promised_until,
            ),
        )
        return redirect("cases:work-task", task_id)

    return _act(request, task_id, act)


def decide(request: HttpRequest, task_id: UUID) -> HttpResponse:
    """Decide (POST), then on to the next task of the list."""

    def act(actor: Actor) -> HttpResponseRedirect:
        task = tasks.decide(actor, task_id, request.POST.get("outcome", ""), request.POST.get("reasons", ""))
        messages.success(
            request,
            t("{n} 的“{step}”已办结。", "“{step}” of {n} is decided.", n=task.case.number, step=task.name),
        )
        if "stay" in request.POST:
            return redirect("cases:work-task", task_id)
        following = next_task(actor)
        if following is None:
            return redirect("cases:work")
        return redirect("cases:work-task", following)

    return _act(request, task_id, act)


def reassign(request: HttpRequest, task_id: UUID) -> HttpResponse:
    """Put a claimed task into another clerk's hands (POST)."""

    def act(actor: Actor) -> HttpResponseRedirect:
        given = request.POST
        task = reassigning.reassign(
            actor, task_id, holder=_id(given.get("holder", "")), successor=_id(given.get("successor", ""))
        )
        messages.success(
            request,
            t(
                "{n} 的办理人已调整，双方都已收到通知。",
                "{n} is handed over; both are told.",
                n=task.case.number,
            ),
        )
        return redirect("cases:work-task", task_id)

    return _act(request, task_id, act)


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _act(request: HttpRequest, task_id: UUID, act: Callable[[Actor], HttpResponseRedirect]) -> HttpResponse:
    """Do it and go on; what is wrong is said on the task's page, beside its field where it has one."""
    if request.method != "POST":
        return redirect("cases:work-task", task_id)
    try:
        return act(actor_of(request).actor)
    except Invalid as problem:
        return _task_page(request, task_id, errors=problem.fields, problem=problem, status=422)
    except Conflict as problem:
        return _task_page(request, task_id, problem=problem, status=409)
