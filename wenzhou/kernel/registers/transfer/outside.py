"""Saying something to the database beside the transaction that is open."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

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
