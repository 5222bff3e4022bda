"""Papers as PDF 版式文件: a Typst template and values in, an archivable PDF out.

The result is PDF/A-2a (ISO 19005-2, level A: tagged, every font embedded), the same bytes for the same input, and
needs nothing outside this machine. Values reach the template as one JSON text in `sys.inputs`; nothing is ever
spliced into markup, so a name such as ``#panic("x")`` is printed as it stands.
"""

from __future__ import annotations

import functools
import io
import json
import os
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

import segno
import typst

type JSON = str | int | float | bool | Sequence[JSON] | Mapping[str, JSON] | None

PACKAGE: Final = Path(__file__).resolve().parents[2]
"""The folder `wenzhou/`: the root that templates may read from (`#import "/kernel/documents/typst/kit.typ"`)."""
TEMPLATES: Final = Path(__file__).resolve().parent / "typst"
WEIGHTS: Final = ("400Regular", "700Bold")
FAMILIES: Final = ("noto-sans-sc", "noto-serif-sc")


class RenderError(RuntimeError):
    """A paper could not be made; the message says which template and why (for the operator)."""


class FontsMissing(RenderError):
    """The font files are not installed."""


class GlyphMissing(RenderError):
    """A value holds a character that none of the paper's fonts can print (rare characters 生僻字).

    `character` is that character. Printing an empty box in a person's name is worse than not printing.
    """

    def __init__(self, character: str) -> None:
        super().__init__(f"no font can print {character!r} (U+{ord(character[0]):04X})")
        self.character = character


def font_folder() -> Path:
    """The folder that holds the npm font packages: `WZ_FONTS`, else `node_modules` beside the package."""
    named = os.environ.get("WZ_FONTS")
    return Path(named) if named else PACKAGE.parent / "node_modules" / "@expo-google-fonts"


@functools.cache
def _fonts(folder: Path) -> typst.Fonts:
    paths = [folder / family / weight for family in FAMILIES for weight in WEIGHTS]
    missing = [path for path in paths if not any(path.glob("*.ttf"))]
    if missing:
        raise FontsMissing(
            f"fonts not found in {missing[0]}: run `npm ci`, or set WZ_FONTS to the folder of the packages "
            "@expo-google-fonts/noto-sans-sc and noto-serif-sc"
        )
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=paths)


def qr_svg(content: str) -> str:
    """`content` (at most 2,300 bytes of UTF-8) as a QR code (ISO/IEC 18004, level M) in SVG text."""
    code = segno.make(content, error="m", micro=False)
    out = io.BytesIO()
    code.save(out, kind="svg", border=2, dark="#1f2328", light="#ffffff", xmldecl=False)
    return out.getvalue().decode("utf-8")


def render(
    template: Path,
    data: Mapping[str, JSON],
    *,
    title: str,
    lang: str = "zh",
    made_at: datetime,
    qr: str | None = None,
) -> bytes:
    """The PDF of `template` (a `.typ` file inside `wenzhou/`) filled with `data`.

    `made_at` (aware) becomes the creation date, so the same input gives the same bytes; `qr` is the text of the
    QR code that the template places with `#qr()`. Raises RenderError, FontsMissing, GlyphMissing.
    """
    if made_at.tzinfo is None:
        raise ValueError("made_at must carry a time zone")
    source = template.resolve()
    if not source.is_relative_to(PACKAGE):
        raise RenderError(f"{template} is outside {PACKAGE}")
    inputs = {"data": json.dumps(data, ensure_ascii=False, sort_keys=True), "title": title, "lang": lang}
    if qr is not None:
        inputs["qr"] = qr_svg(qr)
    compiler = typst.Compiler(
        input=source,
        root=PACKAGE,
        font_paths=_fonts(font_folder()),
        ignore_system_fonts=True,
        sys_inputs=inputs,
        package_path=TEMPLATES / "no-packages",
        package_cache_path=TEMPLATES / "no-packages",
    )
    try:
        made = compiler.compile(format="pdf", pdf_standards=["a-2a"], timestamp=made_at)
    except typst.TypstError as error:
        raise _explained(error, source) from error
    if not isinstance(made, bytes):
        raise RenderError(f"{source.name}: typst returned {type(made).__name__}")
    return made


_ESCAPE: Final = re.compile(r"\\u\{([0-9a-f]+)\}")
"""How typst writes a character that cannot be seen."""


def _explained(error: typst.TypstError, source: Path) -> RenderError:
    missing = re.search(r'the text `"(.+?)"` could not be displayed', error.message)
    if missing:
        return GlyphMissing(_ESCAPE.sub(lambda code: chr(int(code.group(1), 16)), missing.group(1)))
    return RenderError(f"{source.name}: {error.message} {error.diagnostic}".strip())
