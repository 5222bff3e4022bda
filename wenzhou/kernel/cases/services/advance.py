"""Moving a case along its process: tasks for offices as steps come due, the end when nothing waits.

Called by other services inside their transaction, with the case locked.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import connection
from django.utils import timezone

from wenzhou.kernel.base import audit
from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.outbox import emit
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.cases import history
from wenzhou.kernel.cases.clock import due_date
from wenzhou.kernel.cases.declarations import CaseFacts, CaseType, IssuedLicence
from wenzhou.kernel.cases.events import CaseDecided, LicenceIssued
from wenzhou.kernel.cases.models import (
    ACTIVE,
    Case,
    CaseState,
    Licence,
    ProcessVersion,
    Task,
    TaskState,
)
from wenzhou.kernel.cases.notices import GRANTED, REFUSED
from wenzhou.kernel.cases.process.engine import (
    AutomaticStep,
    Run,
    WaitingTask,
    load,
    restore,
    run_automatic,
    start,
)
from wenzhou.kernel.cases.services.common import case_type, note, tell_applicant
from wenzhou.kernel.identity.api import competent_office


def begin(actor: Actor, case: Case, declared: CaseType) -> None:
    """Start the process of a case that was just submitted, on today's version of its file."""
    run = start_run(case, declared)
    _settle(actor, case, run)


def start_run(case: Case, declared: CaseType) -> Run:
    """A new run of the case's process, on today's version of its file, which is kept."""
    xml = declared.process.read_bytes()
    spec = load(xml)
    version, _ = ProcessVersion.objects.get_or_create(
        digest=spec.digest, defaults={"case_type": declared.code, "xml": xml.decode()}
    )
    case.process_version = version
    return start(spec, {"area": case.area, "form": case.form})


def complete_step(actor: Actor, case: Case, element: str, result: Mapping[str, Any]) -> None:
    """Finish one step of a case and open what comes after it."""
    run = run_of(case)
    run.complete(element, result)
    _settle(actor, case, run)


def cancel_process(case: Case) -> None:
    """End the process of a withdrawn case; its open tasks are cancelled."""
    run = run_of(case)
    run.cancel()
    case.process = run.serialise()
    case.tasks.filter(state__in=ACTIVE).update(state=TaskState.CANCELLED)


def run_of(case: Case) -> Run:
    """The run of a submitted case, on the version of the file it began with."""
    if case.process_version is None or case.process is None:
        raise ValueError(f"case {case.id} has no process yet")
    return restore(load(case.process_version.xml.encode()), case.process)


def _settle(actor: Actor, case: Case, run: Run) -> None:
    def grant(step: AutomaticStep, data: Mapping[str, Any]) -> dict[str, Any]:
        return {"licences": _grant(actor, case)}

    def refuse(step: AutomaticStep, data: Mapping[str, Any]) -> dict[str, Any]:
        return {}

    run_automatic(run, {"cases.grant": grant, "cases.refuse": refuse})
    active = set(case.tasks.filter(state__in=ACTIVE).values_list("element", flat=True))
    for waiting in run.waiting():
        if waiting.element_id not in active:
            _open_task(case, waiting)
    if run.done and case.state == CaseState.RUNNING:
        _refuse(actor, case)
    case.process = run.serialise()
    case.changed_at = timezone.now()
    case.save()


def _open_task(case: Case, waiting: WaitingTask) -> None:
    office = competent_office(waiting.office, case.area)
    days = waiting.promise.working_days
    now = timezone.now()
    Task.objects.create(
        case=case,
        number=case.number or "",
        title=case.title,
        element=waiting.element_id,
        name_zh=waiting.name.zh,
        name_en=waiting.name.en,
        office_id=office.code,
        area=case.area,
        opened_at=now,
        promise_days=days,
        deadline=due_date(now, days),
    )


def _grant(actor: Actor, case: Case) -> list[str]:
    declared = case_type(case.case_type)
    issued = declared.on_granted(actor, facts_of(case, timezone.localdate()))
    numbers = [_issue(actor, case, licence).number for licence in issued]
    if issued:
        case.organisation_id = issued[0].organisation
    _decide(actor, case, CaseState.GRANTED, history.GRANTED)
    tell_applicant(case, GRANTED)
    return numbers


def facts_of(case: Case, on: date) -> CaseFacts:
    """What its type is told of a case that is granted on this day."""
    return CaseFacts(
        id=case.id,
        number=case.number or "",
        area=case.area,
        person=case.person_id,
        organisation=case.organisation_id,
        form=case.form,
        on=on,
        made=case.made,
    )


def _refuse(actor: Actor, case: Case) -> None:
    done = case.tasks.filter(state=TaskState.DONE).order_by("decided_at")
    reasons = list(done.values_list("reasons", flat=True))
    _decide(actor, case, CaseState.REFUSED, history.refused(reasons))
    tell_applicant(case, REFUSED, reasons=history.joined_reasons(reasons))


def _decide(actor: Actor, case: Case, state: CaseState, text: Text) -> None:
    case.state = state
    case.decided_at = timezone.now()
    note(actor, case, state.value, text)
    audit.record(actor, "cases.decided", case, decision=state.value)
    emit(
        CaseDecided(
            case=case.id,
            number=case.number or "",
            case_type=case.case_type,
            area=case.area,
            outcome=state.value,
        ),
        actor=actor,
    )


def _issue(actor: Actor, case: Case, wanted: IssuedLicence) -> Licence:
    kind = wanted.licence_type
    licence = Licence.objects.create(
        number=_licence_number(kind.number_prefix, case.area),
        token=secrets.token_urlsafe(18),
        licence_type=kind.code,
        case=case,
        organisation_id=wanted.organisation,
        office_id=competent_office(kind.function, case.area).code,
        data=dict(wanted.data),
        valid_from=wanted.valid_from,
        valid_to=years_later(wanted.valid_from, kind.years) if kind.years else None,
        made=case.made,
    )
    audit.record(actor, "cases.issue-licence", licence, number=licence.number)
    emit(
        LicenceIssued(licence=licence.id, number=licence.number, licence_type=kind.code, case=case.id),
        actor=actor,
    )
    return licence


def _licence_number(prefix: str, area: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('cases_licence_number')")
        (running,) = cursor.fetchone()
    return f"{prefix}{area[:6]}{timezone.localdate():%Y}{running:07d}"


def years_later(day: date, years: int) -> date:
    """The last day of a validity of ``years`` years: the day before the anniversary."""
    try:
        anniversary = day.replace(year=day.year + years)
    except ValueError:  # 29 February
        anniversary = day.replace(year=day.year + years, month=3, day=1)
    return date.fromordinal(anniversary.toordinal() - 1)
