"""Keyset pages over one queryset and over several."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from wenzhou.kernel.base.models import AuditEntry
from wenzhou.kernel.base.pagination import Slice, keyset, keyset_of_several

pytestmark = pytest.mark.django_db


@pytest.fixture
def rows() -> None:
    for n in range(9):
        AuditEntry.objects.create(actor_name=f"n{n % 3}", action=f"a{n}", detail={})


def names(page: Slice[AuditEntry]) -> list[str]:
    return [row.action for row in page.rows]


@pytest.mark.parametrize("order", [("actor_name", "id"), ("-actor_name", "-id"), ("-actor_name", "id")])
def test_several_querysets_page_like_one(rows: None, order: tuple[str, ...]) -> None:
    whole = AuditEntry.objects.all()
    parts = [whole.filter(actor_name=name) for name in ("n2", "n0", "n1")]
    one, several = keyset(whole, *order, size=4), keyset_of_several(parts, *order, size=4)
    seen = []
    while True:
        assert names(one) == names(several)
        seen += names(one)
        if not one.next:
            break
        one, several = (
            keyset(whole, *order, token=one.next, size=4),
            keyset_of_several(parts, *order, token=several.next, size=4),
        )
    assert seen == [row.action for row in whole.order_by(*order)]
    back = keyset_of_several(parts, *order, token=several.previous, size=4)
    assert names(back) == seen[4:8]
    assert back.next and back.previous


@pytest.mark.parametrize("order", [("at", "id"), ("-at", "-id")])
def test_pages_in_order_of_time_skip_and_repeat_nothing(order: tuple[str, ...]) -> None:
    noon = datetime(2026, 11, 23, 12, tzinfo=UTC)
    for n in range(9):  # all within one millisecond
        at = noon + timedelta(microseconds=101 * n)
        AuditEntry.objects.create(at=at, actor_name="n", action=f"a{n}", detail={})
    rows = AuditEntry.objects.all()
    first = keyset(rows, *order, size=3)
    second = keyset(rows, *order, token=first.next, size=3)
    third = keyset(rows, *order, token=second.next, size=3)
    assert names(first) + names(second) + names(third) == [row.action for row in rows.order_by(*order)]
    assert names(keyset(rows, *order, token=third.previous, size=3)) == names(second)


def test_nothing_is_no_page() -> None:
    assert keyset_of_several([], "id") == Slice(rows=[], next="", previous="")
