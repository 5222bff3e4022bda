"""Factories of identity for everybody's tests: accounts, actors, offices, people, firms, signed-in clients."""

from __future__ import annotations

import itertools
from datetime import date, timedelta
from typing import TYPE_CHECKING

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.test import Client

from wenzhou.kernel.base.actors import AGENT, CITIZEN, CLERK, ROLES, Actor, Role
from wenzhou.kernel.base.ids import uuid7
from wenzhou.kernel.base.standards import gb11643, gb32100
from wenzhou.kernel.base.testing import Sample, SampleMaker
from wenzhou.kernel.identity.contracts import AccountRef, OfficeRef, OrganisationRef, PersonRef
from wenzhou.kernel.identity.middleware import SESSION_ACTING_FOR
from wenzhou.kernel.identity.models import (
    Account,
    Delegation,
    DelegationState,
    Office,
    Organisation,
    Person,
    PostHolding,
)
from wenzhou.kernel.identity.selectors import actor_for

__all__ = [
    "BACKEND",
    "LUCHENG",
    "PASSWORD",
    "SAMPLES",
    "Account",
    "Delegation",
    "PostHolding",
    "actor_of_account",
    "actor_with",
    "client_for",
    "delegate",
    "make_account",
    "make_office",
    "make_organisation",
    "make_person",
]

if TYPE_CHECKING:
    from uuid import UUID

PASSWORD = "Lucheng-Test-7391"
LUCHENG = "330302"
BACKEND = settings.AUTHENTICATION_BACKENDS[0]

_serial = itertools.count(1)


def make_person(
    *, name: str = "", number: str = "", born: str = "19900101", area: str = LUCHENG
) -> PersonRef:
    """A made person; ``number`` defaults to a valid one (GB 11643) registered in ``area``."""
    serial = next(_serial)
    if not number:
        number = gb11643.make(
            region=area[:6],
            born=_day(born, serial),
            sex=gb11643.Sex.FEMALE if serial % 2 else gb11643.Sex.MALE,
            serial=serial // 2 % 500,
        )
    row = Person.objects.create(number=number, name=name or f"测试人{serial}", made=True)
    return PersonRef.of(row)


def _day(born: str, serial: int) -> date:
    """A thousand numbers a day; later ones take a later day."""
    first = date(int(born[:4]), int(born[4:6]), int(born[6:]))
    return first + timedelta(days=serial // 1000)


def make_organisation(*, name: str = "", code: str = "") -> OrganisationRef:
    """A made firm; ``code`` defaults to a valid unified social credit code (GB 32100)."""
    serial = next(_serial)
    row = Organisation.objects.create(
        code=code or gb32100.make(region=LUCHENG, serial=900_000 + serial),
        name=name or f"温州测试商贸{serial}有限公司",
        made=True,
    )
    return OrganisationRef.of(row)


def make_office(
    code: str = "", *, function: str = "", area: str = LUCHENG, zh: str = "", en: str = ""
) -> OfficeRef:
    """The office of this code, made when it is missing; a new one each time when no code is given."""
    serial = next(_serial)
    code = code or f"office-{serial}"
    row, _ = Office.objects.get_or_create(
        code=code,
        defaults={
            "function": function or f"function-{serial}",
            "area": area,
            "name_zh": zh or f"测试机关{serial}",
            "name_en": en or f"Test office {serial}",
            "made": True,
        },
    )
    return OfficeRef.of(row)


def make_account(
    role: Role = CITIZEN,
    *,
    office: str = "",
    area: str | None = None,
    username: str = "",
    name: str = "",
    person: PersonRef | None = None,
    password: str = "",
) -> AccountRef:
    """An account that holds ``role`` in ``office`` (a code, made when missing) for ``area``.

    ``area`` defaults to the office's own. A citizen gets a Person anchor unless one is given; for
    officials give ``person`` when the test needs it. Hashing a password is slow, so it is unusable
    unless ``password`` is given: sign in by :func:`client_for`.
    """
    serial = next(_serial)
    if person is None and role in {CITIZEN, AGENT}:
        person = make_person(name=name)
    row = Account.objects.create_user(
        username or f"{role.code}-{serial}",
        f"{username or role.code}-{serial}@example.test",
        password or None,
        name=name or (person.name if person else f"{role.zh}{serial}"),
        person_id=person.id if person else None,
        made=True,
    )
    if role not in {CITIZEN, AGENT}:
        held = make_office(office) if office else None
        if area is None:
            area = held.area if held else ""
        PostHolding.objects.create(
            account=row, role=role.code, office_id=office or None, area=area, since="2020-01-01"
        )
    return AccountRef.of(row)


def delegate(account: AccountRef, organisation: OrganisationRef) -> UUID:
    """An active delegation by which the account acts for the firm; gives its id."""
    return Delegation.objects.create(
        agent_id=account.id,
        organisation_id=organisation.id,
        state=DelegationState.ACTIVE,
        since="2020-01-01",
    ).id


def actor_with(
    role: Role = CITIZEN,
    *,
    office: str = "",
    area: str | None = None,
    name: str = "",
    organisation: OrganisationRef | None = None,
) -> Actor:
    """The actor of a new account with this role; for AGENT acting for ``organisation`` or a new firm."""
    if role not in ROLES:
        raise ValueError(f"unknown role {role}")
    account = make_account(role, office=office, area=area, name=name)
    if role is AGENT and organisation is None:
        organisation = make_organisation()
    if organisation is not None:
        delegate(account, organisation)
    return actor_of_account(account, organisation=organisation)


def actor_of_account(account: AccountRef, *, organisation: OrganisationRef | None = None) -> Actor:
    """The actor of an account now, acting for the firm when one is given and it may."""
    row = Account.objects.get(id=account.id)
    return actor_for(row, acting_for=organisation.id if organisation else None)


def client_for(who: Actor | AccountRef | None, *, language: str = "zh-hans") -> Client:
    """Django's test client signed in as the actor or account (nobody for None), with its language."""
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    account = who.account if isinstance(who, Actor) else who.id if who else None
    if account is None:
        return client
    row = Account.objects.get(id=account)
    client.force_login(row, backend=BACKEND)
    # As allauth does at a real sign-in, so that tests go the way that requests go.
    UserSession.objects.create(
        user=row, ip="127.0.0.1", session_key=client.session.session_key, user_agent="tests"
    )
    if isinstance(who, Actor) and who.organisation:
        session = client.session
        session[SESSION_ACTING_FOR] = str(who.organisation)
        session.save()
    return client


def _offer() -> UUID:
    account = make_account()
    return Delegation.objects.create(
        agent_id=account.id, organisation_id=make_organisation().id, since="2020-01-01"
    ).id


SAMPLES: dict[str, SampleMaker] = {
    "accept_delegation": lambda: Sample({"delegation": _offer()}),
    "revoke_delegation": lambda: Sample({"delegation": _offer()}),
    "end_session": lambda: Sample({"session": 1}),
    "account": lambda: Sample({"account": make_account(CLERK, office="sample").id}),
    "give_post": lambda: Sample({"account": make_account().id}),
    "end_post": lambda: Sample({"holding": uuid7()}),
    "lock": lambda: Sample({"account": make_account().id}),
    "unlock": lambda: Sample({"account": make_account().id}),
}
