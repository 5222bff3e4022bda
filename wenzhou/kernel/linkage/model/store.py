"""The working store of linkage: a DuckDB file with the prepared records, scored pairs and how far a run has come.

It can be made again from the sources at any time and is never the truth; links are kept in PostgreSQL. It holds
personal data: the file is readable by the city's own system user alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from wenzhou.kernel.linkage.model import features
from wenzhou.kernel.linkage.model.engine import PAIRS

_NOTES = "CREATE TABLE IF NOT EXISTS notes (name VARCHAR PRIMARY KEY, value VARCHAR NOT NULL);"


class Store:
    """One store, open for one process at a time."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection
        connection.execute(features.SCHEMA + PAIRS + _NOTES)

    @classmethod
    @contextmanager
    def at(cls, path: Path, *, threads: int, memory: str) -> Iterator[Store]:
        """The store in this file, made when missing. Raises duckdb.IOException when another process has it open."""
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.parent.chmod(0o700)
        connection = duckdb.connect(
            str(path),
            config={
                "threads": threads,
                "memory_limit": memory,
                "temp_directory": f"{path}.spill",  # what memory does not hold, as private as the store
                "autoinstall_known_extensions": False,
            },
        )
        try:
            path.chmod(0o600)
            yield cls(connection)
        finally:
            connection.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All that is done inside, or nothing of it."""
        self.connection.begin()
        try:
            yield
        except BaseException:
            self.connection.rollback()
            raise
        self.connection.commit()

    def note(self, name: str, value: Any) -> None:
        """Keep a JSON value under a name."""
        self.connection.execute(
            "INSERT OR REPLACE INTO notes VALUES (?, ?)", [name, json.dumps(value, ensure_ascii=False)]
        )

    def noted(self, name: str) -> Any:
        """The value kept under a name, or None."""
        found = self.rows("SELECT value FROM notes WHERE name = ?", [name])
        return json.loads(found[0][0]) if found else None

    def rows(self, statement: str, values: list[Any] | None = None) -> list[tuple[Any, ...]]:
        """What a statement gives, whole."""
        return self.connection.execute(statement, values or []).fetchall()

    def one(self, statement: str) -> Any:
        """The one value that a statement gives."""
        ((value,),) = self.rows(statement)
        return value
