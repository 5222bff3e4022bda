"""Beside the transaction that is open: a word to the database at once, and who is at work alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from uuid import UUID

from django.db import connection


def outside(act: Callable[[], None]) -> None:
    """Does ``act`` on a connection of its own, at once and whatever becomes of the transaction here."""

    def done() -> None:
        try:
            act()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(done).result()


@contextmanager
def alone(work: UUID, kind: int) -> Iterator[bool]:
    """Whether this session is the only one at this work; a killed one lets go with its connection."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, %s))", [str(work), kind])
        first: bool = cursor.fetchone()[0]
    try:
        yield first
    finally:
        if first and connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, %s))", [str(work), kind])
