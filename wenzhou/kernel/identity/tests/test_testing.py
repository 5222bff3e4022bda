"""The factories give what they promise."""

from __future__ import annotations

import pytest

from wenzhou.kernel.base.actors import AGENT, CITIZEN, CLERK, OPERATOR, Post
from wenzhou.kernel.identity.testing import (
    actor_with,
    client_for,
    make_account,
    make_office,
    make_organisation,
    make_person,
)

pytestmark = pytest.mark.django_db


def test_clerk_holds_the_post_in_the_area_of_the_office():
    make_office("lucheng-market", function="market-supervision", area="330302")
    actor = actor_with(CLERK, office="lucheng-market")
    assert Post("clerk", "lucheng-market", "330302") in actor.posts
    assert Post("citizen") in actor.posts


def test_every_actor_is_another_account():
    assert actor_with(OPERATOR).account != actor_with(OPERATOR).account


def test_agent_acts_for_the_firm():
    firm = make_organisation()
    actor = actor_with(AGENT, organisation=firm)
    assert actor.organisation == firm.id
    assert Post("agent") in actor.posts


def test_citizen_is_a_person():
    assert actor_with(CITIZEN).person is not None
    assert actor_with(CLERK, office="x").person is None


def test_client_is_signed_in_and_speaks():
    account = make_account(CLERK, office="y")
    client = client_for(account, language="en")
    assert client.session["_auth_user_id"] == str(account.id)
    assert client.cookies["wz_language"].value == "en"
    assert "_auth_user_id" not in client_for(None).session


def test_numbers_differ():
    people = {make_person().number for _ in range(1200)}
    assert len(people) == 1200
    assert len({make_organisation().code for _ in range(50)}) == 50
