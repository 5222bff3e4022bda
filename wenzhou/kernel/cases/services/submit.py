"""Submitting an application: checked whole, numbered, promised a date, and set on its way."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from wenzhou.kernel.base import audit
from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.errors import Conflict, Invalid
from wenzhou.kernel.base.outbox import emit
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.cases import history
from wenzhou.kernel.cases.clock import due_date
from wenzhou.kernel.cases.declarations import CaseType
from wenzhou.kernel.cases.events import CaseSubmitted
from wenzhou.kernel.cases.forms import clean_answers
from wenzhou.kernel.cases.models import Case, CasePaper, CaseState, PaperState
from wenzhou.kernel.cases.notices import SUBMITTED
from wenzhou.kernel.cases.numbers import next_number
from wenzhou.kernel.cases.services.advance import begin
from wenzhou.kernel.cases.services.common import case_type, lock_own_case, note, tell_applicant


def submit(
    actor: Actor, case_id: UUID, *, promised: Collection[str] = (), reviewed: str | None = None
) -> Case:
    """Submit a draft; ``promised`` names deferrable papers that the applicant will bring later.

    ``reviewed`` is the entity tag of the draft that she has looked over (None: whatever stands there). A
    repeated submission gives the same case. Raises Conflict when the draft has been changed since she looked,
    Invalid naming every field and paper at fault.
    """
    with transaction.atomic():
        case = lock_own_case(actor, case_id)
        if case.state != CaseState.DRAFT:
            return case
        _must_be_as_reviewed(case, reviewed)
        declared = case_type(case.case_type)
        _check_all(case, declared, promised)
        now = timezone.now()
        case.number = next_number()
        case.state = CaseState.RUNNING
        case.submitted_at = now
        case.promised_for = due_date(now, declared.promise_days)
        case.save()
        note(actor, case, "submitted", history.SUBMITTED)
        begin(actor, case, declared)
        audit.record(actor, "cases.submit", case, number=case.number)
        emit(
            CaseSubmitted(
                case=case.id,
                number=case.number,
                case_type=case.case_type,
                area=case.area,
                promised_for=case.promised_for,
            ),
            actor=actor,
        )
        tell_applicant(case, SUBMITTED, promised=case.promised_for.isoformat())
    return case


def entity_tag(case: Case) -> str:
    """What stands in a draft, in short (RFC 9110, 8.8.3): another one after any other answer, promise or paper."""
    papers = case.papers.order_by("code").values_list("code", "state", "file_id")
    content = json.dumps([case.form, list(papers)], sort_keys=True, default=str)
    return hashlib.sha256(content.encode()).hexdigest()


def _must_be_as_reviewed(case: Case, reviewed: str | None) -> None:
    if reviewed is not None and reviewed != entity_tag(case):
        raise Conflict(
            Text(
                "申请还没有提交：您打开核对页后，草稿在另一窗口或设备上改过。请核对最新内容后再提交。",
                "Not submitted yet: the draft was changed in another window or on another device after you "
                "opened this page. Check what it says now, then submit.",
            ),
            code="draft-changed",
        )


def _check_all(case: Case, declared: CaseType, promised: Collection[str]) -> None:
    """Fill ``case`` with the parsed answers; record promised papers. Raises Invalid for all faults at once."""
    wrong: dict[str, Text] = {}
    try:
        answers = clean_answers(declared, case.form)
    except Invalid as error:
        wrong.update(error.fields)
        answers = {}
    wrong.update(_check_papers(case, declared, promised))
    if wrong:
        raise Invalid(
            Text(
                f"有 {len(wrong)} 处需要修改或补充，已在对应位置标出。",
                f"{len(wrong)} entries need a change; each is marked in its place.",
            ),
            fields=wrong,
        )
    case.form = answers
    case.area = answers[declared.area_field]
    case.title = declared.title_of(answers)


def _check_papers(case: Case, declared: CaseType, promised: Collection[str]) -> dict[str, Text]:
    given = set(CasePaper.objects.filter(case=case, state=PaperState.GIVEN).values_list("code", flat=True))
    for paper in declared.papers:
        if paper.code not in given and paper.deferrable and paper.code in promised:
            CasePaper.objects.update_or_create(
                case=case,
                code=paper.code,
                defaults={
                    "state": PaperState.PROMISED,
                    "promised_until": due_date(timezone.now(), paper.promise_days),
                },
            )
    return missing_papers(declared, given, promised)


def missing_papers(declared: CaseType, given: Collection[str], promised: Collection[str]) -> dict[str, Text]:
    """Required papers that are neither given nor, where that is allowed, promised: ``paper-CODE`` and what to do."""
    wrong = {}
    for paper in declared.papers:
        settled = paper.code in given or (paper.deferrable and paper.code in promised)
        if settled or not paper.required:
            continue
        wrong[f"paper-{paper.code}"] = (
            Text(
                f"请上传“{paper.title.zh}”，或勾选承诺在 {paper.promise_days} 个工作日内补交",
                f"Upload “{paper.title.en}”, or promise to bring it within {paper.promise_days} working days",
            )
            if paper.deferrable
            else Text(f"请上传“{paper.title.zh}”", f"Upload “{paper.title.en}”")
        )
    return wrong
