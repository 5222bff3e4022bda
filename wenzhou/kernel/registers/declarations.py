"""What modules declare for the access journal: words for what they write into it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.manifest import Declaration
from wenzhou.kernel.base.text import Text


@dataclass(frozen=True, slots=True)
class CaseWords:
    """A case as the journal shows it: its number, and its address where this reader may open it."""

    number: str
    url: str


@dataclass(frozen=True, kw_only=True)
class JournalWords(Declaration):
    """Words of one module for its lines of the journal.

    ``fields()`` gives the titles of the field codes it writes; ``cases(reader, ids)`` the words for those of the
    cases that are its own, in one statement.
    """

    code: str
    fields: Callable[[], Mapping[str, Text]]
    cases: Callable[[Actor, Collection[UUID]], Mapping[UUID, CaseWords]]
