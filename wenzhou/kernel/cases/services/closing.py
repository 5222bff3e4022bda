"""After and instead of the decision: the applicant withdraws, or rates the service."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from wenzhou.kernel.base import audit
from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.errors import Conflict, Invalid
from wenzhou.kernel.base.outbox import emit
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.cases import history
from wenzhou.kernel.cases.events import CaseDecided, CaseRated
from wenzhou.kernel.cases.models import Case, CaseState, Rating
from wenzhou.kernel.cases.services.advance import cancel_process
from wenzhou.kernel.cases.services.common import lock_own_case, note


def withdraw(actor: Actor, case_id: UUID) -> Case:
    """Take back an application that is not decided yet; repeated, it changes nothing."""
    with transaction.atomic():
        case = lock_own_case(actor, case_id)
        if case.state == CaseState.WITHDRAWN:
            return case
        if case.state != CaseState.RUNNING:
            raise Conflict(
                Text("只有办理中的申请可以撤回。", "Only a running application can be withdrawn."),
                code="not-running",
            )
        cancel_process(case)
        case.state = CaseState.WITHDRAWN
        case.decided_at = timezone.now()
        case.save()
        note(actor, case, "withdrawn", history.WITHDRAWN)
        audit.record(actor, "cases.withdraw", case, number=case.number)
        emit(
            CaseDecided(
                case=case.id,
                number=case.number or "",
                case_type=case.case_type,
                area=case.area,
                outcome=case.state,
            ),
            actor=actor,
        )
    return case


def rate(actor: Actor, case_id: UUID, stars: int, comment: str = "") -> Rating:
    """Rate a decided case once, one to five (好差评). The same rating again changes nothing."""
    comment = comment.strip()
    if not 1 <= stars <= 5 or len(comment) > 500:
        raise Invalid(
            Text("请选择一至五星，意见不超过 500 字。", "Choose one to five stars; at most 500 characters."),
            fields={"stars": Text("请选择一至五星", "Choose one to five stars")},
        )
    with transaction.atomic():
        case = lock_own_case(actor, case_id)
        if case.state not in {CaseState.GRANTED, CaseState.REFUSED}:
            raise Conflict(
                Text("办结后才能评价。", "A case can be rated once it is decided."), code="not-decided"
            )
        rating, first = Rating.objects.get_or_create(case=case, defaults={"stars": stars, "comment": comment})
        if not first and (rating.stars, rating.comment) != (stars, comment):
            raise Conflict(Text("您已评价过本次服务。", "You have rated this service already."), code="rated")
        if first:
            audit.record(actor, "cases.rate", case, stars=stars)
            emit(CaseRated(case=case.id, number=case.number or "", stars=stars), actor=actor)
    return rating
