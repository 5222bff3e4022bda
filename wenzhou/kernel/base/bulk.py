"""Loading many rows at once by COPY: for made data and take-over of old registers, not for daily writes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, models

from wenzhou.kernel.base.ids import made_id


def copy_rows(model: type[models.Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Append ``rows`` to the model's table; ``names`` are its fields (``person`` or ``person_id`` alike).

    Fields left out take their database defaults, not Django's. Must stand in a transaction: an error half-way
    leaves nothing. Returns the number of rows.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("copy_rows() belongs inside the transaction of its load")
    quote = connection.ops.quote_name
    columns = ", ".join(quote(_column(model, name)) for name in names)
    number = 0
    with connection.cursor() as cursor:
        statement = f"COPY {quote(model._meta.db_table)} ({columns}) FROM STDIN"
        with cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)
                number += 1
    return number


def _column(model: type[models.Model], name: str) -> str:
    column = getattr(model._meta.get_field(name), "column", None)
    if not isinstance(column, str):
        raise ValueError(f"{model._meta.label} has no column for {name}")
    return column


def made_done(model: type[models.Model], series: int) -> int:
    """How many made rows of a series are in the table, which are loaded in order: where to go on."""
    low, high = made_id(series, 0), made_id(series, 2**48 - 1)
    rows = model._default_manager.filter(pk__gte=low, pk__lte=high)
    newest = rows.order_by("-pk").values_list("pk", flat=True).first()
    return int(newest.hex[-12:], 16) + 1 if newest else 0


def analyse(*tables: type[models.Model]) -> None:
    """Renew the planner's statistics after a large load."""
    with connection.cursor() as cursor:
        for model in tables:
            cursor.execute(f"ANALYZE {connection.ops.quote_name(model._meta.db_table)}")
