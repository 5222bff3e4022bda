"""The demonstration offices and accounts."""

from __future__ import annotations

import threading
from io import StringIO

import pytest
from allauth.account.models import EmailAddress
from django.core.management import CommandError, call_command
from django.db import connection

from wenzhou.kernel.base.actors import ROLES
from wenzhou.kernel.base.management.commands import load_city
from wenzhou.kernel.identity import api, demo
from wenzhou.kernel.identity.models import Account, Delegation, Office, Person, PostHolding
from wenzhou.kernel.identity.testing import make_person


def load_identity():
    out = StringIO()
    call_command("load_city", "--persons", "100", "--only", "identity", stdout=out)
    return out.getvalue()


@pytest.mark.django_db
def test_twice_gives_the_same_city():
    load_identity()
    before = [
        model.objects.count() for model in (Account, Office, Person, PostHolding, Delegation, EmailAddress)
    ]
    load_identity()
    after = [
        model.objects.count() for model in (Account, Office, Person, PostHolding, Delegation, EmailAddress)
    ]
    assert before == after
    assert before[0] == len(demo.ACCOUNTS)
    assert not Account.objects.filter(made=False).exists()
    assert not Office.objects.filter(made=False).exists()


@pytest.mark.django_db
def test_people_come_from_the_population_when_it_is_there():
    people = [make_person(name=f"王{n}", born="19800101") for n in range(5)]
    load_identity()
    mine = set(Account.objects.exclude(person=None).values_list("person", flat=True))
    assert mine <= {person.id for person in people}
    assert len(mine) == 3


@pytest.mark.django_db
def test_every_role_of_an_office_is_there_and_routed():
    load_identity()
    held = set(PostHolding.objects.values_list("role", flat=True))
    assert held == {role.code for role in ROLES} - {"citizen", "agent", "system", "machine"}
    for function in demo.FUNCTIONS:
        assert api.competent_office(function, "330302005001").area == "330302"
        assert api.competent_office(function, "330381").area == "3303"


@pytest.mark.django_db
def test_a_load_that_was_killed_is_completed():
    load_identity()
    PostHolding.objects.filter(account__username="operator").delete()
    EmailAddress.objects.filter(user__username="citizen").delete()
    load_identity()
    assert PostHolding.objects.filter(account__username="operator").count() == 1
    assert EmailAddress.objects.filter(user__username="citizen", verified=True).count() == 1


@pytest.mark.django_db
def test_a_real_account_of_that_name_is_left_alone():
    Account.objects.create_user("operator", "o@city.example", "x", name="真人")
    load_identity()
    assert not PostHolding.objects.filter(account__username="operator").exists()


@pytest.mark.django_db
def test_the_table(settings):
    load_identity()
    out = StringIO()
    call_command("demo_accounts", stdout=out)
    assert demo.DEMO_PASSWORD in out.getvalue()
    assert out.getvalue().count("\n") >= len(demo.ACCOUNTS)
    settings.WZ_DEMO = False
    with pytest.raises(CommandError):
        call_command("demo_accounts", stdout=out)


@pytest.mark.django_db
def test_no_password_outside_demonstration(settings):
    settings.WZ_DEMO = False
    load_identity()
    assert not Account.objects.get(username="citizen").has_usable_password()


@pytest.mark.django_db(transaction=True)
def test_two_loads_take_turns():
    outputs = []

    def second():
        try:
            outputs.append(load_identity())
        finally:
            connection.close()

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [load_city.LOCK])
        thread = threading.Thread(target=second)
        thread.start()
        thread.join(1.5)
        assert thread.is_alive()
        cursor.execute("SELECT pg_advisory_unlock(%s)", [load_city.LOCK])
    thread.join(60)
    assert "waiting" in outputs[0]
    assert Account.objects.count() == len(demo.ACCOUNTS)
