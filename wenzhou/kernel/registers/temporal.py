"""What the database itself refuses of versions: two known now for one day, and a period without the one it rests on.

Two ways, one promise (ADR 0009). ``TemporalKey`` is the temporal key of SQL:2011, in PostgreSQL 18 ``WITHOUT OVERLAPS``,
which a foreign key with ``PERIOD`` can point to (``PeriodKey``). ``OverlapGuard`` refuses the same from a trigger over the
as-of index, at a tenth of the price: for the tables with a row or more for everybody in the city.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.apps import apps
from django.contrib.postgres.fields.ranges import DateRangeField
from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import Case, Func, Q, When
from django.db.models.constraints import BaseConstraint

PERIOD = "current_period"
"""The column of a keyed version: its period while it is known, else nothing, which no temporal key compares."""
_TEMPORAL_KEYS_SINCE = 18_00_00


class CurrentPeriod(models.GeneratedField):
    """The generated column that a temporal key needs: a key stands on a range column and cannot be partial."""

    def __init__(self, **kwargs: Any) -> None:
        period = Func("valid_from", "valid_to", function="daterange", output_field=DateRangeField())
        kwargs |= {
            "expression": Case(When(Q(superseded_at=None), then=period)),
            "output_field": DateRangeField(null=True),
            "db_persist": True,
        }
        super().__init__(**kwargs)

    def deconstruct(self) -> Any:
        """For migrations: without the expression, which stands above."""
        name, _, arguments, kwargs = super().deconstruct()
        kwargs = {
            key: kwargs[key] for key in kwargs if key not in {"expression", "output_field", "db_persist"}
        }
        return name, f"{type(self).__module__}.{type(self).__name__}", arguments, kwargs

    def _check_supported(self, _databases: Any) -> list[Any]:
        # Django would ask a server for its version; every PostgreSQL that we run on stores generated columns.
        return []

    _check_persistence = _check_supported


class _Temporal(BaseConstraint):
    """A constraint of the database alone: forms and ``full_clean`` do not repeat it."""

    def __init__(self, *, fields: Sequence[str], name: str, **kwargs: Any) -> None:
        self.fields = tuple(fields)
        super().__init__(name=name, **kwargs)

    def constraint_sql(self, model: Any, schema_editor: Any) -> Any:
        """Nothing inside CREATE TABLE: it is added when the table and what it points to are there."""
        if sql := self.create_sql(model, schema_editor):
            schema_editor.deferred_sql.append(sql)
        return None

    def remove_sql(self, model: Any, schema_editor: Any) -> Any:
        """Takes it away, also where this server never had it."""
        quote = schema_editor.quote_name
        return f"ALTER TABLE {quote(model._meta.db_table)} DROP CONSTRAINT IF EXISTS {quote(self.name)}"

    def validate(self, *_: Any, **__: Any) -> None:
        """Who writes goes by ``versions``; the database has the last word."""

    def deconstruct(self) -> Any:
        """For migrations: the same on every server."""
        path, arguments, kwargs = super().deconstruct()
        return path, arguments, kwargs | {"fields": self.fields}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Temporal) and bool(self.deconstruct() == other.deconstruct())

    def __hash__(self) -> int:
        return hash((type(self), self.name, self.fields))


class TemporalKey(_Temporal):
    """No two versions of an entity known for one day: ``WITHOUT OVERLAPS``, before PostgreSQL 18 by exclusion."""

    def create_sql(self, model: Any, schema_editor: Any) -> str:
        """The same index (GiST) and the same refusal on both; only 18 lets a foreign key point to it."""
        columns = _columns(model, self.fields, schema_editor)
        period = schema_editor.quote_name(PERIOD)
        if _has_temporal_keys(schema_editor):
            key = f"UNIQUE ({', '.join(columns)}, {period} WITHOUT OVERLAPS)"
        else:
            equal = ", ".join(f"{column} WITH =" for column in columns)
            key = f"EXCLUDE USING gist ({equal}, {period} WITH &&)"
        return _add(model, self.name, key, schema_editor)


class PeriodKey(_Temporal):
    """Every day of a version is a day of a version of what it rests on (``PERIOD`` foreign key), by the end of the transaction.

    ``to`` is the model (label) that has the temporal key, ``to_fields`` the fields of that key. PostgreSQL 17 has no such
    constraint: there the services alone see to it.
    """

    def __init__(self, *, to: str, to_fields: Sequence[str], **kwargs: Any) -> None:
        self.to = to
        self.to_fields = tuple(to_fields)
        super().__init__(**kwargs)

    def create_sql(self, model: Any, schema_editor: Any) -> Any:
        """Checked at the commit, since a change supersedes a version before it writes the next."""
        if not _has_temporal_keys(schema_editor):
            return None
        target = apps.get_model(self.to)
        period = f"PERIOD {schema_editor.quote_name(PERIOD)}"
        ours = ", ".join([*_columns(model, self.fields, schema_editor), period])
        theirs = ", ".join([*_columns(target, self.to_fields, schema_editor), period])
        table = schema_editor.quote_name(target._meta.db_table)
        key = f"FOREIGN KEY ({ours}) REFERENCES {table} ({theirs}) DEFERRABLE INITIALLY DEFERRED"
        return _add(model, self.name, key, schema_editor)

    def deconstruct(self) -> Any:
        """With what it points to."""
        path, arguments, kwargs = super().deconstruct()
        return path, arguments, kwargs | {"to": self.to, "to_fields": self.to_fields}


class OverlapGuard(_Temporal):
    """No two versions of an entity known for one day, refused by triggers over the as-of index (``temporal_indexes``).

    ``fields`` begin with the foreign key to the anchor. Whoever writes of an entity waits for whoever does so already, on
    the anchor's row, as ``versions.lock`` does; so the look at what is there is complete. REPEATABLE READ cannot see what
    it waited for and is refused. The error is PostgreSQL's own for an exclusion (23P01) with the constraint's name.
    """

    def create_sql(self, model: Any, schema_editor: Any) -> str:
        """The guard, then the proof that nothing got in before it."""
        return f"{self.guard_sql(model, schema_editor)}\n{self.proof_sql(model, schema_editor)}"

    def proof_sql(self, model: Any, schema_editor: Any) -> str:
        """Fails when two versions that are there already are known for one day."""
        columns = _columns(model, self.fields, schema_editor)
        table = schema_editor.quote_name(model._meta.db_table)
        entity = ", ".join(f"o.{column}" for column in columns)
        return _PROOF.format(name=self.name, table=table, entity=entity)

    def guard_sql(self, model: Any, schema_editor: Any) -> str:
        """One function for the table, called once for a statement, however many rows it writes."""
        table = schema_editor.quote_name(model._meta.db_table)
        columns = _columns(model, self.fields, schema_editor)
        anchor: Any = model._meta.get_field(self.fields[0]).related_model
        function = schema_editor.quote_name(self.name)
        names = {
            "function": function,
            "name": self.name,
            "table": table,
            "entity": columns[0],
            "same": " AND ".join(f"o.{column} = n.{column}" for column in columns),
            "anchor": schema_editor.quote_name(anchor._meta.db_table),
            "key": schema_editor.quote_name(anchor._meta.pk.column),
        }
        triggers = [
            f"CREATE TRIGGER {schema_editor.quote_name(f'{self.name}_{act.lower()}')} AFTER {act} ON {table}"
            f" REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION {function}();"
            for act in ("INSERT", "UPDATE")
        ]
        return "\n".join([_GUARD.format(**names), *triggers])

    def remove_sql(self, model: Any, schema_editor: Any) -> str:
        """The function with its triggers."""
        return f"DROP FUNCTION IF EXISTS {schema_editor.quote_name(self.name)}() CASCADE"


# One look into the as-of index for each row that is written, whatever the planner believes: the plan is kept for the session, and one
# made for a large load, or before the table has statistics, would read the whole table for every row. So the joins that read it
# whole are off, and ``OFFSET 0`` keeps the look a look.
_GUARD = """
CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql
SET enable_hashjoin = off SET enable_mergejoin = off SET enable_seqscan = off
SET enable_bitmapscan = off SET enable_material = off AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM written WHERE superseded_at IS NULL) THEN
        RETURN NULL;
    END IF;
    IF current_setting('transaction_isolation') = 'repeatable read' THEN
        RAISE EXCEPTION '{name}: versions are not written in REPEATABLE READ' USING ERRCODE = 'feature_not_supported';
    END IF;
    PERFORM FROM {anchor} WHERE {key} IN (SELECT {entity} FROM written WHERE superseded_at IS NULL)
        ORDER BY {key} FOR NO KEY UPDATE;
    PERFORM FROM written n CROSS JOIN LATERAL (SELECT FROM {table} o
        WHERE {same} AND o.superseded_at IS NULL AND o.id <> n.id
        AND o.valid_from < coalesce(n.valid_to, 'infinity') AND coalesce(o.valid_to, 'infinity') > n.valid_from OFFSET 0) met
        WHERE n.superseded_at IS NULL;
    IF FOUND THEN
        RAISE EXCEPTION 'two versions known for one day violate "{name}"'
            USING ERRCODE = 'exclusion_violation', CONSTRAINT = '{name}', TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA;
    END IF;
    RETURN NULL;
END $$;
"""

_PROOF = """
DO $$
BEGIN
    PERFORM FROM (
        SELECT o.valid_from < lag(coalesce(o.valid_to, 'infinity')) OVER (PARTITION BY {entity} ORDER BY o.valid_from) AS wrong
        FROM {table} o WHERE o.superseded_at IS NULL) each_one WHERE wrong;
    IF FOUND THEN
        RAISE EXCEPTION 'two versions known for one day violate "{name}"'
            USING ERRCODE = 'exclusion_violation', CONSTRAINT = '{name}';
    END IF;
END $$;
"""


def _has_temporal_keys(schema_editor: BaseDatabaseSchemaEditor) -> bool:
    connection: Any = schema_editor.connection
    return bool(connection.pg_version >= _TEMPORAL_KEYS_SINCE)


def _columns(model: Any, fields: Sequence[str], schema_editor: Any) -> list[str]:
    return [schema_editor.quote_name(model._meta.get_field(field).column) for field in fields]


def _add(model: Any, name: str, key: str, schema_editor: Any) -> str:
    quote = schema_editor.quote_name
    return f"ALTER TABLE {quote(model._meta.db_table)} ADD CONSTRAINT {quote(name)} {key}"
