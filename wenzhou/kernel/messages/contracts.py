"""What other modules declare to tell people things."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from wenzhou.kernel.base.manifest import Declaration
from wenzhou.kernel.base.text import Text

type Context = Mapping[str, Text | str | int]


@dataclass(frozen=True, kw_only=True)
class NoticeTemplate(Declaration):
    """A kind of notice, listed in a manifest's `declares`; title and body may have ``{name}`` places.

    `email` False keeps it in the portal. A notice says what happened, what to do and by when.
    """

    code: str
    title: Text
    body: Text
    email: bool = True

    def fill(self, context: Context) -> tuple[Text, Text]:
        """Title and body with the places filled. Raises KeyError for a place without a value."""
        zh = {name: value.zh if isinstance(value, Text) else value for name, value in context.items()}
        en = {name: value.en if isinstance(value, Text) else value for name, value in context.items()}
        return (
            Text(self.title.zh.format_map(zh), self.title.en.format_map(en)),
            Text(self.body.zh.format_map(zh), self.body.en.format_map(en)),
        )
