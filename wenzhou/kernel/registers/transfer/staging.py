"""The statements of a bulk load: rows are copied to a staging table, and one statement writes what they change.

They do for a table of rows what ``versions.change`` does for one, with the same outcome (a property test compares them). Rows of
one record are taken in the order of the file, in rounds: the first row of every record, then the second, and so on; most files
have one round. All names are unqualified, so that a rehearsal can put temporary tables before the real ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection, models

from wenzhou.kernel.registers.declaration import Field, Register
from wenzhou.kernel.registers.models import Versioned

STAGE: Final = "wz_stage"
_PERIOD: Final = (
    "id",
    "valid_from",
    "valid_to",
    "recorded_at",
    "superseded_at",
    "source",
    "recorded_by",
    "case",
)


@dataclass(frozen=True, slots=True)
class Column:
    """A field that the file brings, with its column in the register's table."""

    field: Field
    name: str

    @property
    def staged(self) -> str:
        """Its column in the staging table; NULL there says nothing."""
        return quoted(f"c_{self.name}")

    @property
    def own(self) -> str:
        """Its column in the register's table."""
        return quoted(self.name)


def quoted(name: str) -> str:
    """An identifier."""
    return connection.ops.quote_name(name)


class Statements:
    """What is said to the database for one register and one set of columns.

    ``mine`` are written; ``foreign`` are of other offices and only compared.
    """

    def __init__(self, register: Register, mine: Sequence[Field], foreign: Sequence[Field]) -> None:
        meta = register.model._meta
        self.table = quoted(meta.db_table)
        self.entity = quoted(_column(register.model, register.anchor))
        anchor: Any = meta.get_field(register.anchor).related_model
        key_path = register.field(register.key).column
        if not key_path.startswith(f"{register.anchor}__"):
            raise TypeError(f"register {register.code}: its key does not stand at its anchor")
        self.anchor_model: type[models.Model] = anchor
        self.anchor = quoted(anchor._meta.db_table)
        self.key = quoted(_column(anchor, key_path.removeprefix(f"{register.anchor}__")))
        self.mine = [Column(field, _column(register.model, field.column)) for field in mine]
        self.foreign = [Column(field, _column(register.model, field.column)) for field in foreign]
        self.columns = [*self.mine, *self.foreign]
        brought = {column.name for column in self.mine}
        self.kept = [name for name in _content(register.model) if name not in brought]
        self.defaults = {name: _default(register.model, name) for name in (*brought, *self.kept)}
        self.needed = [
            column
            for column in self.mine
            if column.field.required or not _optional(register.model, column.name)
        ]
        self.absent = [
            field.name for field in register.fields if _is_needed_elsewhere(register, field, brought)
        ]

    def create(self) -> str:
        """The staging table: types and collations are those of the tables that it is compared with."""
        brought = "".join(f", v.{column.own} AS {column.staged}" for column in self.columns)
        return f"""
            CREATE TEMPORARY TABLE {STAGE} AS
            SELECT NULL::bigint AS line, a.{self.key} AS key, v.{self.entity} AS entity, v.valid_from AS since,
                v.id AS version, v.id AS piece, NULL::int AS round, v.id AS met, v.valid_to AS until,
                NULL::boolean AS known, NULL::boolean AS same, NULL::text AS fault, NULL::text[] AS about,
                NULL::text[] AS changed
                {brought}
            FROM {self.table} v, {self.anchor} a WITH NO DATA
        """  # noqa: S608 - names of our own models

    def copy(self) -> str:
        """What each row is copied to, in this order: line, key, since, version, piece, the columns."""
        names = ", ".join(["line", "key", "since", "version", "piece", *(c.staged for c in self.columns)])
        return f"COPY {STAGE} ({names}) FROM STDIN"

    def find(self) -> str:
        """The anchors that are there."""
        return f"UPDATE {STAGE} s SET entity = a.id FROM {self.anchor} a WHERE a.{self.key} = s.key"  # noqa: S608

    def lock(self) -> str:
        """As ``versions.lock``, for all of them, in an order that two loads share."""
        return f"""
            SELECT a.id FROM {self.anchor} a WHERE a.id IN (SELECT entity FROM {STAGE})
            ORDER BY a.id FOR NO KEY UPDATE
        """  # noqa: S608

    def without_record(self) -> str:
        """The rows whose record is not there yet; ``about``: what a first entry would lack."""
        return f"""
            UPDATE {STAGE} s SET known = false, about = {self._missing()}
            WHERE s.entity IS NULL OR NOT EXISTS (
                SELECT 1 FROM {self.table} v WHERE v.{self.entity} = s.entity AND v.superseded_at IS NULL)
        """  # noqa: S608

    def complete(self) -> str:
        """Key and values of the rows by which records can be opened, the first of each key."""
        names = "".join(f", s.{column.staged}" for column in self.mine)
        return f"""
            SELECT DISTINCT ON (s.key) s.key{names} FROM {STAGE} s
            WHERE s.entity IS NULL AND s.about = '{{}}' ORDER BY s.key, s.line
        """  # noqa: S608

    def rounds(self) -> str:
        """Numbers the rows of each record in the order of the file."""
        return f"""
            UPDATE {STAGE} s SET round = n.round FROM (
                SELECT line, row_number() OVER (PARTITION BY entity ORDER BY line) AS round
                FROM {STAGE} WHERE fault IS NULL AND entity IS NOT NULL) n
            WHERE n.line = s.line
        """  # noqa: S608

    def classify(self, *, refuse_foreign: bool) -> str:
        """What a round's rows meet: the version of their day, whether it says the same, and what forbids them.

        As in ``versions.change``: a row is so until the version that it splits ends, or until the next begins.
        """
        fixed = _listing(self._told(column, "l") for column in self.columns if not column.field.writable)
        foreign = _listing(self._told(column, "v") for column in self.foreign) if refuse_foreign else _NONE
        changed = _listing(self._told(column, "v") for column in self.mine)
        same = " AND ".join(
            f"(s.{c.staged} IS NULL OR s.{c.staged} IS NOT DISTINCT FROM v.{c.own})" for c in self.mine
        )
        return f"""
            WITH found AS (
                SELECT s.line, v.id AS met, l.id IS NOT NULL AS known, v.id IS NOT NULL AND {same or "true"} AS same,
                    CASE WHEN v.id IS NOT NULL THEN v.valid_to ELSE (
                        SELECT min(n.valid_from) FROM {self.table} n WHERE n.{self.entity} = s.entity
                        AND n.superseded_at IS NULL AND n.valid_from > s.since) END AS until,
                    CASE WHEN l.id IS NULL THEN {_NONE} ELSE {fixed} END AS fixed,
                    CASE WHEN v.id IS NOT NULL THEN {_NONE} ELSE {self._missing()} END AS missing,
                    {foreign} AS owned, {changed} AS changed
                FROM {STAGE} s
                LEFT JOIN {self.table} v ON v.{self.entity} = s.entity AND v.superseded_at IS NULL
                    AND v.valid_from <= s.since AND (v.valid_to IS NULL OR v.valid_to > s.since)
                LEFT JOIN LATERAL (
                    SELECT l.* FROM {self.table} l WHERE l.{self.entity} = s.entity AND l.superseded_at IS NULL
                    ORDER BY l.valid_from DESC LIMIT 1) l ON true
                WHERE s.round = %(round)s AND s.fault IS NULL)
            UPDATE {STAGE} s SET met = f.met, until = f.until, known = f.known, same = f.same, changed = f.changed,
                fault = CASE WHEN f.fixed <> '{{}}' THEN 'fixed' WHEN f.owned <> '{{}}' THEN 'owner'
                    WHEN f.missing <> '{{}}' THEN 'first' END,
                about = CASE WHEN f.fixed <> '{{}}' THEN f.fixed WHEN f.owned <> '{{}}' THEN f.owned ELSE f.missing END
            FROM found f WHERE f.line = s.line
        """  # noqa: S608

    def instant(self) -> str:
        """Now, and later than anything recorded so far of what the round changes."""
        return f"""
            SELECT greatest(clock_timestamp(), max(greatest(v.recorded_at, v.superseded_at)) + interval '1 microsecond')
            FROM {STAGE} s JOIN {self.table} v ON v.{self.entity} = s.entity
            WHERE s.round = %(round)s AND s.fault IS NULL AND NOT s.same
        """  # noqa: S608

    def supersede(self) -> str:
        """The versions that the round replaces."""
        return f"""
            UPDATE {self.table} v SET superseded_at = %(now)s FROM {STAGE} s
            WHERE v.id = s.met AND s.round = %(round)s AND s.fault IS NULL AND NOT s.same
        """  # noqa: S608

    def insert(self) -> str:
        """The new versions, and what the replaced ones still say before them, with its own provenance."""
        brought = [column.own for column in self.mine]
        kept = [quoted(name) for name in self.kept]
        names = ", ".join([*(quoted(name) for name in _PERIOD), self.entity, *brought, *kept])
        before = ", ".join(
            f"v.{name}"
            for name in (quoted("source"), "recorded_by", quoted("case"), self.entity, *brought, *kept)
        )
        values = ", ".join(
            [f"coalesce(s.{c.staged}, {self._carried(c.name)})" for c in self.mine]
            + [self._carried(name) for name in self.kept]
        )
        return f"""
            INSERT INTO {self.table} ({names})
            SELECT s.piece, v.valid_from, s.since, %(now)s, NULL::timestamptz, {before}
            FROM {STAGE} s JOIN {self.table} v ON v.id = s.met
            WHERE s.round = %(round)s AND s.fault IS NULL AND NOT s.same AND v.valid_from < s.since
            UNION ALL
            SELECT s.version, s.since, s.until, %(now)s, NULL::timestamptz, %(source)s, %(account)s::uuid, NULL, s.entity, {values}
            FROM {STAGE} s LEFT JOIN {self.table} v ON v.id = s.met
            WHERE s.round = %(round)s AND s.fault IS NULL AND NOT s.same
        """  # noqa: S608

    def days(self) -> str:
        """The days on which the round's versions are judged, each nearest to today of those on which it is so."""
        return f"SELECT DISTINCT {_JUDGED} FROM {STAGE} WHERE {_WRITTEN}"  # noqa: S608

    def written(self) -> str:
        """The round's versions of one such day that are new records, or say something new in one of these fields."""
        return f"""
            SELECT version FROM {STAGE} WHERE {_WRITTEN} AND {_JUDGED} = %s AND (NOT known OR changed && %s::text[])
        """  # noqa: S608

    def told(self, column: str) -> str:
        """``version`` or ``met`` of the round's rows that are new records, or say something new in one of these fields."""
        return f"SELECT {column} FROM {STAGE} WHERE {_WRITTEN} AND (NOT known OR changed && %s::text[])"  # noqa: S608

    def differing(self) -> str:
        """What rows that were taken say otherwise in fields of other offices."""
        names = ", ".join(
            f"CASE WHEN {self._differs(column)} THEN s.{column.staged} END" for column in self.foreign
        )
        return f"""
            SELECT s.line, s.key, s.entity, s.since, {names} FROM {STAGE} s
            JOIN {self.table} v ON v.{self.entity} = s.entity AND v.superseded_at IS NULL
                AND v.valid_from <= s.since AND (v.valid_to IS NULL OR v.valid_to > s.since)
            WHERE s.fault IS NULL AND ({" OR ".join(self._differs(column) for column in self.foreign)})
            ORDER BY s.line
        """  # noqa: S608

    def _differs(self, column: Column) -> str:
        return f"(s.{column.staged} IS NOT NULL AND s.{column.staged} IS DISTINCT FROM v.{column.own})"

    def _told(self, column: Column, other: str) -> str:
        """The field's name where the row says otherwise than ``other``."""
        return (
            f"CASE WHEN s.{column.staged} IS NOT NULL AND s.{column.staged} IS DISTINCT FROM {other}.{column.own} "
            f"THEN '{column.field.name}' END"
        )

    def _missing(self) -> str:
        return _listing(
            [f"CASE WHEN s.{c.staged} IS NULL THEN '{c.field.name}' END" for c in self.needed]
            + [f"'{name}'" for name in self.absent]
        )

    def _carried(self, name: str) -> str:
        return f"CASE WHEN v.id IS NULL THEN %(default_{name})s ELSE v.{quoted(name)} END"


_NONE: Final = "'{}'::text[]"
_WRITTEN: Final = "round = %s AND fault IS NULL AND NOT same"
_JUDGED: Final = "greatest(since, least(greatest(since, %s::date), until - 1))"


def _listing(parts: Iterable[str]) -> str:
    """The texts among ``parts`` that are not NULL."""
    found = ", ".join(parts)
    return f"array_remove(ARRAY[{found}]::text[], NULL)" if found else _NONE


def _column(model: type[models.Model], name: str) -> str:
    column = getattr(model._meta.get_field(name), "column", None)
    if not isinstance(column, str):
        raise TypeError(f"{model._meta.label} has no column for {name}")
    return column


def _content(model: type[Versioned]) -> list[str]:
    """What a version says: the columns that are neither of the row nor of its entity."""
    of_the_row = {field.name for field in Versioned._meta.local_fields}
    return [
        _column(model, field.name)
        for field in model._meta.concrete_fields
        if field.name not in of_the_row and field.name not in model.entity_fields and not field.generated
    ]


def _by_column(model: type[models.Model], column: str) -> Any:
    return next(field for field in model._meta.concrete_fields if field.column == column)


def _default(model: type[models.Model], column: str) -> Any:
    return _by_column(model, column).get_default()


def _optional(model: type[models.Model], column: str) -> bool:
    field = _by_column(model, column)
    return bool(field.null or field.blank or field.has_default())


def _is_needed_elsewhere(register: Register, field: Field, brought: set[str]) -> bool:
    """A field that a first entry needs and that the file does not bring."""
    if field.name == register.key or "__" in field.column:
        return False
    column = _column(register.model, field.column)
    return column not in brought and (field.required or not _optional(register.model, column))
