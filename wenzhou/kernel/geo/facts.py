"""The committed facts (``data/*.json``, by ``tools/extract_divisions.py``) as typed values. No database."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from wenzhou.kernel.base.text import Text
from wenzhou.kernel.geo.contracts import Change, ChangeKind, Level, Place, version_id

DATA = Path(__file__).parent / "data"


def read(name: str) -> dict[str, Any]:
    """One data file, whole."""
    contents: dict[str, Any] = json.loads((DATA / name).read_text(encoding="utf-8"))
    return contents


def sources() -> list[dict[str, str]]:
    """Where the facts come from: name, version and licence of each package."""
    found = {
        s["name"]: s for name in ("divisions", "history", "outlines") for s in read(f"{name}.json")["sources"]
    }
    return list(found.values())


def _level(code: str) -> Level:
    if code.endswith("0000"):
        return Level.PROVINCE
    return Level.CITY if code.endswith("00") else Level.COUNTY


def _place(
    code: str,
    name: Text,
    level: Level,
    parent: str | None,
    start: date,
    *,
    end: date | None = None,
    start_known: bool = True,
) -> Place:
    return Place(version_id(code, start), code, name, level, parent, start, end, start_known)


def upper_places() -> Iterator[Place]:
    """Versions of the province, the city and the counties, since the first code table of 1980."""
    for row in read("history.json")["versions"]:
        end = date.fromisoformat(row["until"]) if row["until"] else None
        yield _place(
            row["code"],
            Text(row["name"], row["name_en"]),
            _level(row["code"]),
            row["parent"],
            date.fromisoformat(row["from"]),
            end=end,
        )


def lower_places() -> Iterator[Place]:
    """Towns and villages as observed on one day; how long they had been so before is not known."""
    facts = read("divisions.json")
    start = date.fromisoformat(facts["observed"])
    for county, _, _, towns in facts["counties"]:
        for tail, zh, en, villages in towns:
            town = county + tail
            yield _place(town, Text(zh, en), Level.TOWN, county, start, start_known=False)
            for last, village_zh, village_en in villages:
                name = Text(village_zh, village_en)
                yield _place(town + last, name, Level.VILLAGE, town, start, start_known=False)


@cache
def places() -> tuple[Place, ...]:
    """Every version of every division, parents before children."""
    upper = sorted(
        upper_places(), key=lambda place: (place.level != Level.PROVINCE, place.level != Level.CITY)
    )
    return (*upper, *lower_places())


@cache
def changes() -> tuple[Change, ...]:
    """All recorded changes of codes, one for each pair of old and new, oldest first."""
    found = [
        Change(
            date.fromisoformat(row["on"]),
            row["precision"],
            ChangeKind(row["kind"]),
            old,
            new,
            Text(row["note"]["zh"], row["note"]["en"]),
        )
        for row in read("history.json")["changes"]
        for old in row["old"]
        for new in row["new"]
    ]
    return tuple(sorted(found, key=lambda change: (change.on, change.old_code, change.new_code)))


@cache
def regions() -> dict[str, tuple[str, int, int | None]]:
    """Every six-digit code there was in China since 1980: name, first and last year in the tables."""
    return {
        code: (name, first, last) for code, (name, first, last) in read("regions.json")["regions"].items()
    }
