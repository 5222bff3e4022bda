"""The real-name check."""

from __future__ import annotations

from datetime import date

import pytest

from wenzhou.kernel.base.actors import CLERK
from wenzhou.kernel.base.errors import Conflict, Invalid, TooMany
from wenzhou.kernel.base.registry import registry
from wenzhou.kernel.base.standards import gb11643
from wenzhou.kernel.identity import services
from wenzhou.kernel.identity.declarations import KnownRegions
from wenzhou.kernel.identity.testing import actor_of_account, make_account, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def account():
    return make_account(CLERK, office="x")


def test_it_ties_the_account_to_the_person(account):
    person = make_person(name="阿依努尔·买买提", area="330383")  # Longgang, a county since 2019
    lower = f" {person.number[:6]} {person.number[6:].lower()} "
    services.verify_real_name(actor_of_account(account), "阿依努尔•买买提", lower)
    actor = actor_of_account(account)
    assert actor.person == person.id
    assert actor.name == person.name
    with pytest.raises(Conflict):
        services.verify_real_name(actor, person.name, person.number)


def test_a_wrong_name_and_an_unknown_number_are_told_alike(account):
    person = make_person(name="陈温州")
    stranger = gb11643.make(region="330304", born=date(1970, 1, 1), sex=gb11643.Sex.MALE, serial=7)
    texts = set()
    for name, number in (("陈瑞安", person.number), ("陈温州", stranger)):
        with pytest.raises(Invalid) as problem:
            services.verify_real_name(actor_of_account(account), name, number)
        texts.add(problem.value.detail)
    assert len(texts) == 1
    assert actor_of_account(account).person is None


def test_a_slip_is_told_at_the_number(account):
    person = make_person()
    wrong = person.number[:-1] + ("0" if person.number[-1] != "0" else "1")
    with pytest.raises(Invalid) as problem:
        services.verify_real_name(actor_of_account(account), person.name, wrong)
    assert set(problem.value.fields) == {"number"}


def test_a_person_has_one_account(account):
    person = make_person()
    make_account(person=person)
    with pytest.raises(Conflict):
        services.verify_real_name(actor_of_account(account), person.name, person.number)


def test_five_tries_a_day(account):
    actor, person = actor_of_account(account), make_person()
    for _ in range(5):
        with pytest.raises(Invalid):
            services.verify_real_name(actor, "不对", person.number)
    with pytest.raises(TooMany):
        services.verify_real_name(actor, person.name, person.number)


def test_the_divisions_of_the_city_are_asked(account, monkeypatch):
    person = make_person(area="330302")
    table = KnownRegions(code="test", known=lambda code, on: code != "330302", name=lambda code: None)
    monkeypatch.setattr(registry, "declared", lambda kind: (table,) if kind is KnownRegions else ())
    with pytest.raises(Invalid) as problem:
        services.verify_real_name(actor_of_account(account), person.name, person.number)
    assert "number" in problem.value.fields
