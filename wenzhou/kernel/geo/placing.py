"""Figures of registers on the divisions of today or of another day (按现行或当日区划统计).

Records carry codes; a code is placed on a day by what the history says, at the finest level that it says it: a village that
was moved is known as itself, a town by its village, a county by its split. What nobody has said is not guessed: it is told apart.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from wenzhou.kernel.base.errors import Invalid
from wenzhou.kernel.base.text import Text, t
from wenzhou.kernel.geo.contracts import CODE_LENGTHS, Level
from wenzhou.kernel.geo.directory import directory, today
from wenzhou.kernel.geo.mapping import mapping
from wenzhou.kernel.geo.selectors import code_history, division, resolve

_LENGTHS = (CODE_LENGTHS[Level.VILLAGE], CODE_LENGTHS[Level.TOWN], 6)


@dataclass(slots=True)
class Placed:
    """Figures by code of the day that is shown; ``unplaced`` are those of old codes of which nobody has said where they went.

    The sum of both is that of what was counted.
    """

    counts: dict[str, float] = field(default_factory=dict)
    unplaced: dict[str, float] = field(default_factory=dict)


def placed(counts: Mapping[str, float], counted_on: date, shown_on: date, *, digits: int) -> Placed:
    """Figures by division (of any level, the finer the surer) as figures by divisions of ``digits`` digits on a day.

    ``counted_on`` is the day as of which the records were counted: it says what their codes meant.
    """
    found = Placed()
    for code, number in counts.items():
        shares = place(code, counted_on, shown_on, digits=digits)
        if not shares:
            found.unplaced[code] = found.unplaced.get(code, 0) + number
        for new, share in shares.items():
            found.counts[new] = found.counts.get(new, 0) + number * share
    return found


TODAY, THEN = "today", "then"


def choices() -> list[tuple[str, str]]:
    """For a page of statistics: on which divisions its figures are shown."""
    return [
        (TODAY, t("现行区划", "Divisions of today")),
        (THEN, t("统计当日的区划", "Divisions of that day")),
    ]


def shown_day(choice: str, counted_on: date) -> date:
    """The day whose divisions a reader has chosen; of today when nothing is chosen. Raises Invalid."""
    if choice not in ("", TODAY, THEN):
        text = Text("请选择现行区划或当日区划", "Choose the divisions of today or of that day")
        raise Invalid(text, fields={"divisions": text})
    return counted_on if choice == THEN else today()


def unplaced_text(figures: tuple[int, ...]) -> Text | None:
    """What a page says of figures that could not be placed; None for none."""
    number = max(figures, default=0)
    if not number:
        return None
    return Text(
        f"另有 {number:,} 条记录的原区划已拆分，去向无据可查，未计入各地区。",
        f"Another {number:,} records lie in divisions that were split; where they went nobody has said, and they are in no area.",
    )


def table(
    rows: Mapping[str, Sequence[int]], counted_on: date, shown_on: date, *, digits: int, within: str = ""
) -> tuple[dict[str, tuple[int, ...]], tuple[int, ...]]:
    """Rows of several figures as ``placed`` has them, by code and inside ``within``; and the figures that could not be placed."""
    width = max((len(row) for row in rows.values()), default=0)
    columns = [
        placed({code: row[at] for code, row in rows.items()}, counted_on, shown_on, digits=digits)
        for at in range(width)
    ]
    codes = sorted({code for column in columns for code in column.counts if code.startswith(within)})
    lost = tuple(round(sum(column.unplaced.values())) for column in columns)
    return {code: tuple(round(column.counts.get(code, 0)) for column in columns) for code in codes}, lost


def place(code: str, counted_on: date, shown_on: date, *, digits: int) -> dict[str, float]:
    """Codes of ``digits`` digits on ``shown_on`` for a code of ``counted_on``, with shares of one; empty: nobody has said."""
    for length in _LENGTHS:
        if digits <= length <= len(code):
            shares = _at(code[:length], counted_on, shown_on)
            if shares:
                return _cut(shares, digits)
    return {}


def _cut(shares: Mapping[str, float], digits: int) -> dict[str, float]:
    found: dict[str, float] = {}
    for code, share in shares.items():
        found[code[:digits]] = found.get(code[:digits], 0) + share
    return found


def _at(code: str, counted_on: date, shown_on: date) -> dict[str, float]:
    """At the level of the code itself: forward along what became of it, else back along what it came from."""
    if division(code, counted_on) is None:
        # A record that carries today's code for a day before that code was.
        then = _before(code, shown_on)
        return {then: 1.0} if then else {}
    if shown_on >= counted_on:
        return _forward(code, counted_on, shown_on)
    if division(code, shown_on) is not None:
        return {} if _gave_or_took(code, shown_on, counted_on) else {code: 1.0}
    then = _before(code, shown_on)
    return {then: 1.0} if then else {}


def _before(code: str, on: date) -> str:
    """Under which code the area of ``code`` stood on a day; empty where it is not known, or not in force then."""
    if division(code, on) is not None:
        return code
    then = [old for since, old in code_history(code) if since <= on]
    if then and then[-1] != code and division(then[-1], on) is not None:
        return then[-1]
    later = resolve(code, on)
    return later.code if later else ""


def _forward(code: str, counted_on: date, shown_on: date) -> dict[str, float]:
    if any(
        change.share is None
        and change.keeps_old
        and change.old_code != change.new_code
        and counted_on < change.on <= shown_on
        and change.old_code in {code, *(old for old, _ in mapping(code, counted_on, change.on))}
        for change in directory().changes
    ):
        return {}
    shares = dict(mapping(code, counted_on, shown_on))
    return shares if all(division(one, shown_on) is not None for one in shares) else {}


def _gave_or_took(code: str, since: date, until: date) -> bool:
    """Whether a division that stands on both days is not the same ground: it took another in, or parts of one."""
    return any(
        since < change.on <= until and change.new_code == code and change.old_code != code
        for change in directory().changes
    )
