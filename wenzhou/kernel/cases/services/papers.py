"""Papers of a running case: asked for (the clock stops), promised for later, given (it runs again)."""

from __future__ import annotations

from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from wenzhou.kernel.base import audit
from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.errors import Conflict, Invalid
from wenzhou.kernel.base.outbox import emit
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.cases import history
from wenzhou.kernel.cases.clock import due_date, postponed
from wenzhou.kernel.cases.declarations import Paper
from wenzhou.kernel.cases.events import PaperAsked, PaperGiven
from wenzhou.kernel.cases.models import (
    Case,
    CasePaper,
    CaseState,
    ClockStop,
    PaperState,
    Task,
    TaskState,
)
from wenzhou.kernel.cases.notices import PAPER_ASKED, PAPER_GIVEN
from wenzhou.kernel.cases.services.common import (
    case_type,
    lock_own_case,
    lock_task,
    note,
    require_claimed,
    taking,
    tell_applicant,
)
from wenzhou.kernel.identity.api import office
from wenzhou.kernel.messages.api import tell


def ask_paper(actor: Actor, task_id: UUID, code: str, reason: str) -> CasePaper:
    """Ask the applicant for a paper, new or better (补正); the task's clock stops until it is given.

    Raises Invalid without a reason, Conflict when the task is not in the actor's hands or waits already.
    """
    reason = reason.strip()
    if not 4 <= len(reason) <= 300:
        raise Invalid(
            Text("请说明需要补什么、为什么。", "Say what is missing and why."),
            fields={
                "reason": Text("4 至 300 字，申请人会看到", "4 to 300 characters; the applicant will read it")
            },
        )
    with transaction.atomic():
        task = lock_task(actor, task_id)
        require_claimed(actor, task)
        _in_hand(task)
        declared = _declared(task.case, code)
        paper, _ = CasePaper.objects.update_or_create(
            case=task.case,
            code=code,
            defaults={
                "state": PaperState.ASKED,
                "asked_by_id": task.office_id,
                "request_zh": reason,
                "request_en": reason,
                "changed_at": timezone.now(),
            },
        )
        ClockStop.objects.create(task=task, paper=paper, reason=reason, since=timezone.now())
        task.state = TaskState.PAUSED
        task.save(update_fields=["state"])
        asking = office(task.office_id)
        note(
            actor,
            task.case,
            "paper-asked",
            history.paper_asked(declared.title, Text(reason, reason)),
            office=task.office_id,
        )
        audit.record(actor, "cases.ask-paper", task, number=task.case.number, paper=code)
        emit(
            PaperAsked(
                case=task.case_id,
                number=task.case.number or "",
                paper=code,
                office=task.office_id,
                reason=reason,
            ),
            actor=actor,
        )
        tell_applicant(task.case, PAPER_ASKED, paper=declared.title, office=asking.name, reason=reason)
    return paper


def accept_on_promise(actor: Actor, task_id: UUID, code: str) -> CasePaper:
    """Go on without a paper that was asked for, on the applicant's promise to bring it (容缺受理)."""
    with transaction.atomic():
        task = lock_task(actor, task_id)
        require_claimed(actor, task)
        _not_over(task)
        declared = _declared(task.case, code)
        if not declared.deferrable:
            raise Invalid(
                Text(
                    f"“{declared.title.zh}”不属于可容缺材料。", f"“{declared.title.en}” cannot be deferred."
                ),
                fields={"paper": Text("此材料必须先补齐", "This paper must be given first")},
            )
        paper = CasePaper.objects.select_for_update().filter(case=task.case, code=code).first()
        if paper is not None and paper.state == PaperState.GIVEN:
            raise Conflict(Text("这份材料已经提交。", "This paper has been given."), code="paper-given")
        # An office decides only for itself to go on: where another one waits too, the paper stays asked for.
        others = ClockStop.objects.filter(task__case=task.case, paper__code=code, until=None).exclude(
            task=task
        )
        until = due_date(timezone.now(), declared.promise_days)
        changed: dict[str, object] = {"promised_until": until, "changed_at": timezone.now()}
        if not others.exists():
            changed["state"] = PaperState.PROMISED
        paper, _ = CasePaper.objects.update_or_create(case=task.case, code=code, defaults=changed)
        note(
            actor,
            task.case,
            "promised",
            history.paper_promised(declared.title, until),
            office=task.office_id,
        )
        audit.record(actor, "cases.accept-on-promise", task, number=task.case.number, paper=code)
        _resume(task.case, paper, only=task)
    return paper


def give_paper(actor: Actor, case_id: UUID, code: str, upload: UploadedFile[bytes]) -> CasePaper:
    """The applicant gives a paper that was asked for or promised; stopped clocks run again.

    What was promised is taken after the licence is granted too: the promise outlives the decision.
    """
    with taking(actor, case_id, upload) as file:
        case = lock_own_case(actor, case_id)
        if case.state not in {CaseState.RUNNING, CaseState.GRANTED}:
            raise Conflict(
                Text("这件办件已经办结，不再收取材料。", "This case is closed and takes no more papers."),
                code="case-closed",
            )
        declared = _declared(case, code)
        paper = CasePaper.objects.select_for_update().filter(case=case, code=code).first()
        if paper is None or paper.state == PaperState.GIVEN:
            raise Conflict(
                Text("没有部门要求补交这份材料。", "No office has asked for this paper."),
                code="paper-not-asked",
            )
        paper.state = PaperState.GIVEN
        paper.file_id = file.id
        paper.changed_at = timezone.now()
        paper.save()
        note(actor, case, "paper-given", history.paper_given(declared.title))
        audit.record(actor, "cases.give-paper", case, paper=code, file=str(file.id))
        emit(PaperGiven(case=case.id, number=case.number or "", paper=code), actor=actor)
        for task in _resume(case, paper):
            if task.claimed_by_id is not None:
                tell(
                    task.claimed_by_id,
                    PAPER_GIVEN,
                    context={
                        "number": case.number or "",
                        "paper": declared.title,
                        "deadline": task.deadline.isoformat(),
                    },
                    link=f"/work/tasks/{task.id}/",
                    case=case.id,
                )
    return paper


def _resume(case: Case, paper: CasePaper, *, only: Task | None = None) -> list[Task]:
    """Start the clocks again that stood still for this paper, or only that of one task; deadlines move."""
    now = timezone.now()
    resumed = []
    stops = ClockStop.objects.select_for_update(of=("self",)).filter(paper=paper, until=None)
    if only is not None:
        stops = stops.filter(task=only)
    for stop in stops.select_related("task").order_by("task_id"):
        stop.until = now
        stop.save(update_fields=["until"])
        task = stop.task
        task.deadline = postponed(task.deadline, stop.since, now)
        task.state = TaskState.CLAIMED
        task.save(update_fields=["deadline", "state"])
        case.promised_for = max(case.promised_for or task.deadline, task.deadline)
        resumed.append(task)
    if resumed:
        case.save(update_fields=["promised_for"])
    return resumed


def _declared(case: Case, code: str) -> Paper:
    try:
        return case_type(case.case_type).paper(code)
    except KeyError:
        raise Invalid(
            Text("此事项不需要这种材料。", "This service needs no such paper."),
            fields={"paper": Text("请从列出的材料中选择", "Choose one of the listed papers")},
        ) from None


def _not_over(task: Task) -> None:
    if task.state not in {TaskState.CLAIMED, TaskState.PAUSED}:
        raise Conflict(
            Text("这个环节已经结束，不能再变更。", "This task is over and nothing of it can be changed."),
            code=f"task-{task.state}",
        )


def _in_hand(task: Task) -> None:
    if task.state == TaskState.PAUSED:
        raise Conflict(
            Text(
                "已在等待一份材料，请等补交后再提要求。",
                "It already waits for a paper; ask again once that is given.",
            ),
            code="task-paused",
        )
    if task.state != TaskState.CLAIMED:
        raise Conflict(
            Text("这个环节不在办理中。", "This task is not being worked on."), code=f"task-{task.state}"
        )
