"""The same model on Apache Spark: by the setting alone, and with the same pairs."""

from __future__ import annotations

import importlib.util
import os
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from wenzhou.kernel.linkage.model.engine import Engine, engine
from wenzhou.kernel.linkage.model.persons import PERSONS
from wenzhou.kernel.linkage.model.store import Store
from wenzhou.kernel.linkage.testing import Lists, made_people
from wenzhou.kernel.linkage.tests.test_model import take_in

LACKING = " and ".join(
    name
    for name, there in (
        ("PySpark (.venv/bin/python -m pip install --group spark)", importlib.util.find_spec("pyspark")),
        ("Java (apt install default-jre-headless)", shutil.which("java")),
    )
    if not there
)


WHOLE = os.environ.get("WZ_SPARK") == "1"
"""``./wz test --spark``: nothing may be lacking, and learning and increments are tried too."""

CONFIGURED = """
spark.driver.extraJavaOptions -XX:TieredStopAtLevel=1 -XX:+UseSerialGC
spark.sql.codegen.wholeStage false
spark.sql.codegen.factoryMode NO_CODEGEN
"""
"""A city tunes its Spark in its own ``spark-defaults.conf``; this one spares a small test the compiling."""


@pytest.mark.slow
def test_local_spark_finds_the_pairs_that_duckdb_finds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if LACKING:
        said = f"linkage on Spark is not tried here: no {LACKING}"
        (pytest.fail if WHOLE else pytest.skip)(said)
    (tmp_path / "spark-defaults.conf").write_text(CONFIGURED)
    monkeypatch.setenv("SPARK_CONF_DIR", str(tmp_path))
    people = list(made_people(150, seed=11))
    rows = list(Lists(people, seed=12).write(people))
    model = replace(PERSONS, sample_pairs=50_000, teaching_pairs=20_000)
    found: dict[str, dict[tuple[int, int], tuple[float, str, list[int]]]] = {}
    with Store.at(tmp_path / "store.duckdb", threads=1, memory="500MB") as store:
        take_in(store, rows)
        with engine("duckdb", store.connection, model, tmp_path) as used:
            learnt = used.train()
        for address in ("duckdb", "local[1]"):
            store.connection.execute("DELETE FROM pairs")
            with engine(address, store.connection, model, tmp_path) as used:
                used.score(learnt, 1, 1)
                if WHOLE and address != "duckdb":
                    _learns_and_scores_what_is_fresh(store, used, learnt)
            pairs = store.rows("SELECT rid_l, rid_r, weight, band, levels FROM pairs")
            found[address] = {(row[0], row[1]): (row[2], row[3], row[4]) for row in pairs}
    here, there = found["duckdb"], found["local[1]"]
    assert len(here) > 30
    assert here.keys() == there.keys()
    for pair, (weight, band, levels) in here.items():
        assert there[pair][0] == pytest.approx(weight, abs=1e-3)
        assert there[pair][1:] == (band, levels)


def _learns_and_scores_what_is_fresh(store: Store, used: Engine, learnt: dict[str, Any]) -> None:
    """Leaves ``pairs`` as it was: what was found among all is found again when some arrive later."""
    found = used.train()
    prior = "probability_two_random_records_match"
    assert found[prior] == pytest.approx(learnt[prior], rel=1e-6)
    last = int(store.one("SELECT max(rid) FROM records")) - 40
    store.connection.execute(
        f"CREATE OR REPLACE TABLE fresh_ids AS SELECT rid FROM records WHERE rid > {last};"
        f"CREATE OR REPLACE TEMP TABLE before AS FROM pairs; DELETE FROM pairs WHERE rid_r > {last}"
    )
    assert store.one("SELECT (SELECT count(*) FROM before) - (SELECT count(*) FROM pairs)") > 5
    used.score_fresh(learnt)
    ends = "SELECT rid_l, rid_r, band, levels FROM"
    assert (
        store.rows(f"({ends} before EXCEPT {ends} pairs) UNION ALL ({ends} pairs EXCEPT {ends} before)") == []
    )
