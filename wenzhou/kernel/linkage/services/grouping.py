"""From matched pairs to entities: new ones, ones that grow, and pairs set aside because their groups contradict.

Everything is joined first, by arrays; only groups that break a rule are gone through again pair by pair. An entity that
stands is a rule too: a group never gets two, so a run never merges what stands.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

import pyarrow as pa
from django.db import connection

from wenzhou.kernel.linkage.model.clusters import Edge, Grouping
from wenzhou.kernel.linkage.model.components import components
from wenzhou.kernel.linkage.model.marks import marks_of
from wenzhou.kernel.linkage.model.store import Store
from wenzhou.kernel.linkage.models import Separation

_ENDS = """SELECT DISTINCT records.source, records.key FROM records SEMI JOIN (
    SELECT rid_l AS rid FROM pairs UNION ALL SELECT rid_r FROM pairs) AS ends USING (rid)"""
_SOME = 50_000
"""Up to so many records are asked for by key; for more, all links are read."""

_LINKS = "SELECT source, key, entity FROM linkage_recordlink WHERE superseded_at IS NULL"
_LINKS_OF = """ AND entity IN (
    SELECT entity FROM linkage_recordlink WHERE superseded_at IS NULL AND key = ANY(%s))"""

_EDGES = """SELECT rid_l, rid_r FROM pairs WHERE band = 'match'
UNION ALL SELECT first_value(rid) OVER (PARTITION BY entity ORDER BY rid), rid FROM standing_links"""

_BROKEN = """CREATE OR REPLACE TABLE broken AS
SELECT label FROM joined JOIN records USING (rid) LEFT JOIN standing_links USING (rid) GROUP BY label
HAVING count(DISTINCT number) FILTER (valid) > 1 OR count(DISTINCT entity) > 1
    OR count(*) FILTER (solo) > count(DISTINCT source) FILTER (solo)
UNION SELECT a.label FROM parted JOIN joined AS a ON a.rid = rid_l JOIN joined AS b ON b.rid = rid_r
WHERE a.label = b.label"""


@dataclass(frozen=True, slots=True)
class Grouped:
    """How many entities are new, how many grew, how many pairs were set aside."""

    created: int
    extended: int
    set_aside: int


def group(store: Store) -> Grouped:
    """Leaves in the store: ``standing_links``, ``new_links`` (rid, entity), ``set_aside``; pairs set aside are grey."""
    _standing(store)
    _parted(store)
    found = store.connection.execute(_EDGES).fetchnumpy()
    left, right = (found[name] for name in ("rid_l", "rid_r"))
    nodes, labels = components(left, right)
    hand_over(store, "joined", {"rid": pa.array(nodes), "label": pa.array(labels)})
    store.connection.execute(_BROKEN)
    aside = _mend(store)
    _entities(store)
    created, extended = (
        int(store.one(f"SELECT count(DISTINCT entity) FROM new_links WHERE {where}"))  # noqa: S608 - constants
        for where in ("fresh", "NOT fresh")
    )
    return Grouped(created, extended, aside)


def _standing(store: Store) -> None:
    """Links now of the entities that any compared record belongs to, with all their other records."""
    number = int(store.one(f"SELECT count(*) FROM ({_ENDS})"))  # noqa: S608 - constants
    keys = [key for _, key in store.rows(_ENDS)] if number <= _SOME else None
    with connection.cursor() as cursor:
        cursor.execute(_LINKS if keys is None else _LINKS + _LINKS_OF, [keys] if keys is not None else None)
        rows = cursor.fetchall()
    found = _by_rid(store, ((source, key, str(entity)) for source, key, entity in rows))
    rids, entities = [rid for rid, _ in found], [entity for _, entity in found]
    hand_over(
        store,
        "standing_links",
        {"rid": pa.array(rids, pa.int64()), "entity": pa.array(entities, pa.string())},
    )


def _parted(store: Store) -> None:
    """Pairs of records that people hold for two persons."""
    rows = Separation.objects.filter(superseded_at=None)
    pairs = rows.values_list("left_source", "left_key", "right_source", "right_key")
    ends = ((source, key, str(n)) for n, row in enumerate(pairs) for source, key in (row[:2], row[2:]))
    sides: dict[str, list[int]] = {}
    for rid, number in _by_rid(store, ends):
        sides.setdefault(number, []).append(rid)
    both = sorted({(min(rids), max(rids)) for rids in sides.values() if len(rids) == 2})
    lefts, rights = [left for left, _ in both], [right for _, right in both]
    hand_over(store, "parted", {"rid_l": pa.array(lefts, pa.int64()), "rid_r": pa.array(rights, pa.int64())})


def _mend(store: Store) -> int:
    """Go through the broken groups pair by pair; how many pairs were set aside."""
    store.connection.execute(
        "CREATE OR REPLACE TEMP VIEW torn AS SELECT rid FROM joined SEMI JOIN broken USING (label)"
    )
    entities = dict(store.rows("SELECT rid, entity FROM standing_links SEMI JOIN torn USING (rid)"))
    marks = marks_of(store.connection, "torn")
    for rid, entity in entities.items():
        marks[rid] = {**marks.get(rid, {}), "entity": entity}
    grouping = Grouping(marks, _apart(store))
    first: dict[str, int] = {}
    for rid, entity in sorted(entities.items()):
        grouping.unite(first.setdefault(entity, rid), rid)
    edges = store.rows(
        "SELECT rid_l, rid_r, weight FROM pairs SEMI JOIN torn ON torn.rid = rid_l WHERE band = 'match'"
    )
    grouping.add(Edge(*edge) for edge in edges)
    _relabel(store, grouping)
    aside = grouping.set_aside
    joins = [_two_entities(edge, entities) for edge in aside]
    hand_over(
        store,
        "set_aside",
        {
            "rid_l": pa.array([edge.left for edge in aside], pa.int64()),
            "rid_r": pa.array([edge.right for edge in aside], pa.int64()),
            "joins": pa.array(joins, pa.bool_()),
        },
    )
    store.connection.execute(
        "UPDATE pairs SET band = 'grey' FROM set_aside"
        " WHERE pairs.rid_l = set_aside.rid_l AND pairs.rid_r = set_aside.rid_r"
    )
    return len(aside)


def _two_entities(edge: Edge, entities: dict[int, str]) -> bool:
    left, right = entities.get(edge.left), entities.get(edge.right)
    return left is not None and right is not None and left != right


def _apart(store: Store) -> dict[int, frozenset[int]]:
    found: dict[int, set[int]] = {}
    for left, right in store.rows("SELECT rid_l, rid_r FROM parted"):
        found.setdefault(left, set()).add(right)
        found.setdefault(right, set()).add(left)
    return {rid: frozenset(others) for rid, others in found.items()}


def _relabel(store: Store, grouping: Grouping) -> None:
    """The mended groups instead of the broken ones."""
    mended = [(rid, group[0]) for group in grouping.groups() for rid in group]
    rids, labels = [rid for rid, _ in mended], [label for _, label in mended]
    hand_over(store, "mended", {"rid": pa.array(rids, pa.int64()), "label": pa.array(labels, pa.int64())})
    store.connection.execute(
        "DELETE FROM joined WHERE label IN (FROM broken); INSERT INTO joined BY NAME SELECT * FROM mended"
    )


def _entities(store: Store) -> None:
    """The entity of each group, a new one where none stands, for the records that have none."""
    store.connection.execute(
        """CREATE OR REPLACE TABLE new_links AS
        WITH named AS (
            SELECT label, any_value(entity) AS entity FROM joined LEFT JOIN standing_links USING (rid) GROUP BY label
        ), targets AS MATERIALIZED (
            SELECT label, coalesce(entity, CAST(uuidv7() AS VARCHAR)) AS entity, entity IS NULL AS fresh FROM named
        )
        SELECT rid, targets.entity, fresh FROM joined JOIN targets USING (label)
        ANTI JOIN standing_links ON standing_links.rid = joined.rid"""
    )


def hand_over(store: Store, table: str, columns: dict[str, pa.Array]) -> None:
    """Rows from Python as a table of the store."""
    store.connection.register("handed_over", pa.table(columns))
    store.connection.execute(f"CREATE OR REPLACE TABLE {table} AS SELECT * FROM handed_over")  # noqa: S608
    store.connection.unregister("handed_over")


def _by_rid(store: Store, rows: Iterable[tuple[str, UUID, str]]) -> list[tuple[int, str]]:
    """The store's own number of each record, with what came beside it; records that left are left out."""
    given = list(rows)
    if not given:
        return []
    columns = list(zip(*given, strict=True))
    table = pa.table({"source": columns[0], "key": [str(key) for key in columns[1]], "beside": columns[2]})
    store.connection.register("named", table)
    found: list[tuple[int, str]] = store.rows(
        "SELECT rid, beside FROM named JOIN records ON records.key = named.key::UUID AND records.source = named.source"
    )
    store.connection.unregister("named")
    return found
