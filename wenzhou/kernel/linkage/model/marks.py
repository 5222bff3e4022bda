"""What each record brings into its group, read from the prepared records: see ``clusters.Marks``."""

from __future__ import annotations

from collections.abc import Hashable

import duckdb

from wenzhou.kernel.linkage.model.clusters import Marks

_MARKED = """
SELECT rid, CASE WHEN marked.solo THEN marked.source END, CASE WHEN marked.valid THEN marked.number END
FROM records AS marked SEMI JOIN {rids} USING (rid) WHERE marked.solo OR marked.valid
"""


def marks_of(connection: duckdb.DuckDBPyConnection, rids: str) -> dict[int, Marks]:
    """The marks of the records in the table ``rids``: one valid number a group, one record of a solo source."""
    found: dict[int, Marks] = {}
    for rid, source, number in connection.execute(_MARKED.format(rids=rids)).fetchall():
        marks: dict[Hashable, Hashable] = {}
        if source is not None:
            marks["solo", source] = rid
        if number is not None:
            marks["number"] = number
        found[rid] = marks
    return found
