"""Whose files of a case are whose to add and to read: papers, receipts and licences."""

from __future__ import annotations

from uuid import UUID

from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.permissions import Purpose, holding_posts, may
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.cases.models import Case, CaseState, Task, TaskState
from wenzhou.kernel.cases.permissions import APPLY, READ_CASES, WORK
from wenzhou.kernel.documents.api import JPEG, OFD, PDF, PNG, FilePurpose, FileRef, Limits

OWN_CASE = Purpose("cases.own", Text("查看本人办件", "Seeing one's own case"))
HANDLING = Purpose("cases.handling", Text("办理业务", "Handling the case"))
AUDITING = Purpose("cases.auditing", Text("审计", "Audit"))


def _own(actor: Actor, case_id: UUID | None, **also: object) -> bool:
    if actor.account is None or case_id is None or not may(actor, APPLY):
        return False
    return Case.objects.filter(id=case_id, account=actor.account, **also).exists()


def _may_add_paper(actor: Actor, case_id: UUID | None) -> bool:
    # GRANTED: a paper that was promised (容缺) is often brought after the licence is out.
    return _own(actor, case_id, state__in=[CaseState.DRAFT, CaseState.RUNNING, CaseState.GRANTED])


def _tasks(actor: Actor, case_id: UUID) -> list[UUID | None]:
    """Who has claimed the tasks of this case that fall to one of the actor's posts: office and area."""
    posts = holding_posts(actor, WORK)
    rows = Task.objects.filter(case=case_id, office__in={post.office for post in posts if post.office})
    return [
        row.claimed_by_id
        for row in rows.exclude(state=TaskState.CANCELLED).only("office", "area", "claimed_by")
        if may(actor, WORK, office=row.office_id, area=row.area)
    ]


def _paper_purpose(actor: Actor, file: FileRef) -> Purpose | None:
    """An applicant's papers: herself, who has claimed a task of the case (as on the task's page), an auditor."""
    return _purpose(actor, file, claimed=True)


def _issued_purpose(actor: Actor, file: FileRef) -> Purpose | None:
    """What was issued: besides these, everybody in the offices that handled the case."""
    return _purpose(actor, file, claimed=False)


def _purpose(actor: Actor, file: FileRef, *, claimed: bool) -> Purpose | None:
    if file.subject is None:
        return None
    if _own(actor, file.subject):
        return OWN_CASE
    holders = _tasks(actor, file.subject)
    if actor.account in holders if claimed else holders:
        return HANDLING
    return AUDITING if may(actor, READ_CASES) else None


PAPER = FilePurpose(
    code="cases.paper",
    title=Text("申请材料", "Paper of an application"),
    limits=Limits(kinds=(PDF, JPEG, PNG, OFD)),
    may_add=_may_add_paper,
    may_read=_paper_purpose,
)
ISSUED = FilePurpose(
    code="cases.issued", title=Text("证照与文书", "Licences and notices issued"), may_read=_issued_purpose
)
