"""Whose files of a case are whose to add and to read: papers, receipts and licences."""

from __future__ import annotations

from uuid import UUID

from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.permissions import Purpose, holding_posts, may
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.cases.models import Case, CaseState, Task
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


def handles(actor: Actor, case_id: UUID) -> bool:
    """Whether one of the actor's posts has a task in this case."""
    offices = {post.office for post in holding_posts(actor, WORK)}
    return Task.objects.filter(case=case_id, office__in=offices).exists()


def _reading_purpose(actor: Actor, file: FileRef) -> Purpose | None:
    if file.subject is None:
        return None
    if _own(actor, file.subject):
        return OWN_CASE
    if handles(actor, file.subject):
        return HANDLING
    return AUDITING if may(actor, READ_CASES) else None


PAPER = FilePurpose(
    code="cases.paper",
    title=Text("申请材料", "Paper of an application"),
    limits=Limits(kinds=(PDF, JPEG, PNG, OFD)),
    may_add=_may_add_paper,
    may_read=_reading_purpose,
)
ISSUED = FilePurpose(
    code="cases.issued", title=Text("证照与文书", "Licences and notices issued"), may_read=_reading_purpose
)
