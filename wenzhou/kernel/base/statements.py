"""Statements written out and prepared on the server: for the few that run at nearly every request.

Building a query by the ORM and planning it anew takes several times as long as running it. A statement here is
constant text; values go beside it, never into it. It runs in the same connection and transaction as everything else.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import connection
from psycopg.pq import PipelineStatus

type Values = Sequence[Any] | Mapping[str, Any]


def run(statement: str, values: Values = ()) -> psycopg.Cursor[tuple[Any, ...]]:
    """Run a constant statement with psycopg's places (``%s``, ``%(name)s``); gives the cursor to fetch from.

    Raises what Django's cursors raise.
    """
    cursor = psycopg.Cursor(_connected())
    began = time.monotonic() if connection.queries_logged else 0.0
    with connection.wrap_database_errors:
        cursor.execute(statement, values, prepare=True)
    if connection.queries_logged:
        connection.queries_log.append({"sql": statement, "time": f"{time.monotonic() - began:.3f}"})
    return cursor


@contextmanager
def together() -> Iterator[None]:
    """One transaction for the statements that ``run`` sends inside: all are written before the block is left, or none.

    Joins a transaction that is open. Otherwise the statements are sent without waiting for answers that nobody has
    asked for yet (pipeline mode, PostgreSQL 18 documentation §32.5), so a reading and its lines in journal and audit
    take two round trips and one flush to disk. For ``run`` alone: no ORM, no COPY, no ``atomic`` inside. An
    exception that is not the database's own does not take back what was sent before it: whoever has read
    stays written down.
    """
    if connection.in_atomic_block or _in_pipeline():
        yield
        return
    raw = _connected()
    with connection.wrap_database_errors, raw.pipeline():
        yield


def _connected() -> psycopg.Connection[Any]:
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    connection.validate_no_broken_transaction()
    raw: psycopg.Connection[Any] = connection.connection
    return raw


def _in_pipeline() -> bool:
    raw = connection.connection
    return raw is not None and not raw.closed and raw.pgconn.pipeline_status != PipelineStatus.OFF


def insertion(table: str, columns: Sequence[str]) -> str:
    """INSERT of one row; the values are given in the order of the columns."""
    places = ", ".join(["%s"] * len(columns))
    return f"INSERT INTO {table} ({', '.join(f'"{one}"' for one in columns)}) VALUES ({places})"  # noqa: S608
