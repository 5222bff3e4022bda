"""What may be uploaded as a paper: the content must be what the name says.

An extension is only a claim. The first bytes are compared with the claimed format (PDF: ISO 32000-2 §7.5.2; OOXML and
ODF: ZIP packages, ISO/IEC 29500-2 and ISO/IEC 26300-3, opened and looked into for the part that makes the format);
text must decode as UTF-8 or GB 18030. Pictures need no rule of ours: Willow opens and reads every picture uploaded.
"""

from __future__ import annotations

import zipfile
from pathlib import PurePosixPath
from typing import BinaryIO, NoReturn

from django.core.exceptions import ValidationError
from django.core.files.base import File

MEMBER_THAT_MAKES = {
    "docx": "word/document.xml",
    "xlsx": "xl/workbook.xml",
    "pptx": "ppt/presentation.xml",
    "odt": "content.xml",
    "ods": "content.xml",
}
TEXT = frozenset({"csv", "txt"})
EXTENSIONS = ("pdf", *MEMBER_THAT_MAKES, *sorted(TEXT))
"""Allowed extensions, lower case; settings hand them to Wagtail as WAGTAILDOCS_EXTENSIONS."""
MAX_BYTES = 20 * 1024 * 1024
MAX_UNPACKED_BYTES = 200 * 1024 * 1024
MACRO_MEMBER = "vbaProject.bin"


def check_document(file: File[bytes]) -> None:
    """Raise ValidationError on ``file`` when its size or content is not allowed; leaves the file at its start."""
    extension = PurePosixPath(file.name or "").suffix.lower().lstrip(".")
    if file.size > MAX_BYTES:
        _refuse("文件超过 20 MB The file is larger than 20 MB")
    stream = file.open("rb")
    try:
        _check_content(extension, stream)
    finally:
        stream.seek(0)


def _check_content(extension: str, stream: BinaryIO | File[bytes]) -> None:
    if extension == "pdf":
        # Readers accept the header anywhere in the first 1024 bytes; a file made by a PDF writer starts with it.
        if not stream.read(5).startswith(b"%PDF-"):
            _refuse("内容不是 PDF The content is not PDF")
    elif extension in MEMBER_THAT_MAKES:
        _check_package(extension, stream)
    elif extension in TEXT:
        _check_text(stream)


def _check_package(extension: str, stream: BinaryIO | File[bytes]) -> None:
    try:
        with zipfile.ZipFile(stream) as package:
            members = package.infolist()
    except (zipfile.BadZipFile, OSError):
        _refuse(f"内容不是 {extension} The content is not {extension}")
    names = [member.filename for member in members]
    if MEMBER_THAT_MAKES[extension] not in names:
        _refuse(f"内容不是 {extension} The content is not {extension}")
    if any(PurePosixPath(name).name == MACRO_MEMBER for name in names):
        _refuse("文件含有宏 The file contains macros")
    if sum(member.file_size for member in members) > MAX_UNPACKED_BYTES:
        _refuse("解压后过大 The file is too large when unpacked")


def _check_text(stream: BinaryIO | File[bytes]) -> None:
    data = stream.read(MAX_BYTES)
    if b"\x00" in data:
        _refuse("内容不是文本 The content is not text")
    for encoding in ("utf-8", "gb18030"):
        try:
            data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return
    _refuse("内容不是文本 The content is not text")


def _refuse(reason: str) -> NoReturn:
    raise ValidationError({"file": reason})
