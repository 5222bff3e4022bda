"""The one error of the standards' checks: what is wrong with a value, and what to do about it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from wenzhou.kernel.base.text import Text

KnownRegion = Callable[[str, date], bool]
"""``known_region(code, on)``: was this six-digit division code (GB/T 2260) ever in force up to ``on``?

The caller gives it, because a standard's check must not know the city's division table.
"""


class StandardError(ValueError):
    """A value that a standard does not allow.

    ``code`` names the rule that was broken (stable, for programs); ``text`` says in both
    languages what is wrong and the remedy (for the person who typed it).
    """

    def __init__(self, code: str, text: Text) -> None:
        super().__init__(text.en)
        self.code = code
        self.text = text
