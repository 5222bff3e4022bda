"""Casework: claim, release and decide a task."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from wenzhou.kernel.base import audit
from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.errors import Conflict, Invalid
from wenzhou.kernel.base.outbox import emit
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.cases import history
from wenzhou.kernel.cases.clock import days_used
from wenzhou.kernel.cases.events import TaskDecided
from wenzhou.kernel.cases.models import Task, TaskState
from wenzhou.kernel.cases.services.advance import complete_step, run_of
from wenzhou.kernel.cases.services.common import lock_task, note, require_claimed
from wenzhou.kernel.identity.api import account

MAX_REASONS = 1000


def claim(actor: Actor, task_id: UUID) -> Task:
    """Take a task, so that nobody else works on it. To claim one's own task again changes nothing.

    Raises Conflict, naming who was first, when another has it.
    """
    with transaction.atomic():
        task = lock_task(actor, task_id)
        if task.claimed_by_id == actor.account and task.state in {TaskState.CLAIMED, TaskState.PAUSED}:
            return task
        if task.claimed_by_id is not None:
            holder = account(task.claimed_by_id)
            name = holder.name if holder else "?"
            raise Conflict(
                Text(f"这个环节已由{name}领取。", f"{name} has already claimed this task."), code="claimed"
            )
        _must_be(task, TaskState.OPEN)
        task.state = TaskState.CLAIMED
        task.claimed_by_id = actor.account
        task.save(update_fields=["state", "claimed_by"])
        audit.record(actor, "cases.claim", task, number=task.case.number)
    return task


def release(actor: Actor, task_id: UUID) -> Task:
    """Give a claimed task back to the office's list."""
    with transaction.atomic():
        task = lock_task(actor, task_id)
        require_claimed(actor, task)
        _must_be(task, TaskState.CLAIMED)
        task.state = TaskState.OPEN
        task.claimed_by_id = None
        task.save(update_fields=["state", "claimed_by"])
        audit.record(actor, "cases.release", task, number=task.case.number)
    return task


def decide(actor: Actor, task_id: UUID, outcome: str, reasons: str = "") -> Task:
    """Decide a claimed task with one of the outcomes its process declares; what follows is set going.

    The last approval of a joint application writes the registers and issues the licences in this same
    transaction. A repeated decision with the same outcome gives the same task. Raises Invalid for an
    adverse outcome without reasons, Conflict when the task is not the actor's to decide now.
    """
    with transaction.atomic():
        task = lock_task(actor, task_id)
        if task.state == TaskState.DONE and task.decided_by_id == actor.account and task.outcome == outcome:
            return task
        _must_be(task, TaskState.CLAIMED)
        require_claimed(actor, task)
        name = _outcome_name(task, outcome)
        reasons = _check_reasons(outcome, reasons)
        now = timezone.now()
        task.state = TaskState.DONE
        task.outcome = outcome
        task.reasons = reasons
        task.decided_by_id = actor.account
        task.decided_at = now
        task.days_used = days_used(task.opened_at, now, _stops(task))
        task.save()
        text = history.decided(task.name, name, reasons)
        note(actor, task.case, "decided", text, office=task.office_id)
        audit.record(actor, "cases.decide", task, number=task.case.number, decision=outcome)
        emit(
            TaskDecided(
                case=task.case_id,
                number=task.case.number or "",
                element=task.element,
                office=task.office_id,
                outcome=outcome,
            ),
            actor=actor,
        )
        complete_step(actor, task.case, task.element, {"outcome": outcome, "reasons": reasons})
    return task


FAVOURABLE = frozenset({"accepted", "approved"})


def _check_reasons(outcome: str, reasons: str) -> str:
    reasons = reasons.strip()
    if outcome not in FAVOURABLE and len(reasons) < 4:
        raise Invalid(
            Text(
                "不同意时必须说明理由，告知申请人。",
                "An adverse decision must give reasons to the applicant.",
            ),
            fields={"reasons": Text("请写明理由和依据", "Write the reasons and their legal basis")},
        )
    if len(reasons) > MAX_REASONS:
        raise Invalid(
            Text("理由过长。", "The reasons are too long."),
            fields={"reasons": Text(f"最多 {MAX_REASONS} 字", f"At most {MAX_REASONS} characters")},
        )
    return reasons


def _outcome_name(task: Task, outcome: str) -> Text:
    for waiting in run_of(task.case).waiting():
        if waiting.element_id == task.element:
            for declared in waiting.outcomes:
                if declared.code == outcome:
                    return declared.name
    raise Invalid(
        Text("请选择办理结果。", "Choose an outcome."),
        fields={"outcome": Text("请选择列出的办理结果", "Choose one of the listed outcomes")},
    )


def _stops(task: Task) -> list[tuple[datetime, datetime]]:
    return [(stop.since, stop.until) for stop in task.stops.all() if stop.until is not None]


def _must_be(task: Task, state: TaskState) -> None:
    if task.state == state:
        return
    texts = {
        TaskState.OPEN: Text("这个环节尚未领取，请先领取。", "Nobody has claimed this task; claim it first."),
        TaskState.CLAIMED: Text("这个环节已被领取。", "This task is claimed."),
        TaskState.PAUSED: Text(
            "正在等待申请人补交材料，计时已停止。",
            "It waits for a paper from the applicant; its clock stands still.",
        ),
        TaskState.DONE: Text("这个环节已办结。", "This task is done."),
        TaskState.CANCELLED: Text(
            "这件办件已撤回，环节已取消。", "The case was withdrawn and this task cancelled."
        ),
    }
    raise Conflict(texts[TaskState(task.state)], code=f"task-{task.state}")
