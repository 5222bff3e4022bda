"""Groups never hold what cannot be together."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from wenzhou.kernel.linkage.model.clusters import Edge, Grouping, Marks
from wenzhou.kernel.linkage.model.components import components


def grouped(*edges: tuple[int, int, float], marks: dict[int, Marks] | None = None) -> Grouping:
    grouping = Grouping(marks or {})
    grouping.add(Edge(*edge) for edge in edges)
    return grouping


def test_a_chain_is_one_group() -> None:
    assert grouped((1, 2, 9.0), (2, 3, 8.0), (7, 8, 5.0)).groups() == [[1, 2, 3], [7, 8]]


def test_the_weakest_pair_yields_between_two_valid_numbers() -> None:
    grouping = grouped((1, 2, 20.0), (2, 3, 9.0), marks={1: {"number": "A"}, 3: {"number": "B"}})
    assert grouping.groups() == [[1, 2]]
    assert grouping.set_aside == [Edge(2, 3, 9.0)]


def test_a_source_with_everybody_once_keeps_them_apart() -> None:
    marks: dict[int, Marks] = {1: {("solo", "register"): 1}, 2: {("solo", "register"): 2}}
    assert grouped((1, 5, 12.0), (2, 5, 13.0), marks=marks).groups() == [[2, 5]]


def test_what_a_clerk_parted_stays_parted() -> None:
    grouping = Grouping({}, {1: frozenset({4}), 4: frozenset({1})})
    grouping.add([Edge(1, 2, 9.0), Edge(3, 4, 9.0), Edge(2, 3, 8.0)])
    assert grouping.groups() == [[1, 2], [3, 4]]
    assert grouping.set_aside == [Edge(2, 3, 8.0)]


edges = st.lists(
    st.builds(Edge, st.integers(0, 12), st.integers(13, 25), st.sampled_from([3.0, 5.0, 8.0])), max_size=40
)


@given(edges, st.dictionaries(st.integers(0, 25), st.sampled_from("AB")), st.randoms())
def test_order_of_arrival_does_not_matter_and_no_group_breaks_a_rule(
    found: list[Edge], numbers: dict[int, str], order: object
) -> None:
    marks: dict[int, Marks] = {record: {"number": number} for record, number in numbers.items()}
    one, other = Grouping(marks), Grouping(marks)
    one.add(found)
    other.add(sorted(found, key=lambda edge: (edge.right, edge.left)))
    assert one.groups() == other.groups()
    for group in one.groups():
        assert len({numbers[record] for record in group if record in numbers}) <= 1


@given(edges)
def test_without_rules_they_are_the_connected_components(found: list[Edge]) -> None:
    grouping = Grouping({})
    grouping.add(found)
    left = np.array([edge.left for edge in found], dtype=np.int64)
    right = np.array([edge.right for edge in found], dtype=np.int64)
    by_label: dict[int, list[int]] = {}
    for node, label in zip(*(array.tolist() for array in components(left, right)), strict=True):
        by_label.setdefault(label, []).append(node)
    neighbours: dict[int, set[int]] = {}
    for edge in found:
        neighbours.setdefault(edge.left, set()).add(edge.right)
        neighbours.setdefault(edge.right, set()).add(edge.left)
    seen: set[int] = set()
    reached_from = []
    for start in sorted(neighbours):
        if start in seen:
            continue
        reached, waiting = {start}, [start]
        while waiting:
            for record in neighbours[waiting.pop()] - reached:
                reached.add(record)
                waiting.append(record)
        seen |= reached
        reached_from.append(sorted(reached))
    assert grouping.groups() == reached_from
    assert list(by_label.values()) == reached_from
