"""Where two texts differ, character by character, also when their characters stay hidden."""

from __future__ import annotations

from collections.abc import Callable
from difflib import SequenceMatcher
from itertools import groupby
from typing import NamedTuple

Mask = Callable[[str], str]


class Part(NamedTuple):
    """A stretch of a text, and whether the other text has something else there."""

    text: str
    differs: bool


def marked(left: str, right: str, mask: Mask | None = None) -> tuple[tuple[Part, ...], tuple[Part, ...]]:
    """Both texts in parts. Differences are found in the whole texts and shown in the masked ones.

    A mask that does not keep the length leaves no places to mark: the text is then one part.
    """
    ours, theirs = [False] * len(left), [False] * len(right)
    for kind, a, b, c, d in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        if kind != "equal":
            ours[a:b] = [True] * (b - a)
            theirs[c:d] = [True] * (d - c)
    if not left or not right:  # missing is not different
        ours, theirs = [False] * len(left), [False] * len(right)
    return _parts(left, ours, mask), _parts(right, theirs, mask)


def _parts(text: str, differs: list[bool], mask: Mask | None) -> tuple[Part, ...]:
    shown = mask(text) if mask is not None else text
    if not shown:
        return ()
    if len(shown) != len(text):
        return (Part(shown, any(differs)),)
    pairs = zip(shown, differs, strict=True)
    return tuple(Part("".join(char for char, _ in run), flag) for flag, run in groupby(pairs, lambda p: p[1]))
