"""What is in a file: its kind by content, and whether it may come in.

Allow-list: a file is one of `kinds.KINDS`, from its first byte to its last, or it is refused. The name and the
content type that a browser sends are never believed. Nothing is decoded beyond headers, so a picture that would
unfold to gigabytes is refused before it does.
"""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from wenzhou.kernel.base.text import Text
from wenzhou.kernel.documents.kinds import (
    DOCX,
    HEIC,
    JPEG,
    OFD,
    PDF,
    PNG,
    Kind,
    Limits,
    Unacceptable,
    megabytes,
)
from wenzhou.kernel.documents.pdf_check import check_pdf
from wenzhou.kernel.documents.pictures import NotAPicture, heic_size, jpeg_size, png_size

_SAVE_PICTURE: Final = Text(
    "请另存为 JPG 或 PNG 图片后再上传。", "Save it as a JPG or PNG picture and upload that."
)
_UNPACK: Final = Text("请解压后逐个上传。", "Unpack it and upload the files one by one.")
_NO_PROGRAM: Final = Text(
    "请上传扫描件、照片或 PDF 材料。", "Upload a scan, a picture or a PDF file instead."
)
_EXECUTABLE: Final = Text("是可执行程序，不予接收。", "is a program and is not accepted.")
_ARCHIVE: Final = Text("是压缩包，不能直接上传。", "is an archive and cannot be taken as it is.")
_PICTURE: Final = Text("的图片格式暂不支持。", "is a picture in a format that is not supported.")

_KNOWN_REFUSALS: Final[tuple[tuple[bytes, str, Text, Text], ...]] = (
    (b"MZ", "executable", _EXECUTABLE, _NO_PROGRAM),
    (b"\x7fELF", "executable", _EXECUTABLE, _NO_PROGRAM),
    (b"#!", "executable", _EXECUTABLE, _NO_PROGRAM),
    (b"\xca\xfe\xba\xbe", "executable", _EXECUTABLE, _NO_PROGRAM),
    (b"\xcf\xfa\xed\xfe", "executable", _EXECUTABLE, _NO_PROGRAM),
    (b"\xce\xfa\xed\xfe", "executable", _EXECUTABLE, _NO_PROGRAM),
    (b"L\0\0\0\x01\x14\x02\0", "executable", _EXECUTABLE, _NO_PROGRAM),
    (b"Rar!", "archive", _ARCHIVE, _UNPACK),
    (b"7z\xbc\xaf'\x1c", "archive", _ARCHIVE, _UNPACK),
    (b"\x1f\x8b", "archive", _ARCHIVE, _UNPACK),
    (b"GIF8", "kind", _PICTURE, _SAVE_PICTURE),
    (b"BM", "kind", _PICTURE, _SAVE_PICTURE),
    (b"II*\0", "kind", _PICTURE, _SAVE_PICTURE),
    (b"MM\0*", "kind", _PICTURE, _SAVE_PICTURE),
    (b"RIFF", "kind", _PICTURE, _SAVE_PICTURE),
    (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        "kind",
        Text("是旧版 Office 文档（doc、xls、wps）。", "is an old Office document (doc, xls, wps)."),
        Text("请另存为 PDF 后再上传。", "Save it as PDF and upload that."),
    ),
)
_DAMAGED_REMEDY: Final = Text(
    "请在电脑或手机上确认能正常打开，重新导出后再上传。",
    "Check that it opens on your device, export it again and upload that.",
)
_HEIC_BRANDS: Final = frozenset({b"heic", b"heix", b"heim", b"heis", b"mif1"})
_ACTIVE_HEAD: Final = re.compile(rb"<!doctype\s+html|<html|<script|<svg|<\?php", re.IGNORECASE)
_ZIP_ENTRIES: Final = 5_000
_ZIP_UNPACKED: Final = 100 * 1024 * 1024
_ZIP_ACTIVE: Final = re.compile(
    r"vbaproject\.bin|activex|meta-inf/manifest\.mf|androidmanifest\.xml"
    r"|\.(exe|dll|com|scr|bat|cmd|ps1|vbs|js|jar|class|lnk|hta|msi|so)$"
)
_UNSAFE_IN_NAME: Final = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]')


def examine(path: Path, name: str, limits: Limits) -> Kind:
    """The kind of the file at `path`, called `name` by its sender. Raises `Unacceptable`."""
    size = path.stat().st_size
    if size == 0:
        raise Unacceptable("empty", name, Text("是空文件。", "is empty."), _DAMAGED_REMEDY)
    if size > limits.size:
        raise too_large(name, limits)
    content = path.read_bytes()
    kind = _kind_of(content, name)
    if kind not in limits.kinds:
        raise _wrong_kind(name, limits)
    _CHECKS[kind.code](content, name, limits)
    _refuse_polyglot(content, kind, name)
    return kind


def too_large(name: str, limits: Limits) -> Unacceptable:
    """The refusal of a file over the limit."""
    most = megabytes(limits.size)
    return Unacceptable(
        "too-large",
        name,
        Text(f"超过 {most} 的上限。", f"is larger than {most}."),
        Text(
            "请压缩图片、降低扫描分辨率或拆分后再上传。",
            "Shrink the pictures, scan at a lower resolution or split it.",
        ),
    )


def safe_name(name: str, kind: Kind) -> str:
    """A name to show and to offer for download: no folders, no control or direction characters, the right ending.

    At most 120 characters; an empty name becomes ``file``.
    """
    plain = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    plain = _UNSAFE_IN_NAME.sub("", plain).lstrip().rstrip(" .")
    stem, dot, ending = plain.rpartition(".")
    if not dot:
        stem, ending = plain, ""
    if f".{ending.lower()}" not in kind.extensions:
        ending = kind.extensions[0][1:]
    return f"{stem[:110].strip(' .') or 'file'}.{ending}"


def _kind_of(content: bytes, name: str) -> Kind:
    for signature, kind in ((b"%PDF-", PDF), (b"\x89PNG\r\n\x1a\n", PNG), (b"\xff\xd8\xff", JPEG)):
        if content.startswith(signature):
            return kind
    if content[4:8] == b"ftyp" and content[8:12] in _HEIC_BRANDS:
        return HEIC
    if content.startswith(b"PK\x03\x04"):
        return _zip_kind(content, name)
    for signature, code, why, remedy in _KNOWN_REFUSALS:
        if content.startswith(signature):
            raise Unacceptable(code, name, why, remedy)
    raise Unacceptable(
        "kind",
        name,
        Text("的内容不是可接收的材料格式。", "does not hold any of the accepted formats."),
        _NO_PROGRAM,
    )


def _zip_kind(content: bytes, name: str) -> Kind:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        raise _damaged(name) from None
    if "OFD.xml" in names:
        return OFD
    if "[Content_Types].xml" in names and "word/document.xml" in names:
        return DOCX
    raise Unacceptable("archive", name, _ARCHIVE, _UNPACK)


def _wrong_kind(name: str, limits: Limits) -> Unacceptable:
    accepted = [kind.code.upper() for kind in limits.kinds]
    return Unacceptable(
        "kind",
        name,
        Text("的格式在此处不接收。", "is not of a format taken here."),
        Text(f"请上传 {'、'.join(accepted)}。", f"Upload {', '.join(accepted)}."),
    )


def _damaged(name: str) -> Unacceptable:
    return Unacceptable(
        "damaged", name, Text("不完整或已损坏。", "is incomplete or damaged."), _DAMAGED_REMEDY
    )


def _check_picture(content: bytes, name: str, limits: Limits) -> None:
    measure = (
        png_size if content[:4] == b"\x89PNG" else jpeg_size if content[:2] == b"\xff\xd8" else heic_size
    )
    try:
        width, height = measure(content)
    except NotAPicture:
        raise _damaged(name) from None
    if width * height > limits.pixels or max(width, height) > limits.side:
        raise Unacceptable(
            "picture-too-big",
            name,
            Text(
                f"尺寸过大（{width}×{height} 像素）。", f"is too big a picture ({width} × {height} pixels)."
            ),
            Text("请缩小尺寸后再上传。", "Scale it down and upload that."),
        )


def _check_zip(content: bytes, name: str, limits: Limits) -> None:
    end = content.rfind(b"PK\x05\x06")
    whole = end >= 0 and end + 22 + int.from_bytes(content[end + 20 : end + 22], "little") == len(content)
    if not whole:
        raise _damaged(name)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for problem in _zip_problems(archive.infolist()):
            raise Unacceptable(problem[0], name, problem[1], problem[2])
        try:
            bad = archive.testzip()
        except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError, OSError, zlib.error):
            raise _damaged(name) from None
    if bad is not None:
        raise _damaged(name)


def _zip_problems(entries: list[zipfile.ZipInfo]) -> Iterator[tuple[str, Text, Text]]:
    if len(entries) > _ZIP_ENTRIES or sum(entry.file_size for entry in entries) > _ZIP_UNPACKED:
        why = Text("解压后过大，疑似压缩炸弹。", "unpacks to far more than it should.")
        yield "bomb", why, _DAMAGED_REMEDY
    if any(entry.flag_bits & 1 for entry in entries):
        yield (
            "locked",
            Text("有密码保护。", "is protected by a password."),
            Text("请去掉密码后再上传。", "Remove the password and upload it."),
        )
    names = [entry.filename.lower() for entry in entries]
    if any(name.startswith("/") or "\\" in name or ".." in name.split("/") for name in names):
        yield "damaged", Text("的内部结构异常。", "has an odd inner structure."), _DAMAGED_REMEDY
    if any(_ZIP_ACTIVE.search(name) for name in names):
        why = Text("含有宏或程序。", "contains macros or programs.")
        yield "active", why, Text("请另存为不含宏的文档或 PDF。", "Save it without macros, or as PDF.")


def _refuse_polyglot(content: bytes, kind: Kind, name: str) -> None:
    """A file that is also something else is made to deceive: some reader will take it for the other."""
    head = content[:1024]
    hidden = bool(_ACTIVE_HEAD.search(head)) or (kind is not PDF and b"%PDF-" in head)
    if kind not in (OFD, DOCX) and b"PK\x05\x06" in content[-66_000:]:
        hidden = hidden or zipfile.is_zipfile(io.BytesIO(content))
    if hidden:
        raise Unacceptable(
            "polyglot",
            name,
            Text(
                "同时包含另一种格式的内容，可能被用于伪装。",
                "also holds content of another kind, as a disguise would.",
            ),
            _DAMAGED_REMEDY,
        )


_CHECKS: Final = {
    PDF.code: check_pdf,
    PNG.code: _check_picture,
    JPEG.code: _check_picture,
    HEIC.code: _check_picture,
    OFD.code: _check_zip,
    DOCX.code: _check_zip,
}
