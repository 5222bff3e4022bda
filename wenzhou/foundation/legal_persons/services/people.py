"""Officers: who directs, manages and supervises an organisation.

Sources: 公司法 (Company Law), Articles 76, 130 (directors and managers are no supervisors) and 178; 民法典 (Civil Code),
Articles 17 to 18 (who can act for herself).
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from wenzhou.foundation.legal_persons.kinds import RULES
from wenzhou.foundation.legal_persons.models import Appointment, Officer, OrganisationVersion, Role, Status
from wenzhou.foundation.legal_persons.services.common import (
    REGISTER,
    invalid,
    locked,
    not_later,
    only,
)
from wenzhou.foundation.legal_persons.words import ROLES
from wenzhou.kernel.base import audit
from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.errors import Conflict, NotFound
from wenzhou.kernel.base.standards import gb11643
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.identity.api import person
from wenzhou.kernel.registers.api import change, end, tell_changed

ALONE = (Role.CHAIR, Role.SUPERVISOR_CHAIR, Role.MANAGER)
"""Offices that one person at a time holds."""
SUPERVISE = (Role.SUPERVISOR, Role.SUPERVISOR_CHAIR)
LEAST_AGE = 16


def appoint(
    actor: Actor,
    organisation: UUID,
    person_id: UUID,
    role: str,
    since: date,
    how: str = Appointment.ELECTED,
) -> Officer:
    """From a day on a person holds an office in an organisation; again: nothing changes.

    Raises Refused, NotFound, Invalid (no such office there, under age), Conflict (held by another, or she both leads
    and supervises).
    """
    not_later(since, "since")
    _check_person(person_id, since)
    if how not in Appointment.values:
        raise invalid("how", Text("请选择产生方式", "Choose how she came into office"))
    with transaction.atomic():
        row = locked(actor, organisation, since)
        only(row, Status.ACTIVE, Status.SUSPENDED)
        if role not in RULES[row.kind].roles:
            raise invalid(
                "role",
                Text(
                    f"{RULES[row.kind].title.zh}不设此职务",
                    f"{RULES[row.kind].title.en}: there is no such office",
                ),
            )
        _check_others(row, person_id, role, since)
        done = change(
            Officer,
            {"organisation": organisation, "person": person_id, "role": role},
            since,
            {"how": how},
            actor=actor,
            source=RULES[row.kind].function,
        )
        audit.record(
            actor, "legal_persons.appoint", done, organisation=str(organisation), role=role, since=str(since)
        )
        tell_changed(actor, REGISTER, organisation, {"officers": role}, since)
        return done


def dismiss(actor: Actor, organisation: UUID, person_id: UUID, role: str, on: date) -> None:
    """From a day on she holds the office no more; again: nothing changes. Raises Refused, NotFound, Invalid."""
    not_later(on, "on")
    key: dict[str, UUID | str] = {"organisation": organisation, "person": person_id, "role": role}
    with transaction.atomic():
        row = locked(actor, organisation, on)
        if not Officer.objects.filter(
            organisation=organisation, person=person_id, role=role, superseded_at=None
        ).exists():
            raise NotFound(Text("没有这项任职登记。", "No such office is registered."))
        if not end(Officer, key, on):
            return
        audit.record(
            actor, "legal_persons.dismiss", row, organisation=str(organisation), role=role, on=str(on)
        )
        tell_changed(actor, REGISTER, organisation, {"officers": role}, on)


def _check_person(person_id: UUID, since: date) -> None:
    known = person(person_id)
    if known is None:
        raise invalid("person", Text("没有登记此人", "No such person is known"))
    born = gb11643.parse(known.number, on=since).born
    if (since.year - born.year, (since.month, since.day)) < (LEAST_AGE, (born.month, born.day)):
        raise invalid(
            "person", Text(f"任职时未满 {LEAST_AGE} 周岁", f"She was under {LEAST_AGE} on that day")
        )


def _check_others(row: OrganisationVersion, person_id: UUID, role: str, since: date) -> None:
    """Looks at everything that is in force on the day or begins after it."""
    later = Officer.objects.filter(organisation=row.organisation_id, superseded_at=None).filter(
        Q(valid_to=None) | Q(valid_to__gt=since)
    )
    if role in ALONE and later.filter(role=role).exclude(person=person_id).exists():
        raise Conflict(
            Text(
                f"{ROLES[role].zh}已由他人担任，请先登记其离任。",
                f"{ROLES[role].en}: another person holds this office; enter first that she left it.",
            ),
            code="held",
        )
    leads = role not in SUPERVISE
    others = (
        later.filter(person=person_id, role__in=SUPERVISE)
        if leads
        else later.filter(person=person_id).exclude(role__in=SUPERVISE)
    )
    if others.exists():
        raise Conflict(
            Text(
                "董事、高级管理人员不得兼任监事（公司法第七十六条）。",
                "Directors and managers are no supervisors (Company Law, Article 76).",
            ),
            code="leads-and-supervises",
        )
