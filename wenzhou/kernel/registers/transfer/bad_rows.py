"""The rows that were not taken: as a file like the one they came in, each with what is wrong and what to do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from wenzhou.kernel.base.text import Text, is_english
from wenzhou.kernel.registers.catalogue import Value
from wenzhou.kernel.registers.declaration import Register, register_of
from wenzhou.kernel.registers.transfer.mapping import FAULT_FIELD, FAULT_REASON, LINE, SINCE, VALID_FROM
from wenzhou.kernel.registers.transfer.models import BadRow, Format, Import
from wenzhou.kernel.registers.transfer.writing import written

WORKBOOK_ROWS: Final = 100_000
"""With more bad rows than these a workbook takes too long while somebody waits: they come as CSV."""


def format_of(row: Import) -> Format:
    """How the bad rows of an import are written."""
    if row.format == Format.XLSX and row.bad > WORKBOOK_ROWS:
        return Format.CSV
    return Format(row.format)


def bad_rows_file(row: Import) -> Iterator[bytes]:
    """The file, in the reader's language: line, field, reason, then the columns of the file as they came."""
    return written(
        format_of(row),
        [str(LINE), str(FAULT_FIELD), str(FAULT_REASON), *row.columns],
        _rows(row, is_english()),
    )


def _rows(row: Import, english: bool) -> Iterator[list[Value]]:
    register = register_of(row.register)
    width = len(row.columns)
    found = BadRow.objects.filter(run=row).order_by("line").iterator(chunk_size=2_000)
    for bad in found:
        told = [_told(register, fault, english) for fault in bad.faults]
        cells = [*bad.cells, *[""] * (width - len(bad.cells))]
        fields = "；".join(dict.fromkeys(field for field, _ in told if field))
        yield [bad.line, fields, "；".join(_sentence(*one) for one in told), *cells]


def _told(register: Register, fault: dict[str, str], english: bool) -> tuple[str, str]:
    title = field_title(register, fault["field"])
    return (title.en if english else title.zh), fault["en" if english else "zh"]


def _sentence(field: str, reason: str) -> str:
    return f"{field}: {reason}" if field else reason


def field_title(register: Register, name: str) -> Text:
    """The title of a field of a fault; empty for a fault of the row as a whole."""
    if name == VALID_FROM:
        return SINCE
    try:
        return register.field(name).title
    except KeyError:
        return Text(name, name)


@dataclass(frozen=True, slots=True)
class Example:
    """A bad row for people to look at: line, (field, reason) of each fault."""

    line: int
    faults: Sequence[tuple[Text, Text]]


def examples(row: Import, size: int = 10) -> list[Example]:
    """The first bad rows."""
    register = register_of(row.register)
    return [
        Example(
            bad.line,
            [(field_title(register, told["field"]), Text(told["zh"], told["en"])) for told in bad.faults],
        )
        for bad in BadRow.objects.filter(run=row).only("line", "faults").order_by("line")[:size]
    ]


def reasons(row: Import) -> Sequence[tuple[Text, Text, int]]:
    """Why rows are bad: field, reason, how many rows; the most frequent first."""
    register = register_of(row.register)
    found = [
        (field_title(register, told["field"]), Text(told["zh"], told["en"]), int(told["rows"]))
        for told in row.reasons.values()
    ]
    return sorted(found, key=lambda one: -one[2])
