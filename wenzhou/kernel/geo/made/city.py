"""All made villages of the city with their plans, from the committed facts alone."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import islice

import numpy as np

from wenzhou.kernel.geo import facts
from wenzhou.kernel.geo.census import RESIDENTS_2020
from wenzhou.kernel.geo.contracts import Level, Place
from wenzhou.kernel.geo.made import names
from wenzhou.kernel.geo.made.ground import reaches, to_metres, village_points
from wenzhou.kernel.geo.made.plan import PlanRoad, VillagePlan
from wenzhou.kernel.geo.postal import prefix

PERSONS_IN_A_HOUSEHOLD = 2.7
_COMMUNITIES_ON_AN_ARTERY = 6


@dataclass(frozen=True, slots=True)
class MadeVillage:
    """A real village with made ground: how its addresses begin, how many live there, and its plan.

    ``since``: the first day of its county, of which it may be said that it had this code.
    """

    code: str
    name: str
    address: str
    urban: bool
    residents: float
    since: date
    plan: VillagePlan


@cache
def made_villages() -> tuple[MadeVillage, ...]:
    """Every village of the facts, by code; about two seconds the first time."""
    places = {place.code: place for place in facts.places() if place.end is None}
    villages = [place for place in places.values() if place.level is Level.VILLAGE]
    towns: dict[str, list[Place]] = defaultdict(list)
    for village in villages:
        towns[village.code[:9]].append(village)
    points = village_points({town: [v.code for v in below] for town, below in towns.items()})
    middle = to_metres(np.array([points[village.code] for village in villages]))
    reach = dict(zip((v.code for v in villages), reaches(middle).tolist(), strict=True))
    roads = _roads(places, towns)
    weights = _weights(villages)
    found = []
    for village in villages:
        centre = points[village.code].tolist()
        urban = is_urban(village.name.zh)
        plan = VillagePlan(
            village.code, urban, roads[village.code], (centre[0], centre[1]), reach[village.code]
        )
        line = [places[village.code[:6]], places[village.code[:9]], village]
        found.append(
            MadeVillage(
                village.code, village.name.zh, prefix(line), urban, weights[village.code], line[0].start, plan
            )
        )
    return tuple(sorted(found, key=lambda one: one.code))


def dwellings_for(persons: int) -> list[int]:
    """How many dwellings each village of :func:`made_villages` needs in a city of so many made people.

    Households are drawn by chance: four deviations more than expected, and two, leave none without a home.
    """
    villages = made_villages()
    whole = sum(village.residents for village in villages)
    expected = (persons / PERSONS_IN_A_HOUSEHOLD * village.residents / whole for village in villages)
    return [
        min(math.ceil(some + 4 * math.sqrt(some) + 2), village.plan.capacity)
        for some, village in zip(expected, villages, strict=True)
    ]


def is_urban(name: str) -> bool:
    """Whether it is a residents' community (社区、居委会) and not a village."""
    return name.endswith(("社区", "居委会"))


def _weights(villages: list[Place]) -> dict[str, float]:
    """Residents of each village: the county's by the census, shared out; communities are larger."""
    drawn = {
        v.code: float(np.random.default_rng(int(v.code)).lognormal(0.0, 0.6))
        * (2.4 if is_urban(v.name.zh) else 1.0)
        for v in villages
    }
    totals: dict[str, float] = defaultdict(float)
    for code, weight in drawn.items():
        totals[code[:6]] += weight
    return {code: RESIDENTS_2020[code[:6]] * weight / totals[code[:6]] for code, weight in drawn.items()}


def _roads(places: dict[str, Place], towns: dict[str, list[Place]]) -> dict[str, tuple[PlanRoad, ...]]:
    """The roads of every village; a name is borne once in a county (《地名管理条例》 forbids to repeat one)."""
    taken: dict[str, set[str]] = defaultdict(set)
    roads: dict[str, list[PlanRoad]] = defaultdict(list)
    for town, villages in sorted(towns.items()):
        _add_arteries(places[town], villages, taken[town[:6]], roads)
    for _, villages in sorted(towns.items()):
        for village in villages:
            roads[village.code] += _local_roads(village, taken[village.code[:6]])
    return {code: tuple(found) for code, found in roads.items()}


def _add_arteries(
    town: Place, villages: list[Place], taken: set[str], roads: dict[str, list[PlanRoad]]
) -> None:
    communities = [village for village in villages if is_urban(village.name.zh)]
    free = _free(names.artery_names(town.name.zh, np.random.default_rng([int(town.code), 3])), taken)
    for first in range(0, len(communities), _COMMUNITIES_ON_AN_ARTERY):
        name = next(free)
        for place, village in enumerate(communities[first : first + _COMMUNITIES_ON_AN_ARTERY]):
            roads[village.code].append(PlanRoad(name, town.code, base=place * 100))


def _local_roads(village: Place, taken: set[str]) -> list[PlanRoad]:
    random = np.random.default_rng([int(village.code), 1])
    number = int(random.integers(3, 7)) if is_urban(village.name.zh) else int(random.integers(3, 6))
    found = _free(names.local_names(village.name.zh, random, urban=is_urban(village.name.zh)), taken)
    return [
        PlanRoad(name, village.code, lanes=at == 1 and int(village.code) % 3 == 0)
        for at, name in enumerate(islice(found, number))
    ]


def _free(candidates: Iterator[str], taken: set[str]) -> Iterator[str]:
    for name in candidates:
        if name not in taken:
            taken.add(name)
            yield name
