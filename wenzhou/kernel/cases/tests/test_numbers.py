"""Receipt numbers, and what the beginning of one says."""

from __future__ import annotations

from datetime import date

import pytest
import time_machine

from wenzhou.kernel.cases.numbers import next_number, submitted_since


@pytest.mark.django_db
@time_machine.travel("2026-11-23T23:30:00+08:00", tick=False)
def test_numbers_say_the_day_and_differ() -> None:
    first, second = next_number(), next_number()
    assert first[:10] == second[:10] == "WZ20261123"
    assert int(second[10:]) == int(first[10:]) + 1
    assert submitted_since(first) == date(2026, 11, 23)


@pytest.mark.parametrize(
    ("beginning", "day"),
    [
        ("WZ20261123", date(2026, 11, 23)),
        ("WZ2026112", date(2026, 11, 20)),
        ("WZ2026110", date(2026, 11, 1)),
        ("WZ202611", date(2026, 11, 1)),
        ("WZ20261", date(2026, 10, 1)),
        ("WZ20260", date(2026, 1, 1)),
        ("WZ2026", date(2026, 1, 1)),
        ("WZ202", None),
        ("WZ", None),
        ("W", None),
        ("20261123", None),
        ("WZ20261340", None),
        ("WZ20260230", None),
        ("WZ0000", None),
        ("WZ20AB", None),
    ],
)
def test_the_beginning_of_a_number_says_since_when(beginning: str, day: date | None) -> None:
    assert submitted_since(beginning) == day
