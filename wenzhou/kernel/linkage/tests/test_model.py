"""The model on made lists of a small town: good enough by the truth, the same each time, fair to twins."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest

from wenzhou.kernel.linkage.model.clusters import Edge, Grouping
from wenzhou.kernel.linkage.model.engine import engine
from wenzhou.kernel.linkage.model.evaluation import Quality, Truth, judge
from wenzhou.kernel.linkage.model.features import prepare
from wenzhou.kernel.linkage.model.marks import marks_of
from wenzhou.kernel.linkage.model.persons import PERSONS, Model
from wenzhou.kernel.linkage.model.store import Store
from wenzhou.kernel.linkage.testing import REGISTER, Listed, Lists, made_people

SMALL = replace(PERSONS, sample_pairs=200_000, teaching_pairs=50_000)


@pytest.fixture(scope="module")
def listed() -> list[Listed]:
    people = list(made_people(4_000))
    return list(Lists(people, seed=7).write(people))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.at(tmp_path / "linkage" / "store.duckdb", threads=1, memory="1GB") as found:
        yield found


def take_in(store: Store, rows: list[Listed], *, first: int = 1) -> None:
    columns = dict(zip(Listed._fields, zip(*rows, strict=True), strict=True))
    incoming = pa.table({name: columns[name] for name in Listed._fields if name not in ("errors", "person")})  # noqa: F841
    store.connection.execute(
        "CREATE OR REPLACE TEMP TABLE incoming AS"
        f" SELECT row_number() OVER () - 1 + {first} AS rid, uuid() AS key, 0 AS digest, source = '{REGISTER}' AS solo, *"
        " FROM incoming"
    )
    prepare(store.connection)


def quality(store: Store, rows: list[Listed]) -> Quality:
    grouping = Grouping(marks_of(store.connection, "records"))
    grouping.add(
        Edge(*row) for row in store.rows("SELECT rid_l, rid_r, weight FROM pairs WHERE band = 'match'")
    )
    truth = {rid: Truth(row.person, row.errors) for rid, row in enumerate(rows, 1)}
    return judge(grouping.groups(), truth, store.rows("SELECT rid_l, rid_r FROM pairs WHERE band = 'grey'"))


def scored(
    store: Store, rows: list[Listed], tmp_path: Path, model: Model = SMALL, address: str = "duckdb"
) -> Quality:
    take_in(store, rows)
    with engine(address, store.connection, model, tmp_path) as found:
        found.score(found.train(), 1, 1)
    return quality(store, rows)


def test_good_by_the_truth(store: Store, listed: list[Listed], tmp_path: Path) -> None:
    found = scored(store, listed, tmp_path)
    assert found.f1 >= 0.99
    assert found.precision >= 0.995
    for error, (_, there) in found.by_error.items():
        assert there < 20 or found.recall_of(error) >= 0.9, error


def test_twins_are_two_people(store: Store, tmp_path: Path) -> None:
    people = list(made_people(1_500, seed=3))
    lists = Lists(people, seed=5)
    lists.twins = 0.5
    rows = list(lists.write(people))
    found = scored(store, rows, tmp_path)
    assert found.precision >= 0.99
    assert found.grey > 0, "a clerk sees those whom nothing sure tells apart"


def test_the_same_records_and_seed_give_the_same_model(
    store: Store, listed: list[Listed], tmp_path: Path
) -> None:
    take_in(store, listed)
    with engine("duckdb", store.connection, SMALL, tmp_path) as found:
        one, other = found.train(), found.train()
    for left, right in zip(one["comparisons"], other["comparisons"], strict=True):
        for a, b in zip(left["comparison_levels"], right["comparison_levels"], strict=True):
            for kind in ("m_probability", "u_probability"):
                assert a.get(kind, 0) == pytest.approx(b.get(kind, 0), rel=1e-6)


def test_parts_give_what_the_whole_gives(store: Store, listed: list[Listed], tmp_path: Path) -> None:
    take_in(store, listed)
    with engine("duckdb", store.connection, SMALL, tmp_path) as found:
        learnt = found.train()
        found.score(learnt, 1, 1)
        whole = store.rows("SELECT rid_l, rid_r, band FROM pairs ORDER BY ALL")
        store.connection.execute("DELETE FROM pairs")
        for part in (1, 2, 3):
            found.score(learnt, part, 3)
    assert store.rows("SELECT rid_l, rid_r, band FROM pairs ORDER BY ALL") == whole


def test_fresh_records_find_what_a_whole_run_finds(
    store: Store, listed: list[Listed], tmp_path: Path
) -> None:
    take_in(store, listed)
    with engine("duckdb", store.connection, SMALL, tmp_path) as found:
        learnt = found.train()
        found.score(learnt, 1, 1)
        fresh = "SELECT * FROM records WHERE source = 'relief' AND rid % 2 = 0"
        touched = f"(rid_l IN (SELECT rid FROM ({fresh})) OR rid_r IN (SELECT rid FROM ({fresh})))"
        whole = set(store.rows(f"SELECT rid_l, rid_r, band FROM pairs WHERE {touched}"))
        assert whole
        store.connection.execute("DELETE FROM pairs")
        store.connection.execute(f"INSERT INTO fresh_ids SELECT rid FROM ({fresh})")
        found.score_fresh(learnt)
    assert set(store.rows("SELECT rid_l, rid_r, band FROM pairs")) == whole


def test_store_is_for_the_city_alone(tmp_path: Path) -> None:
    path = tmp_path / "linkage" / "store.duckdb"
    with Store.at(path, threads=1, memory="1GB") as found:
        found.note("model", {"姓": 1})
        assert found.noted("model") == {"姓": 1}
        assert found.noted("nothing") is None
    assert path.stat().st_mode & 0o077 == 0
    assert path.parent.stat().st_mode & 0o077 == 0
