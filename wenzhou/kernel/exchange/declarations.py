"""What modules declare for the exchange: a resource, an offer of it, a use of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.manifest import Declaration
from wenzhou.kernel.base.permissions import Purpose
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.registers.contracts import Subject


class Level(IntEnum):
    """How sensitive a field is (数据分级): open to all, for work, personal, sensitive personal (PIPL Art. 28)."""

    OPEN = 1
    WORK = 2
    PERSONAL = 3
    SENSITIVE = 4

    @property
    def title(self) -> Text:
        """The level in words."""
        return _LEVELS[self]


_LEVELS = {
    Level.OPEN: Text("公开", "Open"),
    Level.WORK: Text("工作", "For work"),
    Level.PERSONAL: Text("个人信息", "Personal"),
    Level.SENSITIVE: Text("敏感个人信息", "Sensitive personal"),
}


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a response: its attribute, its words, its level and how it is masked.

    A personal field without ``mask`` is withheld (None) where masking is ordered.
    """

    name: str
    title: Text
    level: Level
    mask: Callable[[str], str] | None = None


@dataclass(frozen=True, kw_only=True)
class Resource[Req, Resp](Declaration):
    """A typed data resource (数据资源): what is asked, what is answered, about whom, by whose right.

    ``owner`` is the function of the offices that answer for it. ``request`` and ``response`` are
    frozen dataclasses; every field of the response that is not in ``fields`` always passes.
    """

    code: str
    title: Text
    summary: Text
    owner: str
    owner_title: Text
    request: type[Req]
    response: type[Resp]
    subject: Callable[[Req, Resp], Subject]
    fields: tuple[Field, ...]
    legal_basis: Text
    writes: bool = False

    def __hash__(self) -> int:
        return hash(self.code)


@dataclass(frozen=True, kw_only=True)
class Offer[Req, Resp](Declaration):
    """A module answers for a resource. ``provide`` gives the whole record, unmasked; it checks no grant."""

    resource: Resource[Req, Resp]
    provide: Callable[[Actor, Req], Resp]

    @property
    def code(self) -> str:  # type: ignore[override]
        """The resource's."""
        return self.resource.code


@dataclass(frozen=True, kw_only=True)
class Use(Declaration):
    """A module asks to use a resource; for each purpose it becomes an application for a grant."""

    resource: Resource[Any, Any]
    consumer: str
    purposes: tuple[Purpose, ...]
    fields: tuple[str, ...]
    legal_basis: Text
    unmasked: bool = False

    @property
    def code(self) -> str:  # type: ignore[override]
        """Consumer and resource."""
        return f"{self.consumer}:{self.resource.code}"

    def __post_init__(self) -> None:
        unknown = set(self.fields) - {field.name for field in self.resource.fields}
        if unknown:
            raise ValueError(f"{self.code}: {self.resource.code} has no {', '.join(sorted(unknown))}")
