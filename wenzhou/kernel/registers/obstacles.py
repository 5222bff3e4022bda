"""What stands against ending a record: asked of every module that knows something, before a register ends it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from wenzhou.kernel.base.manifest import Declaration
from wenzhou.kernel.base.registry import registry
from wenzhou.kernel.base.text import Text


@dataclass(frozen=True, slots=True)
class Obstacle:
    """One matter to be settled: a sentence without the full stop, and where each part of it is settled, (words, address)."""

    text: Text
    links: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Obstacles(Declaration):
    """What one module knows that must be settled before a record of a register may end (注销障碍).

    ``found(record)`` gives each matter, and none when nothing stands against it. It is asked inside the transaction that ends the
    record, which holds the record's anchor row.
    """

    code: str
    register: str
    found: Callable[[UUID], Sequence[Obstacle]]


def obstacles(register: str, record: UUID) -> list[Obstacle]:
    """All that stands against ending this record, by any module of the city."""
    sources = [one for one in registry.declared(Obstacles) if one.register == register]
    return [one for source in sources for one in source.found(record)]
