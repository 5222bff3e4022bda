"""What a register declares to give extracts, and what a block declares that can print them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from wenzhou.kernel.base.manifest import Declaration
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.registers.contracts import ExtractPaper


def _no_more(record: UUID, on: date, known_at: datetime | None) -> Sequence[tuple[Text, str]]:
    return ()


@dataclass(frozen=True, kw_only=True)
class ExtractForm:
    """How a register's extract (查询单) looks.

    ``fields`` are printed whole; ``shown`` of them stand on the public verification page, masked as for a reader without a
    purpose. ``more`` gives further lines (the holders of a firm), as of a day and as known at an instant: the same question must
    have the same answer for ever; ``more_fields`` are their names in the access journal. ``valid_days`` is how long the
    paper may be presented.
    """

    title: Text
    basis: Text
    fields: tuple[str, ...]
    shown: tuple[str, ...]
    more: Callable[[UUID, date, datetime | None], Sequence[tuple[Text, str]]] = _no_more
    more_fields: tuple[str, ...] = ()
    valid_days: int = 30

    def __post_init__(self) -> None:
        if not self.shown or not set(self.fields).issuperset(self.shown):
            raise ValueError(f"extract {self.title.en}: what is shown at verification is printed too")


@dataclass(frozen=True, kw_only=True)
class ExtractPrinter(Declaration):
    """A block that makes papers: ``pdf(paper)`` gives the same bytes for the same paper."""

    code: str
    pdf: Callable[[ExtractPaper], bytes]
