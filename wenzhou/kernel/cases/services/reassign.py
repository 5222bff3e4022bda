"""The head of an office puts a claimed task into another clerk's hands (调整办理人)."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from wenzhou.kernel.base import audit
from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.errors import Conflict, Invalid
from wenzhou.kernel.base.outbox import emit
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.cases import history
from wenzhou.kernel.cases.events import TaskReassigned
from wenzhou.kernel.cases.models import Task, TaskState
from wenzhou.kernel.cases.notices import TASK_GIVEN, TASK_TAKEN
from wenzhou.kernel.cases.permissions import ASSIGN, WORK
from wenzhou.kernel.cases.services.common import lock_task, note
from wenzhou.kernel.identity.api import AccountRef, account, holders
from wenzhou.kernel.messages.api import NoticeTemplate, tell

IN_HAND = frozenset({TaskState.CLAIMED, TaskState.PAUSED})


def colleagues(task: Task) -> dict[UUID, AccountRef]:
    """Who may work on the task besides its holder: the clerks and heads of its office, for its area."""
    found = {one.id: one for role in WORK.roles for one in holders(role.code, task.office_id, area=task.area)}
    return {key: one for key, one in found.items() if key != task.claimed_by_id}


def reassign(actor: Actor, task_id: UUID, *, holder: UUID | None, successor: UUID | None) -> Task:
    """Put a claimed task into the hands of ``successor``; ``holder`` is who had it when the head decided so.

    Its clock and its deadline stay as they are. Repeated, it changes nothing. Raises Invalid for a successor
    who does not work there, Conflict when the task is over or in another's hands meanwhile.
    """
    with transaction.atomic():
        task = lock_task(actor, task_id, ASSIGN)  # lock, and may the actor
        if successor is not None and successor == task.claimed_by_id and task.state in IN_HAND:
            return task
        before = _holder(task, holder)
        after = colleagues(task).get(successor) if successor is not None else None
        if after is None:
            raise Invalid(
                Text("请选择本部门在岗的经办人员。", "Choose somebody who works in this office."),
                fields={"successor": Text("请从列出的人员中选择", "Choose one of those listed")},
            )
        task.claimed_by_id = after.id  # change
        task.save(update_fields=["claimed_by"])
        note(actor, task.case, "reassigned", history.reassigned(task.name), office=task.office_id)
        audit.record(  # audit
            actor,
            "cases.reassign",
            task,
            number=task.case.number,
            holder=str(before.id),
            successor=str(after.id),
        )
        emit(  # emit
            TaskReassigned(
                case=task.case_id,
                number=task.case.number or "",
                element=task.element,
                office=task.office_id,
                holder=before.id,
                successor=after.id,
            ),
            actor=actor,
        )
        for one, template in ((before, TASK_TAKEN), (after, TASK_GIVEN)):
            if one.id != actor.account:
                _tell(actor, task, one, template, before=before, after=after)
    return task


def _holder(task: Task, seen: UUID | None) -> AccountRef:
    """Who has the task. Raises Conflict when nobody has, or another than the head has seen."""
    over = {
        TaskState.DONE: Text(
            "这个环节已办结，不能再调整办理人。", "This task is done; nobody else can take it."
        ),
        TaskState.CANCELLED: Text(
            "这件办件已撤回，环节已取消。", "The case was withdrawn and this task cancelled."
        ),
        TaskState.OPEN: Text(
            "这个环节已退回待领取，本部门人员都可以领取。",
            "This task was given back; anybody in the office can claim it.",
        ),
    }
    if task.state not in IN_HAND:
        raise Conflict(over[TaskState(task.state)], code=f"task-{task.state}")
    now = account(task.claimed_by_id) if task.claimed_by_id else None
    if now is None or now.id != seen:
        name = now.name if now else "?"
        raise Conflict(
            Text(
                f"这个环节现由{name}办理，请核对后再调整。",
                f"{name} has this task now; look again before you hand it over.",
            ),
            code="holder-changed",
        )
    return now


def _tell(
    actor: Actor,
    task: Task,
    one: AccountRef,
    template: NoticeTemplate,
    *,
    before: AccountRef,
    after: AccountRef,
) -> None:
    tell(
        one.id,
        template,
        context={
            "number": task.case.number or "",
            "step": task.name,
            "head": actor.name,
            "holder": before.name,
            "successor": after.name,
            "deadline": task.deadline.isoformat(),
        },
        link=f"/work/tasks/{task.id}/",
        case=task.case_id,
    )
