"""Breaking Chinese and English names into lines that fit a box, without a font at hand.

Widths are those of common sans-serif faces, in ems: a Chinese character is one em wide in every face, and
Latin letters are estimated on the wide side. Chinese breaks between any two characters, save that closing
punctuation never begins a line and opening punctuation never ends one (GB/T 15834-2011, 5.1).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

ELLIPSIS = "…"
_NOT_FIRST = "，。、；：？！）】》〉”’…—"
_NOT_LAST = "（【《〈“‘"
_TOKEN = re.compile(
    rf"[{_NOT_LAST}]*(?:[^\s{_NOT_LAST}\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]+|\S)[{_NOT_FIRST}]*|\s+"
)
_NARROW = frozenset("iljtfrI.,:;'|!()[]-/ ")
_WIDE = frozenset("mwMW@%")


def width(text: str) -> float:
    """The width of one line, in ems."""
    return sum(map(_advance, text))


@lru_cache(maxsize=4096)
def wrap(text: str, ems: float, lines: int) -> tuple[str, ...]:
    """The lines of ``text``, each at most ``ems`` wide and of about the same length.

    What does not fit in ``lines`` ends in an ellipsis.
    """
    if not text.strip():
        return ()
    tokens = _tokens(text, ems)
    found = _fill(tokens, ems)
    if len(found) > lines:
        return _cut(found[:lines], ems)
    narrow = max(width(text) / max(len(found), 1), 1.0)
    while narrow < ems:
        tried = _fill(tokens, narrow)
        if len(tried) == len(found) and max(map(width, tried)) <= narrow:
            return tried
        narrow += 0.5
    return found


def _fill(tokens: Sequence[str], ems: float) -> tuple[str, ...]:
    """As much as fits on each line in turn."""
    found: list[str] = []
    line = ""
    for token in tokens:
        if line and width((line + token).rstrip()) > ems:
            found.append(line.rstrip())
            line = token.lstrip()
        else:
            line += token
    found.append(line.rstrip())
    return tuple(each for each in found if each)


def _advance(character: str) -> float:
    if unicodedata.east_asian_width(character) in "WF" or character in _NOT_FIRST + _NOT_LAST:
        return 1.0
    if character in _NARROW:
        return 0.34
    if character in _WIDE:
        return 0.9
    return 0.7 if character.isupper() else 0.57


def _tokens(text: str, ems: float) -> list[str]:
    """The pieces between which a line may break; a word that is wider than a line is cut into letters."""
    found: list[str] = []
    for token in _TOKEN.findall(text):
        found.extend([token] if width(token.rstrip()) <= ems else list(token))
    return found


def _cut(lines: Sequence[str], ems: float) -> tuple[str, ...]:
    last = lines[-1]
    while last and width(last + ELLIPSIS) > ems:
        last = last[:-1]
    return (*lines[:-1], last + ELLIPSIS)
