"""The rows of a file, one after the other, whatever it is written in: cells are texts, memory does not grow."""

from __future__ import annotations

import csv
import json
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import islice
from pathlib import Path
from typing import Any, Final, TextIO

from defusedxml.common import DefusedXmlException

from wenzhou.kernel.base.errors import Invalid
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.registers.transfer.models import Format
from wenzhou.kernel.registers.transfer.shape import Shape, workbook

COLUMNS: Final = 200
_KEYS_FROM: Final = 1000
_CELL: Final = 32_767
_SHEET_ROWS: Final = 1_048_576
_LINE: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Line:
    """A row with the number of the line it begins on. ``wrong``: why its cells cannot be told apart."""

    number: int
    cells: Sequence[str]
    wrong: str = ""


def header(path: Path, shape: Shape) -> list[str]:
    """The names of the columns. Raises Invalid (``file``)."""
    if shape.format == Format.JSONL:
        names = _keys(path, shape)
    else:
        names = [name.strip() for name in next(_cells(path, shape), (0, []))[1]]
        while names and not names[-1]:
            names.pop()
    if not names or len(names) > COLUMNS:
        text = Text(
            f"第一行应是列标题，1 至 {COLUMNS} 列。",
            f"The first row names the columns, 1 to {COLUMNS} of them.",
        )
        raise Invalid(text, fields={"file": text})
    return names


def lines(path: Path, shape: Shape, columns: Sequence[str]) -> Iterator[Line]:
    """The rows below the header; empty ones are passed over. Raises Invalid where the file breaks off."""
    if shape.format == Format.JSONL:
        yield from _objects(path, shape, columns)
        return
    width = len(columns)
    rows = _cells(path, shape)
    next(rows, None)
    for number, cells in rows:
        if not any(cells):
            continue
        wrong = "width" if any(cells[width:]) else ""
        yield Line(number, [*cells[:width], *[""] * (width - len(cells))], wrong)


def _cells(path: Path, shape: Shape) -> Iterator[tuple[int, list[str]]]:
    return _csv_rows(path, shape) if shape.format == Format.CSV else _sheet_rows(path, shape)


def _csv_rows(path: Path, shape: Shape) -> Iterator[tuple[int, list[str]]]:
    with path.open(encoding=shape.encoding, newline="") as stream:
        reader = csv.reader(_bounded(stream), delimiter=shape.delimiter)
        begins = 1
        try:
            for row in reader:
                yield begins, [_plain(cell) for cell in row]
                begins = reader.line_num + 1
        except csv.Error as error:
            raise _broken(begins) from error


def _bounded(stream: TextIO) -> Iterator[str]:
    """The lines of a text, none of which may be so long that it fills the memory."""
    number = 0
    while text := stream.readline(_LINE):
        number += 1
        if len(text) == _LINE and not text.endswith("\n"):
            raise _broken(number)
        yield text


def _plain(cell: str) -> str:
    """Without blanks around, and without the mark that keeps a spreadsheet from taking a text for a formula."""
    cell = cell.strip()
    return cell[1:] if cell[:1] == "'" and cell[1:2] in ("=", "+", "-", "@") else cell


def _sheet_rows(path: Path, shape: Shape) -> Iterator[tuple[int, list[str]]]:
    number = 0
    with workbook(path) as book:
        sheet = book[shape.sheet]
        sheet.reset_dimensions()  # files of other programs often say them wrong
        try:
            for row in sheet.iter_rows(values_only=True):
                number += 1
                if number > _SHEET_ROWS:
                    raise _broken(number)
                yield number, [_written(value) for value in row]
        except (
            DefusedXmlException,
            SyntaxError,
            ValueError,
            KeyError,
            IndexError,
            zipfile.BadZipFile,
        ) as error:
            raise _broken(number + 1) from error


def _written(value: object) -> str:
    """A cell of a workbook as it would stand in a text file."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, datetime):
        return (value.date() if value.time() == time.min else value).isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _keys(path: Path, shape: Shape) -> list[str]:
    """The keys of the first objects, in the order in which they come up."""
    found: dict[str, None] = {}
    with path.open(encoding=shape.encoding) as stream:
        for text in islice(_bounded(stream), _KEYS_FROM):
            content = _object(text)
            if isinstance(content, dict):
                found |= dict.fromkeys(content)
    return list(found)


def _objects(path: Path, shape: Shape, columns: Sequence[str]) -> Iterator[Line]:
    with path.open(encoding=shape.encoding) as stream:
        for number, text in enumerate(_bounded(stream), start=1):
            if not text.strip():
                continue
            content = _object(text)
            if content is None:
                yield Line(number, [text.strip()[:_CELL]], "json")
            elif any(isinstance(value, dict | list) for value in content.values()):
                yield Line(number, [_member(content.get(name)) for name in columns], "nested")
            else:
                yield Line(number, [_member(content.get(name)) for name in columns])


def _object(text: str) -> dict[str, Any] | None:
    """The object on a line; None for what is none. Numbers stay as they are written."""
    try:
        content = json.loads(text, parse_float=str, parse_int=str)
    except (ValueError, RecursionError):
        return None
    return content if isinstance(content, dict) else None


def _member(value: object) -> str:
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    return _written(value)


def _broken(line: int) -> Invalid:
    text = Text(
        f"文件从第 {line} 行起无法读取，常见原因是引号没有成对；请改正后重新上传。",
        f"The file cannot be read from line {line} on, most often because a quotation mark is not closed; "
        "mend it and upload it again.",
    )
    return Invalid(text, fields={"file": text})
