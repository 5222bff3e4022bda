"""Made firms (虚构企业) of real lines of business in real villages: seeded and pure.

None of them is real. Codes are valid by GB 32100 and unique, names are unique within the city; legal
representatives and shareholders are made people who were of age when the firm was founded, most of them
from its own county. A larger set begins with the firms of the smaller one; their holders hang on the people
there are.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from wenzhou.foundation.legal_persons import lines
from wenzhou.foundation.legal_persons.lines import LINES, Line
from wenzhou.kernel.base.standards import gb32100
from wenzhou.kernel.base.standards.gb32100 import MarketKind

Ints = npt.NDArray[np.int64]

BLOCK = 2_000
"""Firms drawn at once; a change of it changes every firm."""

CODES_SINCE = date(2015, 10, 1)
"""Unified codes began in October 2015; older firms got theirs then (国发〔2015〕33号)."""

_SERIAL_STEP = 271_828_183  # coprime to 31, so that serials are a permutation of 0…31^6-1
_SERIALS = 31**6
_FIRST = "".join(dict.fromkeys(lines.FIRST))
_LAST = "".join(dict.fromkeys(lines.LAST))
_PAIRS = len(_FIRST) * len(_LAST)


@dataclass(frozen=True, slots=True)
class Village:
    """A real village: code, how its addresses begin, its weight among all."""

    code: str
    address: str
    weight: float


class Adult(NamedTuple):
    """A made person who can hold a firm: serial and year of birth."""

    serial: int
    born: int


@dataclass(frozen=True, slots=True)
class World:
    """What the generator needs to know.

    ``codes``: for each county the codes under which it registered, (first day, code), oldest first.
    ``adults``: for each county the made people who can hold a firm, in order.
    """

    villages: Sequence[Village]
    codes: Mapping[str, Sequence[tuple[date, str]]]
    adults: Mapping[str, Sequence[Adult]]


class MadeFirm(NamedTuple):
    """One made firm. ``representative`` is the serial of a made person, ``capital`` in yuan."""

    serial: int
    code: str
    name: str
    kind: str
    line: Line
    capital: Decimal
    established: date
    division: str
    address: str
    representative: int


class MadeShare(NamedTuple):
    """What a made person has put into a made firm, in yuan."""

    firm: int
    holder: int
    amount: Decimal
    since: date


class _Draw(NamedTuple):
    """One block of draws, a row for each firm."""

    village: list[int]
    line: list[float]
    size: list[float]
    age: list[float]
    house: list[int]
    partners: list[list[float]]
    founders: list[int]


class Firms:
    """A drawn set of firms, given in order in chunks of any size."""

    def __init__(self, world: World, firms: int, *, seed: int, on: date) -> None:
        """Prepare ``firms`` firms; nothing is drawn yet."""
        self.world = world
        self.number = firms
        self.seed = seed
        self.on = on
        shares = np.array([village.weight for village in world.villages], dtype=np.float64)
        self._shares = shares / shares.sum()
        self._line_shares = {county: _line_shares(county) for county in world.codes}
        self._anybody = max(world.adults.values(), key=len, default=())
        if not self._anybody:
            raise ValueError("there are no adults to hold the firms")
        self._taken: dict[str, int] = defaultdict(int)

    def rows(self) -> Iterator[tuple[MadeFirm, list[MadeShare]]]:
        """Every firm with its shareholders, from the first."""
        self._taken.clear()
        for block in range(math.ceil(self.number / BLOCK)):
            draw = self._draw(block)
            for place in range(min(BLOCK, self.number - block * BLOCK)):
                yield self._firm(block * BLOCK + place, draw, place)

    def _draw(self, block: int) -> _Draw:
        random = np.random.default_rng([self.seed, 1, block])
        return _Draw(
            random.choice(len(self._shares), size=BLOCK, p=self._shares).tolist(),
            random.random(BLOCK).tolist(),
            random.lognormal(0.0, 0.9, BLOCK).tolist(),
            random.exponential(2600, BLOCK).tolist(),
            random.integers(1, 400, BLOCK).tolist(),
            random.random((BLOCK, 5)).tolist(),
            random.choice([1, 2, 3, 4], size=BLOCK, p=[0.42, 0.36, 0.15, 0.07]).tolist(),
        )

    def _firm(self, index: int, draw: _Draw, place: int) -> tuple[MadeFirm, list[MadeShare]]:
        village = self.world.villages[draw.village[place]]
        county = village.code[:6]
        line = LINES[int(np.searchsorted(self._line_shares[county], draw.line[place]))]
        established = self.on - timedelta(days=20 + int(min(draw.age[place], 15_000)))
        kind, market_kind = _kind(line)
        capital = _capital(line, draw.size[place])
        holders = self._holders(county, line, draw, place, established.year - 19)
        firm = MadeFirm(
            index,
            gb32100.make(
                region=self._region(county, established),
                serial=(index * _SERIAL_STEP + self.seed) % _SERIALS,
                kind=market_kind,
            ),
            self._name(county, line),
            kind,
            line,
            capital,
            established,
            village.code,
            f"{village.address}{draw.house[place]}号",
            holders[0],
        )
        amounts = _split(capital, len(holders))
        pairs = zip(holders, amounts, strict=True)
        return firm, [MadeShare(index, holder, amount, established) for holder, amount in pairs]

    def _region(self, county: str, established: date) -> str:
        day = max(established, CODES_SINCE)
        return [code for start, code in self.world.codes[county] if start <= day][-1]

    def _holders(self, county: str, line: Line, draw: _Draw, place: int, born_until: int) -> list[int]:
        """The representative first; one partner in four comes from elsewhere in the city."""
        wanted = 1 if line.small else max(draw.founders[place], 5 if line.cooperative else 1)
        own = self.world.adults.get(county) or self._anybody
        found: dict[int, None] = {}
        for position, number in enumerate(draw.partners[place][:wanted]):
            pool = self._anybody if position and number * 1000 % 1 < 0.25 else own
            found[_of_age(pool, number, born_until)] = None
        return list(found)

    def _name(self, county: str, line: Line) -> str:
        """A name that no other firm has: brands are dealt in a scattered order within county and word."""
        head = lines.COUNTY_IN_NAMES[county]
        key = head + line.word
        rank = self._taken[key]
        self._taken[key] = rank + 1
        round_, turn = divmod(rank, _PAIRS)
        scattered = (turn * _step() + sum(map(ord, key))) % _PAIRS
        brand = _FIRST[scattered // len(_LAST)] + _LAST[scattered % len(_LAST)]
        if round_:
            brand += _numeral(round_)
        tail = "" if line.small else "专业合作社" if line.cooperative else "有限公司"
        return f"{head}{brand}{line.word}{tail}"


def _of_age(pool: Sequence[Adult], number: float, born_until: int) -> int:
    """Somebody of the pool born early enough, from a drawn place on; else the eldest."""
    start = int(number * len(pool))
    for step in range(min(len(pool), 200)):
        adult = pool[(start + step) % len(pool)]
        if adult.born <= born_until:
            return adult.serial
    return min(pool, key=lambda adult: adult.born).serial


def _numeral(number: int) -> str:
    text = ""
    while number:
        number, digit = divmod(number - 1, len(lines.EXTRA))
        text = lines.EXTRA[digit] + text
    return text


def _step() -> int:
    step = int(_PAIRS * 0.618)
    while math.gcd(step, _PAIRS) != 1:
        step += 1
    return step


def _line_shares(county: str) -> npt.NDArray[np.float64]:
    """Cumulative shares of the lines in a county."""
    weights = np.array([line.weight * dict(line.homes).get(county, 1.0) for line in LINES])
    shares: npt.NDArray[np.float64] = np.cumsum(weights / weights.sum())
    shares[-1] = 1.0
    return shares


def _kind(line: Line) -> tuple[str, MarketKind]:
    """Our kind of market entity and the standard's."""
    if line.small:
        return "individual", MarketKind.SOLE_TRADER
    if line.cooperative:
        return "cooperative", MarketKind.COOPERATIVE
    return "limited", MarketKind.COMPANY


def _capital(line: Line, size: float) -> Decimal:
    """Round sums of ten thousands of yuan, as people register them."""
    wanted = max(line.capital * size, 1.0)
    magnitude = 10 ** max(int(math.log10(wanted)), 0)
    rounded = max(round(wanted / magnitude * 2) / 2, 1.0) * magnitude
    return Decimal(math.ceil(rounded)) * 10_000


def _split(capital: Decimal, holders: int) -> list[Decimal]:
    """The representative holds the most, the others equal parts; whole yuan that add up."""
    if holders == 1:
        return [capital]
    part = capital * 2 // (5 * (holders - 1))
    return [capital - part * (holders - 1), *([part] * (holders - 1))]
