"""Reading sources into the working store: PostgreSQL's COPY into a file, the file into DuckDB."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from django.db import connection
from psycopg import sql

from wenzhou.kernel.linkage.contracts import COLUMNS
from wenzhou.kernel.linkage.declarations import LinkageSource
from wenzhou.kernel.linkage.model.features import prepare
from wenzhou.kernel.linkage.model.store import Store

_COPIED = """COPY (SELECT key, (extract(epoch FROM recorded) * 1000000)::bigint, gone, {columns} FROM ({select}) AS listed)
TO STDOUT (FORMAT csv)"""
_TYPES = dict.fromkeys(COLUMNS, "VARCHAR") | {"key": "UUID", "recorded": "BIGINT", "gone": "BOOLEAN"}
_READ = "read_csv(?, header = false, auto_detect = false, quote = '\"', escape = '\"', nullstr = '', columns = {columns})"
_TEXTS = COLUMNS[3:]


def read_all(store: Store, sources: Sequence[LinkageSource], scratch: Path) -> int:
    """Every record of the sources anew; how many there are."""
    store.connection.execute("DELETE FROM records; DELETE FROM pairs")
    _stage(store, sources, None, scratch)
    store.connection.execute("DELETE FROM staged WHERE gone")
    return _add(store)


def read_since(store: Store, sources: Sequence[LinkageSource], since: datetime, scratch: Path) -> int:
    """What was recorded since an instant: changed and new records become ``fresh``; how many there are.

    What was read before and says the same is left alone, so reading a little further back than needed does no harm.
    """
    _stage(store, sources, since, scratch)
    store.connection.execute(
        """
        DELETE FROM staged WHERE NOT gone AND EXISTS (
            FROM records WHERE records.key = staged.key AND records.source = staged.source
            AND records.digest = staged.digest);
        DELETE FROM records WHERE EXISTS (
            FROM staged WHERE records.key = staged.key AND records.source = staged.source);
        DELETE FROM staged WHERE gone
        """
    )
    return _fresh(store)


def read_all_fresh_since(
    store: Store, sources: Sequence[LinkageSource], since: datetime, scratch: Path
) -> int:
    """The store is lost or another machine's: all records anew, those recorded since the instant as ``fresh``."""
    read_all(store, sources, scratch)
    micros = int(since.timestamp() * 1_000_000)
    store.connection.execute(
        f"""CREATE OR REPLACE TABLE fresh_ids AS SELECT rid FROM records JOIN staged USING (source, key)
        WHERE recorded >= {micros}; DELETE FROM pairs"""  # noqa: S608 - a number
    )
    return int(store.one("SELECT count(*) FROM fresh_ids"))


def _stage(store: Store, sources: Sequence[LinkageSource], since: datetime | None, scratch: Path) -> None:
    """The rows of all sources as text, with what each needs to be told from others: ``staged``."""
    columns = ", ".join(f"'{name}': '{kind}'" for name, kind in _TYPES.items())
    texts = ", ".join(_TEXTS)
    store.connection.execute("DROP TABLE IF EXISTS staged")
    for number, source in enumerate(sources):
        path = scratch / f"{number}.csv"
        try:
            _copy_out(source, since, path)
            begun = "INSERT INTO staged BY NAME" if number else "CREATE TABLE staged AS"
            store.connection.execute(
                f"{begun} SELECT ? AS source, ? AS solo, hash({texts}) AS digest, *"  # noqa: S608
                f" FROM {_READ.format(columns='{' + columns + '}')}",
                [source.code, source.solo, str(path)],
            )
        finally:
            path.unlink(missing_ok=True)


def _copy_out(source: LinkageSource, since: datetime | None, path: Path) -> None:
    select = sql.SQL(source.select).format(since=sql.Literal(since or "-infinity"))
    statement = sql.SQL(_COPIED).format(
        columns=sql.SQL(", ").join(sql.Identifier(name) for name in _TEXTS), select=select
    )
    path.touch(mode=0o600)
    with connection.cursor() as cursor, cursor.copy(statement) as copy, path.open("wb") as file:
        for block in copy:
            file.write(block)


def _fresh(store: Store) -> int:
    before = int(store.one("SELECT coalesce(max(rid), 0) FROM records"))
    number = _add(store)
    store.connection.execute(
        f"CREATE OR REPLACE TABLE fresh_ids AS SELECT rid FROM records WHERE rid > {before}"  # noqa: S608
    )
    return number


def _add(store: Store) -> int:
    before = int(store.one("SELECT coalesce(max(rid), 0) FROM records"))
    store.connection.execute(
        f"CREATE OR REPLACE TEMP VIEW incoming AS SELECT row_number() OVER (ORDER BY source, key) + {before} AS rid, * FROM staged"  # noqa: S608
    )
    return prepare(store.connection)
