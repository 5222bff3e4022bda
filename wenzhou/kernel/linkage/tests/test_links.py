"""Links over time: an un-merge restores exactly, history is answered the same for ever."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from wenzhou.kernel.base.actors import AUDITOR, DATA_OFFICER, Actor
from wenzhou.kernel.base.errors import Conflict, Invalid, NotFound, Refused
from wenzhou.kernel.base.ids import uuid7
from wenzhou.kernel.base.models import OutboxEntry
from wenzhou.kernel.base.testing import at_once
from wenzhou.kernel.identity.testing import actor_with
from wenzhou.kernel.linkage.contracts import RecordKey
from wenzhou.kernel.linkage.models import Act, ActKind, RecordLink, Separation
from wenzhou.kernel.linkage.selectors import entity_of, history, links_of, records_of
from wenzhou.kernel.linkage.services.links import join, link_of, take_out, unmerge
from wenzhou.kernel.linkage.services.lock import lock_links

RECORDS = [RecordKey(f"list.{code}", UUID(int=number)) for number in range(1, 6) for code in ("a", "b")]
CLERK = Actor.system("linkage.test")


def officer() -> Actor:
    return actor_with(DATA_OFFICER, office="data")


def joined(left: int, right: int) -> Act:
    with transaction.atomic():
        lock_links()
        return join(CLERK, RECORDS[left], RECORDS[right], reason="")


def state() -> dict[RecordKey, UUID]:
    rows = RecordLink.objects.filter(superseded_at=None).values_list("source", "key", "entity")
    return {RecordKey(source, key): entity for source, key, entity in rows}


def entity(number: int) -> UUID:
    found = entity_of(RECORDS[number])
    assert found is not None
    return found


def clock() -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        now: datetime = cursor.fetchone()[0]
    return now


@pytest.mark.django_db
def test_two_records_that_stood_alone() -> None:
    act = joined(0, 1)
    assert act.kind == ActKind.CREATED
    assert records_of(entity(0)) == RECORDS[:2]
    assert {link.record for link in links_of(act.id)} == set(RECORDS[:2])
    told = OutboxEntry.objects.get(name="linkage.created")
    assert told.payload == {"act": str(act.id), "entity": str(entity(0))}


@pytest.mark.django_db
def test_a_record_is_added() -> None:
    joined(0, 1)
    before = entity(0)
    assert joined(2, 1).kind == ActKind.EXTENDED
    assert set(records_of(before)) == set(RECORDS[:3])


@pytest.mark.django_db
def test_merge_and_unmerge_restore_exactly() -> None:
    joined(0, 1)
    joined(2, 3)
    joined(4, 2)
    before = state()
    merge = joined(1, 3)
    assert merge.kind == ActKind.MERGED
    assert entity(0) == before[RECORDS[2]], "the larger entity is kept"
    merged = state()
    undo = unmerge(officer(), entity(0), reason="两个人")
    assert state() == before
    assert undo.reverses == merge
    assert RecordLink.objects.count() == 9, "nothing was removed"
    told = OutboxEntry.objects.filter(name="linkage.unmerged").get()
    assert told.payload == {
        "act": str(undo.id),
        "entity": str(merged[RECORDS[0]]),
        "undone": str(merge.id),
    }
    unmerge(officer(), before[RECORDS[0]], reason="还是一个人")
    assert state() == merged
    assert not Separation.objects.filter(superseded_at=None).exists()


@pytest.mark.django_db
def test_what_was_parted_is_not_joined_by_the_way() -> None:
    joined(0, 1)
    joined(2, 3)
    joined(0, 2)
    unmerge(officer(), entity(0), reason="两个人")
    joined(4, 0)
    with pytest.raises(Conflict):
        joined(4, 2)
    with pytest.raises(Conflict):
        joined(0, 2)


@pytest.mark.django_db
def test_a_single_parting_can_be_revised() -> None:
    joined(0, 1)
    unmerge(officer(), entity(0), reason="两个人")
    assert state() == {}
    joined(0, 1)
    assert records_of(entity(0)) == RECORDS[:2]


@pytest.mark.django_db
def test_one_record_is_taken_out() -> None:
    joined(0, 1)
    joined(1, 2)
    act = take_out(officer(), RECORDS[1], reason="同名同姓")
    assert link_of(RECORDS[1]) is None
    assert records_of(entity(0)) == [RECORDS[0], RECORDS[2]]
    assert Separation.objects.filter(act=act).count() == 2


@pytest.mark.django_db
def test_later_acts_are_undone_first() -> None:
    joined(0, 1)
    joined(2, 3)
    merge = joined(0, 2)
    take_out(officer(), next(links_of(merge.id)).record, reason="x")
    with pytest.raises(Conflict):
        unmerge(officer(), entity(0), reason="x")


@pytest.mark.django_db
def test_the_same_twice() -> None:
    joined(0, 1)
    with pytest.raises(Conflict):
        joined(1, 0)


@pytest.mark.django_db
def test_refused_unknown_unreasoned() -> None:
    joined(0, 1)
    with pytest.raises(Refused):
        unmerge(actor_with(AUDITOR), entity(0), reason="x")
    with pytest.raises(NotFound):
        unmerge(officer(), uuid7(), reason="x")
    with pytest.raises(Invalid):
        unmerge(officer(), entity(0), reason="  ")
    with pytest.raises(NotFound):
        take_out(officer(), RECORDS[9], reason="x")


@pytest.mark.django_db
def test_history_of_an_entity() -> None:
    joined(0, 1)
    joined(2, 3)
    joined(0, 2)
    kept = entity(0)
    unmerge(officer(), kept, reason="两个人")
    steps = history(actor_with(AUDITOR), kept)
    assert [(step.act.kind, step.opened, step.closed) for step in steps] == [
        (ActKind.UNMERGED, 0, 2),
        (ActKind.MERGED, 2, 0),
        (ActKind.CREATED, 2, 0),
    ]


@pytest.mark.django_db(transaction=True)
def test_two_undo_at_once_and_one_does() -> None:
    joined(0, 1)
    joined(2, 3)
    joined(0, 2)
    kept, before = entity(0), officer()
    outcomes = at_once(*(lambda: unmerge(before, kept, reason="x") for _ in range(2)))
    # The second undoes what is then the last change: the creation of what was kept.
    assert all(isinstance(outcome, Act) for outcome in outcomes)
    assert {outcome.reverses.kind for outcome in outcomes} == {ActKind.MERGED, ActKind.CREATED}


acts = st.lists(
    st.one_of(
        st.tuples(st.just("join"), st.integers(0, 9), st.integers(0, 9)),
        st.tuples(st.just("unmerge"), st.integers(0, 9)),
        st.tuples(st.just("take out"), st.integers(0, 9)),
    ),
    max_size=14,
)


class Algebra(TestCase):
    """Any sequence of acts, against mappings kept in memory."""

    @settings(max_examples=40, deadline=None)
    @given(acts)
    def test_nothing_is_lost(self, sequence: list[tuple[Any, ...]]) -> None:
        who = officer()
        known: list[tuple[datetime, dict[RecordKey, UUID]]] = []
        for act in sequence:
            before = state()
            try:
                with transaction.atomic():
                    self._do(who, act)
            except (Conflict, NotFound):
                assert state() == before
                continue
            known.append((clock(), state()))
            if act[0] == "join":
                self._undo_and_redo(who, before, act[1])
        for at, expected in known:
            assert {r: e for r in RECORDS if (e := entity_of(r, known_at=at)) is not None} == expected

    def _do(self, who: Actor, act: tuple[Any, ...]) -> None:
        if act[0] == "join":
            if act[1] == act[2]:
                raise NotFound(Conflict.title)
            joined(act[1], act[2])
            return
        link = link_of(RECORDS[act[1]])
        if link is None:
            raise NotFound(Conflict.title)
        if act[0] == "unmerge":
            unmerge(who, link.entity, reason="x")
        else:
            take_out(who, RECORDS[act[1]], reason="x")

    def _undo_and_redo(self, who: Actor, before: dict[RecordKey, UUID], number: int) -> None:
        after, link = state(), link_of(RECORDS[number])
        assert link is not None
        with transaction.atomic():
            unmerge(who, link.entity, reason="x")
            assert state() == before
            transaction.set_rollback(True)
        assert state() == after
