"""Bitemporal rows that follow a changed division code, in bulk: a change from a day on, like any other."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from wenzhou.kernel.base.ids import uuid7
from wenzhou.kernel.registers.models import Versioned
from wenzhou.kernel.registers.versions import _insert, _piece, _supersede, clock

BATCH = 2_000
SOURCE = "division-order"


def follow_division(
    model: type[Versioned], old: str, new: str, on: date, after: UUID | None, *, column: str = "division"
) -> tuple[int, tuple[UUID, ...], UUID | None]:
    """From ``on`` the rows that say ``old`` say ``new``: how many, which could not, where to go on.

    One batch, by id. What they said before the day stays. A row that a constraint refuses (a name borne twice in
    what is now one county) is left as it is and named. The caller's transaction is the batch's.
    """
    rows: Any = model._default_manager.filter(**{column: old}, superseded_at=None)
    rows = rows.exclude(valid_to__lte=on)
    if after is not None:
        rows = rows.filter(pk__gt=after)
    ids = list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH])
    if not ids:
        return 0, (), None
    _lock(model, rows.filter(pk__in=ids))
    batch = list(rows.filter(pk__in=ids).order_by("pk"))  # again: what was written before the lock was ours
    refused = _in_parts(batch, lambda some: _rewrite(model, some, column, new, on))
    return len(batch) - len(refused), tuple(refused), ids[-1] if len(ids) == BATCH else None


def count_following(
    model: type[Versioned], codes: Collection[str], on: date, *, column: str = "division"
) -> int:
    """How many records say one of these codes on a day or later."""
    rows: Any = model._default_manager.filter(**{f"{column}__in": list(codes)}, superseded_at=None)
    found: int = rows.exclude(valid_to__lte=on).values(model.entity_fields[0]).distinct().count()
    return found


def _lock(model: type[Versioned], rows: Any) -> None:
    """Hold the anchors of all rows, in one order, so that two writers never wait for each other."""
    name = model.entity_fields[0]
    anchor: Any = model._meta.get_field(name).related_model
    wanted = rows.values(name)
    list(
        anchor._base_manager.select_for_update(no_key=True)
        .filter(pk__in=wanted)
        .order_by("pk")
        .values_list("pk", flat=True)
    )


def _in_parts(rows: Sequence[Versioned], write: Callable[[Sequence[Versioned]], None]) -> list[UUID]:
    """Write all at once; where the database refuses, halves, down to the rows that it refuses."""
    try:
        with transaction.atomic():
            write(rows)
    except IntegrityError:
        if len(rows) == 1:
            return [rows[0].pk]
        middle = len(rows) // 2
        return [*_in_parts(rows[:middle], write), *_in_parts(rows[middle:], write)]
    return []


def _rewrite(model: type[Versioned], rows: Sequence[Versioned], column: str, new: str, on: date) -> None:
    now = clock()
    _supersede(model, rows, now)
    pieces: list[Versioned] = []
    for row in rows:
        if row.valid_from < on:
            pieces.append(_piece(row, row.valid_from, on))
        moved = _piece(row, max(row.valid_from, on), row.valid_to)
        setattr(moved, column, new)
        moved.pk, moved.source, moved.recorded_by, moved.case = uuid7(), SOURCE, None, None
        pieces.append(moved)
    _insert(model, pieces, now)
