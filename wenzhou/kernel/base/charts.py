"""What a chart shows, as plain data: drawn by ``{% chart %}``, with its figures as a table beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

KINDS = ("bar", "hbar", "stack", "line", "pie", "gauge", "treemap", "pyramid")


@dataclass(frozen=True, slots=True)
class Series:
    """One line, row of bars or ring; ``values`` follow the categories, None is a gap."""

    name: str
    values: Sequence[float | int | None]


@dataclass(frozen=True, slots=True)
class Chart:
    """One chart. ``kind`` is one of KINDS.

    ``bar`` to ``line`` take any number of series, a ``pyramid`` (人口金字塔) two, the first to the left, the others one. A gauge shows its first value
    against ``maximum``. ``axis`` heads the first column of the table. Raises ValueError when a
    series has not one value for each category.
    """

    kind: str
    title: str
    categories: Sequence[str]
    series: Sequence[Series]
    unit: str = ""
    axis: str = ""
    maximum: float = 100

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"chart kind {self.kind!r}: one of {', '.join(KINDS)}")
        wrong = [one.name for one in self.series if len(one.values) != len(self.categories)]
        if wrong:
            raise ValueError(f"chart {self.title!r}: one value for each category, not so in {wrong}")

    def rows(self) -> list[tuple[str, list[float | int | None]]]:
        """The table: each category with its value in every series."""
        return [(name, [one.values[at] for one in self.series]) for at, name in enumerate(self.categories)]

    def as_json(self) -> dict[str, object]:
        """The data for the script that draws it."""
        return {
            "kind": self.kind,
            "title": self.title,
            "categories": [str(name) for name in self.categories],
            "series": [{"name": str(one.name), "values": list(one.values)} for one in self.series],
            "unit": self.unit,
            "maximum": self.maximum,
        }


@dataclass(frozen=True, slots=True)
class Node:
    """A point of a graph; ``group`` is the place of its group, ``url`` where a click leads, ``root`` where it begins."""

    id: str
    name: str
    group: int
    url: str = ""
    root: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """An arrow from a point to another, with the words on it."""

    source: str
    target: str
    label: str


@dataclass(frozen=True, slots=True)
class Graph:
    """Points and arrows (关系图), drawn by ``{% graph %}``. The page that shows it lists the same in a table."""

    title: str
    groups: Sequence[str]
    nodes: Sequence[Node]
    links: Sequence[Link]

    def as_json(self) -> dict[str, object]:
        """The data for the script that draws it."""
        return {
            "kind": "graph",
            "title": self.title,
            "groups": [str(one) for one in self.groups],
            "nodes": [
                {"id": n.id, "name": n.name, "group": n.group, "url": n.url, "root": n.root}
                for n in self.nodes
            ],
            "links": [{"source": one.source, "target": one.target, "label": one.label} for one in self.links],
        }
