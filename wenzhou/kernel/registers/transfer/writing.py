"""Rows as a file: the same rows in each of the three formats, in pieces, whatever their number."""

from __future__ import annotations

import csv
import io
import json
import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from wenzhou.kernel.registers.catalogue import Value
from wenzhou.kernel.registers.transfer.models import Format

MEDIA_TYPES: Final = {
    Format.CSV: "text/csv; charset=utf-8",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Format.JSONL: "application/jsonl; charset=utf-8",
}
SHEET_ROWS: Final = 1_048_575
"""Most rows of a sheet, without its header."""
_PIECE: Final = 1 << 16
_NUMBER: Final = re.compile(r"[-+]?[0-9]*\.?[0-9]+")
_ILLEGAL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_EXACT: Final = 15
"""Digits that a spreadsheet keeps of a number."""


def written(format: Format, columns: Sequence[str], rows: Iterable[Sequence[Value]]) -> Iterator[bytes]:
    """The file in pieces. Text is UTF-8; CSV begins with the mark by which Excel knows it."""
    if format == Format.XLSX:
        return _sheet(columns, rows)
    return _pieces(_csv(columns, rows) if format == Format.CSV else _objects(columns, rows))


def _pieces(texts: Iterable[str]) -> Iterator[bytes]:
    held = io.BytesIO()
    for text in texts:
        held.write(text.encode())
        if held.tell() >= _PIECE:
            yield held.getvalue()
            held = io.BytesIO()
    if held.tell():
        yield held.getvalue()


def _csv(columns: Sequence[str], rows: Iterable[Sequence[Value]]) -> Iterator[str]:
    line = io.StringIO()
    writer = csv.writer(line)
    yield "\ufeff"
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_harmless(_text(value)) for value in row])
        yield line.getvalue()
        line.seek(0)
        line.truncate()
    yield line.getvalue()


def _text(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, date):
        return value.isoformat()
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def _harmless(text: str) -> str:
    """A text that a spreadsheet would take for a formula, marked as a text."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t") and not _NUMBER.fullmatch(text) else text


def _objects(columns: Sequence[str], rows: Iterable[Sequence[Value]]) -> Iterator[str]:
    for row in rows:
        members = {name: _member(value) for name, value in zip(columns, row, strict=True)}
        yield json.dumps(members, ensure_ascii=False) + "\n"


def _member(value: Value) -> str | int | bool | None:
    return value if value is None or isinstance(value, bool | int) else _text(value)


def _sheet(columns: Sequence[str], rows: Iterable[Sequence[Value]]) -> Iterator[bytes]:
    book = Workbook(write_only=True)
    sheet: Any = book.create_sheet()
    sheet.freeze_panes = "A2"
    heading = [_cell(sheet, name) for name in columns]
    for cell in heading:
        cell.font = Font(bold=True)
    sheet.append(heading)
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])
    with tempfile.TemporaryFile() as stream:
        book.save(stream)
        stream.seek(0)
        while piece := stream.read(_PIECE):
            yield piece


def _cell(sheet: Any, value: Value) -> Any:
    """Days and numbers as such; every text as a text, also one that begins like a formula."""
    if isinstance(value, Decimal) and len(value.as_tuple().digits) > _EXACT:
        value = format(value, "f")
    if not isinstance(value, str):
        return WriteOnlyCell(sheet, value)
    cell = WriteOnlyCell(sheet, _ILLEGAL.sub("", value))
    cell.data_type = "s"
    return cell
