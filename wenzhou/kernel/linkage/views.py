"""Pages of runs: the list with a form to start one, one run with its scores, how good the links are."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from wenzhou.kernel.base.charts import Chart, Series
from wenzhou.kernel.base.errors import Conflict, Invalid
from wenzhou.kernel.base.pages import actor_of
from wenzhou.kernel.base.text import Text, t
from wenzhou.kernel.linkage import evaluating, selectors
from wenzhou.kernel.linkage.model.evidence import bits
from wenzhou.kernel.linkage.model.persons import PERSONS
from wenzhou.kernel.linkage.models import OPEN_RUNS, Run, RunKind, RunState
from wenzhou.kernel.linkage.services.runs import ask
from wenzhou.kernel.linkage.sources import sources

STATES = {
    RunState.WAITING: ("waiting", Text("等待运行", "Waiting")),
    RunState.RUNNING: ("progress", Text("运行中", "Running")),
    RunState.DONE: ("ok", Text("已生效", "In effect")),
    RunState.FAILED: ("refused", Text("失败", "Failed")),
}
KINDS = {
    RunKind.FULL: Text("全量：全部记录重新比对", "Whole: all records anew"),
    RunKind.INCREMENT: Text("增量：只比对新增和变化的记录", "Increment: what is new or changed against all"),
}
STEPS = {
    "read": Text("读取名单", "Reading the lists"),
    "train": Text("训练模型", "Training the model"),
    "score": Text("比对评分", "Scoring pairs"),
    "write": Text("写入结果", "Writing the result"),
    "commit": Text("写入结果", "Writing the result"),
}


def runs(request: HttpRequest) -> HttpResponse:
    """Runs, newest first; POST starts one over the chosen lists."""
    actor = actor_of(request).actor
    known = sources()
    errors: dict[str, Text] = {}
    chosen = request.POST.getlist("sources")
    if request.method == "POST":
        try:
            run = ask(actor, chosen, _kind(request.POST.get("kind", "")))
        except Invalid as wrong:
            errors = dict(wrong.fields)
        except Conflict as busy:
            messages.warning(request, str(busy.detail))
            return redirect("linkage:runs")
        else:
            messages.success(request, t("链接运行已开始。", "The run has begun."))
            return redirect("linkage:run", run.id)
    page = selectors.runs(actor, token=request.GET.get("page", ""))
    context = {
        "page": page,
        "rows": [_row(row, known) for row in page.rows],
        "running": any(row.state in OPEN_RUNS for row in page.rows),
        "sources": [(code, str(source.title)) for code, source in known.items()],
        "chosen": chosen or list(known),
        "kinds": [(kind.value, str(words)) for kind, words in KINDS.items()],
        "errors": errors,
    }
    return render(request, "linkage/runs.html", context, status=422 if errors else 200)


def _kind(given: str) -> RunKind:
    try:
        return RunKind(given)
    except ValueError as error:
        wrong = Text("请选择全量或增量", "Choose whole or increment")
        raise Invalid(wrong, fields={"kind": wrong}) from error


def _row(row: Run, known: dict[str, Any]) -> dict[str, Any]:
    badge, words = STATES[RunState(row.state)]
    return {
        "row": row,
        "lists": [str(known[code].title) if code in known else code for code in row.sources],
        "kind": str(KINDS[RunKind(row.kind)]).partition("：")[0].partition(":")[0],
        "badge": badge,
        "words": words,
        "step": STEPS.get(row.step, ""),
        "open": row.state in OPEN_RUNS,
    }


def run(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """One run: how far it is; when it is done, what it found and how the scores are spread."""
    actor = actor_of(request).actor
    row = selectors.run(actor, run_id)
    found = row.counts
    asked, errors, flips = request.GET.get("match", ""), {}, None
    if asked and row.state == RunState.DONE:
        try:
            flips = selectors.flips(actor, row, asked)
        except Invalid as wrong:
            errors = dict(wrong.fields)
    context = _row(row, dict(sources())) | {
        "figures": _figures(found) if row.state == RunState.DONE else [],
        "chart": _chart(found["scores"]) if found.get("scores") else None,
        "facts": _facts(row),
        "flips": flips,
        "match": asked or f"{PERSONS.match}",
        "errors": errors,
        "thresholds": (
            f"{bits(PERSONS.grey):.1f}",
            f"{PERSONS.grey:.0%}",
            f"{bits(PERSONS.match):.1f}",
            f"{PERSONS.match:.0%}",
        ),
    }
    return render(request, "linkage/run.html", context, status=422 if errors else 200)


def _figures(counts: dict[str, Any]) -> list[tuple[str, int]]:
    return [
        (t("读入记录", "Records read"), counts.get("records", 0)),
        (t("评分的记录对", "Pairs scored"), counts.get("pairs", 0)),
        (t("新建实体", "New entities"), counts.get("created", 0)),
        (t("增加记录的实体", "Entities that grew"), counts.get("extended", 0)),
        (t("建立的链接", "Links made"), counts.get("links", 0)),
        (t("交人工复核", "Pairs for clerks"), counts.get("reviews", 0)),
    ]


def _facts(row: Run) -> list[tuple[str, str]]:
    moments = [
        (t("提出时间", "Asked"), row.asked_at),
        (t("开始时间", "Began"), row.started_at),
        (t("结束时间", "Ended"), row.finished_at),
        (t("读取截至", "Sources read until"), row.read_until),
    ]
    return [
        (label, f"{timezone.localtime(moment):%Y-%m-%d %H:%M}")
        for label, moment in moments
        if moment is not None
    ]


def _chart(scores: list[list[int]]) -> Chart:
    return Chart(
        kind="stack",
        title=t("记录对按匹配权重的分布", "Pairs by match weight"),
        categories=[str(edge) for edge, _, _ in scores],
        series=[
            Series(t("自动链接", "Linked by the run"), [matched for _, matched, _ in scores]),
            Series(t("人工复核", "For clerks"), [grey for _, _, grey in scores]),
        ],
        unit=t("对", "pairs"),
        axis=t("权重（比特）自", "Weight (bits) from"),
    )


def evaluation(request: HttpRequest) -> HttpResponse:
    """Precision, recall and F1 of the links that stand, over made records."""
    found = evaluating.evaluate(actor_of(request).actor)
    context: dict[str, Any] = {"found": found}
    if found is not None:
        quality = found.quality
        context |= {
            "precision": f"{quality.precision:.2%}",
            "recall": f"{quality.recall:.2%}",
            "f1": f"{quality.f1:.4f}",
            "kinds": [(title, f"{share:.1%}", there) for title, share, there in found.kinds],
            "chart": Chart(
                kind="hbar",
                title=t("各类差错的查全率", "Recall by kind of error"),
                categories=[str(title) for title, _, _ in found.kinds],
                series=[
                    Series(t("查全率", "Recall"), [round(share * 100, 1) for _, share, _ in found.kinds])
                ],
                unit="%",
                axis=t("差错", "Error"),
            ),
        }
    return render(request, "linkage/evaluation.html", context)
