"""Width and height of a picture from its headers, without decoding it; refuses what is cut off.

PNG: ISO/IEC 15948 (chunks with CRC up to IEND, nothing after). JPEG: ISO/IEC 10918-1 (markers to SOF, an EOI).
HEIC: ISO/IEC 23008-12 (`ispe` properties; the largest counts).
"""

from __future__ import annotations

import re
import struct
import zlib
from typing import Final

_NO_LENGTH: Final = frozenset({0x01, *range(0xD0, 0xD8)})
_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


class NotAPicture(ValueError):
    """The headers do not make sense or the file ends too early."""


def png_size(content: bytes) -> tuple[int, int]:
    """(width, height) in pixels. Raises `NotAPicture`, also for bytes after the end."""
    if content[12:16] != b"IHDR" or len(content) < 33:
        raise NotAPicture("no IHDR")
    width, height = struct.unpack("!II", content[16:24])
    at = 8
    while at + 12 <= len(content):
        length = int.from_bytes(content[at : at + 4], "big")
        end = at + 12 + length
        if end > len(content):
            raise NotAPicture("cut off")
        if zlib.crc32(content[at + 4 : end - 4]) != int.from_bytes(content[end - 4 : end], "big"):
            raise NotAPicture("CRC")
        if content[at + 4 : at + 8] == b"IEND":
            if end != len(content):
                raise NotAPicture("bytes after the end")
            return _sides(width, height)
        at = end
    raise NotAPicture("no IEND")


def jpeg_size(content: bytes) -> tuple[int, int]:
    """(width, height) in pixels. Raises `NotAPicture`. Phones put data after the end; that is allowed here."""
    at = 2
    while at + 4 <= len(content):
        if content[at] != 0xFF:
            raise NotAPicture("marker expected")
        marker = content[at + 1]
        if marker == 0xFF:  # fill byte
            at += 1
            continue
        if marker in _FRAMES:
            if b"\xff\xd9" not in content[at:]:
                raise NotAPicture("cut off")
            height, width = struct.unpack("!HH", content[at + 5 : at + 9])
            return _sides(width, height)
        at += 2 if marker in _NO_LENGTH else 2 + int.from_bytes(content[at + 2 : at + 4], "big")
    raise NotAPicture("no frame")


def heic_size(content: bytes) -> tuple[int, int]:
    """(width, height) in pixels of the largest image. Raises `NotAPicture`."""
    if len(content) < int.from_bytes(content[:4], "big") or b"mdat" not in content:
        raise NotAPicture("cut off")
    sizes = [struct.unpack("!II", match) for match in re.findall(rb"ispe\0\0\0\0(.{8})", content, re.DOTALL)]
    if not sizes:
        raise NotAPicture("no ispe")
    width, height = max(sizes, key=lambda size: size[0] * size[1])
    return _sides(width, height)


def _sides(width: int, height: int) -> tuple[int, int]:
    if width == 0 or height == 0:
        raise NotAPicture("no area")
    return width, height
