"""Precision, recall and F1 against a truth that can be counted by hand."""

from __future__ import annotations

import pytest

from wenzhou.kernel.linkage.model.evaluation import Truth, judge

TRUTH = {
    1: Truth(1),
    2: Truth(1, ("slip",)),
    3: Truth(1),
    4: Truth(2),
    5: Truth(2, ("slip", "moved")),
    6: Truth(3),
}


def test_counts() -> None:
    found = judge([[1, 2], [4, 5, 6]], TRUTH, grey=[(3, 1)])
    assert (found.right, found.wrong, found.missed, found.grey) == (2, 2, 2, 1)
    assert found.precision == found.recall == found.f1 == pytest.approx(0.5)


def test_by_error() -> None:
    found = judge([[1, 2], [4, 5]], TRUTH)
    assert found.by_error == {"clean": (0, 1), "moved": (1, 1), "slip": (2, 3)}
    assert found.recall_of("slip") == pytest.approx(2 / 3)


def test_nothing_to_find_and_nothing_found() -> None:
    found = judge([], {1: Truth(1), 2: Truth(2)})
    assert found.precision == found.recall == found.f1 == 1.0
