"""What blocks above identity tell it: who represents a firm, and which division codes are known."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.http import HttpRequest

from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.manifest import Declaration
from wenzhou.kernel.base.registry import registry
from wenzhou.kernel.base.text import Text


@dataclass(frozen=True, kw_only=True)
class Representatives(Declaration):
    """A register that knows legal representatives (法定代表人).

    ``represented_by(person)`` gives the ids of the Organisation anchors that the Person now represents.
    """

    code: str
    represented_by: Callable[[UUID], Sequence[UUID]]


@dataclass(frozen=True, kw_only=True)
class Credentials(Declaration):
    """A way to be somebody without a session (a mediator that vouches, a certificate): for programs, which have none.

    ``actor(request)`` gives who asks, None when this way says nothing of it.
    """

    code: str
    actor: Callable[[HttpRequest], Actor | None]


@dataclass(frozen=True, kw_only=True)
class KnownRegions(Declaration):
    """A table of division codes: whether a six-digit code was ever in force up to a day; what a code is called.

    ``name`` gives None for a code that the table lacks.
    """

    code: str
    known: Callable[[str, date], bool]
    name: Callable[[str], Text | None]


def represented_by(person: UUID | None) -> frozenset[UUID]:
    """The organisations that this person represents, by any register of the city."""
    if person is None:
        return frozenset()
    sources = registry.declared(Representatives)
    return frozenset(one for source in sources for one in source.represented_by(person))


def known_region(code: str, on: date) -> bool:
    """Whether a number may begin with this code; True when the city has no table of divisions."""
    sources = registry.declared(KnownRegions)
    return not sources or any(source.known(code, on) for source in sources)


def area_name(code: str) -> Text:
    """What an area is called, or its code when no table knows it."""
    for source in registry.declared(KnownRegions):
        name = source.name(code)
        if name is not None:
            return name
    return Text(code, code)


def actor_by_credentials(request: HttpRequest) -> Actor | None:
    """Who asks without a session, by the first way that knows."""
    for way in registry.declared(Credentials):
        actor = way.actor(request)
        if actor is not None:
            return actor
    return None
