"""What a paper may be: its kinds, the limits of one place of upload, and the refusal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from wenzhou.kernel.base.errors import Invalid
from wenzhou.kernel.base.text import Text

MIB: Final = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of file, known by its content."""

    code: str
    media_type: str
    extensions: tuple[str, ...]
    inline: bool
    """Whether browsers show it safely by themselves."""


PDF = Kind(code="pdf", media_type="application/pdf", extensions=(".pdf",), inline=True)
PNG = Kind(code="png", media_type="image/png", extensions=(".png",), inline=True)
JPEG = Kind(code="jpeg", media_type="image/jpeg", extensions=(".jpg", ".jpeg"), inline=True)
HEIC = Kind(code="heic", media_type="image/heic", extensions=(".heic", ".heif"), inline=False)
OFD = Kind(code="ofd", media_type="application/ofd", extensions=(".ofd",), inline=False)
"""Open Fixed-layout Document 版式文件, GB/T 33190-2016."""
DOCX = Kind(
    code="docx",
    media_type="application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    extensions=(".docx",),
    inline=False,
)
KINDS: Final = (PDF, PNG, JPEG, HEIC, OFD, DOCX)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one place of upload takes. `size` in bytes; `pixels` is width × height of an image."""

    size: int = 20 * MIB
    kinds: tuple[Kind, ...] = KINDS
    pixels: int = 120_000_000
    side: int = 30_000


class Unacceptable(Invalid):
    """A file that cannot be taken: names the file, says why and what to do."""

    def __init__(self, code: str, name: str, why: Text, remedy: Text) -> None:
        shown = name if len(name) <= 60 else f"{name[:40]}…{name[-16:]}"
        detail = Text(f"“{shown}”{why.zh}{remedy.zh}", f"“{shown}” {why.en} {remedy.en}")
        super().__init__(detail, code=f"file-{code}", fields={"file": detail})


def megabytes(size: int) -> str:
    """`size` bytes as people say it: MB with at most one decimal."""
    return f"{size / MIB:.1f}".removesuffix(".0") + " MB"
