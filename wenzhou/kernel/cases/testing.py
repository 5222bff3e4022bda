"""Test kit of cases: running cases of any declared type, the clerks who work on them, samples of the pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.utils import timezone

from wenzhou.kernel.base.actors import AUDITOR, CLERK, HEAD, Actor, Role
from wenzhou.kernel.base.registry import registry
from wenzhou.kernel.base.testing import Sample, SampleMaker
from wenzhou.kernel.cases.clock import due_date
from wenzhou.kernel.cases.declarations import CaseType, Field, FieldKind
from wenzhou.kernel.cases.models import (
    Act,
    Case,
    CasePaper,
    CaseState,
    ClockStop,
    Licence,
    PaperState,
    Rating,
    Task,
    TaskState,
)
from wenzhou.kernel.cases.numbers import next_number
from wenzhou.kernel.cases.process.engine import load
from wenzhou.kernel.cases.services.advance import begin
from wenzhou.kernel.cases.services.tasks import claim
from wenzhou.kernel.identity.testing import LUCHENG, actor_with, make_office, make_organisation

__all__ = [
    "SAMPLES",
    "Act",
    "Case",
    "CasePaper",
    "CaseState",
    "ClockStop",
    "Licence",
    "PaperState",
    "Rating",
    "Task",
    "TaskState",
    "make_answers",
    "make_running_case",
]

_PLAIN: Mapping[FieldKind, Any] = {
    FieldKind.NUMBER: "10",
    FieldKind.MONEY: "100000",
    FieldKind.DATE: "2026-12-01",
    FieldKind.YES_NO: True,
    FieldKind.PHONE: "13800000000",
    FieldKind.EMAIL: "someone@example.cn",
}


def make_answers(declared: CaseType, *, area: str = LUCHENG, **answers: Any) -> dict[str, Any]:
    """A full form of this type, as it is kept after submission; ``answers`` go before the made ones."""
    made = {field.code: _answer(field, area) for field in declared.fields}
    return {**made, declared.area_field: area, **answers}


def _answer(field: Field, area: str) -> Any:
    if field.kind is FieldKind.DIVISION:
        return area
    if field.choices:
        return field.choices[0][0]
    return _PLAIN.get(field.kind, "演示内容")


def make_running_case(
    declared: CaseType | None = None,
    *,
    area: str = LUCHENG,
    applicant: Actor | None = None,
    **answers: Any,
) -> Case:
    """A submitted case with its first tasks open, in offices that are made when they are missing."""
    declared = declared or registry.declared(CaseType)[0]
    for node in load(declared.process.read_bytes()).definition.nodes.values():
        if node.post is not None:
            make_office(f"test-{node.post.office}", function=node.post.office, area=area[:6])
    account, person = _applicant(applicant or actor_with())
    form = make_answers(declared, area=area, **answers)
    now = timezone.now()
    case = Case.objects.create(
        number=next_number(),
        case_type=declared.code,
        state=CaseState.RUNNING,
        account_id=account,
        person_id=person,
        area=area,
        title=declared.title_of(form),
        form=form,
        submitted_at=now,
        promised_for=due_date(now, declared.promise_days),
        made=True,
    )
    begin(Actor.system("cases.testing"), case, declared)
    return case


def make_task(declared: CaseType | None = None, **options: Any) -> Task:
    """The first open task of a new running case."""
    return make_running_case(declared, **options).tasks.order_by("id")[0]


def clerk_for(task: Task, role: Role = CLERK) -> Actor:
    """A new clerk (or head) of the task's office."""
    return actor_with(role, office=task.office_id)


def make_draft(actor: Actor, type_code: str = "") -> Case:
    """A draft of the first declared case type (or the one named), without asking any register."""
    declared = _type(type_code)
    account, person = _applicant(actor)
    return Case.objects.create(case_type=declared.code, account_id=account, person_id=person, made=True)


def _applicant(actor: Actor) -> tuple[UUID, UUID]:
    if actor.account is None or actor.person is None:
        raise ValueError("an applicant has an account and a real name")
    return actor.account, actor.person


def _type(code: str) -> CaseType:
    types = registry.declared(CaseType)
    return next((one for one in types if one.code == code), types[0])


def _draft() -> Sample:
    actor = actor_with()
    return Sample({"case_id": make_draft(actor).id}, actor.account)


def _running() -> Sample:
    actor = actor_with()
    return Sample({"case_id": make_running_case(applicant=actor).id}, actor.account)


def _paper() -> Sample:
    actor = actor_with()
    case = make_draft(actor)
    return Sample({"case_id": case.id, "code": _type(case.case_type).papers[0].code}, actor.account)


def make_licence(actor: Actor) -> Licence:
    """A licence in force, of the first kind that the case type issues."""
    case = make_running_case(applicant=actor)
    kind = _type(case.case_type).licences[0]
    return Licence.objects.create(
        number=f"T{case.id.hex[-12:]}".upper(),
        token=case.id.hex[-20:],
        licence_type=kind.code,
        case=case,
        organisation_id=make_organisation().id,
        office_id=case.tasks.order_by("id")[0].office_id,
        data={line.code: "演示" for line in kind.lines},
        valid_from=timezone.localdate(),
        made=True,
    )


def _licence_paper() -> Sample:
    actor = actor_with()
    licence = make_licence(actor)
    return Sample({"case_id": licence.case_id, "licence_id": licence.id}, actor.account)


def _divisions() -> Sample:
    for declared in registry.declared(CaseType):
        for field in declared.fields:
            if field.kind is FieldKind.DIVISION:
                return Sample(query=f"?type={declared.code}&field={field.code}&{field.code}.town=330302006")
    raise AssertionError("no case type asks for a division")


def _task_page() -> Sample:
    task = make_task()
    return Sample(kwargs={"task_id": task.id}, account=clerk_for(task).account)


def _claimed_page() -> Sample:
    task = make_task()
    claim(clerk_for(task), task.id)
    return Sample(kwargs={"task_id": task.id}, account=clerk_for(task, HEAD).account)


def _clerk() -> Sample:
    return Sample(account=clerk_for(make_task()).account)


def _head_page() -> Sample:
    return Sample(account=clerk_for(make_task(), HEAD).account)


def _audited_page() -> Sample:
    return Sample(kwargs={"case_id": make_running_case().id}, account=actor_with(AUDITOR).account)


SAMPLES: dict[str, SampleMaker] = {
    "work-task": _task_page,
    "work-claim": _task_page,
    "work-release": _task_page,
    "work-ask": _task_page,
    "work-promise": _task_page,
    "work-decide": _task_page,
    "work-reassign": _claimed_page,
    "apply": lambda: Sample({"type_code": _type("").code}),
    "divisions": _divisions,
    "case": _running,
    "form": _draft,
    "save": _draft,
    "review": _draft,
    "receipt": _running,
    "receipt-file": _running,
    "paper": _paper,
    "remove-paper": _paper,
    "licence-paper": _licence_paper,
    "verify": lambda: Sample({"token": make_licence(actor_with()).token}),
    "withdraw": _running,
    "rate": _running,
    "discard": _draft,
    "figures": _head_page,
    "map": _head_page,
    "case-file": _audited_page,
    "GET /worklist": _clerk,
    "GET /map": _head_page,
}
