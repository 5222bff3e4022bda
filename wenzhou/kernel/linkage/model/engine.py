"""Where pairs are found and scored: DuckDB in this process, or Spark, by one setting; the model is the same.

Records live in DuckDB either way (``features``); scored pairs come back to its table ``pairs``.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import duckdb
from splink import DuckDBAPI, Linker
from splink.internals.splink_dataframe import SplinkDataFrame

from wenzhou.kernel.linkage.model import splink_model
from wenzhou.kernel.linkage.model.persons import Model

PAIRS = """
CREATE TABLE IF NOT EXISTS pairs (
    rid_l BIGINT NOT NULL, rid_r BIGINT NOT NULL, weight FLOAT NOT NULL, probability FLOAT NOT NULL,
    band VARCHAR NOT NULL, levels TINYINT[] NOT NULL
);
"""

MATCH, GREY = "match", "grey"
"""Bands: one person by the model; for a clerk to look at."""


class Engine(Protocol):
    """Trains and scores over the prepared records of one DuckDB database."""

    def train(self) -> dict[str, Any]:
        """Learn the model's probabilities from ``records``, without labels, from a fixed seed."""

    def score(self, learnt: dict[str, Any], part: int, parts: int) -> None:
        """Add to ``pairs`` those whose left record falls in the ``part``-th of ``parts`` (from 1)."""

    def score_fresh(self, learnt: dict[str, Any]) -> None:
        """Add to ``pairs`` those of the records in ``fresh_ids`` with all others and with each other."""


@contextmanager
def engine(
    address: str, connection: duckdb.DuckDBPyConnection, model: Model, scratch: Path
) -> Iterator[Engine]:
    """The engine that the setting names: ``duckdb``, or a Spark master such as ``spark://host:7077`` or ``local[2]``."""
    if address == "duckdb":
        yield DuckDBEngine(connection, model)
        return
    from wenzhou.kernel.linkage.model.spark import (
        SparkEngine,
    )  # the client of Spark is installed where it is used

    with SparkEngine.started(address, connection, model, scratch) as found:
        yield found


class DuckDBEngine:
    """Splink on the database that the records are in."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, model: Model) -> None:
        self.connection = connection
        self.model = model
        self._begin()

    def _begin(self) -> None:
        self._api = DuckDBAPI(self.connection)
        self._records = self._api.register("records")

    def train(self) -> dict[str, Any]:
        """See Engine."""
        learnt = splink_model.train(self._linker(splink_model.settings(self.model)), self.model)
        self._forget()
        return learnt

    def score(self, learnt: dict[str, Any], part: int, parts: int) -> None:
        """See Engine."""
        found = self._linker(learnt).inference.predict_chunk(
            (part, parts), (1, 1), self.model.grey, warning_mode="never"
        )
        keep(self.connection, found.physical_name, self.model)
        self._forget()

    def score_fresh(self, learnt: dict[str, Any]) -> None:
        """See Engine. Splink sees the records that a blocking rule brings near a fresh one, and no others.

        It would carry every record with its frequencies through each step, however few are fresh. Names weigh by how
        frequent they are among all, so frequencies are counted over all records.
        """
        self.connection.execute("CREATE OR REPLACE TEMP TABLE arrived AS FROM fresh")
        near = " UNION ".join(
            f"SELECT l.rid FROM records AS l JOIN arrived AS r ON {rule}"  # noqa: S608 - rules of the model
            for rule in self.model.blocking
        )
        self.connection.execute(
            "CREATE OR REPLACE TEMP TABLE nearby AS"
            f" FROM records SEMI JOIN ({near}) USING (rid) ANTI JOIN arrived USING (rid)"
        )
        linker = self._linker(learnt)
        for column in splink_model.frequency_columns(self.model):
            table = self._api.register(self._frequencies(column))
            linker.table_management.register_term_frequency_lookup(table, column)
        standing, fresh = self._api.register("nearby"), self._api.register("arrived")
        for found in score_between(linker, standing, fresh, self.model):
            keep(self.connection, found.physical_name, self.model)
        self._forget()
        self.connection.execute("DROP TABLE arrived; DROP TABLE nearby")

    def _frequencies(self, column: str) -> str:
        """A table of how frequent the values are that compared records have, among all records."""
        table = f"frequencies_{column}"
        self.connection.execute(
            f"""CREATE OR REPLACE TEMP TABLE {table} AS
            SELECT {column}, count(*)::DOUBLE / (SELECT count({column}) FROM records) AS tf_{column} FROM records
            WHERE {column} IN (SELECT {column} FROM arrived UNION SELECT {column} FROM nearby) GROUP BY {column}"""  # noqa: S608 - a column of the model
        )
        return table

    def _linker(self, learnt: Any) -> Linker:
        return splink_model.linker_for(self._records, learnt)

    def _forget(self) -> None:
        """Splink's own tables are of no use to the next step, and would stay in the file."""
        self._api.delete_tables_created_by_splink_from_db()
        self._begin()


def score_between(
    linker: Linker, standing: SplinkDataFrame, fresh: SplinkDataFrame, model: Model
) -> Iterator[SplinkDataFrame]:
    """Scored pairs of fresh records with those that stood before, then with each other."""
    yield linker.inference.predict_between(
        standing, fresh, threshold_match_probability=model.grey, warning_mode="never"
    )
    yield linker.inference.predict_within(fresh, threshold_match_probability=model.grey, warning_mode="never")


def keep(connection: duckdb.DuckDBPyConnection, scored: str, model: Model) -> None:
    """Splink's scored pairs as rows of ``pairs``, each in its band; what can never be one person is dropped."""
    never, clerk = (_any(conditions) for conditions in (model.never, model.clerk))
    levels = ", ".join(f"gamma_{compared.code}" for compared in model.compared)
    connection.execute(
        f"""INSERT INTO pairs BY NAME
        SELECT least(rid_l, rid_r) AS rid_l, greatest(rid_l, rid_r) AS rid_r, match_weight AS weight,
            match_probability AS probability, [{levels}] AS levels,
            CASE WHEN match_probability >= {model.match} AND NOT ({clerk}) THEN '{MATCH}' ELSE '{GREY}' END AS band
        FROM {scored} WHERE NOT ({never})"""  # noqa: S608 - names and constants of the model
    )


def _any(conditions: tuple[str, ...]) -> str:
    return " OR ".join(f"({condition})" for condition in conditions) or "false"
