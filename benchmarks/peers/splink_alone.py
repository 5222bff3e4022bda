"""Splink alone: the same records from a file, the same features and model, its own clustering, results to files.

``python -m benchmarks.peers.splink_alone RAW.csv FOLDER THREADS MEMORY``; prints its seconds and its peak of memory in MiB.
"""

from __future__ import annotations

import resource
import sys
import time
from pathlib import Path

import duckdb
from splink import DuckDBAPI

from wenzhou.kernel.linkage.model import features, splink_model
from wenzhou.kernel.linkage.model.persons import PERSONS

COLUMNS = ("source", "key", "name", "number", "sex", "born", "phone", "address", "division")


def main(raw: str, folder: str, threads: str, memory: str) -> None:
    """Link and say how long it took, without the start of Python."""
    path = Path(folder) / "alone.duckdb"
    path.unlink(missing_ok=True)
    began = time.perf_counter()
    with duckdb.connect(str(path), config={"threads": int(threads), "memory_limit": memory}) as connection:
        laps = _link(connection, raw, Path(folder))
    took = time.perf_counter() - began
    path.unlink()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{took:.3f} {peak:.0f} {' '.join(laps)}")


def _link(connection: duckdb.DuckDBPyConnection, raw: str, folder: Path) -> list[str]:
    laps: list[str] = []
    last = time.perf_counter()

    def lap(name: str) -> None:
        nonlocal last
        laps.append(f"{name}={time.perf_counter() - last:.1f}")
        last = time.perf_counter()

    types = ", ".join(f"'{name}': 'VARCHAR'" for name in COLUMNS).replace("'key': 'VARCHAR'", "'key': 'UUID'")
    connection.execute(features.SCHEMA)
    connection.execute(
        f"""CREATE TABLE incoming AS SELECT row_number() OVER () AS rid, source = 'register' AS solo, 0 AS digest, *
        FROM read_csv('{raw}', header = false, auto_detect = false, quote = '"', escape = '"', nullstr = '',
            columns = {{{types}}})"""
    )
    lap("read")
    features.prepare(connection)
    lap("prepare")
    api = DuckDBAPI(connection)
    records = api.register("records")
    learnt = splink_model.train(splink_model.linker_for(records, splink_model.settings(PERSONS)), PERSONS)
    lap("train")
    linker = splink_model.linker_for(records, learnt)
    scored = linker.inference.predict(threshold_match_probability=PERSONS.grey)
    lap("predict")
    clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(
        scored, threshold_match_probability=PERSONS.match
    )
    lap("cluster")
    for found, name in ((scored, "pairs"), (clusters, "clusters")):
        connection.execute(
            f"COPY (SELECT * FROM {found.physical_name}) TO '{folder / name}.parquet' (FORMAT parquet)"
        )
    lap("write")
    return laps


if __name__ == "__main__":
    main(*sys.argv[1:])
