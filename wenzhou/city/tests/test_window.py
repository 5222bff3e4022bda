"""The counter's page over all systems: number, card, slip; what the person sees of it; what is refused."""

from __future__ import annotations

import re
from typing import Any

import pytest

from wenzhou.foundation.population.testing import register
from wenzhou.government.window.testing import counter_clerk
from wenzhou.kernel.base.actors import CLERK, HEAD
from wenzhou.kernel.exchange.testing import grant_all
from wenzhou.kernel.identity.testing import Account, actor_with, client_for, make_account
from wenzhou.kernel.registers.testing import AccessEntry

pytestmark = pytest.mark.django_db

PAGE = "/window/accounts/"


@pytest.fixture(autouse=True)
def granted() -> None:
    grant_all()


def text(response: Any) -> str:
    return str(response.content.decode())


@pytest.mark.parametrize(("language", "heading"), [("zh-hans", "账户激活凭条"), ("en", "Activation slip")])
def test_from_the_number_to_the_slip(language: str, heading: str) -> None:
    person = register(name="陈海燕")
    clerk = counter_clerk()
    client = client_for(clerk, language=language)
    assert client.get(PAGE).status_code == 200
    found = text(client.post(PAGE, {"number": f" {person.number.lower()} "}))
    assert "陈海燕" in found and str(person.id) in found
    assert person.number not in found, "she has it on the card"
    entry = AccessEntry.objects.get(subject_person=person.id)
    assert (entry.purpose, entry.reader, entry.masked) == ("window.open-account", clerk.account, False)
    unchecked = client.post(PAGE, {"person": str(person.id)})
    assert unchecked.status_code == 422 and "id_checked" in text(unchecked)
    assert not Account.objects.filter(person=person.id).exists()
    slip = client.post(PAGE, {"person": str(person.id), "checked": "on"})
    assert slip.status_code == 200
    assert heading in text(slip)
    assert "no-store" in slip.headers["Cache-Control"]
    account = Account.objects.get(person=person.id)
    assert account.username in text(slip)
    assert re.search(r"data-activation>[2-9A-Z]{4}(-[2-9A-Z]{4}){2}<", text(slip))


def test_she_sees_the_reading_under_who_used_my_data() -> None:
    person = register()
    account = make_account(person=person)
    client_for(counter_clerk()).post(PAGE, {"number": person.number})
    assert "窗口开户" in text(client_for(account).get("/my/data-use/"))


def test_whoever_has_an_account_is_refused() -> None:
    person = register()
    account = make_account(person=person)
    client = client_for(counter_clerk())
    assert "已有账户" in text(client.post(PAGE, {"number": person.number}))
    refused = client.post(PAGE, {"person": str(person.id), "checked": "on"})
    assert refused.status_code == 409
    assert account.username in text(refused)


@pytest.mark.parametrize("number", ["", "123", "330302199001011234", "33030219900307001X"])
def test_a_number_that_is_wrong_or_unknown_is_told_beside_it(number: str) -> None:
    response = client_for(counter_clerk()).post(PAGE, {"number": number})
    assert response.status_code == 422
    assert "id_number_error" in text(response)
    assert not AccessEntry.objects.exists()


def test_other_offices_and_heads_are_refused() -> None:
    person = register()
    office = next(iter(counter_clerk().offices))
    for actor in (actor_with(), actor_with(CLERK, office="some-office"), actor_with(HEAD, office=office)):
        client = client_for(actor)
        assert client.get(PAGE).status_code == 403
        assert client.post(PAGE, {"number": person.number}).status_code == 403
        assert client.post(PAGE, {"person": str(person.id), "checked": "on"}).status_code == 403
    assert not AccessEntry.objects.exists()
    assert not Account.objects.filter(person=person.id).exists()
    assert client_for(counter_clerk()).post(PAGE, {"person": "nonsense"}).status_code == 422
