"""Papers must be what they say they are."""

from __future__ import annotations

import io
import zipfile

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile

from wenzhou.kernel.content import uploads
from wenzhou.kernel.content.api import CityDocument


def package(*names: str) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as made:
        for name in names:
            made.writestr(name, "x")
    return data.getvalue()


GOOD = {
    "a.pdf": b"%PDF-1.7\n",
    "a.PDF": b"%PDF-2.0\n",
    "a.docx": package("word/document.xml"),
    "a.xlsx": package("xl/workbook.xml"),
    "a.odt": package("content.xml"),
    "a.txt": "温州".encode(),
    "a.csv": "名称,数量\n".encode("gb18030"),
}
BAD = {
    "script.pdf": b"<script>alert(1)</script>",
    "program.pdf": b"MZ\x90\x00",
    "late.pdf": b"junk %PDF-1.7",
    "plain.docx": package("readme.txt"),
    "sheet.docx": package("xl/workbook.xml"),
    "broken.xlsx": b"PK\x03\x04 cut off",
    "macro.docx": package("word/document.xml", "word/vbaProject.bin"),
    "binary.txt": b"\x00\x01\x02",
    "neither.csv": b"\xff\xff\xff",
}


@pytest.mark.parametrize("name", GOOD)
def test_honest_files_pass_and_stay_readable(name):
    file = ContentFile(GOOD[name], name=name)
    uploads.check_document(file)
    assert file.read() == GOOD[name]


@pytest.mark.parametrize("name", BAD)
def test_liars_are_refused(name):
    with pytest.raises(ValidationError):
        uploads.check_document(ContentFile(BAD[name], name=name))


def test_too_large_is_refused(monkeypatch):
    monkeypatch.setattr(uploads, "MAX_BYTES", 10)
    with pytest.raises(ValidationError):
        uploads.check_document(ContentFile(b"%PDF-1.7 and more", name="a.pdf"))


def test_zip_bomb_is_refused(monkeypatch):
    monkeypatch.setattr(uploads, "MAX_UNPACKED_BYTES", 1)
    with pytest.raises(ValidationError):
        uploads.check_document(ContentFile(package("word/document.xml", "word/more.xml"), name="a.docx"))


@pytest.mark.django_db
def test_model_refuses_by_extension_and_by_content():
    for name, content in {"a.exe": b"MZ", "a.svg": b"<svg/>", "a.html": b"<p>", "a.pdf": b"no"}.items():
        with pytest.raises(ValidationError) as caught:
            CityDocument(title="x", file=ContentFile(content, name=name)).clean()
        assert "file" in caught.value.message_dict
