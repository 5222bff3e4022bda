"""What each record brings into its group, read from the prepared records: see ``clusters.Marks``."""

from __future__ import annotations

import duckdb

from wenzhou.kernel.linkage.model.clusters import Marks

_MARKED = """
SELECT rid, CASE WHEN solo THEN source END, CASE WHEN valid THEN number END FROM records
SEMI JOIN (SELECT rid_l AS rid FROM pairs WHERE band = 'match' UNION ALL SELECT rid_r FROM pairs WHERE band = 'match')
USING (rid) WHERE solo OR valid
"""


def marks_of(connection: duckdb.DuckDBPyConnection) -> dict[int, Marks]:
    """The marks of all records that stand in a match: one valid number a group, one record of a solo source."""
    found: dict[int, Marks] = {}
    for rid, source, number in connection.execute(_MARKED).fetchall():
        marks: dict[object, object] = {}
        if source is not None:
            marks["solo", source] = rid
        if number is not None:
            marks["number"] = number
        found[rid] = marks
    return found
