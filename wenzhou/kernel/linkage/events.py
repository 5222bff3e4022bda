"""What linkage tells: keys only. Who wants to know more asks ``api.entity`` with its own right to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from wenzhou.kernel.base.events import Event
from wenzhou.kernel.base.text import Text


@dataclass(frozen=True)
class RunApplied(Event):
    """A run has linked records: so many entities are new, so many had records added. ``api.links_of(act)`` lists them."""

    name: ClassVar[str] = "linkage.run-applied"
    title: ClassVar[Text] = Text("链接运行已生效", "A linkage run took effect")

    run: UUID
    act: UUID
    created: int
    extended: int


@dataclass(frozen=True)
class EntityCreated(Event):
    """A clerk held two records, linked to nothing before, for one person."""

    name: ClassVar[str] = "linkage.created"
    title: ClassVar[Text] = Text("已建立链接", "Records were linked")

    act: UUID
    entity: UUID


@dataclass(frozen=True)
class EntityExtended(Event):
    """A record was added to an entity."""

    name: ClassVar[str] = "linkage.extended"
    title: ClassVar[Text] = Text("已增加链接记录", "A record was added to an entity")

    act: UUID
    entity: UUID


@dataclass(frozen=True)
class EntitiesMerged(Event):
    """Two entities are one person: the records of ``ended`` now belong to ``kept``."""

    name: ClassVar[str] = "linkage.merged"
    title: ClassVar[Text] = Text("已合并", "Entities were merged")

    act: UUID
    kept: UUID
    ended: UUID


@dataclass(frozen=True)
class EntityUnmerged(Event):
    """The last change of ``entity`` was undone by ``act``; ``undone`` is the act that had made it."""

    name: ClassVar[str] = "linkage.unmerged"
    title: ClassVar[Text] = Text("已拆分", "An entity was un-merged")

    act: UUID
    entity: UUID
    undone: UUID
