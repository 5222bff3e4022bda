"""Made people (虚构人口) in made households in real villages: seeded, pure, the same on every machine.

Nobody here is real. Numbers are valid by GB 11643 and unique; the division in a number is the one
that covered the place on the day of registration. A larger population begins with the smaller one:
households are drawn in blocks that depend on seed and block alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from wenzhou.foundation.population import names
from wenzhou.kernel.base.standards import gb11643

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Random = np.random.Generator

BLOCK = 5_000
"""Households drawn at once; a change of it changes everybody."""

HEAD, SPOUSE, CHILD, CHILD2, ELDER, ELDER2 = range(6)
SLOTS = 6
NUMBERS_SINCE = date(1984, 10, 1)
"""Identity numbers began in 1984 (国发〔1984〕); who is older was registered then."""

# share, members (slots), age of the anchor: the child's where there is one, else the head's
_KINDS: tuple[tuple[float, tuple[int, ...], int, int], ...] = (
    (0.105, (HEAD,), 22, 42),
    (0.075, (HEAD,), 60, 90),
    (0.065, (HEAD, SPOUSE), 24, 36),
    (0.175, (HEAD, SPOUSE), 48, 82),
    (0.165, (HEAD, SPOUSE, CHILD), 0, 24),
    (0.125, (HEAD, SPOUSE, CHILD, CHILD2), 2, 22),
    (0.040, (HEAD, CHILD), 3, 24),
    (0.080, (HEAD, SPOUSE, CHILD, ELDER), 0, 22),
    (0.060, (HEAD, SPOUSE, CHILD, CHILD2, ELDER, ELDER2), 2, 20),
    (0.110, (HEAD, SPOUSE, CHILD), 20, 34),
)
_PROVINCES_ELSEWHERE = {
    "52": 25,
    "36": 18,
    "34": 12,
    "42": 12,
    "41": 9,
    "51": 8,
    "43": 6,
    "50": 5,
    "35": 5,
}
_ETHNICITIES_ELSEWHERE = ("06", "12", "15", "09")
_SHE = "22"


@dataclass(frozen=True, slots=True)
class Village:
    """A real village or community: code, how its addresses begin, whether it is urban, its weight.

    ``home(k)`` is the address of its ``k``-th dwelling, below the village.
    """

    code: str
    address: str
    urban: bool
    weight: float
    home: Callable[[int], str]

    @property
    def she(self) -> bool:
        """Whether it lies in a township of the She people (畲族乡镇)."""
        return "畲族" in self.address


@dataclass(frozen=True, slots=True)
class World:
    """What the generator needs to know of the real world.

    ``codes`` gives for each county the codes under which it registered births: (first day, code), oldest first;
    ``elsewhere`` are county codes of other provinces that have been in force since 1984.
    """

    villages: Sequence[Village]
    codes: Mapping[str, Sequence[tuple[date, str]]]
    elsewhere: Sequence[str]


class MadePerson(NamedTuple):  # a tuple, because a million dataclasses take ten seconds
    """One made person; ``household`` and ``serial`` count from 0, ``relation`` is by GB/T 4761."""

    serial: int
    number: str
    name: str
    sex: str
    born: date
    ethnicity: str
    household: int
    relation: str
    moved_in: date


class MadeHousehold(NamedTuple):
    """One made household at a real village; ``first`` is the index of its first person."""

    serial: int
    number: str
    division: str
    address: str
    first: int
    size: int


@dataclass(slots=True)
class _Columns:
    """Households (first part) and persons as columns; persons of a household stand together."""

    village: Ints
    size: Ints
    household: Ints
    slot: Ints
    male: Flags
    born: Ints
    surname: Ints
    given: Ints
    elsewhere: Ints
    registered: Ints
    ethnic: Ints
    moved_in: Ints


class Population:
    """A drawn population: exact columns now, rows as they are asked for."""

    def __init__(self, world: World, persons: int, *, seed: int, on: date) -> None:
        """Draw whole households until there are ``persons`` persons (at most five more)."""
        self.world = world
        self.on = on
        self._local, self._local_shares = names.weighted(names.SURNAMES)
        self._foreign, self._foreign_shares = names.weighted(names.ELSEWHERE_SURNAMES)
        self._surnames = [*self._local, *self._foreign]
        self._county_codes, self._county_of_village = _counties(world)
        columns = self._draw(persons, seed)
        self._numbers = _numbers(columns, self._regions(columns), seed)
        self._columns = columns
        self.households = len(columns.size)
        self.persons = int(columns.size.sum())
        self._first = np.concatenate([[0], np.cumsum(columns.size)])
        self._dwellings = _turns(columns.village)

    def _draw(self, persons: int, seed: int) -> _Columns:
        shares = np.array([v.weight for v in self.world.villages], dtype=np.float64)
        shares /= shares.sum()
        blocks: list[_Columns] = []
        total = 0
        while total < persons:
            random = np.random.default_rng([seed, len(blocks)])
            block = _block(random, self, shares)
            block.household += BLOCK * len(blocks)
            blocks.append(block)
            total += int(block.size.sum())
        merged = {
            field.name: np.concatenate([getattr(block, field.name) for block in blocks])
            for field in fields(_Columns)
        }
        sizes = np.cumsum(merged["size"])
        households = int(np.searchsorted(sizes, persons)) + 1
        kept = int(sizes[households - 1])
        by_household = {"village", "size"}
        return _Columns(**{k: v[: households if k in by_household else kept] for k, v in merged.items()})

    def _regions(self, columns: _Columns) -> Ints:
        """The six digits at the head of each number: where and when the person was registered."""
        began = np.datetime64(NUMBERS_SINCE, "D").astype(np.int64)
        registered = np.maximum(columns.born, began)
        regions = np.zeros(len(columns.born), dtype=np.int64)
        for index, county in enumerate(self._county_codes):
            here = columns.registered == index
            pairs = self.world.codes[county]
            starts = np.array([_days(start) for start, _ in pairs], dtype=np.int64)
            at = np.maximum(np.searchsorted(starts, registered[here], side="right") - 1, 0)
            regions[here] = np.array([int(code) for _, code in pairs], dtype=np.int64)[at]
        away = columns.elsewhere >= 0
        regions[away] = np.array([int(code) for code in self.world.elsewhere])[columns.elsewhere[away]]
        return regions

    def persons_before(self, household: int) -> int:
        """How many persons live in the households below ``household``."""
        return int(self._first[household])

    def household_rows(self, first: int, last: int) -> Iterator[MadeHousehold]:
        """Households ``first`` … ``last - 1``."""
        c = self._columns
        rows = slice(first, min(last, self.households))
        columns = zip(
            c.village[rows].tolist(),
            self._dwellings[rows].tolist(),
            c.size[rows].tolist(),
            self._first[rows].tolist(),
            strict=True,
        )
        for index, (village, dwelling, size, first_person) in enumerate(columns, first):
            place = self.world.villages[village]
            yield MadeHousehold(
                index,
                f"{place.code[:6]}{index:012d}",
                place.code,
                place.address + place.home(dwelling),
                first_person,
                size,
            )

    def person_rows(self, first: int, last: int) -> Iterator[MadePerson]:
        """Persons of the households ``first`` … ``last - 1``, heads first."""
        c = self._columns
        rows = slice(int(self._first[first]), int(self._first[min(last, self.households)]))
        born = c.born[rows].astype("M8[D]").tolist()
        moved = c.moved_in[rows].astype("M8[D]").tolist()
        male = c.male[rows].tolist()
        given = _given_names(c, rows, _days(self.on))
        columns = zip(
            self._numbers[rows].astype("U18").tolist(),
            c.surname[rows].tolist(),
            given,
            c.household[rows].tolist(),
            c.slot[rows].tolist(),
            male,
            c.ethnic[rows].tolist(),
            born,
            moved,
            strict=True,
        )
        for index, (number, surname, name, home, slot, is_male, ethnic, day, since) in enumerate(
            columns, rows.start
        ):
            yield MadePerson(
                index,
                number,
                self._surnames[surname] + name,
                "1" if is_male else "2",
                day,
                _ETHNICITIES[ethnic],
                home,
                _RELATIONS[slot, is_male],
                since,
            )

    def _draw_surnames(self, random: Random, away: Flags) -> Ints:
        local = random.choice(len(self._local), size=len(away), p=self._local_shares)
        foreign = random.choice(len(self._foreign), size=len(away), p=self._foreign_shares)
        return np.where(away, foreign + len(self._local), local).astype(np.int64)


_ETHNICITIES = ("01", _SHE, *_ETHNICITIES_ELSEWHERE)


def _counties(world: World) -> tuple[list[str], Ints]:
    counties = sorted({village.code[:6] for village in world.villages})
    place = {county: index for index, county in enumerate(counties)}
    return counties, np.array([place[village.code[:6]] for village in world.villages], dtype=np.int64)


def _days(day: date) -> int:
    if day == date.min:
        return -1_000_000
    return int(np.datetime64(day, "D").astype(np.int64))


def _block(random: Random, people: Population, shares: npt.NDArray[np.float64]) -> _Columns:
    """One block of households: who belongs to each, how old, of what family, from where."""
    kinds = random.choice(len(_KINDS), size=BLOCK, p=[kind[0] for kind in _KINDS])
    present = _PRESENT[kinds]
    drawn = _ages(random, kinds)
    male = _sexes(random)
    ages = _lawful(drawn, kinds, male)
    village = random.choice(len(shares), size=BLOCK, p=shares)
    urban = np.array([v.urban for v in people.world.villages])[village]
    away = random.random(BLOCK) < np.where(urban, 0.30, 0.08)
    surname = _families(random, people, male, away)
    born = _days(people.on) - 1 - (ages * 365.2425 + random.integers(0, 365, ages.shape)).astype(np.int64)
    home = _homes(random, people, village)
    household = np.repeat(np.arange(BLOCK), SLOTS).reshape(BLOCK, SLOTS)
    elsewhere = _elsewhere(random, people, away)
    arrived = _days(people.on) - 1 - random.integers(30, 365 * 20, BLOCK)
    return _Columns(
        village=village.astype(np.int64),
        size=present.sum(axis=1).astype(np.int64),
        household=household[present],
        slot=np.tile(np.arange(SLOTS), BLOCK).reshape(BLOCK, SLOTS)[present],
        male=male[present],
        born=born[present],
        surname=surname[present],
        given=random.integers(0, 2**40, (BLOCK, SLOTS))[present],
        elsewhere=elsewhere[present],
        registered=home[present],
        ethnic=_ethnic(random, people, village, away)[present],
        moved_in=np.maximum(born, arrived[:, None])[present],
    )


def _present_table() -> Flags:
    table = np.zeros((len(_KINDS), SLOTS), dtype=np.bool_)
    for row, kind in enumerate(_KINDS):
        table[row, list(kind[1])] = True
    return table


_PRESENT = _present_table()


def _ages(random: Random, kinds: Ints) -> Ints:
    """Ages in full years by household and slot; those of absent members mean nothing."""
    low = np.array([kind[2] for kind in _KINDS])[kinds]
    high = np.array([kind[3] for kind in _KINDS])[kinds]
    anchor = low + np.floor((high - low + 1) * random.beta(1.15, 1.25, BLOCK)).astype(np.int64)
    anchor = np.minimum(anchor, high)
    has_child = _PRESENT[kinds, CHILD]
    gap = np.clip(np.rint(random.normal(27.5, 4.2, BLOCK)), 20, 44).astype(np.int64)
    ages = np.zeros((BLOCK, SLOTS), dtype=np.int64)
    ages[:, CHILD] = anchor
    ages[:, CHILD2] = np.maximum(anchor - random.integers(1, 7, BLOCK), 0)
    ages[:, HEAD] = np.where(has_child, anchor + gap, anchor)
    ages[:, SPOUSE] = np.maximum(ages[:, HEAD] - np.clip(np.rint(random.normal(2, 2, BLOCK)), -3, 8), 20)
    older = np.clip(np.rint(random.normal(26.5, 4, BLOCK)), 19, 40).astype(np.int64)
    ages[:, ELDER] = np.minimum(ages[:, HEAD] + older, 99)
    ages[:, ELDER2] = np.minimum(ages[:, ELDER] + random.integers(-4, 5, BLOCK), 99)
    return ages


def _lawful(ages: Ints, kinds: Ints, male: Flags) -> Ints:
    """Spouses are old enough to be married (Civil Code art. 1047), parents old enough for their children."""
    least = np.where(male[:, SPOUSE], 23, 21)
    with_child = _PRESENT[kinds, CHILD]
    least = np.maximum(least, np.where(with_child, ages[:, CHILD] + 20, 0))
    ages[:, SPOUSE] = np.maximum(ages[:, SPOUSE], least)
    ages[:, ELDER2] = np.minimum(np.maximum(ages[:, ELDER2], ages[:, HEAD] + 18), 104)
    return ages


def _sexes(random: Random) -> Flags:
    male = random.random((BLOCK, SLOTS)) < np.array([0.80, 0.0, 0.525, 0.535, 0.42, 0.0])
    male[:, SPOUSE] = ~male[:, HEAD]
    male[:, ELDER2] = ~male[:, ELDER]
    return np.asarray(male, dtype=np.bool_)


def _families(random: Random, people: Population, male: Flags, away: Flags) -> Ints:
    """Surnames: spouses keep theirs, children take the father's, the head's father shares the head's."""
    surname = np.stack([people._draw_surnames(random, away) for _ in range(SLOTS)], axis=1)
    father = np.where(male[:, HEAD], surname[:, HEAD], surname[:, SPOUSE])
    surname[:, CHILD] = surname[:, CHILD2] = father
    for elder in (ELDER, ELDER2):
        surname[:, elder] = np.where(male[:, elder], surname[:, HEAD], surname[:, elder])
    return surname


def _homes(random: Random, people: Population, village: Ints) -> Ints:
    """County of registration: where the household lives; one spouse in ten is from another county."""
    home = np.repeat(people._county_of_village[village][:, None], SLOTS, axis=1)
    other = random.integers(0, len(people._county_codes), BLOCK)
    home[:, SPOUSE] = np.where(random.random(BLOCK) < 0.1, other, home[:, SPOUSE])
    return home


def _elsewhere(random: Random, people: Population, away: Flags) -> Ints:
    """Index into ``world.elsewhere`` for members of households from other provinces, else -1."""
    codes = people.world.elsewhere
    weights = np.array([_PROVINCES_ELSEWHERE.get(code[:2], 0.4) for code in codes], dtype=np.float64)
    per_province = {p: sum(1 for code in codes if code[:2] == p) for p in {code[:2] for code in codes}}
    weights /= np.array([per_province[code[:2]] for code in codes])
    drawn = random.choice(len(codes), size=BLOCK, p=weights / weights.sum())
    return np.repeat(np.where(away, drawn, -1)[:, None], SLOTS, axis=1).astype(np.int64)


def _ethnic(random: Random, people: Population, village: Ints, away: Flags) -> Ints:
    """Index into the ethnicities: She in She townships, some of the south-west among those from elsewhere."""
    she = np.array([v.she for v in people.world.villages])[village] & ~away & (random.random(BLOCK) < 0.35)
    west = away & (random.random(BLOCK) < 0.15)
    index = np.where(she, 1, np.where(west, random.integers(2, len(_ETHNICITIES), BLOCK), 0))
    return np.repeat(index[:, None], SLOTS, axis=1).astype(np.int64)


def _numbers(columns: _Columns, regions: Ints, seed: int) -> npt.NDArray[Any]:
    """Valid, unique numbers: within one division, day and sex people take serials in turn.

    A group begins at a serial that hangs on the group and the seed, so that not everybody is 001.
    """
    group = (regions * 200_000 + columns.born + 100_000) * 2 + columns.male
    rank = _turns(group)
    if rank.max() >= 500:
        raise ValueError("more than 500 people of one sex, day and division: the population is too large")
    offset = ((group * 2_654_435_761 + seed) >> 7) % 500
    sequence = (offset + rank) % 500 * 2 + columns.male
    return _with_check(regions, columns.born, sequence)


def _turns(group: Ints) -> Ints:
    """For each element how many of the same group come before it."""
    order = np.argsort(group, kind="stable")
    ordered = group[order]
    starts = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]]))
    lengths = np.diff(np.concatenate([starts, [len(ordered)]]))
    turns = np.empty(len(group), dtype=np.int64)
    turns[order] = np.arange(len(group)) - np.repeat(starts, lengths)
    return turns


def _with_check(regions: Ints, born: Ints, sequence: Ints) -> npt.NDArray[Any]:
    """Seventeen digits and the check character for each, as an array of text."""
    days = born.astype("M8[D]")
    months = days.astype("M8[M]")
    year = months.astype("M8[Y]").astype(np.int64) + 1970
    month = months.astype(np.int64) % 12 + 1
    day = (days - months).astype(np.int64) + 1
    whole = regions * 10**11 + (year * 10_000 + month * 100 + day) * 1_000 + sequence
    text = np.empty((len(whole), 18), dtype=np.uint8)
    total = np.zeros(len(whole), dtype=np.int64)
    for place in range(16, -1, -1):
        whole, digit = np.divmod(whole, 10)
        text[:, place] = digit + ord("0")
        total += digit * gb11643.WEIGHTS[place]
    text[:, 17] = np.frombuffer(gb11643.CHECK_CHARACTERS.encode(), dtype=np.uint8)[total % 11]
    return text.view("S18").ravel()


def _given_names(columns: _Columns, rows: slice, today: int) -> list[str]:
    """Given names after the fashion of the sex and the years of birth; one in six has one character."""
    drawn = columns.given[rows].tolist()
    young = (columns.born[rows] > today - 32 * 365).tolist()
    male = columns.male[rows].tolist()
    found = []
    for number, is_young, is_male in zip(drawn, young, male, strict=True):
        first, last = _GIVEN[is_male, is_young]
        second = last[number // 8192 % len(last)]
        single = number % 6 == 0
        found.append(second if single else first[number // 64 % len(first)] + second)
    return found


_GIVEN = {
    (True, False): (names.MALE_OLD, names.MALE_OLD_LAST),
    (True, True): (names.MALE_YOUNG, names.MALE_YOUNG_LAST),
    (False, False): (names.FEMALE_OLD, names.FEMALE_OLD_LAST),
    (False, True): (names.FEMALE_YOUNG, names.FEMALE_YOUNG_LAST),
}


_RELATIONS = {
    **{(slot, sex): code for slot, code in ((HEAD, "01"), (SPOUSE, "10")) for sex in (True, False)},
    **{(slot, sex): "50" for slot in (ELDER, ELDER2) for sex in (True, False)},
    **{(slot, sex): "20" if sex else "30" for slot in (CHILD, CHILD2) for sex in (True, False)},
}
