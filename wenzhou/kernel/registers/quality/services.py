"""What people do with a problem: take it, give it to a clerk, look again, say that the record is right as it is."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone

from wenzhou.kernel.base import audit
from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.errors import Conflict, Invalid, NotFound, Refused
from wenzhou.kernel.base.outbox import emit
from wenzhou.kernel.base.permissions import Permission, require
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.identity.api import AccountRef, holders, offices
from wenzhou.kernel.registers.declaration import register_of
from wenzhou.kernel.registers.permissions import ASSIGN_QUALITY, WORK_QUALITY
from wenzhou.kernel.registers.quality.events import ProblemClosed
from wenzhou.kernel.registers.quality.finding import Found, find
from wenzhou.kernel.registers.quality.judging import rules_of
from wenzhou.kernel.registers.quality.models import WAITING, ProblemState, QualityProblem
from wenzhou.kernel.registers.quality.rules import Scope
from wenzhou.kernel.registers.quality.scope import answers_for

REASON = 500


def colleagues(problem: QualityProblem) -> Mapping[UUID, AccountRef]:
    """Clerks and heads of the offices that answer for the problem in its area."""
    competent = [
        one.code
        for one in offices().values()
        if one.function == problem.function and problem.area.startswith(one.area)
    ]
    found = (
        one
        for office in competent
        for role in WORK_QUALITY.roles
        for one in holders(role.code, office, area=problem.area)
    )
    return {one.id: one for one in found}


def take(actor: Actor, problem_id: UUID) -> QualityProblem:
    """Take a problem into one's own hands; again does nothing. Raises Refused, NotFound, Conflict."""
    with transaction.atomic():
        problem = _lock(actor, problem_id, WORK_QUALITY)
        if problem.assignee_id == actor.account:
            return problem
        if problem.assignee_id is not None:
            raise Conflict(
                Text("这个问题已有人在处理。", "Somebody else has this problem already."), code="taken"
            )
        return _hand(actor, problem, actor.account)


def assign(actor: Actor, problem_id: UUID, successor: UUID | None) -> QualityProblem:
    """The head gives a problem to a clerk of the office, or to nobody. Raises Refused, NotFound, Conflict, Invalid."""
    with transaction.atomic():
        problem = _lock(actor, problem_id, ASSIGN_QUALITY)
        if successor is not None and successor not in colleagues(problem):
            wrong = Text("请从列出的人员中选择", "Choose one of those listed")
            raise Invalid(wrong, fields={"successor": wrong})
        return problem if problem.assignee_id == successor else _hand(actor, problem, successor)


def _hand(actor: Actor, problem: QualityProblem, to: UUID | None) -> QualityProblem:
    problem.assignee_id = to
    problem.save(update_fields=["assignee"])
    audit.record(actor, "registers.quality-assign", problem, to=str(to) if to else "")
    return problem


def check_again(actor: Actor, problem_id: UUID) -> Found:
    """Ask the rule again of this one record: mended is what it no longer finds. Raises Refused, NotFound, Conflict."""
    with transaction.atomic():
        problem = _lock(actor, problem_id, WORK_QUALITY)
        register = register_of(problem.register)
        rules = [rule for rule in rules_of(register.code) if rule.code == problem.rule]
        found = find(actor, register, rules, Scope(timezone.localdate(), problem.record))
        audit.record(actor, "registers.quality-check", problem, mended=bool(found.mended))
    return found


def propose_exception(actor: Actor, problem_id: UUID, reason: str) -> QualityProblem:
    """Say why the record is right as it is; another has to agree. Raises Refused, NotFound, Conflict, Invalid."""
    reason = reason.strip()
    if not reason or len(reason) > REASON:
        wrong = Text(f"请写明理由和依据（{REASON} 字以内）", f"Say why, in {REASON} characters")
        raise Invalid(wrong, fields={"reason": wrong})
    with transaction.atomic():
        problem = _lock(actor, problem_id, WORK_QUALITY)
        if problem.state == ProblemState.PROPOSED:
            raise Conflict(Text("已有人提出例外，等待审定。", "An exception waits for a decision already."))
        problem.state = ProblemState.PROPOSED
        problem.reason = reason
        problem.proposed_by, problem.proposed_by_name = actor.account, actor.name
        problem.decided_by, problem.decided_by_name = None, ""
        problem.save(
            update_fields=[
                "state",
                "reason",
                "proposed_by",
                "proposed_by_name",
                "decided_by",
                "decided_by_name",
            ]
        )
        audit.record(actor, "registers.quality-propose", problem)
    return problem


def decide_exception(actor: Actor, problem_id: UUID, *, accept: bool) -> QualityProblem:
    """The head, who did not propose it, agrees to an exception or not. Raises Refused, NotFound, Conflict."""
    with transaction.atomic():
        problem = _lock(actor, problem_id, ASSIGN_QUALITY)
        if problem.state != ProblemState.PROPOSED:
            raise Conflict(Text("没有待审定的例外。", "No exception waits for a decision."))
        if problem.proposed_by == actor.account:
            raise Refused(
                Text("例外须由他人审定。", "Another person has to decide on the exception."), code="four-eyes"
            )
        problem.state = ProblemState.EXCEPTED if accept else ProblemState.OPEN
        problem.decided_by, problem.decided_by_name = actor.account, actor.name
        problem.closed_at = Now() if accept else None
        problem.save(update_fields=["state", "decided_by", "decided_by_name", "closed_at"])
        audit.record(actor, "registers.quality-decide", problem, accepted=accept)
        if accept:
            emit(ProblemClosed(problem.id, problem.register, problem.rule, problem.record, True), actor=actor)
    return problem


def _lock(actor: Actor, problem_id: UUID, permission: Permission) -> QualityProblem:
    """The row, held, of a problem that waits and that the actor's office answers for."""
    require(actor, permission)
    problem = QualityProblem.objects.select_for_update().filter(id=problem_id).first()
    if problem is None or not answers_for(actor, permission, problem):
        raise NotFound(
            Text("没有这个问题，或者不由您的部门处理。", "No such problem, or not for your office to mend.")
        )
    if problem.state not in WAITING:
        raise Conflict(Text("这个问题已经办结。", "This problem is closed already."), code="closed")
    return problem
