"""The same model on Apache Spark: by the setting alone, and with the same pairs."""

from __future__ import annotations

import importlib.util
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from wenzhou.kernel.linkage.model.engine import engine
from wenzhou.kernel.linkage.model.persons import PERSONS
from wenzhou.kernel.linkage.model.store import Store
from wenzhou.kernel.linkage.testing import Lists, made_people
from wenzhou.kernel.linkage.tests.test_model import take_in

LACKING = " and ".join(
    name
    for name, there in (
        ("pyspark (pip install 'digital-wenzhou[spark]')", importlib.util.find_spec("pyspark")),
        ("Java (apt install default-jre-headless)", shutil.which("java")),
    )
    if not there
)


@pytest.mark.slow
@pytest.mark.skipif(bool(LACKING), reason=f"linkage on Spark is not tried here: no {LACKING}")
def test_local_spark_finds_the_pairs_that_duckdb_finds(tmp_path: Path) -> None:
    people = list(made_people(150, seed=11))
    rows = list(Lists(people, seed=12).write(people))
    model = replace(PERSONS, sample_pairs=50_000, teaching_pairs=20_000)
    found: dict[str, dict[tuple[int, int], tuple[float, str, list[int]]]] = {}
    with Store.at(tmp_path / "store.duckdb", threads=1, memory="500MB") as store:
        take_in(store, rows)
        with engine("duckdb", store.connection, model, tmp_path) as here:
            learnt = here.train()
        for address in ("duckdb", "local[1]"):
            store.connection.execute("DELETE FROM pairs")
            with engine(address, store.connection, model, tmp_path) as there:
                there.score(learnt, 1, 1)
            pairs = store.rows("SELECT rid_l, rid_r, weight, band, levels FROM pairs")
            found[address] = {
                (left, right): (weight, band, levels) for left, right, weight, band, levels in pairs
            }
    here, there = found["duckdb"], found["local[1]"]
    assert len(here) > 30
    assert here.keys() == there.keys()
    for pair, (weight, band, levels) in here.items():
        assert there[pair][0] == pytest.approx(weight, abs=1e-3)
        assert there[pair][1:] == (band, levels)
