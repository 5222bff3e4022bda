"""Posts and locks: who may, what is refused, and what two operators can do to each other."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from wenzhou.kernel.base.actors import CITIZEN, CLERK, OPERATOR
from wenzhou.kernel.base.errors import Conflict, Invalid, NotFound, Problem, Refused
from wenzhou.kernel.base.ids import uuid7
from wenzhou.kernel.base.models import AuditEntry, OutboxEntry
from wenzhou.kernel.identity import api, services
from wenzhou.kernel.identity.models import Account, PostHolding
from wenzhou.kernel.identity.testing import (
    actor_of_account,
    actor_with,
    client_for,
    make_account,
    make_office,
)


@pytest.mark.django_db
class TestPosts:
    def test_a_post_counts_at_once_and_ends_at_once(self):
        operator, clerk = actor_with(OPERATOR), make_account()
        make_office("lc-market", area="330302")
        holding = services.give_post(operator, clerk.id, role="clerk", office="lc-market")
        assert holding.area == "330302"
        assert actor_of_account(clerk).offices == {"lc-market"}
        assert api.holders("clerk", "lc-market") == (clerk,)
        services.end_post(operator, holding.id)
        assert actor_of_account(clerk).offices == frozenset()
        assert api.holders("clerk", "lc-market") == ()
        assert list(OutboxEntry.objects.order_by("id").values_list("name", flat=True)) == [
            "identity.post-given",
            "identity.post-ended",
        ]
        assert AuditEntry.objects.filter(actor=operator.account, action="identity.give-post").count() == 1
        again = services.give_post(operator, clerk.id, role="clerk", office="lc-market")
        assert again.id != holding.id

    def test_only_those_who_manage_accounts(self):
        clerk = make_account()
        with pytest.raises(Refused):
            services.give_post(actor_with(CITIZEN), clerk.id, role="operator")
        assert not PostHolding.objects.filter(account=clerk.id).exists()

    def test_a_county_operator_cannot_reach_beyond_the_county(self):
        county, account = actor_with(OPERATOR, area="330302"), make_account()
        with pytest.raises(Refused):
            services.give_post(county, account.id, role="auditor")
        with pytest.raises(Refused):
            services.give_post(county, account.id, role="auditor", area="330304")
        assert services.give_post(county, account.id, role="auditor", area="330302").area == "330302"

    @pytest.mark.parametrize(
        ("role", "office", "area", "field"),
        [
            ("citizen", "", "", "role"),
            ("system", "", "", "role"),
            ("mayor", "", "", "role"),
            ("clerk", "", "", "office"),
            ("clerk", "nowhere", "", "office"),
            ("clerk", "lc", "330304", "area"),
            ("clerk", "lc", "Lucheng", "area"),
        ],
    )
    def test_bad_posts(self, role, office, area, field):
        make_office("lc", area="330302")
        account = make_account()
        with pytest.raises(Invalid) as problem:
            services.give_post(actor_with(OPERATOR), account.id, role=role, office=office, area=area)
        assert field in problem.value.fields

    def test_twice_is_a_conflict(self):
        operator, account = actor_with(OPERATOR), make_account()
        holding = services.give_post(operator, account.id, role="auditor")
        with pytest.raises(Conflict):
            services.give_post(operator, account.id, role="auditor")
        services.end_post(operator, holding.id)
        with pytest.raises(Conflict):
            services.end_post(operator, holding.id)

    def test_ones_own_last_operator_post_stays(self):
        operator = actor_with(OPERATOR)
        mine = PostHolding.objects.get(account=operator.account)
        with pytest.raises(Refused):
            services.end_post(operator, mine.id)
        actor_with(OPERATOR)
        with pytest.raises(Refused):  # another operator exists, but it is still one's own last
            services.end_post(operator, mine.id)
        assert operator.account is not None
        second = services.give_post(operator, operator.account, role="operator", area="3303")
        services.end_post(operator, second.id)

    def test_unknown(self):
        operator = actor_with(OPERATOR)
        with pytest.raises(NotFound):
            services.end_post(operator, uuid7())
        with pytest.raises(NotFound):
            services.give_post(operator, uuid7(), role="auditor")


@pytest.mark.django_db
class TestLock:
    def test_locking_ends_the_session(self):
        operator, clerk = actor_with(OPERATOR), make_account(CLERK, office="x")
        client = client_for(clerk)
        assert client.session.get("_auth_user_id")
        services.lock(operator, clerk.id, reason="离岗")
        assert not Account.objects.get(id=clerk.id).is_active
        response = client.get("/account/email/")
        assert response.status_code == 302
        assert "/account/login/" in response["Location"]
        with pytest.raises(Conflict):
            services.lock(operator, clerk.id, reason="离岗")
        services.unlock(operator, clerk.id)
        with pytest.raises(Conflict):
            services.unlock(operator, clerk.id)

    def test_refusals(self):
        operator, clerk = actor_with(OPERATOR), make_account()
        assert operator.account is not None
        with pytest.raises(Refused):
            services.lock(operator, operator.account, reason="x")
        with pytest.raises(Refused):
            services.lock(actor_with(CITIZEN), clerk.id, reason="x")
        with pytest.raises(Invalid):
            services.lock(operator, clerk.id, reason="  ")


@pytest.mark.django_db(transaction=True)
def test_two_operators_cannot_take_each_others_last_post():
    first, second = actor_with(OPERATOR), actor_with(OPERATOR)
    posts = {actor.account: PostHolding.objects.get(account=actor.account).id for actor in (first, second)}
    barrier = Barrier(2)

    def attempt(actor, other):
        try:
            barrier.wait(5)
            services.end_post(actor, posts[other.account])
        except Problem:
            return False
        else:
            return True
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        done = [pool.submit(attempt, first, second), pool.submit(attempt, second, first)]
        assert sorted(one.result() for one in done) == [False, True]


@pytest.mark.django_db(transaction=True)
def test_two_operators_cannot_lock_each_other_out():
    first, second = actor_with(OPERATOR), actor_with(OPERATOR)
    barrier = Barrier(2)

    def attempt(actor, other):
        try:
            barrier.wait(5)
            services.lock(actor, other.account, reason="test")
        except Problem:
            return False
        else:
            return True
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        done = [pool.submit(attempt, first, second), pool.submit(attempt, second, first)]
        assert sorted(one.result() for one in done) == [False, True]
    assert Account.objects.filter(is_active=True).count() == 1
