"""The tail of an address: road, lane, number, building, unit, room, with their words or in the form 3-2-501."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from wenzhou.foundation.places.models import Level

_FIRST = re.compile(
    r"[0-9]+(?!国道|省道|县道)(?=[A-Z]?(?:号|弄|幢|单元|室|层|楼|-[0-9]|$))|[A-Z][0-9]?(?=幢|单元)"
)
_TOKEN = re.compile(r"-?([0-9]+[A-Z]?|[A-Z][0-9]*)(号|弄|幢|单元|层|楼|室)?")
_UNITS = {
    "弄": Level.LANE,
    "号": Level.NUMBER,
    "幢": Level.BUILDING,
    "单元": Level.UNIT,
    "室": Level.ROOM,
}
_ORDER = (Level.LANE, Level.NUMBER, Level.BUILDING, Level.UNIT, Level.ROOM)
_SHAPES: dict[int, tuple[tuple[Level, ...], ...]] = {
    1: ((Level.ROOM,), (Level.BUILDING,), (Level.NUMBER,)),
    2: (
        (Level.BUILDING, Level.ROOM),
        (Level.UNIT, Level.ROOM),
        (Level.NUMBER, Level.ROOM),
        (Level.NUMBER, Level.BUILDING),
    ),
    3: (
        (Level.BUILDING, Level.UNIT, Level.ROOM),
        (Level.NUMBER, Level.UNIT, Level.ROOM),
        (Level.NUMBER, Level.BUILDING, Level.ROOM),
    ),
    4: ((Level.NUMBER, Level.BUILDING, Level.UNIT, Level.ROOM),),
}
"""What bare numbers may mean, by how many there are; what contradicts the words beside them is left out."""


@dataclass(frozen=True, slots=True)
class Tail:
    """A reading of the tail: the road's name, keys by level in order, and what could not be read."""

    road: str
    keys: tuple[tuple[Level, str], ...]
    left: str = ""


def tails(text: str) -> list[Tail]:
    """All ways to read a normalised tail, the likeliest first; at least one."""
    first = _FIRST.search(text)
    if first is None:
        return [Tail(text, ())]
    road, numbers = text[: first.start()].strip("-"), text[first.start() :]
    worded, bare, left = _tokens(numbers)
    if not bare:
        return [Tail(road, _ordered(worded), left)]
    shapes = [dict(worded) | shape for shape in _meanings(bare, worded)]
    return [Tail(road, _ordered(shape), left) for shape in shapes] or [
        Tail(road, _ordered(worded), "-".join(bare) + left)
    ]


def _tokens(text: str) -> tuple[dict[Level, str], list[str], str]:
    """Numbers with their words, numbers without, and the text behind the last of them. Storeys say nothing new."""
    worded: dict[Level, str] = {}
    bare: list[str] = []
    at = 0
    while found := _TOKEN.match(text, at):
        key, unit = found.group(1), found.group(2)
        at = found.end()
        if unit is None:
            bare.append(key)
        elif unit in _UNITS and _UNITS[unit] not in worded:
            worded[_UNITS[unit]] = "-".join([*bare, key]) if unit == "号" else key
            bare = [] if unit == "号" else bare
    return worded, bare, text[at:]


def _meanings(bare: list[str], worded: dict[Level, str]) -> Iterator[dict[Level, str]]:
    deepest = max((_ORDER.index(level) for level in worded), default=-1)
    for shape in _SHAPES.get(len(bare), ()):
        free = all(level not in worded for level in shape)
        # Numbers without words stand behind those with words, but for a room that has its own.
        behind = Level.ROOM in worded or all(_ORDER.index(level) > deepest for level in shape)
        if free and behind:
            yield dict(zip(shape, bare, strict=True))


def _ordered(keys: dict[Level, str]) -> tuple[tuple[Level, str], ...]:
    return tuple((level, _plain(keys[level])) for level in _ORDER if level in keys)


def _plain(key: str) -> str:
    return "-".join(part.lstrip("0") or "0" for part in key.split("-"))
