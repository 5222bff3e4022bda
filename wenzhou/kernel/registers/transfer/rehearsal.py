"""The dry run (试运行): the same load, on temporary tables that stand before the register's.

PostgreSQL looks for an unqualified name among the session's temporary tables first. So the load, the ORM and the module's own
hooks all read and write the copies, which hold the records that the file is about, and nothing of the register is written or
locked. What only the whole register can tell (a name that is taken by a record outside the file) comes up in the load itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.db import connection

from wenzhou.kernel.registers.transfer.staging import Statements


class Rehearsal:
    """Temporary tables for one dry run, on the connection of this thread."""

    def __init__(self, statements: Statements) -> None:
        self._statements = statements
        self._tables = (statements.anchor, statements.table)
        self._schema = ""

    @contextmanager
    def staged(self) -> Iterator[None]:
        """Inside, the register's tables are copies without rows."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT quote_ident(current_schema())")
            self._schema = cursor.fetchone()[0]
            self._let_go()
            for table in self._tables:
                cursor.execute(f"CREATE TEMPORARY TABLE {table} (LIKE {self._schema}.{table} INCLUDING ALL)")
        try:
            yield
        finally:
            self._let_go()

    def bring(self, keys: Sequence[str]) -> None:
        """Copies the records with these keys, those that are not there yet, with all that is known of them now."""
        anchor, table = self._tables
        key, entity = self._statements.key, self._statements.entity
        with connection.cursor() as cursor:
            cursor.execute(
                f"""
                WITH brought AS (
                    INSERT INTO {anchor} SELECT a.* FROM {self._schema}.{anchor} a
                    WHERE a.{key} = ANY(%s) AND NOT EXISTS (SELECT 1 FROM {anchor} t WHERE t.id = a.id)
                    RETURNING id)
                INSERT INTO {table} SELECT v.* FROM {self._schema}.{table} v JOIN brought b ON v.{entity} = b.id
                WHERE v.superseded_at IS NULL
                """,  # noqa: S608 - names of our own models
                [list(keys)],
            )

    def _let_go(self) -> None:
        """Only what is temporary; where that fails, the connection goes, and they with it."""
        try:
            with connection.cursor() as cursor:
                for table in self._tables:
                    cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{table}")
        except Exception:
            connection.close()
            raise
