"""From the working store to PostgreSQL: pairs, links, doubtful pairs for clerks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from django.db import connection, models
from django.utils import timezone

from wenzhou.kernel.identity.api import offices
from wenzhou.kernel.linkage.declarations import LinkageSource
from wenzhou.kernel.linkage.model.persons import Model
from wenzhou.kernel.linkage.model.store import Store
from wenzhou.kernel.linkage.models import Act, Pair, Reason, RecordLink, Review, Run

REVIEW_DAYS = 10
"""Days within which a clerk looks at a doubtful pair."""

_ENDS = """
SELECT CASE WHEN l.key <= r.key THEN l.source ELSE r.source END AS left_source, least(l.key, r.key) AS left_key,
    CASE WHEN l.key <= r.key THEN r.source ELSE l.source END AS right_source, greatest(l.key, r.key) AS right_key,
    weight, probability, band, levels, rid_l, rid_r, l.solo AS solo_l, r.solo AS solo_r, l.source AS source_l,
    r.source AS source_r, coalesce(l.village, l.town, l.county, r.village, r.town, r.county, '3303') AS area
FROM pairs JOIN records AS l ON l.rid = rid_l JOIN records AS r ON r.rid = rid_r
"""


def write_pairs(store: Store, run: Run, scratch: Path) -> int:
    """The scored pairs of a run."""
    select = f"""SELECT '{run.id}' AS run, left_source, left_key, right_source, right_key, weight, probability, band,
        '{{' || array_to_string(levels, ',') || '}}' AS levels FROM ({_ENDS})"""  # noqa: S608 - an id and constants
    names = (
        "run",
        "left_source",
        "left_key",
        "right_source",
        "right_key",
        "weight",
        "probability",
        "band",
        "levels",
    )
    return _copy_in(store, select, Pair, names, scratch)


def write_links(store: Store, act: Act, scratch: Path) -> int:
    """The links of a run."""
    select = f"""SELECT uuidv7() AS id, source, key, entity, '{act.id}' AS opened_by, '{act.at.isoformat()}' AS recorded_at
        FROM new_links JOIN records USING (rid) ORDER BY entity"""  # noqa: S608 - an id, an instant, constants
    return _copy_in(
        store, select, RecordLink, ("id", "source", "key", "entity", "opened_by", "recorded_at"), scratch
    )


BIN = 2
"""Width of a bar of the chart of scores, in bits of match weight."""


def scores(store: Store) -> list[tuple[int, int, int]]:
    """How the scored pairs are spread: the lower edge of a bar in bits, pairs matched in it, pairs for clerks."""
    return [
        (int(edge), int(matched), int(grey))
        for edge, matched, grey in store.rows(
            f"""SELECT floor(greatest(least(weight, 60), -20) / {BIN}) * {BIN} AS edge,
                count(*) FILTER (band = 'match'), count(*) FILTER (band = 'grey')
            FROM pairs GROUP BY edge ORDER BY edge"""  # noqa: S608 - a constant
        )
    ]


def _copy_in(
    store: Store, select: str, model: type[models.Model], names: Sequence[str], scratch: Path
) -> int:
    path = scratch / "out.csv"
    path.touch(mode=0o600)
    try:
        store.connection.execute(f"COPY ({select}) TO '{path}' (FORMAT csv, HEADER false)")
        columns = ", ".join(connection.ops.quote_name(name) for name in names)
        statement = (
            f"COPY {connection.ops.quote_name(model._meta.db_table)} ({columns}) FROM STDIN (FORMAT csv)"
        )
        with connection.cursor() as cursor, path.open("rb") as file:
            with cursor.copy(statement) as copy:
                while block := file.read(1 << 20):
                    copy.write(block)
            return int(cursor.rowcount)
    finally:
        path.unlink(missing_ok=True)


def write_reviews(store: Store, run: Run, model: Model, sources: Sequence[LinkageSource]) -> int:
    """Doubtful pairs for clerks, but those decided before and those whose records came together otherwise."""
    store.connection.execute(
        "CREATE OR REPLACE TEMP VIEW members AS"
        " SELECT rid, entity FROM standing_links UNION ALL SELECT rid, entity FROM new_links"
    )
    rows = store.rows(
        f"""SELECT left_source, left_key, right_source, right_key, probability, levels, area, source_l, source_r,
            solo_l, solo_r, joins IS NOT NULL, coalesce(joins, false)
        FROM ({_ENDS}) AS ends LEFT JOIN set_aside USING (rid_l, rid_r) ANTI JOIN parted USING (rid_l, rid_r)
        WHERE band = 'grey' AND NOT EXISTS (
            FROM members AS a JOIN members AS b USING (entity) WHERE a.rid = ends.rid_l AND b.rid = ends.rid_r)
        ORDER BY probability DESC"""  # noqa: S608 - constants
    )
    by_code = {source.code: source for source in sources}

    areas = {code: one.area for code, one in offices().items()}

    @cache
    def office(source: str, area: str) -> tuple[str, str]:
        """Who looks at it, and where: a home outside the office's own area is looked at there all the same."""
        code = by_code[source].office(area)
        own = areas.get(code, "")
        return code, area if area.startswith(own) else own

    due = timezone.localdate() + timedelta(days=REVIEW_DAYS)
    reviews = [_review(row, run, model, due, office) for row in rows]
    before = Review.objects.count()
    Review.objects.bulk_create(reviews, batch_size=2_000, ignore_conflicts=True)
    return Review.objects.count() - before


def _review(
    row: tuple[Any, ...], run: Run, model: Model, due: date, office: Callable[[str, str], tuple[str, str]]
) -> Review:
    *ends, probability, levels, area, source_l, source_r, solo_l, _, aside, joins = row
    code, place = office(str(source_l if solo_l else source_r), str(area))
    reason = Reason.JOINS if joins else Reason.SET_ASIDE if aside else Reason.GREY
    return Review(
        left_source=ends[0],
        left_key=ends[1],
        right_source=ends[2],
        right_key=ends[3],
        run=run,
        reason=reason,
        probability=probability,
        levels=levels,
        office_id=code,
        area=place,
        due=due,
        weighty=reason is Reason.JOINS or model.is_weighty(levels),
    )
