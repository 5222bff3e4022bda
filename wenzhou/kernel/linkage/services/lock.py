"""One writer of links at a time: acts are few, and each sees all the links that the one before left."""

from __future__ import annotations

from django.db import connection

_LINKS = 3303_05


def lock_links() -> None:
    """Hold the links until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LINKS])
