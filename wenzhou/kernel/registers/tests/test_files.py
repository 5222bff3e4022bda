"""Files of every kind, as they come: recognised by content, read row by row, refused with the remedy."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from typing import Any

import openpyxl
import pytest

from wenzhou.kernel.base.errors import Invalid
from wenzhou.kernel.registers.declaration import register_of
from wenzhou.kernel.registers.transfer.checking import Checker
from wenzhou.kernel.registers.transfer.mapping import check, guess
from wenzhou.kernel.registers.transfer.models import Format
from wenzhou.kernel.registers.transfer.reading import Line, header, lines
from wenzhou.kernel.registers.transfer.shape import estimate, recognise
from wenzhou.kernel.registers.transfer.writing import written

HEADER = "公民身份号码,姓名,性别"
ROW = "330302199001010013,陈大文,1"


def put(tmp_path, content, name="file"):
    path = tmp_path / name
    path.write_bytes(content)
    return path


def read(path, **wanted):
    shape = recognise(path, **wanted)
    columns = header(path, shape)
    return shape, columns, list(lines(path, shape, columns))


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (f"{HEADER}\n{ROW}\n".encode(), "utf-8"),
        (f"{HEADER}\r\n{ROW}".encode("utf-8-sig"), "utf-8-sig"),
        (f"{HEADER}\n{ROW}\n".encode("gb18030"), "gb18030"),
        (f"{HEADER}\n{ROW.replace('陈', '㐀')}\n".encode("gb18030"), "gb18030"),
    ],
)
def test_the_encoding_is_found_by_the_bytes(tmp_path, content, encoding):
    shape, columns, rows = read(put(tmp_path, content))
    assert (shape.format, shape.encoding, shape.delimiter) == (Format.CSV, encoding, ",")
    assert columns == HEADER.split(",")
    assert rows[0].cells[1] in {"陈大文", "㐀大文"}
    assert rows[0].number == 2


def test_the_reader_may_choose_an_encoding_that_the_file_bears(tmp_path):
    path = put(tmp_path, b"number,name\n330302199001010013,\n")
    assert recognise(path, encoding="gb18030").encoding == "gb18030"
    gb = put(tmp_path, f"{HEADER}\n{ROW}\n".encode("gb18030"), "gb")
    with pytest.raises(Invalid) as refused:
        recognise(gb, encoding="utf-8")
    assert "encoding" in refused.value.fields


@pytest.mark.parametrize("mark", [",", "\t", ";", "|"])
def test_the_delimiter_is_the_one_that_makes_even_rows(tmp_path, mark):
    text = f'{HEADER}\n330302199001010013,"陈,大;文|",1\n33030219900101003X,林建国,1\n'.replace(",", mark)
    assert recognise(put(tmp_path, text.encode())).delimiter == mark


def test_lines_are_numbered_as_in_the_file_and_empty_ones_passed_over(tmp_path):
    text = f'{HEADER}\n"330302199001010013","陈\n大文",1\n\n,,\n33030219900101003X,林建国,1,多余\n33030219900101003X\n'
    _, _, rows = read(put(tmp_path, text.encode()))
    assert [row.number for row in rows] == [2, 6, 7]
    assert rows[0].cells[1] == "陈\n大文"
    assert rows[1].wrong == "width"
    assert rows[2].cells == ["33030219900101003X", "", ""]


def test_objects_line_by_line(tmp_path):
    text = '{"number": "330302199001010013", "sex": 1, "made": true}\nnonsense\n{"number": {"a": 1}}\n\n{"capital": 12.50}\n'
    shape, columns, rows = read(put(tmp_path, text.encode()))
    assert shape.format == Format.JSONL
    assert columns == ["number", "sex", "made", "capital"]
    assert [row.wrong for row in rows] == ["", "json", "nested", ""]
    assert rows[0].cells == ["330302199001010013", "1", "1", ""]
    assert rows[3].cells[3] == "12.50"


def book(tmp_path, rows, name="book.xlsx"):
    made = openpyxl.Workbook()
    made.active.title = "名单"
    for row in rows:
        made.active.append(row)
    made.save(tmp_path / name)
    return tmp_path / name


def test_a_workbook(tmp_path):
    path = book(
        tmp_path,
        [
            ["号码", "生日", "数", "真"],
            ["330302199001010013", date(1990, 1, 1), 12.0, True],
            [None] * 4,
            ["x"],
        ],
    )
    shape, columns, rows = read(path)
    assert (shape.format, shape.sheet) == (Format.XLSX, "名单")
    assert columns == ["号码", "生日", "数", "真"]
    assert rows[0].cells == ["330302199001010013", "1990-01-01", "12", "1"]
    assert [row.number for row in rows] == [2, 4]
    assert estimate(path, shape) == 3


def _changed(path, name, change):
    held = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(held, "w") as new:
        for part in old.namelist():
            content = old.read(part)
            new.writestr(part, change(content) if part == name else content)
    path.write_bytes(held.getvalue())
    return path


def test_a_workbook_with_entities_that_unfold_is_refused(tmp_path):
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><worksheet>&b;</worksheet>'
    path = _changed(book(tmp_path, [["a", "b"]]), "xl/worksheets/sheet1.xml", lambda _: bomb)
    with pytest.raises(Invalid):
        read(path)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "空文件"),
        (b"MZ\x90\x00\x03", "不是表格"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n\x00\x01", "不是表格"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "xls"),
        ("号码,姓名".encode("utf-16"), "UTF-16"),
        (b"PK\x03\x04nonsense", "损坏"),
        (b"\n" * 5, "列标题"),
        ((",".join("a" * 300)).encode(), "列标题"),
    ],
)
def test_what_is_no_table_is_refused_with_the_remedy(tmp_path, content, words):
    with pytest.raises(Invalid) as refused:
        read(put(tmp_path, content))
    assert words in refused.value.fields["file"].zh
    assert refused.value.fields["file"].en


def test_an_archive_or_macros_are_refused(tmp_path):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("名单.csv", HEADER)
    with pytest.raises(Invalid, match="archive"):
        recognise(path)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/vbaProject.bin", "x")
    with pytest.raises(Invalid, match="macros"):
        recognise(path)


def test_a_quotation_mark_that_is_not_closed_says_where(tmp_path):
    path = put(tmp_path, f'{HEADER}\n{ROW}\n"330302{"x" * 200_000}'.encode())
    with pytest.raises(Invalid, match="line 3"):
        read(path)


def test_columns_are_guessed_by_name_and_title_in_both_languages():
    register = register_of("person")
    assert guess(register, ["Name", "公民身份号码", "性 别", "Valid from", "备注", "姓名"]) == [
        "name",
        "number",
        "sex",
        "valid_from",
        "",
        "",
    ]


def test_a_mapping_needs_the_key_and_a_day():
    register = register_of("person")
    with pytest.raises(Invalid) as refused:
        check(register, ["name", "name", "nonsense"], None)
    assert set(refused.value.fields) == {"mapping", "valid_from", "column-1", "column-2"}
    check(register, ["number", "name"], date(2026, 1, 1))


@pytest.mark.django_db
def test_a_row_says_everything_that_is_wrong_with_it():
    checker = Checker(
        register_of("person"), ["number", "name", "sex", "born", "valid_from"], date(2026, 1, 1)
    )
    good = checker.row(Line(2, ["330302199001010013", "陈大文", "男", "1990/1/1", "2020年3月1日"]))
    assert not good.faults
    assert good.values == {"name": "陈大文", "sex": "1", "born": date(1990, 1, 1)}
    assert good.valid_from == date(2020, 3, 1)
    bad = checker.row(Line(3, ["330302199001010014", "陈", "3", "1990-02-30", "2999-01-01"]))
    assert [(fault.field, fault.code) for fault in bad.faults] == [
        ("valid_from", "future"),
        ("number", "value"),
        ("name", "value"),
        ("sex", "value"),
        ("born", "value"),
    ]
    early = checker.row(Line(4, ["330302199001010013", "", "", "", "1989-12-31"]))
    assert [(fault.field, fault.code) for fault in early.faults] == [("valid_from", "rule")]
    assert [f.code for f in checker.row(Line(5, ["", "陈大文", "", "", ""])).faults] == ["empty"]


@pytest.mark.parametrize("format", list(Format))
def test_what_is_written_is_read_again(tmp_path, format):
    rows: list[list[Any]] = [["=1+1", "陈大文", "-5", date(2026, 1, 31)], ["@x", 'a"b,c\n', None, None]]
    path = put(tmp_path, b"".join(written(format, ["a", "b", "c", "d"], rows)))
    shape, columns, found = read(path)
    assert shape.format == format
    assert columns == ["a", "b", "c", "d"]
    assert [list(row.cells) for row in found] == [
        ["=1+1", "陈大文", "-5", "2026-01-31"],
        ["@x", 'a"b,c', "", ""],
    ]
    if format == Format.CSV:
        assert path.read_bytes().startswith(b"\xef\xbb\xbf")
        assert b"'=1+1" in path.read_bytes()
    if format == Format.XLSX:
        assert openpyxl.load_workbook(io.BytesIO(path.read_bytes())).active["A2"].data_type == "s"
