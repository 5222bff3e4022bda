"""Made addresses, parcels and buildings (虚构数据) of the made city plan: pure, the same on every machine."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

import numpy as np

from wenzhou.foundation.places.codes import address_code, building_code, parcel_code
from wenzhou.foundation.places.geometry import metres_of_degrees
from wenzhou.foundation.places.models import BuildingUse, Level, Use
from wenzhou.kernel.base.ids import made_id
from wenzhou.kernel.geo.api import Corners, Dwelling, MadeVillage

ROADS, NODES, PARCELS, BUILDINGS = 48, 49, 50, 51
"""Series of the made ids of anchors; versions have the same numbers in the series sixteen further on."""

VERSIONS = 16
SERIALS_OF_A_VILLAGE = 1_000_000
"""Room for the codes of one village's addresses; 3,685 of them stay below the serials of real addresses."""

SINCE = date(2010, 1, 1)


class MadeAddress(NamedTuple):
    """One made part of an address; ``serial`` counts in its village, -1 - n is the n-th road of the city."""

    serial: int
    id: str
    version: str
    code: str
    level: str
    name: str
    key: str
    ordinal: int
    parent: str | None
    division: str
    lon: float
    lat: float
    since: date


class MadeGround(NamedTuple):
    """One made parcel or building; ``door`` is the serial of the address that brought it."""

    door: int
    id: str
    version: str
    code: str
    division: str
    since: date
    corners: Corners
    values: dict[str, Any]


@dataclass(slots=True)
class MadePlaces:
    """What one village has for a number of dwellings, in an order of which a smaller number is the beginning."""

    addresses: list[MadeAddress] = field(default_factory=list)
    parcels: list[MadeGround] = field(default_factory=list)
    buildings: list[MadeGround] = field(default_factory=list)


def village_serial(village: int, serial: int) -> int:
    """The index of a made id: village in the upper sixteen bits, serial in it below."""
    return village << 32 | serial


def road_ids(villages: tuple[MadeVillage, ...]) -> dict[tuple[str, str], int]:
    """Every road of the city once, with its number: (division, name) → number."""
    found: dict[tuple[str, str], int] = {}
    for village in villages:
        for road in village.plan.roads:
            found.setdefault((road.division, road.name), len(found))
    return found


def roads(villages: tuple[MadeVillage, ...]) -> Iterator[MadeAddress]:
    """The roads of all villages; one that runs through several is placed in the first."""
    numbers = road_ids(villages)
    done: set[int] = set()
    for village in villages:
        for at, road in enumerate(village.plan.roads):
            number = numbers[road.division, road.name]
            if number in done:
                continue
            done.add(number)
            lon, lat = village.plan.cell(Dwelling(at, 0, 1, 0, 0, 0, village.plan.columns))[0]
            yield MadeAddress(
                -1 - number,
                made_id(ROADS, number),
                made_id(ROADS + VERSIONS, number),
                address_code(village.code[:6], Level.ROAD, number),
                Level.ROAD.value,
                road.name,
                road.name,
                0,
                None,
                road.division,
                lon,
                lat,
                max(SINCE, village.since),
            )


def places(
    village: MadeVillage,
    index: int,
    dwellings: int,
    numbers: dict[tuple[str, str], int],
    block: tuple[int, int],
) -> MadePlaces:
    """Everything below the roads of one village for its first ``dwellings`` dwellings.

    ``index`` is the village's in the city, ``numbers`` are the roads', ``block`` are its cadastral district and
    sub-district.
    """
    maker = _Maker(village, index, numbers, block)
    for node in village.plan.nodes(dwellings):
        maker.add(node.serial, node.parent, Level(node.level), node.key, node.name, node.dwelling)
    return maker.found


class _Maker:
    def __init__(
        self, village: MadeVillage, index: int, numbers: dict[tuple[str, str], int], block: tuple[int, int]
    ) -> None:
        self.village, self.index, self.block = village, index, block
        plan = village.plan
        self.roads = [made_id(ROADS, numbers[road.division, road.name]) for road in plan.roads]
        self.since = max(SINCE, village.since)
        self.found = MadePlaces()
        self.parcels: dict[tuple[int, int], MadeGround] = {}
        self.built: dict[tuple[int, int, int], MadeGround] = {}
        self.cells: dict[tuple[int, int], Corners] = {}
        self.feet: dict[tuple[int, int, int], Corners] = {}

    def add(self, serial: int, parent: int, level: Level, key: str, name: str, home: Dwelling) -> None:
        """One part of an address with the ground and the house that come with it."""
        id_ = made_id(NODES, village_serial(self.index, serial))
        lon, lat = self._point(level, home)
        self.found.addresses.append(
            MadeAddress(
                serial,
                id_,
                made_id(NODES + VERSIONS, village_serial(self.index, serial)),
                address_code(self.village.code[:6], level, (self.index + 1) * SERIALS_OF_A_VILLAGE + serial),
                level.value,
                name,
                key,
                int(key),
                made_id(NODES, village_serial(self.index, parent)) if parent >= 0 else self.roads[home.road],
                self.village.code,
                lon,
                lat,
                self.since,
            )
        )
        if level is Level.NUMBER:
            self._parcel(serial, home)
        if level is Level.BUILDING or (level is Level.NUMBER and not home.building):
            self._building(serial, home, id_)

    def _point(self, level: Level, home: Dwelling) -> tuple[float, float]:
        if level is Level.LANE or level is Level.NUMBER:
            return _middle(self._cell(home)[:2])
        return _middle(self._foot(home))

    def _cell(self, home: Dwelling) -> Corners:
        key = (home.road, home.column)
        found = self.cells.get(key)
        if found is None:
            found = self.cells[key] = self.village.plan.cell(home)
        return found

    def _foot(self, home: Dwelling) -> Corners:
        key = (home.road, home.column, home.building)
        found = self.feet.get(key)
        if found is None:
            found = self.feet[key] = self.village.plan.footprint(home, self._cell(home))
        return found

    def _parcel(self, door: int, home: Dwelling) -> None:
        serial = len(self.parcels)
        tenure = "GB" if self.village.urban else "JC"
        code = parcel_code(self.village.code[:6], *self.block, tenure, serial + 1)
        words = self.village.plan.words(home._replace(building=0, unit=0, room=0))
        ground = MadeGround(
            door,
            made_id(PARCELS, village_serial(self.index, serial)),
            made_id(PARCELS + VERSIONS, village_serial(self.index, serial)),
            code,
            self.village.code,
            self.since,
            self._cell(home),
            {
                "use": Use.TOWN_HOUSING.value if self.village.urban else Use.COUNTRY_HOUSING.value,
                "situated": self.village.address + words,
            },
        )
        self.parcels[home.road, home.column] = ground
        self.found.parcels.append(ground)

    def _building(self, door: int, home: Dwelling, address: str) -> None:
        serial = len(self.built)
        parcel = self.parcels[home.road, home.column]
        plan = self.village.plan
        self.built[home.road, home.column, home.building] = ground = MadeGround(
            door,
            made_id(BUILDINGS, village_serial(self.index, serial)),
            made_id(BUILDINGS + VERSIONS, village_serial(self.index, serial)),
            building_code(parcel.code, max(home.building, 1)),
            self.village.code,
            self.since,
            self._foot(home),
            {
                "parcel": parcel.id,
                "address": address,
                "use": BuildingUse.HOUSING.value,
                "storeys": plan.floors if self.village.urban else 2 + serial % 4,
                "built": 1985 + (serial * 7 + self.index) % 38,
            },
        )
        self.found.buildings.append(ground)


def _middle(points: Sequence[tuple[float, float]]) -> tuple[float, float]:
    return sum(lon for lon, _ in points) / len(points), sum(lat for _, lat in points) / len(points)


_POLYGON = bytes.fromhex("01030000000100000005000000")
"""How WKB of a polygon of one ring of five points begins."""


def shapes(grounds: list[MadeGround]) -> list[tuple[bytes, tuple[float, float, float, float], Decimal]]:
    """WKB, bounds and area of the polygons of many grounds at once, as Shapely and ``geometry.area`` have them."""
    if not grounds:
        return []
    corners = np.array([ground.corners for ground in grounds])
    rings = np.concatenate([corners, corners[:, :1]], axis=1)
    low, high = corners.min(axis=1), corners.max(axis=1)
    east, north = metres_of_degrees((low[:, 1] + high[:, 1]) / 2)
    sides = rings - rings[:, :1]  # near zero: the digits are kept
    twice = sides[:, :-1, 0] * sides[:, 1:, 1] - sides[:, 1:, 0] * sides[:, :-1, 1]
    areas = (np.abs(twice.sum(axis=1)) / 2 * east * north).tolist()
    held = rings.astype("<f8").tobytes()
    bounds = np.concatenate([low, high], axis=1).tolist()
    return [
        (_POLYGON + held[at * 80 : at * 80 + 80], tuple(bounds[at]), Decimal(f"{size:.2f}"))
        for at, size in enumerate(areas)
    ]
