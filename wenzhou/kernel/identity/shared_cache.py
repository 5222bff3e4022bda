"""Django's cache on one PostgreSQL table, shared by every process of the city.

Rate limits of sign-in count in the cache, so a memory cache per process would multiply them by the
number of worker processes. Django's own database cache counts the table on every write and throws
entries out at random when it is full, by which somebody could wash his own count away. Here ``add``
is one atomic statement, and only what has expired is removed (job ``identity.purge-cache``).
"""

from __future__ import annotations

import pickle
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.db import connection, transaction

TABLE = "identity_cacheentry"


class SharedCache(BaseCache):
    """``BACKEND`` of settings.CACHES; ``LOCATION`` is not used."""

    def __init__(self, location: str, params: dict[str, Any]) -> None:
        super().__init__(params)

    def _expires(self, timeout: Any) -> datetime | None:
        if timeout is DEFAULT_TIMEOUT:
            timeout = self.default_timeout
        return None if timeout is None else datetime.now(UTC) + timedelta(seconds=timeout)

    def _key(self, key: Any, version: int | None) -> str:
        made: str = self.make_and_validate_key(key, version=version)
        return made

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        """The value, or ``default`` when there is none or it has expired."""
        return self.get_many([key], version).get(key, default)

    def get_many(self, keys: Iterable[Any], version: int | None = None) -> dict[Any, Any]:
        """Values of those keys that are there, in one query."""
        wanted = {self._key(key, version): key for key in keys}
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT key, value FROM {TABLE} WHERE key = ANY(%s) AND (expires IS NULL OR expires > %s)",  # noqa: S608
                [list(wanted), datetime.now(UTC)],
            )
            rows = cursor.fetchall()
        # Written by ourselves: whoever can write this table owns the city already.
        return {wanted[key]: pickle.loads(bytes(value)) for key, value in rows}  # noqa: S301

    def set(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        """Write, whatever was there."""
        self._put(key, value, timeout, version, "TRUE")

    def add(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """Write only if there is nothing or it has expired; of two processes at once one gets True."""
        return self._put(key, value, timeout, version, f"{TABLE}.expires <= %(now)s")

    def _put(self, key: Any, value: Any, timeout: Any, version: int | None, replace_if: str) -> bool:
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {TABLE} (key, value, expires) VALUES (%(key)s, %(value)s, %(expires)s) "  # noqa: S608
                "ON CONFLICT (key) DO UPDATE SET value = EXCLUDED.value, expires = EXCLUDED.expires "
                f"WHERE {replace_if}",
                {
                    "key": self._key(key, version),
                    "value": pickle.dumps(value, pickle.HIGHEST_PROTOCOL),
                    "expires": self._expires(timeout),
                    "now": datetime.now(UTC),
                },
            )
            return bool(cursor.rowcount == 1)

    def incr(self, key: Any, delta: int = 1, version: int | None = None) -> int:
        """Add to a number, keeping its expiry; concurrent calls are all counted. Raises ValueError."""
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                f"SELECT value FROM {TABLE} WHERE key = %s AND (expires IS NULL OR expires > %s) FOR UPDATE",  # noqa: S608
                [self._key(key, version), datetime.now(UTC)],
            )
            row = cursor.fetchone()
            if row is None:
                raise ValueError(f"Key {key!r} not found")
            number = int(pickle.loads(bytes(row[0]))) + delta  # noqa: S301
            cursor.execute(
                f"UPDATE {TABLE} SET value = %s WHERE key = %s",  # noqa: S608
                [pickle.dumps(number, pickle.HIGHEST_PROTOCOL), self._key(key, version)],
            )
        return number

    def touch(self, key: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """Give an entry that is there another expiry."""
        with connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE {TABLE} SET expires = %s WHERE key = %s AND (expires IS NULL OR expires > %s)",  # noqa: S608
                [self._expires(timeout), self._key(key, version), datetime.now(UTC)],
            )
            return bool(cursor.rowcount)

    def delete(self, key: Any, version: int | None = None) -> bool:
        """Remove; whether it was there."""
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {TABLE} WHERE key = %s", [self._key(key, version)])  # noqa: S608
            return bool(cursor.rowcount)

    def clear(self) -> None:
        """Remove everything."""
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {TABLE}")  # noqa: S608


def purge() -> int:
    """Remove what has expired; how many entries."""
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {TABLE} WHERE expires <= %s", [datetime.now(UTC)])  # noqa: S608
        return int(cursor.rowcount)
