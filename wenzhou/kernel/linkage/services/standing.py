"""What stands before a run joins anything: links, and records that people hold for different persons."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

import pyarrow as pa

from wenzhou.kernel.linkage.model.clusters import Grouping
from wenzhou.kernel.linkage.model.marks import marks_of
from wenzhou.kernel.linkage.model.store import Store
from wenzhou.kernel.linkage.models import RecordLink, Separation

_ENDS = """SELECT DISTINCT records.source, records.key FROM records SEMI JOIN (
    SELECT rid_l AS rid FROM pairs UNION ALL SELECT rid_r FROM pairs) AS ends USING (rid)"""
_SOME = 50_000
"""Up to so many records are asked for by key; for more, all links are read."""


def grouping_over(store: Store) -> tuple[Grouping, dict[int, UUID]]:
    """A grouping in which the entities that stand are groups already, and each record's entity.

    To a run an entity is a mark: no group gets two of them, so a run never merges what stands.
    """
    links = _links(store)
    entities = dict(_by_rid(store, [(source, key, str(entity)) for source, key, entity in links]))
    hand_over(
        store,
        "standing_links",
        {
            "rid": pa.array(list(entities), pa.int64()),
            "entity": pa.array(list(entities.values()), pa.string()),
        },
    )
    marks = marks_of(store.connection)
    for rid, entity in entities.items():
        marks[rid] = {**marks.get(rid, {}), "entity": entity}
    grouping = Grouping(marks, _apart(store))
    first: dict[str, int] = {}
    for rid, entity in sorted(entities.items()):
        grouping.unite(first.setdefault(entity, rid), rid)
    return grouping, {rid: UUID(entity) for rid, entity in entities.items()}


def _links(store: Store) -> Iterable[tuple[str, UUID, UUID]]:
    """Links now of the entities that any compared record belongs to, with all their other records."""
    current = RecordLink.objects.filter(superseded_at=None)
    number = int(store.one(f"SELECT count(*) FROM ({_ENDS})"))  # noqa: S608 - constants
    if number <= _SOME:
        keys = [key for _, key in store.rows(_ENDS)]
        entities = current.filter(key__in=keys).values("entity")
        current = current.filter(entity__in=entities)
    return current.values_list("source", "key", "entity").iterator(20_000)


def _apart(store: Store) -> dict[int, frozenset[int]]:
    """Records parted from each other, by number; the pairs stand in ``parted`` too."""
    rows = Separation.objects.filter(superseded_at=None)
    pairs = list(rows.values_list("left_source", "left_key", "right_source", "right_key"))
    ends = [(source, key, str(n)) for n, row in enumerate(pairs) for source, key in (row[:2], row[2:])]
    sides: dict[str, list[int]] = {}
    for rid, number in _by_rid(store, ends):
        sides.setdefault(number, []).append(rid)
    both = sorted({(min(rids), max(rids)) for rids in sides.values() if len(rids) == 2})
    lefts, rights = [left for left, _ in both], [right for _, right in both]
    hand_over(store, "parted", {"rid_l": pa.array(lefts, pa.int64()), "rid_r": pa.array(rights, pa.int64())})
    found: dict[int, set[int]] = {}
    for left, right in both:
        found.setdefault(left, set()).add(right)
        found.setdefault(right, set()).add(left)
    return {rid: frozenset(others) for rid, others in found.items()}


def hand_over(store: Store, table: str, columns: dict[str, pa.Array]) -> None:
    """Rows from Python as a table of the store."""
    store.connection.register("handed_over", pa.table(columns))
    store.connection.execute(f"CREATE OR REPLACE TABLE {table} AS SELECT * FROM handed_over")  # noqa: S608
    store.connection.unregister("handed_over")


def _by_rid(store: Store, rows: list[tuple[str, UUID, str]]) -> list[tuple[int, str]]:
    """The store's own number of each record, with what came beside it; records that left are left out."""
    if not rows:
        return []
    columns = list(zip(*rows, strict=True))
    table = pa.table({"source": columns[0], "key": [str(key) for key in columns[1]], "beside": columns[2]})
    store.connection.register("named", table)
    found = store.rows(
        "SELECT rid, beside FROM named JOIN records ON records.key = named.key::UUID AND records.source = named.source"
    )
    store.connection.unregister("named")
    return found
