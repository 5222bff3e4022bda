"""Statements written out and prepared on the server: for the few that run at nearly every request.

Building a query by the ORM and planning it anew takes several times as long as running it. A statement here is
constant text; values go beside it, never into it. It runs in the same connection and transaction as everything else.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast

from django.db import connection, connections

from wenzhou.kernel.base.postgres.base import DatabaseWrapper

type Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Insertion:
    """INSERT of one row into a table."""

    table: str
    columns: tuple[str, ...]

    def text(self, mark: str) -> str:
        """With its values as ``%(MARK_column)s``."""
        places = ", ".join(f"%({mark}_{column})s" for column in self.columns)
        return f"{self._into()} VALUES ({places})"

    def selecting(self, mark: str, source: str, **taken: str) -> str:
        """A row for each row of ``source``; the columns in ``taken`` are the source's, the others are values."""
        places = ", ".join(taken.get(column, f"%({mark}_{column})s") for column in self.columns)
        return f"{self._into()} SELECT {places} FROM {source}"  # noqa: S608 - constants

    def _into(self) -> str:
        return f"INSERT INTO {self.table} ({', '.join(f'"{column}"' for column in self.columns)})"


_waiting: ContextVar[list[tuple[Insertion, Values]] | None] = ContextVar("wenzhou_waiting", default=None)


def run(statement: str, values: Values | None = None, *, parts: Sequence[str] = ()) -> list[tuple[Any, ...]]:
    """Run a constant statement with its values at ``%(name)s``; gives its rows, none for one that returns nothing.

    ``parts`` are its common table expressions (``name AS (…)``). Rows that wait in a block of :func:`together` are
    written by the same statement. Raises what Django's cursors raise.
    """
    values = values or {}
    waiting = _waiting.get()
    if waiting:
        written, given = zip(*waiting, strict=True)
        waiting.clear()
        statement = _combined(written, tuple(parts), statement)
        values = {**values, **{f"w{n}_{k}": v for n, row in enumerate(given) for k, v in row.items()}}
    elif parts:
        statement = _combined((), tuple(parts), statement)
    database = cast(
        "DatabaseWrapper", connections["default"]
    )  # asked once: every question to the proxy costs
    database.close_if_health_check_failed()
    database.ensure_connection()
    database.validate_no_broken_transaction()
    cursor = database.kept_cursor(statement)
    began = time.monotonic() if database.queries_logged else 0.0
    with database.wrap_database_errors:
        cursor.execute(statement, values, prepare=True)
        rows = cursor.fetchall() if cursor.description else []
    if database.queries_logged:
        database.queries_log.append({"sql": statement, "time": f"{time.monotonic() - began:.3f}"})
    return rows


def first(
    statement: str, values: Values | None = None, *, parts: Sequence[str] = ()
) -> tuple[Any, ...] | None:
    """The first row of :func:`run`."""
    rows = run(statement, values, parts=parts)
    return rows[0] if rows else None


@lru_cache(maxsize=256)
def _combined(rows: tuple[Insertion, ...], parts: tuple[str, ...], statement: str) -> str:
    written = [f"w{number} AS ({row.text(f'w{number}')})" for number, row in enumerate(rows)]
    return f"WITH {', '.join([*written, *parts])} {statement}"


def insert(row: Insertion, values: Values) -> None:
    """Write one row: now, or with the next statement in a block of :func:`together`."""
    waiting = _waiting.get()
    if waiting is None or connection.in_atomic_block:
        run(row.text("v"), {f"v_{column}": value for column, value in values.items()})
    else:
        waiting.append((row, values))


@contextmanager
def together() -> Iterator[None]:
    """Rows inserted inside wait for the next ``run`` and are part of its statement: one transaction, one round trip.

    What still waits at the end is written then, all rows by one statement. An error drops what has not been sent.
    In a transaction that is open nothing waits: it holds all together already.
    """
    if connection.in_atomic_block or _waiting.get() is not None:
        yield
        return
    mark = _waiting.set([])
    try:
        yield
        if _waiting.get():
            run("SELECT 1")
    finally:
        _waiting.reset(mark)


@lru_cache(maxsize=1024)
def array(texts: tuple[str, ...]) -> str:
    """An array of texts as PostgreSQL writes it (documentation §8.15.6): made once for lists that return often."""
    quoted = (text.replace("\\", "\\\\").replace('"', '\\"') for text in texts)
    return "{" + ",".join(f'"{text}"' for text in quoted) + "}"
