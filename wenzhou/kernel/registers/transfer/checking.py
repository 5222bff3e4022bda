"""From the cells of a line to the values of a row, or to what is wrong with it and what to do."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from django.utils import timezone

from wenzhou.kernel.base.text import Text
from wenzhou.kernel.registers.catalogue import DataElement, Kind, Value
from wenzhou.kernel.registers.declaration import Register
from wenzhou.kernel.registers.transfer.mapping import VALID_FROM
from wenzhou.kernel.registers.transfer.reading import Line

DAY: Final = Text("日期格式应为 2026-01-31", "A day is written 2026-01-31")
_LINES: Final = {
    "width": Text(
        "单元格比列标题多，请检查分隔符和引号", "More cells than columns; check delimiters and quotes"
    ),
    "json": Text("不是一个 JSON 对象", "Not a JSON object"),
    "nested": Text(
        "值应为文字、数字或真假，不能是列表或对象", "A value is a text, a number or true or false"
    ),
}
_DAY: Final = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?")
_KEPT: Final = 20_000


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a row: in which field (empty: all of it), by which rule, and what to do."""

    field: str
    code: str
    text: Text

    def as_json(self) -> dict[str, str]:
        """For the column of the bad row."""
        return {"field": self.field, "code": self.code, "zh": self.text.zh, "en": self.text.en}


@dataclass(slots=True)
class Row:
    """A line of the file, read. ``values`` has what the row says: an empty cell says nothing."""

    line: Line
    key: str = ""
    valid_from: date = date.min
    values: dict[str, Value] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)


class Checker:
    """Reads the lines of one file by one mapping."""

    def __init__(self, register: Register, fields: Sequence[str], valid_from: date | None) -> None:
        self._day = valid_from
        self._key = register.key
        self._since = fields.index(VALID_FROM) if VALID_FROM in fields else None
        self._places = [
            (place, name, _reader(register.field(name).element), register.field(name).element.remedy)
            for place, name in enumerate(fields)
            if name and name != VALID_FROM
        ]
        self._today = timezone.localdate()
        self._check: Callable[[Mapping[str, Value], date], Mapping[str, Text]] | None = None
        if register.bulk is not None:
            self._check = register.bulk.check

    def row(self, line: Line) -> Row:
        """The row of a line; one with faults is not to be taken."""
        row = Row(line)
        if line.wrong:
            row.faults.append(Fault("", line.wrong, _LINES[line.wrong]))
            return row
        self._read_day(row)
        for place, name, read, remedy in self._places:
            self._read(row, name, line.cells[place], read, remedy)
        if not row.key and not row.faults:
            row.faults.append(Fault(self._key, "empty", Text("此项不能为空", "This cannot be empty")))
        if not row.faults and self._check is not None:
            wrong = self._check({self._key: row.key, **row.values}, row.valid_from)
            row.faults += [Fault(name, "rule", text) for name, text in wrong.items()]
        return row

    def _read(self, row: Row, name: str, cell: str, read: Callable[[str], Value], remedy: Text) -> None:
        is_key = name == self._key
        try:
            value = read(cell.upper() if is_key else cell)
        except (ValueError, ArithmeticError):
            row.faults.append(Fault(name, "value", remedy))
            return
        if is_key:
            row.key = str(value or "")
        elif value is not None:
            row.values[name] = value

    def _read_day(self, row: Row) -> None:
        text = row.line.cells[self._since] if self._since is not None else ""
        day = self._day
        if text:
            try:
                day = date.fromisoformat(iso_day(text))
            except ValueError:
                row.faults.append(Fault(VALID_FROM, "value", DAY))
                return
        if day is None:
            row.faults.append(Fault(VALID_FROM, "empty", Text("此项不能为空", "This cannot be empty")))
        elif day > self._today:
            later = Text("生效日期不能晚于今天", "The day cannot be later than today")
            row.faults.append(Fault(VALID_FROM, "future", later))
        else:
            row.valid_from = day


def _reader(element: DataElement) -> Callable[[str], Value]:
    """The element's own, which for days takes other ways of writing too, and for codes their words.

    A file repeats a few of those, so they are remembered.
    """
    if element.kind not in {Kind.CODE, Kind.DATE}:
        return element.parse
    known: dict[str, Value] = {}
    words = _words(element)

    def read(text: str) -> Value:
        if text in known:
            return known[text]
        plain = iso_day(text) if element.kind == Kind.DATE else words.get(text, text)
        value = element.parse(plain)
        if len(known) < _KEPT:
            known[text] = value
        return value

    return read


def _words(element: DataElement) -> dict[str, str]:
    """The code by its words; words of two codes say nothing."""
    if element.codes is None:
        return {}
    found: dict[str, str] = {}
    for code, title in element.codes.items.items():
        for word in {title.zh, title.en}:
            found[word] = "" if word in found else code
    return {word: code for word, code in found.items() if code and word not in element.codes.items}


def iso_day(text: str) -> str:
    """``2026/1/31`` and ``2026年1月31日`` as ``2026-01-31``; anything else as it is."""
    found = _DAY.fullmatch(text)
    return "{}-{:0>2}-{:0>2}".format(*found.groups()) if found else text
