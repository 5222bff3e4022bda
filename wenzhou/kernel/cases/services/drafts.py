"""Drafting an application: begun once, saved on every change, found again on another device."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from wenzhou.kernel.base import audit
from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.errors import Conflict, Invalid, NotFound, Refused
from wenzhou.kernel.base.permissions import require
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.cases.clock import due_date
from wenzhou.kernel.cases.declarations import CaseType
from wenzhou.kernel.cases.files import PAPER
from wenzhou.kernel.cases.forms import draft_answers
from wenzhou.kernel.cases.models import Case, CasePaper, CaseState, PaperState
from wenzhou.kernel.cases.permissions import APPLY
from wenzhou.kernel.cases.services.common import case_type, lock_own_case, taking
from wenzhou.kernel.documents.api import drop_files, files_of
from wenzhou.kernel.identity.api import person


@dataclass(frozen=True, slots=True)
class Saved:
    """The draft after a save: its id and its revision, to be sent with the next save."""

    case: UUID
    revision: int


def open_draft(actor: Actor, type_code: str) -> Saved:
    """The applicant's draft of this type: the one begun before, or a new one filled from the registers.

    Raises Refused when her real name is not verified, so that nothing is known to fill in.
    """
    require(actor, APPLY)
    declared = case_type(type_code)
    if actor.person is None or actor.account is None:
        raise Refused(
            Text("请先完成实名认证，再办理事项。", "Verify your real name before you apply."),
            code="real-name-first",
        )
    applicant = person(actor.person)
    if applicant is None:
        raise NotFound(Text("没有这个自然人。", "There is no such person."))
    with transaction.atomic():
        existing = Case.objects.filter(
            account=actor.account, case_type=type_code, state=CaseState.DRAFT
        ).first()
        if existing is not None:
            return Saved(existing.id, existing.revision)
        case, begun = Case.objects.get_or_create(
            account_id=actor.account,
            case_type=type_code,
            state=CaseState.DRAFT,
            defaults={
                "person_id": actor.person,
                "organisation_id": actor.organisation,
                "made": applicant.made,
            },
        )
        if begun:
            case.form = dict(declared.prefill(actor, case.id))
            case.save(update_fields=["form"])
            audit.record(actor, "cases.open-draft", case, case_type=type_code)
    return Saved(case.id, case.revision)


def save_draft(
    actor: Actor,
    case_id: UUID,
    raw: Mapping[str, str],
    *,
    revision: int,
    promised: Collection[str] | None = None,
) -> Saved:
    """Keep what was typed, and which deferrable papers the applicant promises for later (None: as before).

    A save that changes nothing is no change, whatever its revision: a press repeated on a slow line is
    not two devices. Raises Conflict when another device has saved something else since ``revision``.
    """
    with transaction.atomic():
        case = lock_own_case(actor, case_id)
        _must_be_draft(case)
        declared = case_type(case.case_type)
        form = {**case.form, **draft_answers(declared, raw)}
        before = _promised(case)
        after = before if promised is None else {p.code for p in declared.papers if p.code in promised}
        after = {code for code in after if declared.paper(code).deferrable} - _given(case)
        if form == case.form and after == before:
            return Saved(case.id, case.revision)
        if revision != case.revision:
            raise Conflict(
                Text(
                    "这份草稿已在另一设备上修改，请刷新查看最新内容；您刚才的输入未覆盖它。",
                    "This draft was changed on another device. Reload to see it; your typing has not replaced it.",
                ),
                code="draft-changed",
            )
        case.form = form
        case.revision += 1
        case.changed_at = timezone.now()
        case.save(update_fields=["form", "revision", "changed_at"])
        _promise(case, declared, before, after)
    return Saved(case.id, case.revision)


def _promised(case: Case) -> set[str]:
    return set(case.papers.filter(state=PaperState.PROMISED).values_list("code", flat=True))


def _given(case: Case) -> set[str]:
    return set(case.papers.filter(state=PaperState.GIVEN).values_list("code", flat=True))


def _promise(case: Case, declared: CaseType, before: set[str], after: set[str]) -> None:
    """Note the promises in the draft; the day counts anew from the submission."""
    CasePaper.objects.filter(case=case, state=PaperState.PROMISED, code__in=before - after).delete()
    for code in after - before:
        until = due_date(timezone.now(), declared.paper(code).promise_days)
        CasePaper.objects.create(case=case, code=code, state=PaperState.PROMISED, promised_until=until)


def put_paper(actor: Actor, case_id: UUID, code: str, upload: UploadedFile[bytes]) -> CasePaper:
    """Attach a paper to a draft, in place of one given before. Raises Invalid for a file that is refused."""
    with taking(actor, case_id, upload) as file:
        case = lock_own_case(actor, case_id)
        _must_be_draft(case)
        _known_paper(case, code)
        before = _file_ids(case, code)
        paper, _ = CasePaper.objects.update_or_create(
            case=case,
            code=code,
            defaults={
                "state": PaperState.GIVEN,
                "file_id": file.id,
                "promised_until": None,
                "changed_at": timezone.now(),
            },
        )
        drop_files(actor, before)
        audit.record(actor, "cases.put-paper", case, paper=code, file=str(file.id))
    return paper


def remove_paper(actor: Actor, case_id: UUID, code: str) -> None:
    """Take a paper out of a draft again; nothing happens when it is not there."""
    with transaction.atomic():
        case = lock_own_case(actor, case_id)
        _must_be_draft(case)
        before = _file_ids(case, code)
        removed, _ = CasePaper.objects.filter(case=case, code=code).delete()
        drop_files(actor, before)
        if removed:
            audit.record(actor, "cases.remove-paper", case, paper=code)


def discard_draft(actor: Actor, case_id: UUID) -> None:
    """Throw a draft away with its papers."""
    with transaction.atomic():
        case = lock_own_case(actor, case_id)
        _must_be_draft(case)
        audit.record(actor, "cases.discard-draft", case, case_type=case.case_type)
        CasePaper.objects.filter(case=case).delete()
        drop_files(actor, [file.id for file in files_of(PAPER, case.id)])
        case.delete()


def _file_ids(case: Case, code: str) -> list[UUID]:
    """What a draft holds of one paper; a draft keeps no history, so this goes when another takes its place."""
    rows = CasePaper.objects.filter(case=case, code=code, file__isnull=False)
    return [file for file in rows.values_list("file_id", flat=True) if file is not None]


def _must_be_draft(case: Case) -> None:
    if case.state != CaseState.DRAFT:
        raise Conflict(
            Text(
                f"申请已提交（受理号 {case.number}），不能再改。如需补充，请在办件页面补交材料。",
                f"The application was submitted (number {case.number}) and cannot be changed. Papers can be added on its page.",
            ),
            code="submitted",
        )


def _known_paper(case: Case, code: str) -> None:
    try:
        case_type(case.case_type).paper(code)
    except KeyError:
        raise Invalid(
            Text("此事项不需要这种材料。", "This service needs no such paper."),
            fields={"paper": Text("未知的材料", "Unknown paper")},
        ) from None
