"""The plan of one made village: which roads it has, and the address of its k-th dwelling.

Dwelling ``k`` of a village is the same in every database, whatever else is made: a larger city begins with the
smaller one. Neighbouring dwellings share a stair, or stand side by side on a lane.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from wenzhou.kernel.geo.made.ground import METRES, SQUEEZE

type Point = tuple[float, float]
type Corners = tuple[Point, Point, Point, Point]

ROW_HOUSES = 4
"""Neighbouring houses of a country road that are settled together."""

LANE = 10
"""Numbers in one lane (弄)."""


@dataclass(frozen=True, slots=True)
class PlanRoad:
    """A road in a village: its name, the division it is entered under (a town's for one that runs on) and the
    number before its first here. ``lanes``: its houses stand in lanes."""

    name: str
    division: str
    base: int = 0
    lanes: bool = False


class Dwelling(NamedTuple):
    """Where a household lives. ``road`` is the index in the plan; 0 means that there is no such part."""

    road: int
    lane: int
    number: int
    building: int
    unit: int
    room: int
    column: int


class Node(NamedTuple):
    """One part of an address that becomes a record of its own. ``parent`` is a serial, or -1: the road."""

    serial: int
    parent: int
    level: str
    key: str
    name: str
    dwelling: Dwelling


@dataclass(frozen=True)
class VillagePlan:
    """A made village: roads as rows, numbers in columns on both sides, buildings behind them."""

    code: str
    urban: bool
    roads: tuple[PlanRoad, ...]
    centre: tuple[float, float] = (0.0, 0.0)
    reach: float = 300.0
    _shape: tuple[int, ...] = field(init=False)
    _turn: tuple[float, float] = field(init=False)

    def __post_init__(self) -> None:
        random = np.random.default_rng([int(self.code), 2])
        drawn = random.integers(0, 1_000_000, 6).tolist()
        numbers = 80 if self.urban else 240
        buildings = (1, 1, 2, 3, 4, 6)[drawn[0] % 6] if self.urban else 1
        units = (1, 1, 2, 3)[drawn[1] % 4]
        floors = (6, 6, 8, 12, 18, 26)[drawn[2] % 6]
        flats = 2 + drawn[3] % 3
        if buildings * units < 3:  # where few buildings stand they are tall
            floors = max(floors, 18)
        object.__setattr__(self, "_shape", (numbers, buildings, units, floors, flats, drawn[4], drawn[5]))
        angle = math.radians(int(self.code[-5:]) * 37 % 90)
        object.__setattr__(self, "_turn", (math.cos(angle), math.sin(angle)))

    @property
    def capacity(self) -> int:
        """How many dwellings the village can have."""
        numbers, buildings, units, floors, flats, _, _ = self._shape
        if self.urban:
            return len(self.roads) * numbers * buildings * units * floors * flats
        return len(self.roads) * numbers * 30

    @property
    def columns(self) -> int:
        """How many numbers stand on one side of a road."""
        return self._shape[0] // 2

    @property
    def buildings(self) -> int:
        """How many buildings stand behind one number."""
        return self._shape[1]

    @property
    def floors(self) -> int:
        """How many storeys the buildings have."""
        return self._shape[3]

    def dwelling(self, k: int) -> Dwelling:
        """Where the ``k``-th household lives. Raises ValueError beyond the capacity."""
        if not 0 <= k < self.capacity:
            raise ValueError(f"village {self.code} has no dwelling {k}: the made population is too large")
        return self._in_building(k) if self.urban else self._on_lane(k)

    def _in_building(self, k: int) -> Dwelling:
        numbers, buildings, units, floors, flats, stride, start = self._shape
        together = 2 * flats
        number_of = len(self.roads) * numbers * buildings
        turn, place = divmod(k // together, number_of)
        place = _scattered(place, number_of, stride, start)
        rooms = units * floors * flats
        room = (turn * together + k % together + place % floors * flats) % rooms
        road, rest = divmod(place, numbers * buildings)
        column, building = divmod(rest, buildings)
        unit, room = divmod(room, floors * flats)
        lane, number = self._number(road, column)
        return Dwelling(
            road,
            lane,
            number,
            building + 1 if buildings > 1 else 0,
            unit + 1 if units > 1 else 0,
            (room // flats + 1) * 100 + room % flats + 1,
            column,
        )

    def _on_lane(self, k: int) -> Dwelling:
        numbers, *_, stride, start = self._shape
        number_of = len(self.roads) * numbers // ROW_HOUSES
        turn, place = divmod(k // ROW_HOUSES, number_of)
        place = _scattered(place, number_of, stride, start)
        road, block = divmod(place, numbers // ROW_HOUSES)
        column = block * ROW_HOUSES + k % ROW_HOUSES
        lane, number = self._number(road, column)
        return Dwelling(road, lane, number, 0, 0, (turn + 1) * 100 + 1 if turn else 0, column)

    def _number(self, road: int, column: int) -> tuple[int, int]:
        here = self.roads[road]
        if not here.lanes:
            return 0, here.base + column + 1
        lane, number = divmod(column, LANE)
        return here.base + 2 * lane + 1, number + 1

    def text(self, k: int) -> str:
        """The address of the ``k``-th household below its village: 人民路12号3幢2单元502室."""
        return self.words(self.dwelling(k))

    def words(self, dwelling: Dwelling) -> str:
        """A dwelling in words."""
        return self.roads[dwelling.road].name + "".join(name for _, _, name in parts(dwelling))

    def nodes(self, dwellings: int) -> Iterator[Node]:
        """Every part of the first ``dwellings`` addresses below the road, parents first, in an order that lasts."""
        seen: dict[tuple[object, ...], int] = {}
        for k in range(min(dwellings, self.capacity)):
            dwelling = self.dwelling(k)
            parent = -1
            path: tuple[object, ...] = (dwelling.road,)
            for level, key, name in parts(dwelling):
                path = (*path, level, key)
                serial = seen.get(path)
                if serial is None:
                    serial = seen[path] = len(seen)
                    yield Node(serial, parent, level, key, name, dwelling)
                parent = serial

    def cell(self, dwelling: Dwelling) -> Corners:
        """The four corners (degrees, EPSG:4490) of the ground of a number, the first two along its road."""
        side = self.reach * math.sqrt(2)
        depth = side / len(self.roads) / 2
        width = side / self.columns
        across = 1 if dwelling.column % 2 else -1
        left = -side / 2 + dwelling.column // 2 * width
        road = -side / 2 + (dwelling.road * 2 + 1) * depth
        near, far = road + across * depth * 0.10, road + across * depth * 0.95
        right = left + width * 0.96
        return (
            self._degrees(left, near),
            self._degrees(right, near),
            self._degrees(right, far),
            self._degrees(left, far),
        )

    def footprint(self, dwelling: Dwelling, cell: Corners | None = None) -> Corners:
        """The four corners of a building on its cell, which may be given when it is known."""
        near_left, near_right, _, far_left = cell or self.cell(dwelling)
        index = max(dwelling.building, 1) - 1
        along = (near_right[0] - near_left[0], near_right[1] - near_left[1])
        back = (far_left[0] - near_left[0], far_left[1] - near_left[1])

        def corner(right: float, deep: float) -> Point:
            return (
                near_left[0] + along[0] * right + back[0] * deep,
                near_left[1] + along[1] * right + back[1] * deep,
            )

        low, high = (index + 0.12) / self.buildings, (index + 0.88) / self.buildings
        return corner(0.1, low), corner(0.9, low), corner(0.9, high), corner(0.1, high)

    def _degrees(self, east: float, north: float) -> Point:
        """Metres on the village's own axes as degrees."""
        cosine, sine = self._turn
        return (
            self.centre[0] + (east * cosine - north * sine) / (METRES * SQUEEZE),
            self.centre[1] + (east * sine + north * cosine) / METRES,
        )


def parts(dwelling: Dwelling) -> Iterator[tuple[str, str, str]]:
    """Level, key and words of each part below the road."""
    if dwelling.lane:
        yield "lane", str(dwelling.lane), f"{dwelling.lane}弄"
    yield "number", str(dwelling.number), f"{dwelling.number}号"
    if dwelling.building:
        yield "building", str(dwelling.building), f"{dwelling.building}幢"
    if dwelling.unit:
        yield "unit", str(dwelling.unit), f"{dwelling.unit}单元"
    if dwelling.room:
        yield "room", str(dwelling.room), f"{dwelling.room}室"


def _scattered(index: int, size: int, stride: int, start: int) -> int:
    """A permutation of 0 … size - 1 that sends neighbours far apart."""
    step = (int(size * 0.618) + stride % max(size // 7, 1)) % size or 1
    while math.gcd(step, size) != 1:
        step += 1
    return (index * step + start) % size
