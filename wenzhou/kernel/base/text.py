"""Bilingual text: Chinese first, English complete, both always present (docs/adr/0002).

A text is a pair. It is resolved when it is shown, in the reader's language, so a
declaration made at import time serves both languages.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import get_language


def is_english() -> bool:
    """Whether the reader of this request or job has chosen English."""
    return (get_language() or "zh-hans").startswith("en")


@dataclass(frozen=True, slots=True)
class Text:
    """One text in Chinese and in English; ``str()`` gives the one for the active language."""

    zh: str
    en: str

    def __str__(self) -> str:
        return self.en if is_english() else self.zh

    def format(self, **values: object) -> Text:
        """Fill ``{name}`` places of both languages with the same values."""
        return Text(self.zh.format(**values), self.en.format(**values))

    def as_json(self) -> dict[str, str]:
        """Both languages, for storage in JSON columns and for APIs."""
        return {"zh": self.zh, "en": self.en}

    @classmethod
    def from_json(cls, value: dict[str, str]) -> Text:
        """The inverse of :meth:`as_json`."""
        return cls(value["zh"], value["en"])


def t(zh: str, en: str, **values: object) -> str:
    """The text in the active language at once, with ``{name}`` places filled."""
    chosen = en if is_english() else zh
    return chosen.format(**values) if values else chosen
