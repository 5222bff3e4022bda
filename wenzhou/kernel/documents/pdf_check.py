"""A plain look into a PDF (ISO 32000): whole, not locked, and without actions that run something.

Looks at every byte with name escapes (`/J#61vaScript`) undone, and into object streams (7.5.7), where newer files
keep their dictionaries compressed. It is not a parser and does not replace the malware scanner; attachments are
allowed because electronic invoices carry their data that way.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from typing import Final

from wenzhou.kernel.base.text import Text
from wenzhou.kernel.documents.kinds import Limits, Unacceptable

_ESCAPE: Final = re.compile(rb"#([0-9A-Fa-f]{2})")
_ACTIVE: Final = re.compile(rb"/(JavaScript|Launch|ImportData|SubmitForm|RichMedia|GoToE)(?![A-Za-z0-9])")
_LOCKED: Final = re.compile(rb"/Encrypt(?![A-Za-z0-9])")
_STREAM: Final = re.compile(rb"(?<!end)stream[ \t]*(?:\r\n|\n|\r)")
_HOLDS_OBJECTS: Final = re.compile(rb"/First|/ObjStm")
_HEAD: Final = 8192
_STREAMS: Final = 100_000
_UNFOLDED: Final = 64 * 1024 * 1024
_PIECE: Final = 64 * 1024

_EXPORT: Final = Text("请用“打印为 PDF”重新导出后再上传。", "Print it to a new PDF and upload that.")


def check_pdf(content: bytes, name: str, limits: Limits) -> None:
    """Raises `Unacceptable` for a PDF that is cut off, locked, active or folded beyond reason."""
    last = content.rfind(b"%%EOF")
    if last < 0 or content[last + 5 :].strip(b"\r\n\t \0") or b"startxref" not in content[-4096:]:
        why = Text("不完整，或末尾附有其他内容。", "is incomplete or has something after its end.")
        raise Unacceptable("damaged", name, why, _EXPORT)
    for part in _parts(content, name):
        plain = _unescaped(part)
        if _LOCKED.search(plain):
            why = Text("有密码保护。", "is protected by a password.")
            raise Unacceptable(
                "locked", name, why, Text("请去掉密码后再上传。", "Remove the password and upload it.")
            )
        if found := _ACTIVE.search(plain):
            action = found.group(1).decode()
            why = Text(f"含有可执行动作（{action}）。", f"contains an action that runs something ({action}).")
            raise Unacceptable("active", name, why, _EXPORT)


def _parts(content: bytes, name: str) -> Iterator[bytes]:
    """The whole file as it is, then each object stream unfolded; bounded in number and in bytes."""
    yield content
    budget = _UNFOLDED
    for count, found in enumerate(_STREAM.finditer(content)):
        if count > _STREAMS:
            raise _folded(name)
        window = _unescaped(content[max(0, found.start() - _HEAD) : found.start()])
        if not _HOLDS_OBJECTS.search(window):
            continue  # only object streams can hold objects
        # A comment can fake the "endobj" that divides this dictionary from the one before, so the one before is
        # looked at too; but only this one decides whether a stream that cannot be unfolded is refused.
        head = window[max(window.rfind(b"endobj"), 0) :]
        sure = bool(_HOLDS_OBJECTS.search(head))
        if sure and b"/Filter" in head and (b"/FlateDecode" not in head or b"/DecodeParms" in head):
            why = Text("使用了少见的内部编码，无法检查。", "uses a rare inner coding and cannot be checked.")
            raise Unacceptable("unreadable", name, why, _EXPORT)
        try:
            part = _unfolded(content, found.end(), budget, name)
        except zlib.error:
            if sure and b"/Filter" in head:
                why = Text("内部数据已损坏。", "has damaged inner data.")
                raise Unacceptable("damaged", name, why, _EXPORT) from None
            continue
        budget -= len(part)
        yield part


def _unescaped(part: bytes) -> bytes:
    return _ESCAPE.sub(lambda match: bytes([int(match.group(1), 16)]), part)


def _unfolded(content: bytes, start: int, budget: int, name: str) -> bytes:
    """The stream that begins at `start`, fed in pieces so that its unused rest is never copied."""
    engine = zlib.decompressobj()
    made = bytearray()
    for at in range(start, len(content), _PIECE):
        made += engine.decompress(content[at : at + _PIECE], budget - len(made) + 1)
        if engine.eof:
            break
        if len(made) > budget:
            raise _folded(name)
    return bytes(made)


def _folded(name: str) -> Unacceptable:
    why = Text("解开后过大，疑似压缩炸弹。", "unfolds to far more than it should.")
    return Unacceptable("bomb", name, why, _EXPORT)
