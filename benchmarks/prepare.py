"""Tasks inside the city's Django, run as a process: ``python -m benchmarks.prepare TASK JSON``; prints JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any

import django

from benchmarks import linked, registers


def sessions(usernames: list[str]) -> dict[str, str]:
    """Signed-in sessions of accounts: username → value of the session cookie. No check is skipped but the sign-in."""
    from allauth.usersessions.models import UserSession
    from django.conf import settings
    from django.contrib.auth import get_user_model
    from django.test import Client

    found = {}
    for username in usernames:
        client = Client()
        account = get_user_model().objects.get_by_natural_key(username)
        client.force_login(account, backend=settings.AUTHENTICATION_BACKENDS[0])
        UserSession.objects.create(  # as allauth does at a real sign-in
            user=account, ip="127.0.0.1", session_key=client.session.session_key, user_agent="benchmarks"
        )
        found[username] = client.cookies[settings.SESSION_COOKIE_NAME].value
    return found


def as_of_statements(person: str, version: str) -> dict[str, str]:
    """What the selectors send: a person's version as of a day, and a version by its primary key."""
    from django.utils import timezone

    from wenzhou.foundation.population.models import PersonVersion
    from wenzhou.kernel.registers.api import as_of

    reads = {
        "as_of": as_of(PersonVersion.objects.filter(person=person), timezone.localdate()),
        "point": PersonVersion.objects.filter(pk=version),
    }
    found = {}
    for name, rows in reads.items():
        text, values = rows.order_by().query.sql_with_params()
        found[name] = text % tuple(f"'{value}'" for value in values)
    return found


def citizens(count: int) -> dict[str, str]:
    """Accounts of made adults of Lucheng who are in the register; sign-in name → session cookie."""
    from datetime import date

    from django.contrib.auth import get_user_model

    from wenzhou.foundation.population.models import Membership

    account = get_user_model()
    adults = (
        Membership.objects.filter(
            household__division__startswith="330302",
            valid_to=None,
            superseded_at=None,
            person__number__gte="0",
        )
        .exclude(person__in=account.objects.exclude(person=None).values("person"))
        .select_related("person")
        .order_by("person__id")
    )
    names: list[str] = []
    for row in adults.iterator():
        number = row.person.number
        if (
            not date(1950, 1, 1)
            <= date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
            <= date(2004, 1, 1)
        ):
            continue
        names.append(f"bench-citizen-{len(names)}")
        account.objects.create_user(
            names[-1], f"{names[-1]}@bench.example", None, name=row.person.name, person=row.person, made=True
        )
        if len(names) == count:
            return sessions(names)
    raise SystemExit(f"only {len(names)} adults of Lucheng are in the register")


def clerks(count: int) -> dict[str, str]:
    """Clerks of the offices of Lucheng that handle the restaurant; sign-in name → session cookie."""
    from wenzhou.kernel.base.actors import CLERK
    from wenzhou.kernel.identity.testing import make_account

    functions = ("market-supervision", "government-services", "fire-brigade", "urban-management")
    names = [f"bench-clerk-{number}" for number in range(count)]
    for number, name in enumerate(names):
        office = f"lucheng-{functions[number % len(functions)]}"
        make_account(CLERK, office=office, username=name, name=f"演示办件员{number}")
    return sessions(names)


def count_days() -> dict[str, str]:
    """What the nightly job does: the days that are over are counted for the figures of heads of offices."""
    from wenzhou.kernel.cases.services.counting import count_days

    count_days()
    return {}


TASKS: dict[str, Callable[..., Any]] = (
    {one.__name__: one for one in (sessions, as_of_statements, citizens, clerks, count_days)}
    | {f"linked-{one.__name__}": one for one in (linked.lists, linked.run, linked.bring, linked.score)}
    | registers.TASKS
)


if __name__ == "__main__":
    django.setup()
    json.dump(TASKS[sys.argv[1]](**json.loads(sys.argv[2])), sys.stdout)
