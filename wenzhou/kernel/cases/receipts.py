"""The receipt of an application (受理通知书) as PDF, made when it is asked for."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from wenzhou.kernel.base.errors import Conflict
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.cases.declarations import CaseType
from wenzhou.kernel.cases.models import Case, PaperState
from wenzhou.kernel.cases.selectors_applicant import PaperView, draft_papers
from wenzhou.kernel.documents.api import Line, Receipt, ReceivedPaper, long_date, receipt_pdf
from wenzhou.kernel.identity.api import person

HOTLINE = Text("12345 政务服务便民热线", "Government service hotline 12345")


def receipt_of(case: Case, declared: CaseType) -> bytes:
    """The receipt of a submitted case. Raises Conflict for a draft, RenderError."""
    if case.number is None or case.submitted_at is None or case.promised_for is None:
        raise Conflict(
            Text(
                "申请尚未提交，没有受理通知书。", "There is no receipt before the application is submitted."
            ),
            code="not-submitted",
        )
    first = case.tasks.select_related("office").order_by("id").first()
    applicant = person(case.person_id)
    accepted = timezone.localdate(case.submitted_at)
    days = declared.promise_days
    receipt = Receipt(
        number=case.number,
        to=applicant.name if applicant is not None else "",
        office=first.office.name if first is not None else Text("数字温州", "Digital Wenzhou"),
        body=Text(
            f"您于{long_date(accepted).zh}提交的“{declared.title.zh}”申请已收到，将按下列时限办理。",
            f"Your application “{declared.title.en}” of {long_date(accepted).en} has been received"
            " and will be handled within the time below.",
        ),
        lines=(
            Line(label=Text("办理事项", "Service"), value=declared.title.zh),
            Line(label=Text("名称", "Name"), value=case.title),
        ),
        papers=[_line(paper) for paper in draft_papers(case, declared) if paper.state],
        accepted=accepted,
        due=case.promised_for,
        promise=Text(
            f"承诺 {days} 个工作日内办结（法定 {declared.statutory_days} 个工作日）",
            f"Promised within {days} working days (by law {declared.statutory_days})",
        ),
        contact=HOTLINE,
        verify_url=settings.WZ_PUBLIC_URL + reverse("cases:case", kwargs={"case_id": case.id}),
        made=case.made,
    )
    return receipt_pdf(receipt, made_at=case.submitted_at.replace(microsecond=0))


def _line(paper: PaperView) -> ReceivedPaper:
    state = {
        PaperState.GIVEN: Text("已收", "Received"),
        PaperState.PROMISED: Text(
            f"承诺于 {paper.promised_until} 前补交", f"Promised by {paper.promised_until}"
        ),
        PaperState.ASKED: Text("待补交", "Asked for"),
    }[PaperState(paper.state)]
    return ReceivedPaper(name=paper.paper.title.zh, state=state)
