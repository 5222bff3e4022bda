"""The head of an address: province, city, county, town, village, whole, shortened, repeated, of old, or left out."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache

from wenzhou.kernel.base.text import Text
from wenzhou.kernel.geo.api import Level, Place, every_version, resolve

_CITY = re.compile(r"^(?:浙江省|浙江(?!路|街)|温州市|温州(?!路|街|大道|中路|东路|西路))+")
_ROAD_WORD = re.compile(r"^(?:[东西南北中前后新老横上下一二三四五]?(?:大道|路|街|巷|弄|里)|大道|[0-9])")
_ENDS = {
    Level.COUNTY: re.compile(r"(?:区|县|市)$"),
    Level.TOWN: re.compile(r"(?:街道|镇|乡)$"),
    Level.VILLAGE: re.compile(r"(?:社区居委会|社区|村村委会|村委会|居委会|村)$"),
}
_VILLAGE_WORDS = (
    "社区居委会",
    "社区居民委员会",
    "社区",
    "村民委员会",
    "村村委会",
    "村委会",
    "居委会",
    "村",
    "",
)
MOST = 24
"""Readings that are followed at once; villages of one name are many."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of what was asked, and what it was taken for; ``cost`` is what that takes from the confidence."""

    level: str
    asked: str
    found: str
    how: Text
    cost: float = 0.0


@dataclass(frozen=True, slots=True)
class Head:
    """A reading of the head: within which division, what is left to read, and how it was read."""

    area: str
    rest: str
    parts: tuple[Part, ...] = ()


EXACT = Text("完全一致", "exact")
SHORT = Text("简称", "shortened")
OLD = Text("旧名称或旧代码", "an old name")


@dataclass(frozen=True, slots=True)
class _Named:
    code: str
    name: str
    how: Text
    cost: float


def heads(text: str) -> list[Head]:
    """All ways to read the head of a normalised address, the longest first; the last reads nothing."""
    found = [Head("", _CITY.sub("", text))]
    for level in (Level.COUNTY, Level.TOWN, Level.VILLAGE):
        further = [deeper for head in found for deeper in _deeper(head, level)]
        found = _sorted([*further, *found])[:MOST]
    return found


def _sorted(found: list[Head]) -> list[Head]:
    return sorted(found, key=lambda head: (len(head.rest), sum(part.cost for part in head.parts)))


def _deeper(head: Head, level: Level) -> list[Head]:
    """The readings that take the name of a division of this level from the front."""
    names = _names(every_version()[0])[level]
    found = []
    for length in range(min(14, len(head.rest)), 1, -1):
        asked, rest = head.rest[:length], head.rest[length:]
        for named in names.get(asked, ()):
            if not named.code.startswith(head.area) or (named.how is SHORT and _ROAD_WORD.match(rest)):
                continue
            part = Part(level.value, asked, named.name, named.how, named.cost)
            found += [Head(named.code, left, (*head.parts, part)) for left in _after(rest, asked)]
    return found


def _after(rest: str, asked: str) -> list[str]:
    """What is left to read; a name said twice may be a slip, or a road named after the place (九村 九村南路)."""
    rest = _CITY.sub("", rest)
    return [rest[len(asked) :], rest] if rest.startswith(asked) else [rest]


@lru_cache(maxsize=2)
def _names(stamp: int) -> dict[Level, dict[str, list[_Named]]]:
    """Every name that a division of the city has had, with its short forms, for one state of the tables."""
    index: dict[Level, dict[str, list[_Named]]] = {level: defaultdict(list) for level in _ENDS}
    for place in sorted(every_version()[1], key=lambda one: one.end is not None):
        if place.level not in _ENDS:
            continue
        now = resolve(place.code)
        if now is None:
            continue
        old = place.end is not None and now.name != place.name
        for name, how, cost in _forms(place):
            entry = _Named(now.code, now.name.zh, OLD if old else how, cost + (0.03 if old else 0.0))
            here = index[place.level][name]
            if all(other.code != entry.code for other in here):
                here.append(entry)
    return index


def _forms(place: Place) -> list[tuple[str, Text, float]]:
    name = place.name.zh
    short = _ENDS[place.level].sub("", name)
    if place.level is Level.VILLAGE:
        own = [(short + word, EXACT, 0.0) for word in _VILLAGE_WORDS if word]
        return [*own, (short, SHORT, 0.01)] if len(short) > 1 else own
    return [(name, EXACT, 0.0), (short, SHORT, 0.01)] if len(short) > 1 else [(name, EXACT, 0.0)]
