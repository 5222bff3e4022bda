"""``ENGINE`` of settings.DATABASES."""

from __future__ import annotations

from typing import Any

import psycopg
from django.db.backends.postgresql import base

_KEPT_CURSORS = 256


class DatabaseWrapper(base.DatabaseWrapper):
    """Keeps the cursors of constant statements, and asks the socket, not the server, whether a kept connection still lives.

    Django's check (``CONN_HEALTH_CHECKS``) sends SELECT 1 before the first query of every request. An idle connection
    whose server has ended, was killed or has closed it has something to read: the server's last words, then the end
    of the stream. libpq reads both without waiting and then knows that the connection is bad. What this cannot see
    is a server machine that vanished without a word; TCP keep-alive finds that.
    """

    _cursors: tuple[Any, dict[str, psycopg.Cursor[Any]]] = (None, {})

    def kept_cursor(self, statement: str) -> psycopg.Cursor[Any]:
        """The cursor on which a constant statement was run before on this connection, or a new one.

        A cursor that sees its own statement again knows already how values are written and rows are read. What it
        found is gone when it runs again: fetch at once.
        """
        raw, cursors = self._cursors
        if raw is not self.connection:
            self._cursors = self.connection, cursors = self.connection, {}
        cursor = cursors.get(statement)
        if cursor is None:
            if len(cursors) >= _KEPT_CURSORS:
                cursors.clear()
            cursor = cursors[statement] = psycopg.Cursor(self.connection)
        return cursor

    def is_usable(self) -> bool:
        """Whether the connection answers; after an error the server itself is asked."""
        raw = self.connection
        if raw is None or raw.closed:
            return False
        if self.errors_occurred:
            usable: bool = super().is_usable()
            return usable
        try:
            raw.pgconn.consume_input()  # the last words, if any
            raw.pgconn.consume_input()  # the end
        except psycopg.Error:
            return False
        return True
