"""The model on Apache Spark: records go over as Parquet, scored pairs come back the same way.

The folder must be one that driver and workers see alike (a shared file system), or the master a local one.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
from pyspark.sql import SparkSession
from splink.backends.spark import SparkAPI
from splink.internals.splink_dataframe import SplinkDataFrame

from wenzhou.kernel.linkage.model import splink_model
from wenzhou.kernel.linkage.model.engine import keep, score_between
from wenzhou.kernel.linkage.model.persons import Model


class SparkEngine:
    """Splink on Spark. One session for one run."""

    def __init__(
        self, session: SparkSession, connection: duckdb.DuckDBPyConnection, model: Model, scratch: Path
    ) -> None:
        self.session = session
        self.connection = connection
        self.model = model
        self.scratch = scratch
        self._api = SparkAPI(
            spark_session=session, break_lineage_method="parquet", register_udfs_automatically=False
        )

    @classmethod
    @contextmanager
    def started(
        cls, address: str, connection: duckdb.DuckDBPyConnection, model: Model, scratch: Path
    ) -> Iterator[SparkEngine]:
        """A session on the master at ``address``; it ends with the block."""
        # Executors of a local Spark would take whatever python3 is on the path; a cluster's own setting stands.
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
        builder = SparkSession.builder.master(address).appName("wenzhou-linkage")
        if address.startswith("local"):  # a cluster's own configuration says how wide it works
            builder = builder.config("spark.sql.shuffle.partitions", "2").config("spark.ui.enabled", "false")
        session = builder.getOrCreate()
        session.sparkContext.setCheckpointDir(str(scratch / "checkpoints"))
        try:
            yield cls(session, connection, model, scratch)
        finally:
            session.stop()

    def train(self) -> dict[str, Any]:
        """See Engine."""
        linker = splink_model.linker_for(self._over("records"), splink_model.settings(self.model))
        return splink_model.train(linker, self.model)

    def score(self, learnt: dict[str, Any], part: int, parts: int) -> None:
        """See Engine."""
        linker = splink_model.linker_for(self._over("records"), learnt)
        self._back(
            linker.inference.predict_chunk((part, parts), (1, 1), self.model.grey, warning_mode="never")
        )

    def score_fresh(self, learnt: dict[str, Any]) -> None:
        """See Engine."""
        linker = splink_model.linker_for(self._over("records"), learnt)
        for column in splink_model.frequency_columns(self.model):
            linker.table_management.compute_tf_table(column)
        for found in score_between(linker, self._over("standing"), self._over("fresh"), self.model):
            self._back(found)

    def _over(self, table: str) -> SplinkDataFrame:
        path = str(self.scratch / f"{table}.parquet")
        # Spark has no unsigned numbers of 64 bits; keys and digests say nothing to the model.
        relation = self.connection.table(table)
        relation.select("* EXCLUDE (key, digest)").write_parquet(path)
        name = f"{table}_{len(self._api._registered_table_names)}"
        return self._api.register(self.session.read.parquet(path), table_name=name)

    def _back(self, scored: SplinkDataFrame) -> None:
        path = str(self.scratch / "scored.parquet")
        self.session.table(scored.physical_name).write.mode("overwrite").parquet(path)
        keep(self.connection, f"read_parquet('{path}/*.parquet')", self.model)
