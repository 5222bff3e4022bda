"""Grants and calls, on a resource of the test's own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from threading import Thread
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.utils import timezone

from wenzhou.kernel.base.actors import CITIZEN, CLERK, DATA_OFFICER, Actor
from wenzhou.kernel.base.errors import Conflict, Invalid, NotFound, Refused
from wenzhou.kernel.base.ids import uuid7
from wenzhou.kernel.base.permissions import Purpose
from wenzhou.kernel.base.registry import registry
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.exchange import services
from wenzhou.kernel.exchange.api import Field, Level, Offer, Resource, Use, call, sync_uses
from wenzhou.kernel.exchange.models import Grant, GrantState
from wenzhou.kernel.exchange.testing import grant_all
from wenzhou.kernel.identity.testing import actor_with
from wenzhou.kernel.registers.api import mask_name
from wenzhou.kernel.registers.contracts import Subject
from wenzhou.kernel.registers.testing import AccessEntry

X = Text("试", "Test")


@dataclass(frozen=True)
class Ask:
    id: UUID


@dataclass(frozen=True)
class Answer:
    id: UUID
    name: str | None
    phone: str | None
    town: str | None


RESOURCE = Resource(
    code="test-person",
    title=X,
    summary=X,
    owner="f",
    owner_title=X,
    request=Ask,
    response=Answer,
    subject=lambda _, answer: Subject(person=answer.id),
    fields=(
        Field("name", X, Level.PERSONAL, mask_name),
        Field("phone", X, Level.PERSONAL),
        Field("town", X, Level.WORK),
    ),
    legal_basis=X,
)
PURPOSE = Purpose("check", Text("核对", "Check"))


def _provide(_actor, ask):
    if ask.id.int == 0:
        raise NotFound(X)
    return Answer(ask.id, "陈明", "13800001234", "五马街道")


def _use(**changes):
    values: dict[str, Any] = {"fields": ("name", "phone", "town"), "unmasked": False} | changes
    return Use(resource=RESOURCE, consumer="tester", purposes=(PURPOSE,), legal_basis=X, **values)


@pytest.fixture
def declare(monkeypatch):
    """Set what the manifests declare to the test's own offer and uses."""

    def set_to(*uses):
        declared = (RESOURCE, Offer(resource=RESOURCE, provide=_provide), *uses)
        monkeypatch.setattr(
            registry, "declared", lambda kind: tuple(d for d in declared if isinstance(d, kind))
        )

    set_to(_use())
    return set_to


def _call(actor: Actor, subject: UUID | None = None):
    return call(RESOURCE, Ask(subject or uuid7()), actor=actor, purpose=PURPOSE, consumer="tester")


def _officer() -> Actor:
    return actor_with(DATA_OFFICER)


@pytest.mark.django_db
def test_without_a_grant_nothing_is_given_and_nothing_written(declare):
    actor = actor_with(CLERK)
    for _ in ("nothing asked", "asked, not granted"):
        with pytest.raises(Refused, match="no grant"):
            _call(actor)
        sync_uses(_officer())
    assert Grant.objects.get().state == GrantState.APPLIED
    assert not AccessEntry.objects.exists()


@pytest.mark.django_db
def test_what_is_granted_comes_masked_and_is_journalled(declare):
    declare(_use(fields=("name", "town")))
    grant_all()
    answer = _call(actor_with(CLERK, name="王明"))
    assert (answer.name, answer.phone, answer.town) == ("陈*", None, "五马街道")
    line = AccessEntry.objects.get()
    assert (line.subject_person, line.reader_name, line.consumer) == (answer.id, "王明", "tester")
    assert (line.fields, line.masked, line.purpose) == (["name", "town"], True, "check")


@pytest.mark.django_db
def test_a_personal_field_that_has_no_mask_is_withheld(declare):
    grant_all()
    assert _call(actor_with(CLERK)).phone is None
    declare(_use(unmasked=True))
    grant_all()
    assert _call(actor_with(CLERK)).phone == "13800001234"
    assert [line.masked for line in AccessEntry.objects.order_by("id")] == [True, False]


@pytest.mark.django_db
def test_a_citizen_sees_her_own_record_whole_and_anothers_masked(declare):
    grant_all()
    actor = actor_with(CITIZEN)
    assert _call(actor, actor.person).name == "陈明"
    assert _call(actor).name == "陈*"
    assert AccessEntry.objects.count() == 2


@pytest.mark.django_db
def test_a_call_needs_few_statements_and_fails_without_a_line(declare, django_assert_num_queries):
    grant_all()
    actor = actor_with(CLERK)
    with django_assert_num_queries(4):  # savepoint, grant, line, release
        _call(actor)
    with pytest.raises(NotFound):
        _call(actor, UUID(int=0))
    assert AccessEntry.objects.count() == 1


@pytest.mark.django_db
def test_a_grant_for_one_purpose_is_none_for_another(declare):
    grant_all()
    other = Purpose("advertise", X)
    with pytest.raises(Refused):
        call(RESOURCE, Ask(uuid7()), actor=actor_with(CLERK), purpose=other, consumer="tester")
    with pytest.raises(Refused):
        call(RESOURCE, Ask(uuid7()), actor=actor_with(CLERK), purpose=PURPOSE, consumer="other")


@pytest.mark.django_db
def test_a_revoked_and_an_expired_grant_end_at_once(declare):
    grant_all()
    officer = _officer()
    row = Grant.objects.get()
    Grant.objects.update(since=timezone.localdate() - timedelta(days=9), until=timezone.localdate())
    with pytest.raises(Refused):
        _call(actor_with(CLERK))
    Grant.objects.update(until=None)
    _call(actor_with(CLERK))
    services.revoke(officer, row.id, "no longer needed")
    with pytest.raises(Refused):
        _call(actor_with(CLERK))
    assert sync_uses(officer) == 0


@pytest.mark.django_db
def test_collecting_again_asks_nothing_new_and_a_wider_ask_is_a_new_application(declare):
    declare(_use(fields=("town",)))
    grant_all()
    officer = _officer()
    assert sync_uses(officer) == 0
    declare(_use())
    assert sync_uses(officer) == 1
    assert _call(actor_with(CLERK)).name is None, "the older grant holds until the new one is granted"
    services.grant(officer, Grant.objects.get(state=GrantState.APPLIED).id)
    assert _call(actor_with(CLERK)).name == "陈*"
    assert sorted(Grant.objects.values_list("state", flat=True)) == ["granted", "revoked"]


@pytest.mark.django_db
def test_decisions_that_cannot_be(declare):
    officer = _officer()
    sync_uses(officer)
    row = Grant.objects.get()
    with pytest.raises(Refused):
        services.grant(actor_with(CLERK), row.id)
    with pytest.raises(Invalid):
        services.refuse(officer, row.id, " ")
    with pytest.raises(Invalid):
        services.grant(officer, row.id, until=timezone.localdate())
    with pytest.raises(Conflict):
        services.revoke(officer, row.id, "x")
    with pytest.raises(NotFound):
        services.grant(officer, uuid7())
    services.refuse(officer, row.id, "no legal basis")
    with pytest.raises(Conflict):
        services.grant(officer, row.id)


def test_a_use_of_a_field_that_is_not_there_is_refused_at_start():
    with pytest.raises(ValueError, match="colour"):
        _use(fields=("colour",))


@pytest.mark.django_db(transaction=True)
def test_two_officers_at_once_one_grants_and_one_is_told(declare):
    officers = [_officer(), _officer()]
    sync_uses(officers[0])
    row = Grant.objects.get()
    outcomes = []

    def work(officer):
        try:
            services.grant(officer, row.id)
            outcomes.append("granted")
        except Conflict:
            outcomes.append("told")
        finally:
            connection.close()

    threads = [Thread(target=work, args=(officer,)) for officer in officers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["granted", "told"]
