"""Rows as a file: the same rows in each of the three formats, in pieces, whatever their number."""

from __future__ import annotations

import codecs
import csv
import io
import json
import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from wenzhou.kernel.registers.catalogue import Value
from wenzhou.kernel.registers.transfer.models import Format

if TYPE_CHECKING:
    from openpyxl import Workbook

MEDIA_TYPES: Final = {
    Format.CSV: "text/csv",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Format.JSONL: "application/jsonl",
}
MARKED: Final = "utf-8-sig"
"""UTF-8 with the mark (BOM) by which Excel knows it."""
SHEET_ROWS: Final = 1_048_575
"""Most rows of a sheet, without its header; what is more goes to a further sheet."""
_PIECE: Final = 1 << 16
_NUMBER: Final = re.compile(r"[-+]?[0-9]*\.?[0-9]+")
_ILLEGAL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_EXACT: Final = 15
"""Digits that a spreadsheet keeps of a number."""


def written(
    format: Format, columns: Sequence[str], rows: Iterable[Sequence[Value]], encoding: str = MARKED
) -> Iterator[bytes]:
    """The file in pieces. ``encoding`` counts for CSV; JSON Lines are UTF-8 (RFC 8259)."""
    if format == Format.XLSX:
        return _sheets(columns, rows)
    if format == Format.CSV:
        return _pieces(_csv(columns, rows), encoding)
    return _pieces(_objects(columns, rows), "utf-8")


def media_type(format: Format, encoding: str = MARKED) -> str:
    """For the header of an answer."""
    if format == Format.XLSX:
        return MEDIA_TYPES[format]
    charset = "gb18030" if format == Format.CSV and encoding == "gb18030" else "utf-8"
    return f"{MEDIA_TYPES[format]}; charset={charset}"


def _pieces(texts: Iterable[str], encoding: str) -> Iterator[bytes]:
    encode = codecs.getincrementalencoder(encoding)().encode
    held = io.BytesIO()
    for text in texts:
        held.write(encode(text))
        if held.tell() >= _PIECE:
            yield held.getvalue()
            held = io.BytesIO()
    if held.tell():
        yield held.getvalue()


def _csv(columns: Sequence[str], rows: Iterable[Sequence[Value]]) -> Iterator[str]:
    line = io.StringIO()
    writer = csv.writer(line)
    writer.writerow([_harmless(name) for name in columns])
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
    return (
        f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") and not _NUMBER.fullmatch(text) else text
    )


def _objects(columns: Sequence[str], rows: Iterable[Sequence[Value]]) -> Iterator[str]:
    for row in rows:
        members = {name: _member(value) for name, value in zip(columns, row, strict=True)}
        yield json.dumps(members, ensure_ascii=False) + "\n"


def _member(value: Value) -> str | int | bool | None:
    return value if value is None or isinstance(value, bool | int) else _text(value)


def _sheets(columns: Sequence[str], rows: Iterable[Sequence[Value]]) -> Iterator[bytes]:
    from openpyxl import Workbook  # here: 180 modules that a web server seldom needs

    book = Workbook(write_only=True)
    sheet = _new_sheet(book, columns)
    written = 0
    for row in rows:
        if written == SHEET_ROWS:
            sheet.close()
            sheet, written = _new_sheet(book, columns), 0
        sheet.append([_cell(sheet, value) for value in row])
        written += 1
    with tempfile.TemporaryFile() as stream:
        book.save(stream)
        stream.seek(0)
        while piece := stream.read(_PIECE):
            yield piece


def _new_sheet(book: Workbook, columns: Sequence[str]) -> Any:
    from openpyxl.styles import Font

    sheet: Any = book.create_sheet()
    sheet.freeze_panes = "A2"
    heading = [_cell(sheet, name) for name in columns]
    for cell in heading:
        cell.font = Font(bold=True)
    sheet.append(heading)
    return sheet


def _cell(sheet: Any, value: Value) -> Any:
    """Days and numbers as such; every text as a text, also one that begins like a formula."""
    from openpyxl.cell import WriteOnlyCell

    if isinstance(value, Decimal) and len(value.as_tuple().digits) > _EXACT:
        value = format(value, "f")
    if not isinstance(value, str):
        return WriteOnlyCell(sheet, value)
    cell = WriteOnlyCell(sheet, _ILLEGAL.sub("", value))
    cell.data_type = "s"
    return cell
