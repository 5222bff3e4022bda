"""What modules declare for linkage: a source of records about people."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from wenzhou.kernel.base.manifest import Declaration
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.linkage.contracts import Record


@dataclass(frozen=True, kw_only=True)
class LinkageSource(Declaration):
    """A list of people (链接数据源): read whole by COPY, or since an instant; shown one by one.

    ``select`` is a constant SELECT that gives ``contracts.COLUMNS`` of what was recorded at ``{since}`` or later. Keys are
    stable: a key means the same record for ever. ``show`` gives records by key, as they are now, without asking who reads:
    linkage asks, masks and journals. ``solo``: everybody is in it once, so it is not compared with itself.
    ``office(area)`` is the code of the office that answers for its records there, and looks at doubtful pairs.
    ``anchored``: a key is the id of the person whom the record is about.
    """

    code: str
    title: Text
    office: Callable[[str], str]
    select: str
    show: Callable[[Collection[UUID]], Mapping[UUID, Record]]
    solo: bool = False
    anchored: bool = False


@dataclass(frozen=True, slots=True)
class MadeLine:
    """A line of a made list, by the names of ``services.lists.FIELDS``, and the truth: whom it is about, what is wrong in it.

    Without ``line`` it says of an anchored record whom that is about.
    """

    source: str
    about: UUID
    line: Mapping[str, str] | None = None
    errors: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class MadeLists(Declaration):
    """Lists for the demonstration, made from made people: the lists by code, and their lines for a city of so many.

    ``link`` names the sources that are linked once they stand.
    """

    code: str
    lists: Mapping[str, tuple[Text, str]]
    lines: Callable[[int], Iterable[MadeLine]]
    link: tuple[str, ...]
