"""How a file is written: recognised from its content, never from its name; what cannot be a table is refused."""

from __future__ import annotations

import codecs
import csv
import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Final

from wenzhou.kernel.base.errors import Invalid
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.registers.transfer.models import Format

ENCODINGS: Final = {
    "utf-8": Text("UTF-8", "UTF-8"),
    "utf-8-sig": Text("UTF-8（带 BOM）", "UTF-8 with BOM"),
    "gb18030": Text("GB18030（含 GBK、GB2312）", "GB18030 (with GBK, GB2312)"),
}
DELIMITERS: Final = {
    ",": Text("逗号", "comma"),
    "\t": Text("制表符", "tab"),
    ";": Text("分号", "semicolon"),
    "|": Text("竖线", "vertical bar"),
}
_CHUNK: Final = 1 << 20
_SAMPLE: Final = 1 << 16
_SAMPLE_ROWS: Final = 20
_CONTROL: Final = re.compile(rb"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_ACTIVE: Final = re.compile(r"vbaproject\.bin|activex|\.(exe|dll|js|vbs|bat|cmd|ps1|jar)$")
_PARTS: Final = 5_000
_UNPACKED: Final = 2 << 30
_SHARED: Final = 64 << 20
"""Most bytes of shared strings, the one part of a workbook that has to be held in memory."""


@dataclass(frozen=True, slots=True)
class Shape:
    """How a file is to be read. ``encoding`` and ``delimiter`` are for text, ``sheet`` for workbooks."""

    format: Format
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""


def recognise(path: Path, *, encoding: str = "", delimiter: str = "", sheet: str = "") -> Shape:
    """How the file is written; what the reader has chosen counts, if the file bears it. Raises Invalid (``file``, …)."""
    with path.open("rb") as stream:
        start = stream.read(8)
    if not start:
        raise _refused(Text("是空文件，请重新导出后再上传。", "The file is empty; export it again."))
    if start.startswith(b"PK\x03\x04"):
        return Shape(Format.XLSX, sheet=_sheet(path, sheet))
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        raise _refused(
            Text(
                "是旧版 Excel 文件（xls），请另存为 xlsx 或 CSV 后再上传。",
                "This is an old Excel file (xls); save it as xlsx or CSV.",
            )
        )
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise _refused(
            Text(
                "是 UTF-16 文本，请另存为“CSV UTF-8”后再上传。",
                "This is UTF-16 text; save it as “CSV UTF-8”.",
            )
        )
    found = _encoding(path, encoding)
    sample = _sample(path, found)
    if sample.lstrip().startswith("{"):
        return Shape(Format.JSONL, encoding=found)
    return Shape(
        Format.CSV, encoding=found, delimiter=delimiter if delimiter in DELIMITERS else _delimiter(sample)
    )


def _refused(text: Text, field: str = "file") -> Invalid:
    return Invalid(text, fields={field: text})


def _encoding(path: Path, wanted: str) -> str:
    """UTF-8 if every byte of the file bears it, else GB18030; or the one that is wanted, if the file bears that."""
    possible = [wanted] if wanted in ENCODINGS else ["utf-8", "gb18030"]
    readers = {name: codecs.getincrementaldecoder(name)() for name in possible}
    marked = False
    for number, (chunk, last) in enumerate(_chunks(path)):
        if _CONTROL.search(chunk):
            raise _refused(
                Text(
                    "内容不是表格文本。可上传 CSV、Excel（xlsx）或 JSON Lines 文件。",
                    "The content is no table. CSV, Excel (xlsx) and JSON Lines are taken.",
                )
            )
        marked = marked or (number == 0 and chunk.startswith(codecs.BOM_UTF8))
        readers = {name: reader for name, reader in readers.items() if _bears(reader, chunk, last=last)}
    if not readers:
        text = Text(
            "文件不符合这种字符编码，请选择另一种，或另存为“CSV UTF-8”。",
            "The file is not in this encoding; choose another, or save it as “CSV UTF-8”.",
        )
        raise _refused(text, "encoding" if wanted in ENCODINGS else "file")
    found = next(iter(readers))
    return "utf-8-sig" if found == "utf-8" and marked else found


def _chunks(path: Path) -> Iterator[tuple[bytes, bool]]:
    """(chunk, whether it is the last)."""
    with path.open("rb") as stream:
        chunk = stream.read(_CHUNK)
        while chunk:
            following = stream.read(_CHUNK)
            yield chunk, not following
            chunk = following


def _bears(reader: codecs.IncrementalDecoder, chunk: bytes, *, last: bool) -> bool:
    try:
        reader.decode(chunk, last)
    except UnicodeDecodeError:
        return False
    return True


def _sample(path: Path, encoding: str) -> str:
    with path.open("rb") as stream:
        return codecs.getincrementaldecoder(encoding)().decode(stream.read(_SAMPLE))


def _delimiter(sample: str) -> str:
    """The one by which the first rows have the same and the largest number of cells."""
    return max(DELIMITERS, key=lambda mark: _evenness(sample, mark))


def _evenness(sample: str, delimiter: str) -> tuple[bool, int]:
    try:
        rows = list(islice(csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter), _SAMPLE_ROWS))
    except csv.Error:
        return False, 0
    widths = [len(row) for row in rows if row]
    first = widths[0] if widths else 0
    return first > 1 and len(set(widths[:-1] or widths)) == 1, first


@contextmanager
def workbook(path: Path) -> Iterator[Any]:
    """The workbook, read row by row; what is written, not formulas. Raises Invalid for what is none."""
    import openpyxl  # here: 180 modules that a web server seldom needs
    from openpyxl.utils.exceptions import InvalidFileException

    with path.open("rb") as stream:
        try:
            book = openpyxl.load_workbook(stream, read_only=True, data_only=True)
        except (
            InvalidFileException,
            KeyError,
            ValueError,
            OSError,
            SyntaxError,
            zipfile.BadZipFile,
        ) as error:
            raise _broken_book() from error
        try:
            yield book
        finally:
            book.close()


def sheets(path: Path) -> list[str]:
    """The visible sheets of a workbook. Raises Invalid for what is none."""
    _check_parts(path)
    with workbook(path) as book:
        return [sheet.title for sheet in book.worksheets if sheet.sheet_state == "visible"]


def _sheet(path: Path, wanted: str) -> str:
    known: Sequence[str] = sheets(path)
    if wanted in known:
        return wanted
    if not known:
        raise _broken_book()
    return known[0]


def _check_parts(path: Path) -> None:
    """No macros, and nothing that unfolds to more than a machine can hold."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
    except zipfile.BadZipFile as error:
        raise _broken_book() from error
    if "xl/workbook.xml" not in {part.filename for part in parts}:
        raise _refused(
            Text(
                "是压缩包，不是 Excel 文件，请解压后逐个上传。",
                "This is an archive, no Excel file; unpack it and upload the files one by one.",
            )
        )
    if any(_ACTIVE.search(part.filename.lower()) for part in parts):
        raise _refused(
            Text(
                "含有宏，请另存为不含宏的 xlsx 文件。", "It contains macros; save it as an xlsx without them."
            )
        )
    shared = sum(part.file_size for part in parts if part.filename.lower().endswith("sharedstrings.xml"))
    if len(parts) > _PARTS or shared > _SHARED or sum(part.file_size for part in parts) > _UNPACKED:
        raise _refused(
            Text(
                "Excel 文件展开后过大，请另存为 CSV 后再上传。",
                "Unpacked, the workbook is too large; save it as CSV.",
            )
        )


def _broken_book() -> Invalid:
    return _refused(
        Text(
            "Excel 文件已损坏或没有工作表，请确认能正常打开后重新保存。",
            "The workbook is damaged or has no sheet; check that it opens, and save it again.",
        )
    )


def estimate(path: Path, shape: Shape) -> int | None:
    """About how many rows there are, for a bar of progress; None: not known before they are read."""
    if shape.format == Format.XLSX:
        with workbook(path) as book:
            rows = book[shape.sheet].max_row
        return max(rows - 1, 0) if rows else None
    ends = sum(chunk.count(b"\n") for chunk, _ in _chunks(path))
    return max(ends - (shape.format == Format.CSV), 0)
