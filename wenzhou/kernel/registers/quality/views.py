"""Pages of quality: the queue of an office, one problem, the scores."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.charts import Chart, Series
from wenzhou.kernel.base.errors import Conflict, Invalid, Refused
from wenzhou.kernel.base.pages import actor_of
from wenzhou.kernel.base.permissions import may
from wenzhou.kernel.base.text import Text, t
from wenzhou.kernel.registers.declaration import register_of, registers
from wenzhou.kernel.registers.permissions import ASSIGN_QUALITY, RUN_QUALITY
from wenzhou.kernel.registers.quality import selectors, services
from wenzhou.kernel.registers.quality.models import ProblemState
from wenzhou.kernel.registers.quality.rules import Severity
from wenzhou.kernel.registers.quality.runs import start
from wenzhou.kernel.registers.quality.scope import answers_for
from wenzhou.kernel.registers.quality.selectors import Score, Wanted
from wenzhou.kernel.registers.words import function_title

STATES = {
    ProblemState.OPEN: ("new", Text("待整改", "To mend")),
    ProblemState.PROPOSED: ("waiting", Text("例外待审定", "Exception proposed")),
    ProblemState.EXCEPTED: ("neutral", Text("例外", "Exception")),
    ProblemState.MENDED: ("ok", Text("已整改", "Mended")),
}
SEVERITIES = {Severity.ERROR: "refused", Severity.WARNING: "waiting", Severity.NOTICE: "neutral"}


def queue(request: HttpRequest) -> HttpResponse:
    """The problems of the actor's offices, with filters."""
    given = request.GET
    wanted = Wanted(
        register=given.get("register", ""),
        severity=given.get("severity", ""),
        state=given.get("state", ""),
        rule=given.get("rule", ""),
        own=given.get("own") == "1",
        late=given.get("late") == "1",
    )
    page, rows = selectors.queue(actor_of(request).actor, wanted, token=given.get("page", ""))
    return render(
        request,
        "registers/quality/queue.html",
        {
            "wanted": wanted,
            "page": page,
            "rows": [_row(one) for one in rows],
            "registers": [("", t("全部", "All")), *((one.code, str(one.title)) for one in registers())],
            "severities": [
                ("", t("全部", "All")),
                *((str(int(one)), str(one.text)) for one in reversed(Severity)),
            ],
            "states": [
                ("", t("待处理", "Waiting")),
                *((code.value, str(words)) for code, (_, words) in STATES.items()),
            ],
        },
    )


def _row(one: selectors.ProblemView) -> dict[str, Any]:
    badge, words = STATES[ProblemState(one.row.state)]
    return {
        "one": one,
        "title": one.rule.title if one.rule else one.row.rule,
        "badge": badge,
        "words": words,
        "severity": one.severity.text,
        "severity_badge": SEVERITIES[one.severity],
    }


def problem(request: HttpRequest, problem_id: UUID) -> HttpResponse:
    """One problem: what is wrong, how it is mended, and what has been done; POST acts on it."""
    actor = actor_of(request).actor
    errors: dict[str, Text] = {}
    if request.method == "POST":
        try:
            return _act(request, actor, problem_id)
        except Invalid as wrong:
            errors = dict(wrong.fields)
        except Conflict as lost:
            messages.warning(request, str(lost.detail))
            return redirect("registers:quality-problem", problem_id)
    one = selectors.problem(actor, problem_id)
    heads = answers_for(actor, ASSIGN_QUALITY, one.row)
    colleagues = services.colleagues(one.row) if heads and one.waits else {}
    context = _row(one) | {
        "errors": errors,
        "reason": request.POST.get("reason", ""),
        "may_decide": heads and one.row.state == ProblemState.PROPOSED,
        "may_assign": heads and one.waits,
        "may_take": one.waits and one.row.assignee_id is None,
        "colleagues": [("", t("无人", "Nobody")), *((str(key), ref.name) for key, ref in colleagues.items())],
        "facts": _facts(one),
    }
    return render(request, "registers/quality/problem.html", context, status=422 if errors else 200)


def _facts(one: selectors.ProblemView) -> list[tuple[str, str]]:
    row, rule = one.row, one.rule
    register = register_of(row.register)
    fields = {field.name: str(field.element.title) for field in register.fields}
    return [
        (t("登记簿", "Register"), str(one.register)),
        (t("记录", "Record"), one.key or t("未显示", "Not shown")),
        (t("数据项", "Field"), fields.get(row.field, row.field)),
        (t("评价指标", "Dimension"), str(rule.dimension.text) if rule else "—"),
        (t("负责部门", "Who answers"), str(function_title(row.function))),
        (t("处理人", "In the hands of"), one.holder or t("待领取", "Nobody yet")),
        (t("发现时间", "Found"), f"{row.opened_at:%Y-%m-%d}"),
        (t("出现次数", "Times"), str(row.times)),
    ]


def _act(request: HttpRequest, actor: Actor, problem_id: UUID) -> HttpResponse:
    acts: dict[str, Callable[[], str]] = {
        "take": lambda: _took(actor, problem_id),
        "assign": lambda: _assigned(request, actor, problem_id),
        "check": lambda: _checked(actor, problem_id),
        "propose": lambda: _proposed(request, actor, problem_id),
        "accept": lambda: _decided(actor, problem_id, accept=True),
        "reject": lambda: _decided(actor, problem_id, accept=False),
    }
    act = acts.get(request.POST.get("act", ""))
    if act is None:
        raise Refused(Text("没有这个操作。", "There is no such act."))
    messages.success(request, act())
    return redirect("registers:quality-problem", problem_id)


def _took(actor: Actor, problem_id: UUID) -> str:
    services.take(actor, problem_id)
    return t("已由您处理。", "The problem is in your hands.")


def _assigned(request: HttpRequest, actor: Actor, problem_id: UUID) -> str:
    given = request.POST.get("successor", "")
    try:
        successor = UUID(given) if given else None
    except ValueError as error:
        wrong = Text("请从列出的人员中选择", "Choose one of those listed")
        raise Invalid(wrong, fields={"successor": wrong}) from error
    services.assign(actor, problem_id, successor)
    return t("已分派。", "Assigned.")


def _checked(actor: Actor, problem_id: UUID) -> str:
    if services.check_again(actor, problem_id).mended:
        return t("已核实整改。", "Checked: it is mended.")
    return t("重新检查后问题仍然存在。", "Checked: it is still at fault.")


def _proposed(request: HttpRequest, actor: Actor, problem_id: UUID) -> str:
    services.propose_exception(actor, problem_id, request.POST.get("reason", ""))
    return t("已提出例外，等待负责人审定。", "The exception waits for the head's decision.")


def _decided(actor: Actor, problem_id: UUID, *, accept: bool) -> str:
    services.decide_exception(actor, problem_id, accept=accept)
    return (
        t("已同意例外。", "The exception is granted.")
        if accept
        else t("已退回整改。", "Sent back to be mended.")
    )


def scores(request: HttpRequest) -> HttpResponse:
    """Scores over time with the latest runs; POST asks for a run."""
    actor = actor_of(request).actor
    if request.method == "POST":
        run = start(actor, request.POST.get("register", ""))
        messages.success(
            request,
            t("检查已开始。", "The check has begun.")
            if not run.done
            else t("检查正在进行。", "A check is under way."),
        )
        return redirect("registers:quality-scores")
    found = selectors.scores(actor)
    last = max((one.day for one in found), default=None)
    runs = selectors.latest_runs(actor)
    return render(
        request,
        "registers/quality/scores.html",
        {
            "chart": _chart(found) if found else None,
            "rows": [(_name(one), one) for one in found if one.day == last],
            "last": last,
            "runs": [(register_of(code), run) for code, run in runs.items()],
            "may_run": may(actor, RUN_QUALITY),
            "running": any(run is not None and run.finished_at is None for run in runs.values()),
        },
    )


def _name(one: Score) -> str:
    return f"{register_of(one.register).title} · {function_title(one.function)}"


def _chart(found: list[Score]) -> Chart:
    days = sorted({one.day for one in found})
    lines: dict[tuple[str, str], dict[Any, float]] = {}
    names: dict[tuple[str, str], str] = {}
    for one in found:
        key = (one.register, one.function)
        lines.setdefault(key, {})[one.day] = one.points
        names[key] = _name(one)
    return Chart(
        kind="line",
        title=t("数据质量评分", "Score of quality"),
        categories=[f"{day:%Y-%m-%d}" for day in days],
        series=[Series(names[key], [points.get(day) for day in days]) for key, points in lines.items()],
        unit=t("分", "points"),
        axis=t("日期", "Day"),
    )
