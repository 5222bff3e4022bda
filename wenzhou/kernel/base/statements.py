"""Statements written out and prepared on the server: for the few that run at nearly every request.

Building a query by the ORM and planning it anew takes several times as long as running it. A statement here is
constant text; values go beside it, never into it. It runs in the same connection and transaction as everything else.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
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

    def text(self, mark: str, *, presuming: bool = False) -> str:
        """With its values as ``%(MARK_column)s``; ``presuming``: only when the premise holds."""
        places = ", ".join(f"%({mark}_{column})s" for column in self.columns)
        return f"{self._into()} SELECT {places}{_HOLDS}" if presuming else f"{self._into()} VALUES ({places})"

    def selecting(self, mark: str, source: str, **taken: str) -> str:
        """A row for each row of ``source``; the columns in ``taken`` are the source's, the others are values."""
        places = ", ".join(taken.get(column, f"%({mark}_{column})s") for column in self.columns)
        return f"{self._into()} SELECT {places} FROM {source}"  # noqa: S608 - constants

    def _into(self) -> str:
        return f"INSERT INTO {self.table} ({', '.join(f'"{column}"' for column in self.columns)})"


@dataclass(slots=True)
class Premise:
    """What is presumed and has still to be proven: ``text`` is a constant SELECT that gives a row when it is so.

    In a block of :func:`together` the first statement proves it: it writes and gives nothing unless the premise holds.
    """

    text: str
    values: Values
    proven: bool = False


class DisprovedError(Exception):
    """The premise of the block does not hold; nothing was written and nothing was read."""


_HOLDS = " WHERE EXISTS (SELECT FROM premise)"
_waiting: ContextVar[list[tuple[Insertion, Values]] | None] = ContextVar("wenzhou_waiting", default=None)
_premise: ContextVar[Premise | None] = ContextVar("wenzhou_premise", default=None)


def run(
    statement: str, values: Values | None = None, *, parts: Mapping[str, str] | None = None
) -> list[tuple[Any, ...]]:
    """Run a constant statement with its values at ``%(name)s``; gives its rows, none for one that returns nothing.

    ``parts`` are its common table expressions by name; those that write take what they write from one that reads. Rows
    that wait in a block of :func:`together` are written by the same statement. Raises what Django's cursors raise, and
    DisprovedError.
    """
    values = values or {}
    waiting = _waiting.get() or []
    premise = _premise.get()
    if premise is not None and premise.proven:
        premise = None
    if waiting or parts or premise:
        rows = tuple(row for row, _ in waiting)
        given = {f"w{n}_{name}": value for n, (_, row) in enumerate(waiting) for name, value in row.items()}
        values = {**values, **given, **(premise.values if premise else {})}
        parts = parts or {}
        statement = _combined(rows, tuple(parts.items()), statement, premise.text if premise else "")
    found = _execute(statement, values)
    waiting.clear()  # not before: what an error kept from being written still waits, if somebody goes on after it
    return found if premise is None else _proven(premise, found)


def _proven(premise: Premise, found: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """The statement's own rows, of those that begin with whether the premise holds and whether there is one."""
    if not found[0][0]:
        raise DisprovedError
    premise.proven = True
    return [row[2:] for row in found if row[1]]


def _execute(statement: str, values: Values) -> list[tuple[Any, ...]]:
    # Asked once: every question to the proxy costs.
    database = cast("DatabaseWrapper", connections["default"])
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
    statement: str, values: Values | None = None, *, parts: Mapping[str, str] | None = None
) -> tuple[Any, ...] | None:
    """The first row of :func:`run`."""
    rows = run(statement, values, parts=parts)
    return rows[0] if rows else None


@lru_cache(maxsize=256)
def _combined(
    rows: tuple[Insertion, ...], parts: tuple[tuple[str, str], ...], statement: str, premise: str
) -> str:
    named = [
        (f"w{number}", row.text(f"w{number}", presuming=bool(premise))) for number, row in enumerate(rows)
    ]
    if not premise:
        return f"WITH {', '.join(f'{name} AS ({text})' for name, text in (*named, *parts))} {statement}"
    read = [name for name, text in parts if text.startswith("SELECT")]
    for name, text in parts:
        if name not in read and not any(f"FROM {one}" in text for one in read):
            raise ValueError(f"{name} writes whether the premise holds or not: take it FROM one of {read}")
    reading = [
        (name, f"SELECT * FROM ({text}) q{_HOLDS}" if text.startswith("SELECT") else text)  # noqa: S608 - constants
        for name, text in parts
    ]
    tables = ", ".join(f"{name} AS ({text})" for name, text in (("premise", premise), *named, *reading))
    return (
        f"WITH {tables} SELECT EXISTS (SELECT FROM premise), m.* FROM (SELECT 1) one "  # noqa: S608 - constants
        f"LEFT JOIN LATERAL (SELECT true, q.* FROM ({statement}) q{_HOLDS}) m ON true"
    )


def insert(row: Insertion, values: Values) -> None:
    """Write one row: now, or with the next statement in a block of :func:`together`."""
    waiting = _waiting.get()
    if waiting is None or connection.in_atomic_block:
        run(row.text("v"), {f"v_{column}": value for column, value in values.items()})
    else:
        waiting.append((row, values))


@contextmanager
def together(premise: Premise | None = None) -> Iterator[None]:
    """Rows inserted inside wait for the next ``run`` and are part of its statement: one transaction, one round trip.

    What still waits at the end is written then, all rows by one statement. An error drops what has not been sent.
    In a transaction that is open nothing waits: it holds all together already. A ``premise`` is proven by the first
    statement, or at the end; in an open transaction at once. Raises DisprovedError.
    """
    if connection.in_atomic_block or _waiting.get() is not None:
        if premise is not None:
            _prove(premise)
        yield
        return
    mark, presumed = _waiting.set([]), _premise.set(premise)
    try:
        yield
        if _waiting.get() or (premise is not None and not premise.proven):
            run("SELECT 1")
    finally:
        _waiting.reset(mark)
        _premise.reset(presumed)


@contextmanager
def proven_first(premise: Premise) -> Iterator[None]:
    """Inside, whatever does not go through :func:`run` is refused as long as the premise is not proven.

    A query of the ORM would neither prove it nor wait for the proof. Raises RuntimeError.
    """

    def check(execute: Callable[..., Any], *arguments: Any) -> Any:
        if not premise.proven:
            raise RuntimeError("the first statement of this view has to be one of statements.run")
        return execute(*arguments)

    with connection.execute_wrapper(check):
        yield


def _prove(premise: Premise) -> None:
    if not _execute(premise.text, premise.values):
        raise DisprovedError
    premise.proven = True


@lru_cache(maxsize=1024)
def array(texts: tuple[str, ...]) -> str:
    """An array of texts as PostgreSQL writes it (documentation §8.15.6): made once for lists that return often."""
    quoted = (text.replace("\\", "\\\\").replace('"', '\\"') for text in texts)
    return "{" + ",".join(f'"{text}"' for text in quoted) + "}"
