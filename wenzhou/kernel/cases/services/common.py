"""What every write of a case begins and ends with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.errors import NotFound, Problem, Refused
from wenzhou.kernel.base.permissions import Permission, require
from wenzhou.kernel.base.registry import registry
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.cases.declarations import CaseType
from wenzhou.kernel.cases.files import PAPER
from wenzhou.kernel.cases.models import Act, Case, Task
from wenzhou.kernel.cases.permissions import APPLY, WORK
from wenzhou.kernel.documents.api import FileRef, accept_upload, drop_files
from wenzhou.kernel.identity.api import account
from wenzhou.kernel.messages.api import NoticeTemplate, tell


def case_type(code: str) -> CaseType:
    """The declared type of this code. Raises NotFound."""
    for declared in registry.declared(CaseType):
        if declared.code == code:
            return declared
    raise NotFound(Text("没有这个办理事项。", "There is no such service."))


def lock_case(case_id: UUID) -> Case:
    """The case, locked until the transaction ends. Raises NotFound."""
    case = Case.objects.select_for_update(of=("self",)).filter(id=case_id).first()
    if case is None:
        raise NotFound(Text("没有这件办件。", "There is no such case."))
    return case


def lock_own_case(actor: Actor, case_id: UUID) -> Case:
    """The applicant's own case, locked. To everybody else it does not exist."""
    require(actor, APPLY)
    case = lock_case(case_id)
    if case.account_id != actor.account:
        raise NotFound(Text("没有这件办件。", "There is no such case."))
    return case


def lock_task(actor: Actor, task_id: UUID, permission: Permission = WORK) -> Task:
    """A task of the actor's office with its case, both locked, the case first."""
    found = Task.objects.filter(id=task_id).values_list("case_id", "office_id", "area").first()
    if found is None:
        raise NotFound(Text("没有这个办理环节。", "There is no such task."))
    case_id, office, area = found
    require(actor, permission, office=office, area=area)
    case = lock_case(case_id)
    task = Task.objects.select_for_update(of=("self",)).get(id=task_id)
    task.case = case
    return task


@contextmanager
def taking(actor: Actor, case_id: UUID, upload: UploadedFile[bytes]) -> Iterator[FileRef]:
    """Take a paper for a case, with a transaction for what is done with it; refused there, it is not kept."""
    file = accept_upload(actor, upload, purpose=PAPER, subject=case_id)
    try:
        with transaction.atomic():
            yield file
    except Problem:
        drop_files(actor, [file.id])
        raise


def require_claimed(actor: Actor, task: Task) -> None:
    """Only who has claimed a task works on it. Raises Refused."""
    if task.claimed_by_id != actor.account:
        raise Refused(
            Text("请先领取这个环节再办理。", "Claim this task before you work on it."), code="not-claimed"
        )


def note(actor: Actor, case: Case, kind: str, text: Text, *, office: str | None = None) -> None:
    """Add a line to the history that the applicant reads."""
    Act.objects.create(
        case=case,
        actor_name=actor.name,
        office_id=office,
        kind=kind,
        text_zh=text.zh[:400],
        text_en=text.en[:400],
    )


def tell_applicant(case: Case, template: NoticeTemplate, **context: Text | str) -> None:
    """A notice in the portal and by e-mail, in this transaction."""
    applicant = account(case.account_id)
    if applicant is not None:
        tell(
            applicant.id,
            template,
            context={"number": case.number or "", "title": case.title, **context},
            link=f"/cases/{case.id}/",
            case=case.id,
        )
