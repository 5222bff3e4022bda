"""An account opened at a counter: by whom, for whom, once; the slip; the first sign-in."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from wenzhou.kernel.base.actors import CITIZEN, CLERK, HEAD, OPERATOR, Actor
from wenzhou.kernel.base.errors import Conflict, Invalid, NotFound, Refused, TooMany
from wenzhou.kernel.base.ids import uuid7
from wenzhou.kernel.base.models import AuditEntry, OutboxEntry
from wenzhou.kernel.base.testing import at_once
from wenzhou.kernel.identity.contracts import OpenedAccount
from wenzhou.kernel.identity.models import Account, Activation
from wenzhou.kernel.identity.services import activate, open_account
from wenzhou.kernel.identity.testing import actor_with, make_account, make_office, make_person

pytestmark = pytest.mark.django_db

SECRET = "Jiangxin-Island-58"
ADDRESS = "/account/activate/"


@pytest.fixture
def clerk() -> Actor:
    office = make_office("test-counter", function="government-services")
    return actor_with(CLERK, office=office.code)


def use(slip: OpenedAccount, *, code: str = "", email: str = "chen@example.test", password: str = SECRET):
    return activate(slip.username, code or slip.code, email=email, password=password)


def test_a_person_gets_an_account_that_works_with_her_slip_alone(clerk: Actor) -> None:
    person = make_person(name="陈海燕")
    slip = open_account(clerk, person.id)
    row = Account.objects.get(id=slip.account)
    assert (row.person_id, row.name, row.email, row.made) == (person.id, "陈海燕", "", True)
    assert not row.has_usable_password()
    assert slip.code.replace("-", "") not in str(Activation.objects.values().get())
    assert AuditEntry.objects.get(action="identity.open-account").actor == clerk.account
    assert OutboxEntry.objects.filter(name="identity.account-opened").count() == 1
    used = use(slip, code=slip.code.lower().replace("-", " "))
    row.refresh_from_db()
    assert row.check_password(SECRET)
    assert (used.email, row.email) == ("chen@example.test",) * 2
    assert AuditEntry.objects.get(action="identity.activate").actor == row.id
    with pytest.raises(Invalid):
        use(slip, password="another-Password-9")  # once
    assert Account.objects.get(id=row.id).check_password(SECRET)


def test_whoever_has_an_account_gets_no_second(clerk: Actor) -> None:
    person = make_person()
    slip = open_account(clerk, person.id)
    use(slip)
    with pytest.raises(Conflict) as caught:
        open_account(clerk, person.id)
    assert slip.username in caught.value.detail.zh
    account = make_account(CITIZEN)
    assert account.person is not None
    with pytest.raises(Conflict):
        open_account(clerk, account.person)
    assert Account.objects.filter(person=person.id).count() == 1


def test_a_lost_slip_is_printed_anew_and_the_old_code_is_void(clerk: Actor) -> None:
    person = make_person()
    lost, new = open_account(clerk, person.id), open_account(clerk, person.id)
    assert (lost.account, lost.username) == (new.account, new.username)
    with pytest.raises(Invalid):
        use(lost)
    use(new)


@pytest.mark.django_db(transaction=True)
def test_two_counters_at_once_open_one_account(clerk: Actor) -> None:
    person = make_person()
    slips = at_once(*(lambda: open_account(clerk, person.id),) * 3)
    assert len({slip.account for slip in slips}) == 1
    assert Account.objects.filter(person=person.id).count() == 1


def test_only_clerks_at_a_counter_open_accounts(clerk: Actor) -> None:
    person = make_person()
    counter = next(iter(clerk.offices))
    for actor in (
        actor_with(),
        actor_with(CLERK, office="lc-market"),
        actor_with(HEAD, office=counter),
        actor_with(OPERATOR, office=counter),
    ):
        with pytest.raises(Refused):
            open_account(actor, person.id)
    with pytest.raises(NotFound):
        open_account(clerk, uuid7())
    assert not Activation.objects.exists()


def test_what_the_person_types_is_checked(clerk: Actor) -> None:
    other = make_account(CITIZEN)
    slip = open_account(clerk, make_person(name="欧阳江心").id)
    for field, wrong in (
        ("code", {"code": "AAAA-BBBB-CCCC"}),
        ("email", {"email": "nonsense"}),
        ("email", {"email": other.email.upper()}),
        ("password", {"password": "12345678"}),
    ):
        with pytest.raises(Invalid) as caught:
            use(slip, **wrong)
        assert set(caught.value.fields) == {field}
    assert not Account.objects.get(id=slip.account).has_usable_password()


def test_guessing_is_stopped_and_an_old_slip_is_no_good(clerk: Actor) -> None:
    slip = open_account(clerk, make_person().id)
    for _ in range(5):
        with pytest.raises(Invalid):
            use(slip, code="AAAABBBBCCCC")
    with pytest.raises(TooMany):
        use(slip)
    old = open_account(clerk, make_person().id)
    with (
        time_machine.travel(timezone.now() + timedelta(days=7, minutes=1), tick=False),
        pytest.raises(Invalid),
    ):
        use(old)
    locked = open_account(clerk, make_person().id)
    Account.objects.filter(id=locked.account).update(is_active=False)
    with pytest.raises(Invalid):
        use(locked)


@pytest.mark.parametrize(("language", "told"), [("zh-hans", "账户已激活"), ("en", "Your account is active")])
def test_from_the_slip_to_signed_in(clerk: Actor, language: str, told: str) -> None:
    slip = open_account(clerk, make_person().id)
    browser = Client()
    browser.cookies["wz_language"] = language
    assert browser.get(ADDRESS).status_code == 200
    typed = {
        "username": slip.username,
        "code": slip.code,
        "email": "new@example.test",
        "password": SECRET,
        "again": SECRET,
    }
    different = browser.post(ADDRESS, {**typed, "again": "x"})
    assert different.status_code == 422 and "id_again_error" in different.content.decode()
    wrong = browser.post(ADDRESS, {**typed, "code": "AAAABBBBCCCC"})
    assert wrong.status_code == 422 and "id_code_error" in wrong.content.decode()
    assert SECRET not in wrong.content.decode()
    assert told in browser.post(ADDRESS, typed, follow=True).content.decode()
    browser.post("/account/login/", {"login": slip.username, "password": SECRET})
    code = browser.get("/account/demo-code/").context["code"]
    browser.post("/account/login/code/confirm/", {"code": code})
    assert browser.session["_auth_user_id"] == str(slip.account)
