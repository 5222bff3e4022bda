"""Keyset pagination: a page costs the same at row ten and at row ten million."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core import signing
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q

from wenzhou.kernel.base.errors import Invalid
from wenzhou.kernel.base.text import Text

SALT = "wenzhou.keyset"


@dataclass(frozen=True)
class Slice[M: models.Model]:
    """One page of rows with the tokens of its neighbours; an empty token means there is none."""

    rows: Sequence[M]
    next: str
    previous: str


def keyset[M: models.Model](
    queryset: models.QuerySet[M], *order: str, token: str = "", size: int = 50
) -> Slice[M]:
    """The page of ``queryset`` that ``token`` points to, in ``order``.

    ``order`` are field names, ``-`` for descending, none of them nullable, the last one unique.
    An index on the same columns makes it an index scan. Raises Invalid for a forged token.
    """
    return keyset_of_several((queryset,), *order, token=token, size=size)


def keyset_of_several[M: models.Model](
    querysets: Sequence[models.QuerySet[M]], *order: str, token: str = "", size: int = 50
) -> Slice[M]:
    """One page over the rows of all ``querysets``, which share none; else as :func:`keyset`.

    For an index that begins with a column of which a few values are wanted (a clerk's offices): each
    queryset is a short index scan, where one query with IN would read and sort all rows of them all.
    """
    position, backwards = _read(token, order)
    directed = [_reverse(name) if backwards else name for name in order]
    found: list[M] = []
    for queryset in querysets:
        rows = queryset
        if position is not None:
            rows = rows.filter(_after(order, position, backwards))
        found += rows.order_by(*directed)[: size + 1]
    if len(querysets) > 1:
        for name in reversed(directed):
            found.sort(key=lambda row, name=name: _value(row, name), reverse=name.startswith("-"))  # type: ignore[misc]
    more = len(found) > size
    found = found[:size]
    if backwards:
        found.reverse()
    has_next = more if not backwards else position is not None
    has_previous = more if backwards else position is not None
    return Slice(
        rows=found,
        next=_token(order, found[-1], backwards=False) if found and has_next else "",
        previous=_token(order, found[0], backwards=True) if found and has_previous else "",
    )


def _reverse(name: str) -> str:
    return name[1:] if name.startswith("-") else f"-{name}"


def _after(order: Sequence[str], position: Sequence[Any], backwards: bool) -> Q:
    condition = Q()
    equal = Q()
    for name, value in zip(order, position, strict=True):
        field = name.lstrip("-")
        ahead = "lt" if name.startswith("-") != backwards else "gt"
        condition |= equal & Q(**{f"{field}__{ahead}": value})
        equal &= Q(**{field: value})
    if len(order) == 1:
        return condition
    # Says nothing new, but an index scan can begin there; it cannot begin at a condition with OR.
    first = order[0]
    bound = "lte" if first.startswith("-") != backwards else "gte"
    return Q(**{f"{first.lstrip('-')}__{bound}": position[0]}) & condition


def _value(row: models.Model, name: str) -> Any:
    value: Any = row
    for part in name.lstrip("-").split("__"):
        value = getattr(value, part)
    return value


class _Exact(DjangoJSONEncoder):
    """Django's cuts times to milliseconds: a page would begin beside its row, and skip or repeat some."""

    def default(self, value: Any) -> Any:
        return value.isoformat() if isinstance(value, datetime) else super().default(value)


def _token(order: Sequence[str], row: models.Model, *, backwards: bool) -> str:
    values = json.loads(json.dumps([_value(row, name) for name in order], cls=_Exact))
    return signing.dumps({"o": list(order), "v": values, "b": backwards}, salt=SALT, compress=True)


def _read(token: str, order: Sequence[str]) -> tuple[list[Any] | None, bool]:
    if not token:
        return None, False
    try:
        content = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        content = {}
    if content.get("o") != list(order):
        raise Invalid(
            Text(
                "翻页标记无效，请从第一页重新开始。", "This page mark is not valid; start at the first page."
            ),
            fields={"page": Text("翻页标记无效", "Not a valid page mark")},
        )
    return content["v"], bool(content["b"])
