"""Clerical review: who may, who was first, what a decision does, four eyes."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from wenzhou.kernel.base.actors import AUDITOR, DATA_OFFICER, Actor
from wenzhou.kernel.base.errors import Conflict, Invalid, NotFound, Refused
from wenzhou.kernel.base.ids import uuid7
from wenzhou.kernel.base.models import AuditEntry
from wenzhou.kernel.base.testing import at_once
from wenzhou.kernel.identity.testing import actor_with, make_office
from wenzhou.kernel.linkage.contracts import RecordKey
from wenzhou.kernel.linkage.models import Review, ReviewState, Separation
from wenzhou.kernel.linkage.selectors import entity_of, records_of
from wenzhou.kernel.linkage.services.links import join, take_out
from wenzhou.kernel.linkage.services.review import claim, confirm, decide, release

pytestmark = pytest.mark.django_db

LEFT, RIGHT = RecordKey("list.a", UUID(int=1)), RecordKey("list.b", UUID(int=2))
SYSTEM = Actor.system("linkage.test")


def officer(area: str = "3303") -> Actor:
    return actor_with(DATA_OFFICER, office="data", area=area)


def doubt(**given: Any) -> Review:
    make_office("data", function="data", area="3303")
    values = {
        "left_source": LEFT.source,
        "left_key": LEFT.key,
        "right_source": RIGHT.source,
        "right_key": RIGHT.key,
        "reason": "grey",
        "probability": 0.7,
        "levels": [5, 0, 3, 1, 2, 4],
        "office_id": "data",
        "area": "330302001",
        "due": date(2026, 1, 20),
        "weighty": False,
    }
    return Review.objects.create(**(values | given))


def test_same_links_at_once() -> None:
    row, who = doubt(), officer()
    claim(who, row.id)
    row = decide(who, row.id, "same", "同一人，号码抄错")
    assert row.state == ReviewState.SAME
    assert row.decided_by_id == who.account
    assert entity_of(LEFT) == entity_of(RIGHT) is not None
    assert row.act is not None
    assert row.act.reason == "同一人，号码抄错"
    assert AuditEntry.objects.filter(action="linkage.decide", actor=who.account).exists()


def test_different_parts_them_for_good() -> None:
    row, who = doubt(), officer()
    claim(who, row.id)
    assert decide(who, row.id, "different").state == ReviewState.DIFFERENT
    assert Separation.objects.get(superseded_at=None).review == row
    assert entity_of(LEFT) is None


def test_unsure_goes_back_with_its_note() -> None:
    row, who = doubt(), officer()
    claim(who, row.id)
    with pytest.raises(Invalid) as caught:
        decide(who, row.id, "unsure")
    assert "note" in caught.value.fields
    row = decide(who, row.id, "unsure", "要看户口簿")
    assert row.state == ReviewState.UNSURE
    assert row.claimed_by is None
    other = officer()
    assert claim(other, row.id).claimed_by_id == other.account


def test_a_weighty_merge_takes_two_people() -> None:
    row, first, second = doubt(weighty=True), officer(), officer()
    claim(first, row.id)
    assert decide(first, row.id, "same").state == ReviewState.SECOND
    assert entity_of(LEFT) is None, "nothing is linked yet"
    with pytest.raises(Refused):
        confirm(first, row.id, agree=True)
    row = confirm(second, row.id, agree=True)
    assert row.state == ReviewState.SAME
    assert (row.decided_by_id, row.second_by_id) == (first.account, second.account)
    assert entity_of(LEFT) == entity_of(RIGHT) is not None


def test_the_second_disagrees() -> None:
    row, first, second = doubt(weighty=True), officer(), officer()
    claim(first, row.id)
    decide(first, row.id, "same")
    row = confirm(second, row.id, agree=False, note="照片不像")
    assert (row.state, row.decided_by, row.note) == (ReviewState.OPEN, None, "照片不像")
    assert entity_of(LEFT) is None


def test_merging_two_entities_is_weighty_even_when_the_pair_was_not() -> None:
    row, who = doubt(), officer()
    join(SYSTEM, LEFT, RecordKey("list.c", uuid7()), reason="")
    join(SYSTEM, RIGHT, RecordKey("list.d", uuid7()), reason="")
    claim(who, row.id)
    assert decide(who, row.id, "same").state == ReviewState.SECOND
    confirm(officer(), row.id, agree=True)
    merged = entity_of(LEFT)
    assert merged is not None
    assert len(records_of(merged)) == 4


def test_linked_records_are_not_called_different_in_passing() -> None:
    row, who = doubt(), officer()
    join(SYSTEM, LEFT, RIGHT, reason="")
    claim(who, row.id)
    with pytest.raises(Conflict):
        decide(who, row.id, "different")
    take_out(who, LEFT, reason="错链")
    assert decide(who, row.id, "different").state == ReviewState.DIFFERENT


def test_only_in_ones_office_and_area() -> None:
    row = doubt()
    make_office("elsewhere", area="3303")
    for actor in (
        actor_with(AUDITOR),
        actor_with(DATA_OFFICER, office="elsewhere"),
        officer(area="330304"),
    ):
        for act in (
            claim,
            release,
            lambda a, r: decide(a, r, "same"),
            lambda a, r: confirm(a, r, agree=True),
        ):
            with pytest.raises(Refused):
                act(actor, row.id)
    with pytest.raises(NotFound):
        claim(officer(), uuid7())


def test_only_who_has_it_decides_or_gives_it_back() -> None:
    row, who, other = doubt(), officer(), officer()
    with pytest.raises(Conflict):
        decide(who, row.id, "same")
    claim(who, row.id)
    claim(who, row.id)
    for act in (claim, release, lambda a, r: decide(a, r, "same")):
        with pytest.raises(Conflict):
            act(other, row.id)
    assert release(who, row.id).state == ReviewState.OPEN
    claim(other, row.id)
    decide(other, row.id, "same")
    with pytest.raises(Conflict):
        claim(who, row.id)
    with pytest.raises(Conflict):
        confirm(who, row.id, agree=True)


@pytest.mark.parametrize(
    ("decision", "note", "field"), [("maybe", "", "decision"), ("same", "字" * 501, "note")]
)
def test_bad_input(decision: str, note: str, field: str) -> None:
    row, who = doubt(), officer()
    claim(who, row.id)
    with pytest.raises(Invalid) as caught:
        decide(who, row.id, decision, note)
    assert field in caught.value.fields


@pytest.mark.django_db(transaction=True)
def test_two_claim_at_once_and_one_has_it() -> None:
    row = doubt()
    one, other = officer(), officer()
    outcomes = at_once(lambda: claim(one, row.id), lambda: claim(other, row.id))
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Conflict", "Review"]
