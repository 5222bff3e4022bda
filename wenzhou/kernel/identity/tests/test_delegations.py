"""Acting for a firm."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from wenzhou.kernel.base.actors import AGENT, CITIZEN, CLERK
from wenzhou.kernel.base.errors import Conflict, Invalid, NotFound, Refused
from wenzhou.kernel.base.pages import actor_of
from wenzhou.kernel.base.registry import registry
from wenzhou.kernel.identity import selectors, services
from wenzhou.kernel.identity.declarations import Representatives
from wenzhou.kernel.identity.models import Account, Delegation
from wenzhou.kernel.identity.testing import (
    actor_of_account,
    actor_with,
    client_for,
    delegate,
    make_account,
    make_organisation,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def firm():
    return make_organisation()


@pytest.fixture
def agent(firm):
    """An existing agent of the firm."""
    return actor_with(AGENT, organisation=firm)


@pytest.fixture
def boss(monkeypatch, firm):
    """The firm's legal representative, as a register above identity would tell."""
    actor = actor_with(CITIZEN)
    source = Representatives(code="test", represented_by=lambda person: [firm.id] * (person == actor.person))
    monkeypatch.setattr(registry, "declared", lambda kind: (source,) if kind is Representatives else ())
    return actor


def test_offer_accept_switch_revoke(firm, boss):
    newcomer = make_account()
    offer = services.offer_delegation(boss, firm.id, username=newcomer.username, name=newcomer.name)
    row = Account.objects.get(id=newcomer.id)
    assert not selectors.may_act_for(row, firm.id)
    with pytest.raises(Refused):
        services.switch_principal(actor_of_account(newcomer), firm.id)
    services.accept_delegation(actor_of_account(newcomer), offer.id)
    assert services.switch_principal(actor_of_account(newcomer), firm.id) == firm.id
    acting = actor_of_account(newcomer, organisation=firm)
    assert acting.organisation == firm.id
    services.revoke_delegation(boss, offer.id)
    assert actor_of_account(newcomer, organisation=firm).organisation is None
    with pytest.raises(Conflict):
        services.revoke_delegation(boss, offer.id)


def acting_for(client):
    return actor_of(client.get("/").wsgi_request).actor.organisation


def test_revocation_reaches_a_session_that_acts_already(firm, agent):
    client = client_for(agent)
    assert acting_for(client) == firm.id
    services.revoke_delegation(agent, Delegation.objects.get(agent=agent.account).id)
    assert acting_for(client) is None


def test_the_representative_acts_without_a_delegation(firm, boss):
    assert [one.id for one in selectors.principals_of(boss)] == [firm.id]
    assert services.switch_principal(boss, firm.id) == firm.id
    assert services.switch_principal(boss, None) is None


def test_an_agent_may_offer_and_a_stranger_not(firm, agent):
    other = make_account()
    services.offer_delegation(agent, firm.id, username=other.username.upper(), name=f" {other.name} ")
    with pytest.raises(Refused):
        services.offer_delegation(actor_with(CITIZEN), firm.id, username=other.username, name=other.name)
    with pytest.raises(Conflict):
        services.offer_delegation(agent, firm.id, username=other.username, name=other.name)


def test_name_and_sign_in_name_must_fit(firm, agent):
    other = make_account()
    for username, name in ((other.username, "别人"), ("nobody", other.name)):
        with pytest.raises(Invalid) as problem:
            services.offer_delegation(agent, firm.id, username=username, name=name)
        assert "username" in problem.value.fields


def test_the_end_lies_ahead(firm, agent):
    other = make_account()
    with pytest.raises(Invalid):
        services.offer_delegation(
            agent, firm.id, username=other.username, name=other.name, until=timezone.localdate()
        )


def test_it_ends_on_its_day(firm, agent):
    row = Delegation.objects.get(agent=agent.account)
    row.until = timezone.localdate() + timedelta(days=1)
    row.save()
    account = Account.objects.get(id=agent.account)
    assert selectors.may_act_for(account, firm.id)
    row.until = timezone.localdate()
    row.save()
    assert not selectors.may_act_for(account, firm.id)


def test_only_the_offered_accepts_and_only_with_a_real_name(firm, agent):
    unnamed = make_account(CLERK, office="x")
    offer = services.offer_delegation(agent, firm.id, username=unnamed.username, name=unnamed.name)
    with pytest.raises(NotFound):
        services.accept_delegation(actor_with(CITIZEN), offer.id)
    with pytest.raises(Refused) as problem:
        services.accept_delegation(actor_of_account(unnamed), offer.id)
    assert problem.value.code == "real-name-first"


def test_a_stranger_cannot_revoke(firm, agent):
    with pytest.raises(NotFound):
        services.revoke_delegation(actor_with(CITIZEN), Delegation.objects.get(agent=agent.account).id)


def test_the_agent_may_resign_and_accepting_twice_is_a_conflict(firm, agent):
    other = make_account()
    offer = services.offer_delegation(agent, firm.id, username=other.username, name=other.name)
    services.accept_delegation(actor_of_account(other), offer.id)
    with pytest.raises(Conflict):
        services.accept_delegation(actor_of_account(other), offer.id)
    services.revoke_delegation(actor_of_account(other), offer.id)
    delegate(other, firm)  # and may be asked again
