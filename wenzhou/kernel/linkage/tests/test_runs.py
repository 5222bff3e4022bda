"""Runs: from lists to links; once, resumable, incremental, one at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from itertools import combinations
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction

from wenzhou.kernel.base.actors import AUDITOR, CLERK, DATA_OFFICER
from wenzhou.kernel.base.errors import Conflict, Invalid, Refused
from wenzhou.kernel.base.models import OutboxEntry
from wenzhou.kernel.base.testing import at_once, run_due
from wenzhou.kernel.identity.testing import actor_with
from wenzhou.kernel.linkage.contracts import RecordKey
from wenzhou.kernel.linkage.model.engine import DuckDBEngine
from wenzhou.kernel.linkage.models import Act, ListedPerson, Pair, RecordLink, Review, Run, RunKind, RunState
from wenzhou.kernel.linkage.services import lists, reading, runs
from wenzhou.kernel.linkage.tests.conftest import CODES, SYSTEM, Town

pytestmark = pytest.mark.django_db


def link(kind: RunKind = RunKind.FULL, codes: tuple[str, ...] = CODES) -> Run:
    run = runs.ask(SYSTEM, codes, kind)
    run_due()
    run.refresh_from_db()
    assert run.state == RunState.DONE, run.error
    return run


def entities() -> dict[UUID, set[RecordKey]]:
    found: dict[UUID, set[RecordKey]] = defaultdict(set)
    for source, key, entity in RecordLink.objects.filter(superseded_at=None).values_list(
        "source", "key", "entity"
    ):
        found[entity].add(RecordKey(source, key))
    return found


def f1(town: Town) -> float:
    truth = town.truth()
    people: dict[int, list[RecordKey]] = defaultdict(list)
    for record, person in truth.items():
        people[person].append(record)
    true = {frozenset(pair) for records in people.values() for pair in combinations(records, 2)}
    linked = {frozenset(pair) for records in entities().values() for pair in combinations(records, 2)}
    return 2 * len(true & linked) / (len(true) + len(linked))


def test_a_run_links_the_lists(town: Callable[..., Town]) -> None:
    made = town()
    run = link()
    assert f1(made) >= 0.98
    assert run.counts["records"] == len(made.rows)
    assert run.counts["links"] == RecordLink.objects.count()
    assert run.counts["created"] == len(entities())
    assert run.counts["pairs"] == Pair.objects.filter(run=run.id).count()
    assert run.done == run.total
    assert run.learnt is not None
    assert run.learnt["probability_two_random_records_match"] > 0


def test_it_tells_that_it_took_effect_with_keys_alone(town: Callable[..., Town]) -> None:
    town()
    run = link()
    told = OutboxEntry.objects.get(name="linkage.run-applied")
    assert told.payload == {
        "run": str(run.id),
        "act": str(Act.objects.get(run=run).id),
        "created": run.counts["created"],
        "extended": 0,
    }


def test_doubtful_pairs_wait_for_clerks(town: Callable[..., Town]) -> None:
    town(twins=0.3)
    run = link()
    reviews = Review.objects.all()
    assert run.counts["reviews"] == len(reviews) > 0
    for review in reviews:
        assert review.office_id == "data"
        assert review.left_key < review.right_key
        assert 0 < review.probability <= 1
        ends = {review.left_key, review.right_key}
        assert not any(ends <= {record.key for record in records} for records in entities().values())


def test_a_whole_run_again_changes_nothing(town: Callable[..., Town]) -> None:
    town()
    link()
    before, reviews = entities(), set(Review.objects.values_list("id", flat=True))
    run = link()
    assert entities() == before
    assert run.counts["links"] == run.counts["created"] == run.counts["extended"] == 0
    assert set(Review.objects.values_list("id", flat=True)) == reviews


def test_an_increment_links_what_is_new_and_looks_at_nothing_else(
    town: Callable[..., Town], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = town(held_back=30)
    link()
    before = entities()
    relief = [n for n, row in enumerate(made.rows) if row.source == "relief"]
    lists.take_in(SYSTEM, "relief", [made.line(n) for n in relief])
    monkeypatch.setattr(DuckDBEngine, "train", lambda self: pytest.fail("an increment does not learn anew"))
    monkeypatch.setattr(DuckDBEngine, "score", lambda *_: pytest.fail("an increment does not score all"))
    run = link(RunKind.INCREMENT)
    assert run.counts["records"] == 30
    assert f1(made) >= 0.98
    for entity, records in before.items():
        assert records <= entities()[entity], "what stood stands"
    again = link(RunKind.INCREMENT)
    assert again.counts["records"] == again.counts["links"] == 0


def test_an_increment_gives_what_a_whole_run_gives(town: Callable[..., Town]) -> None:
    made = town(held_back=40)
    link()
    lists.take_in(
        SYSTEM, "relief", [made.line(n) for n, row in enumerate(made.rows) if row.source == "relief"]
    )
    link(RunKind.INCREMENT)
    stepwise = {frozenset(records) for records in entities().values()}
    run = link()
    assert run.counts["links"] <= 2, "the whole run knows a little more of how frequent names are"
    assert len(stepwise ^ {frozenset(records) for records in entities().values()}) <= 4


def test_an_increment_without_its_store_reads_all_and_scores_what_is_new(
    town: Callable[..., Town], tmp_path: Path
) -> None:
    made = town(held_back=20)
    first = link()
    for file in (tmp_path / "linkage").glob("*.duckdb*"):
        file.unlink()
    # In one transaction all instants are one: say that what was there had been recorded before.
    with connection.cursor() as cursor:
        cursor.execute("UPDATE linkage_listedperson SET recorded_at = now() - interval '1 day'")
    lists.take_in(
        SYSTEM, "relief", [made.line(n) for n, row in enumerate(made.rows) if row.source == "relief"]
    )
    run = link(RunKind.INCREMENT)
    assert run.counts["records"] == 20
    assert run.counts["pairs"] < first.counts["pairs"] / 4
    assert f1(made) >= 0.98


def test_the_first_increment_is_a_whole_run(town: Callable[..., Town]) -> None:
    town(people=200)
    assert link(RunKind.INCREMENT).kind == RunKind.FULL


def test_what_changed_is_compared_anew_and_what_left_no_more(town: Callable[..., Town]) -> None:
    made = town()
    link()
    truth = made.truth()
    alone = next(
        person
        for person in ListedPerson.objects.filter(list="relief")
        if not RecordLink.objects.filter(key=person.id).exists()
        or truth[RecordKey("list.relief", person.id)] >= 0
    )
    lists.take_in(SYSTEM, "relief", [{"reference": alone.reference, "name": "查无此人"}])
    gone = ListedPerson.objects.filter(list="insurance")[:3]
    lists.take_off(SYSTEM, "insurance", [line.reference for line in gone])
    run = link(RunKind.INCREMENT)
    assert run.counts["records"] == 1
    assert run.counts["pairs"] == 0


@pytest.mark.parametrize("broken", ["train", "score"])
def test_a_run_goes_on_where_it_was_stopped(
    town: Callable[..., Town], monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    made = town(people=400)
    run = runs.ask(SYSTEM, CODES, RunKind.FULL)
    kept = getattr(DuckDBEngine, broken)

    def stop(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(DuckDBEngine, broken, stop)
    with pytest.raises(KeyboardInterrupt):
        runs.carry_out(str(run.id))
    monkeypatch.setattr(DuckDBEngine, broken, kept)
    monkeypatch.setattr(reading, "read_all", lambda *_: pytest.fail("it has been read already"))
    runs.carry_out(str(run.id))
    run.refresh_from_db()
    assert run.state == RunState.DONE
    assert f1(made) >= 0.98
    runs.carry_out(str(run.id))
    assert RecordLink.objects.count() == run.counts["links"], "carried out once"


def test_the_third_error_ends_a_run(town: Callable[..., Town], monkeypatch: pytest.MonkeyPatch) -> None:
    town(people=200)
    run = runs.ask(SYSTEM, CODES, RunKind.FULL)

    def fail(self: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(DuckDBEngine, "train", fail)
    for _ in range(2):
        with pytest.raises(OSError, match="no space"):
            runs.carry_out(str(run.id))
    runs.carry_out(str(run.id))
    run.refresh_from_db()
    assert run.state == RunState.FAILED
    assert "no space left" in run.error
    assert not RecordLink.objects.exists()
    runs.ask(SYSTEM, CODES, RunKind.FULL)


def test_one_run_of_the_same_sources_at_a_time(town: Callable[..., Town]) -> None:
    town(people=100)
    runs.ask(SYSTEM, CODES, RunKind.FULL)
    with pytest.raises(Conflict):
        runs.ask(SYSTEM, CODES[::-1], RunKind.FULL)
    runs.ask(SYSTEM, CODES[:2], RunKind.FULL)


@pytest.mark.django_db(transaction=True)
def test_two_ask_at_once_and_one_is_served(town: Callable[..., Town]) -> None:
    town(people=50)
    outcomes = at_once(*(lambda: runs.ask(SYSTEM, CODES, RunKind.FULL) for _ in range(2)))
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Conflict", "Run"]


def test_only_data_officers_ask(town: Callable[..., Town]) -> None:
    town(people=50)
    for role in (CLERK, AUDITOR):
        with pytest.raises(Refused):
            runs.ask(actor_with(role, office="data"), CODES, RunKind.FULL)
    assert runs.ask(actor_with(DATA_OFFICER, office="data"), CODES, RunKind.FULL).asked_by_id


@pytest.mark.parametrize(
    "codes", [(), ("list.register",), ("list.register", "list.register"), ("list.register", "x")]
)
def test_sources_that_cannot_be_linked(town: Callable[..., Town], codes: tuple[str, ...]) -> None:
    town(people=50)
    with pytest.raises(Invalid) as caught:
        runs.ask(SYSTEM, codes, RunKind.FULL)
    assert "sources" in caught.value.fields


def test_every_night_what_was_linked_is_linked_on(town: Callable[..., Town]) -> None:
    town(people=200)
    link()
    runs.nightly()
    runs.nightly()
    assert Run.objects.filter(state=RunState.WAITING, kind=RunKind.INCREMENT).count() == 1


def test_tidying_leaves_the_pairs_of_the_newest_whole_run(town: Callable[..., Town]) -> None:
    town(people=200)
    link()
    newest = link()
    runs.tidy()
    runs.tidy()
    assert set(Pair.objects.values_list("run", flat=True)) == {newest.id}


def test_the_database_keeps_links_as_they_were_written(town: Callable[..., Town]) -> None:
    town(people=200)
    link()
    row = RecordLink.objects.all()[:1].get()
    for change in (
        "DELETE FROM linkage_recordlink WHERE id = %s",
        "UPDATE linkage_recordlink SET entity = gen_random_uuid() WHERE id = %s",
    ):
        with (
            pytest.raises(DatabaseError, match="never deleted"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(change, [row.id])
