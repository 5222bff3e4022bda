"""Who asks, in one statement; and every way of ending it counts at the next request."""

from __future__ import annotations

from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from wenzhou.kernel.base.actors import CLERK, OPERATOR
from wenzhou.kernel.identity.models import Account, PostHolding
from wenzhou.kernel.identity.testing import client_for, make_account

pytestmark = pytest.mark.django_db
PAGE = "/accounts/"


def _open(client: Client) -> int:
    return client.get(PAGE).status_code


@pytest.fixture
def operator() -> tuple[Client, Account]:
    account = make_account(OPERATOR, office="data")
    return client_for(account), Account.objects.get(id=account.id)


def test_one_statement_says_who_asks(operator: tuple[Client, Account]) -> None:
    client, _ = operator
    client.get(PAGE)
    with CaptureQueriesContext(connection) as seen:
        assert _open(client) == 200
    asked = [one["sql"] for one in seen.captured_queries]
    assert sum("django_session" in sql for sql in asked) == 1
    assert sum("identity_postholding" in sql and "django_session" not in sql for sql in asked) == 0


def test_without_a_line_in_the_list_of_sessions_django_is_asked(operator: tuple[Client, Account]) -> None:
    client, _ = operator
    UserSession.objects.all().delete()
    assert _open(client) == 200


def test_an_ended_post_counts_at_once(operator: tuple[Client, Account]) -> None:
    client, account = operator
    assert _open(client) == 200
    PostHolding.objects.filter(account=account).update(until=timezone.localdate())
    assert _open(client) == 403


def test_a_new_post_counts_at_once() -> None:
    account = make_account(CLERK, office="data")
    client = client_for(account)
    assert _open(client) == 403
    PostHolding.objects.create(account_id=account.id, role=OPERATOR.code, since="2020-01-01")
    assert _open(client) == 200


def test_a_locked_account_is_nobody(operator: tuple[Client, Account]) -> None:
    client, account = operator
    Account.objects.filter(id=account.id).update(is_active=False)
    assert _open(client) in {302, 401}


def test_a_changed_password_ends_the_session(operator: tuple[Client, Account]) -> None:
    client, account = operator
    account.set_password("Another-Password-5521")
    account.save()
    assert _open(client) in {302, 401}
    assert not Session.objects.filter(session_key=client.session.session_key).exists()


def test_an_expired_or_removed_session_is_nobody(operator: tuple[Client, Account]) -> None:
    client, _ = operator
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert _open(client) in {302, 401}


def test_a_session_of_somebody_else_in_the_list_gives_no_rights(operator: tuple[Client, Account]) -> None:
    """The list of sessions is a hint; what the session itself says decides."""
    operator_account = operator[1]
    clerk = client_for(make_account(CLERK, office="data"))
    UserSession.objects.filter(session_key=clerk.session.session_key).update(user=operator_account)
    assert _open(clerk) == 403


def test_made_up_keys_are_nobody() -> None:
    client = Client()
    for key in ("x", "a" * 32, "'; --", "\xe9" * 40, "a" * 500):
        client.cookies["wz_session"] = key
        assert _open(client) in {302, 401}
