"""The first load (初始入库) of a register that is still empty: by several COPY streams, indexes made afterwards side by side.

What a table has beside its rows (indexes, keys, foreign keys, the guard of its versions) is noted in a committed row and taken
away, the rows come in, everything is made again and proven, and the note goes with the last commit. Killed in between, the
note stays: until ``recover`` (or the next load) has taken out the rows and made everything again, nothing counts as loaded.
Nobody else may write to the register meanwhile; daily files come by ``transfer``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import psycopg
from django.db import connection, models, transaction

from wenzhou.kernel.base import audit
from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.errors import Conflict
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.registers.models import FirstLoad, Versioned
from wenzhou.kernel.registers.temporal import OverlapGuard

STREAMS: Final = 2
KEPT: Final = 10_000
"""An anchor table may have so many rows already: accounts and offices come before the register."""
MEMORY_KB: Final = 1 << 20
"""For one index at a time and stream, at most an eighth of the machine."""
_BLOCK: Final = 1 << 20
_LOCK: Final = 3303_09
_USING: Final = " USING INDEX "


@dataclass(frozen=True, slots=True)
class Part:
    """Rows for a table: files in the text format of COPY (UTF-8), one or more a stream; ``names`` are fields of the model."""

    model: type[models.Model]
    names: tuple[str, ...]
    files: tuple[Path, ...]

    @property
    def table(self) -> str:
        """The table's name, which needs no quotes."""
        return self.model._meta.db_table


@dataclass(slots=True)
class _Taken:
    """What was taken from a table: statements that take and that make it again, in three steps."""

    take: list[str] = field(default_factory=list)
    indexes: list[str] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)


def first_load(
    actor: Actor, register: str, parts: Sequence[Part], *, streams: int = STREAMS, say: Callable[[str], None]
) -> int:
    """Load the parts (anchors before versions) into an empty register; gives the number of rows.

    Raises Conflict when there are versions already, and whatever the database says of the rows: then nothing is loaded.
    """
    with _alone():
        recover(say)
        _must_be_empty(parts)
        note = _take(register, parts)
        try:
            with connection.wrap_database_errors:  # of the streams' own sessions
                rows = copy_files(parts, streams, say)
                _make_indexes(note["indexes"], streams, say)
                _name_keys(note["keys"])
                _finish(actor, register, parts, note, rows, say)
        except BaseException:
            recover(say)
            raise
    return rows


def recover(say: Callable[[str], None]) -> None:
    """Undo a load that was killed: its rows go, and what was taken from the tables is made again."""
    for load in FirstLoad.objects.all():
        say(f"首次入库未完成，正在清除 an unfinished first load is undone: {load.register}")
        with transaction.atomic(), connection.cursor() as cursor:
            for table, kept in load.tables.items():
                for statement in _found(cursor, table).take:  # what was made again already
                    cursor.execute(statement)
                _empty(cursor, table, kept)
            for statement in [*load.indexes, *load.keys, *load.guards]:
                cursor.execute(statement)
            load.delete()


def _empty(cursor: Any, table: str, kept: list[str] | None) -> None:
    if kept is None:
        cursor.execute(f"TRUNCATE {table}")
        return
    cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
    if cursor.fetchone()[
        0
    ]:  # nothing points to what was only just loaded: spares a look into every table that could
        cursor.execute("SET LOCAL session_replication_role = replica")
    cursor.execute(f"DELETE FROM {table} WHERE id <> ALL(%s::uuid[])", [kept])  # noqa: S608 - a table of ours
    cursor.execute("SET LOCAL session_replication_role = origin")


class _alone:
    """One first load at a time, in whatever process."""

    def __enter__(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK])
            if not cursor.fetchone()[0]:
                raise Conflict(Text("另一次首次入库正在进行。", "Another first load is running."))

    def __exit__(self, *_: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])


def _must_be_empty(parts: Sequence[Part]) -> None:
    for part in parts:
        most = 0 if issubclass(part.model, Versioned) else KEPT
        if part.model._default_manager.values_list("pk")[most : most + 1].exists():
            raise Conflict(
                Text(
                    "登记簿已有数据，首次入库只用于空登记簿；请改用批量导入。",
                    "The register has records already, and a first load is for an empty one; import the file instead.",
                )
            )


def _take(register: str, parts: Sequence[Part]) -> dict[str, list[str]]:
    """Note what the tables have and take it away, in one transaction."""
    note: dict[str, list[str]] = {"indexes": [], "keys": [], "guards": []}
    tables: dict[str, list[str] | None] = {}
    with transaction.atomic(), connection.cursor() as cursor:
        for part in parts:
            cursor.execute(f"LOCK TABLE {part.table} IN ACCESS EXCLUSIVE MODE")
            whole = issubclass(part.model, Versioned)
            tables[part.table] = (
                None if whole else [str(pk) for (pk,) in part.model._default_manager.values_list("pk")]
            )
            taken = _found(cursor, part.table)
            note["indexes"] += taken.indexes
            note["keys"] += taken.keys
            for guard, editor in _guards(part.model):
                taken.take.append(str(guard.remove_sql(part.model, editor)))
                note["guards"].append(guard.create_sql(part.model, editor))
            for statement in taken.take:
                cursor.execute(statement)
        FirstLoad.objects.create(register=register, tables=tables, **note)
    return note


def _guards(model: type[models.Model]) -> Iterable[tuple[OverlapGuard, Any]]:
    editor = connection.schema_editor()
    return [(one, editor) for one in model._meta.constraints if isinstance(one, OverlapGuard)]


def _found(cursor: Any, table: str) -> _Taken:
    """Keys that other tables point to stay; the rest is made again faster than it is kept up."""
    taken = _Taken()
    cursor.execute(
        "SELECT c.conname, c.contype, pg_get_constraintdef(c.oid), pg_get_indexdef(c.conindid),"
        " EXISTS (SELECT FROM pg_constraint f WHERE f.contype = 'f' AND f.conindid = c.conindid AND f.confrelid = c.conrelid)"
        " FROM pg_constraint c WHERE c.conrelid = %s::regclass AND c.contype IN ('f', 'p', 'u', 'x') ORDER BY c.conname",
        [table],
    )
    for name, kind, definition, index, pointed_to in cursor.fetchall():
        if kind != "f" and pointed_to:
            continue
        taken.take.append(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
        if kind in "fx" or "WITHOUT OVERLAPS" in definition:
            taken.keys.append(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}')
            continue
        called = "PRIMARY KEY" if kind == "p" else "UNIQUE"
        late = definition.partition(")")[2] if "DEFERRABLE" in definition else ""
        taken.indexes.append(index)
        taken.keys.append(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {called} USING INDEX "{name}"{late}')
    cursor.execute(
        "SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i WHERE i.indrelid = %s::regclass"
        " AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid)",
        [table],
    )
    for name, definition in cursor.fetchall():
        taken.take.append(f"DROP INDEX {name}")
        taken.indexes.append(definition)
    return taken


def session() -> psycopg.Connection[Any]:
    """A connection of its own for a stream or for an index."""
    parameters = connection.get_connection_params()
    known = {
        key: value
        for key, value in parameters.items()
        if key in {"dbname", "user", "password", "host", "port"}
    }
    own: psycopg.Connection[Any] = psycopg.connect(**known)
    own.autocommit = True
    own.execute("SET synchronous_commit = off")  # the last commit, of the note, is a full one
    own.execute("SET max_parallel_maintenance_workers = 0")  # the streams are the workers
    own.execute(f"SET maintenance_work_mem = '{MEMORY_KB}kB'")
    return own


def copy_files(parts: Sequence[Part], streams: int, say: Callable[[str], None], *, prefix: str = "") -> int:
    """The rows alone, by so many streams, of which each takes every so-manieth file of a table; gives their number."""
    work: list[list[tuple[Part, Path]]] = [
        [(part, path) for part in parts for path in part.files[number::streams]] for number in range(streams)
    ]

    def stream(files: list[tuple[Part, Path]]) -> int:
        rows = 0
        with session() as own, own.cursor() as cursor:
            for part, path in files:
                columns = ", ".join(f'"{part.model._meta.get_field(name).column}"' for name in part.names)  # type: ignore[union-attr]
                with (
                    cursor.copy(f"COPY {prefix}{part.table} ({columns}) FROM STDIN") as copy,
                    path.open("rb") as source,
                ):
                    while block := source.read(_BLOCK):
                        copy.write(block)
                rows += max(cursor.rowcount, 0)
                say(f"入库 loaded {path.name}: {cursor.rowcount:,}")
        return rows

    return sum(_at_once(stream, work, streams))


def _make_indexes(indexes: Sequence[str], streams: int, say: Callable[[str], None]) -> None:
    """The widest first, so that the streams end together."""

    def make(statement: str) -> None:
        with session() as own:
            own.execute(statement)
        say(f"索引 indexed {statement.split(' INDEX ')[1].split(' ')[0]}")

    _at_once(
        make,
        sorted(indexes, key=lambda text: ("name" not in text, text.startswith("CREATE UNIQUE"))),
        streams,
    )


def _at_once[A, B](act: Callable[[A], B], things: Sequence[A], streams: int) -> list[B]:
    with ThreadPoolExecutor(streams) as pool:
        return list(pool.map(act, things))


def _name_keys(keys: Sequence[str]) -> None:
    """Indexes become keys: at once, but under a lock that the proof could not read through."""
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in keys:
            if _USING in statement:
                cursor.execute(statement)


def _finish(
    actor: Actor,
    register: str,
    parts: Sequence[Part],
    note: dict[str, list[str]],
    rows: int,
    say: Callable[[str], None],
) -> None:
    """Keys, foreign keys, the proof of the guards and the guards, and the note goes: one transaction."""
    guards = [(guard, part.model, editor) for part in parts for guard, editor in _guards(part.model)]
    with transaction.atomic(), connection.cursor() as cursor, ThreadPoolExecutor(1) as beside:
        cursor.execute(f"SET LOCAL maintenance_work_mem = '{MEMORY_KB}kB'")
        cursor.execute(f"SET LOCAL work_mem = '{MEMORY_KB // 2}kB'")
        for part in parts:  # from here on nobody can write, but the proof can read
            cursor.execute(f"LOCK TABLE {part.table} IN SHARE ROW EXCLUSIVE MODE")
        proofs = [guard.proof_sql(model, editor) for guard, model, editor in guards]
        proven = beside.submit(_prove, proofs)
        for statement in note["keys"]:
            if _USING not in statement:
                cursor.execute(statement)
        proven.result()
        say("外键与时态约束已核 foreign keys and periods are proven")
        for guard, model, editor in guards:
            cursor.execute(guard.guard_sql(model, editor))
        FirstLoad.objects.all().delete()
        audit.record(actor, "registers.first-load", register=register, rows=rows)
    with connection.cursor() as cursor:
        for part in parts:
            cursor.execute(f"ANALYZE {part.table}")
    say("已分析 analysed")


def _prove(statements: Sequence[str]) -> None:
    with session() as own:
        own.execute(f"SET work_mem = '{MEMORY_KB // 2}kB'")
        for statement in statements:
            own.execute(statement)
