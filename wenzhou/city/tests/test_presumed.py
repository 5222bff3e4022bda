"""A call presumes who asks from the session's last call, and does nothing unless that is still so."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from wenzhou.foundation.population.testing import register
from wenzhou.kernel.base.actors import DATA_OFFICER
from wenzhou.kernel.identity.testing import Account, PostHolding, client_for, make_account

pytestmark = pytest.mark.django_db


@pytest.fixture
def ask() -> tuple[Callable[[], int], Client, Account]:
    """Somebody who is recognised by now: how to ask, her client, her account."""
    person = register(division="330302001001")
    account = make_account(DATA_OFFICER, office="data", area="3303")
    client = client_for(account)

    def status() -> int:
        return client.get(f"/api/population/persons/{person.number}?purpose=population.verify").status_code

    assert [status(), status()] == [200, 200]
    return status, client, Account.objects.get(id=account.id)


def test_who_asked_before_is_presumed_and_the_session_is_not_read(
    ask: tuple[Callable[[], int], Client, Account],
) -> None:
    with CaptureQueriesContext(connection) as seen:
        assert ask[0]() == 200
    who = [one["sql"] for one in seen.captured_queries if "django_session" in one["sql"]]
    assert len(who) == 1 and "sha256" in who[0] and "last_login" not in who[0]


def test_every_end_counts_at_the_next_call(ask: tuple[Callable[[], int], Client, Account]) -> None:
    status, _, account = ask
    PostHolding.objects.filter(account=account).update(area="330304")
    assert status() == 404, "she lives elsewhere now, as far as this post goes"
    PostHolding.objects.filter(account=account).update(until=timezone.localdate())
    assert status() == 403
    PostHolding.objects.filter(account=account).update(until=None, area="3303")
    assert status() == 200


@pytest.mark.parametrize(
    "end",
    [
        lambda client, account: Account.objects.filter(id=account.id).update(is_active=False),
        lambda client, account: Account.objects.filter(id=account.id).update(password="another"),
        lambda client, account: Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1)),
        lambda client, account: Session.objects.all().delete(),
        lambda client, account: client.cookies.pop("wz_session"),
        lambda client, account: client.cookies.__setitem__("wz_session", "a" * 32),
    ],
    ids=["locked", "password", "expired", "ended", "no cookie", "made up"],
)
def test_nobody_from_the_next_call_on(
    ask: tuple[Callable[[], int], Client, Account], end: Callable[[Client, Account], object]
) -> None:
    status, client, account = ask
    end(client, account)
    assert status() == 401


def test_a_session_moved_in_the_list_gives_no_rights(ask: tuple[Callable[[], int], Client, Account]) -> None:
    status, _, account = ask
    nobody = client_for(make_account())
    UserSession.objects.filter(session_key=nobody.session.session_key).update(user=account)
    number = register().number
    for _ in range(2):
        answer = nobody.get(f"/api/population/persons/{number}?purpose=population.verify")
        assert answer.status_code == 403
    assert status() == 200


def test_each_call_has_its_own_reference_number(ask: tuple[Callable[[], int], Client, Account]) -> None:
    _, client, _ = ask
    path = f"/api/population/persons/{register().number}?purpose=population.verify"
    given = [client.get(path).headers["X-Request-Id"] for _ in range(3)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT request_id FROM registers_accessentry ORDER BY id DESC LIMIT 3")
        assert [row[0] for row in cursor.fetchall()] == given[::-1]
