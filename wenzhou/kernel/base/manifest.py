"""The typed manifest of a module: what it is, offers, needs, shows and runs.

Navigation, addresses, the permissions table, OpenAPI, jobs, event wiring and the docs are
read from manifests; nothing is registered anywhere else. Values are real objects.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from wenzhou.kernel.base.permissions import Permission
from wenzhou.kernel.base.text import Text

if TYPE_CHECKING:
    from wenzhou.kernel.base.endpoints import Endpoint
    from wenzhou.kernel.base.events import Event, Handler
    from wenzhou.kernel.base.jobs import Job
    from wenzhou.kernel.base.pages import Page


class Declaration:
    """Base of what a kernel block lets modules declare: a case type, a resource, a search source…

    A block subclasses it with a frozen dataclass and reads all of them by
    ``registry.declared(ItsType)``; ``base`` need not know the block.
    """

    code: str


@dataclass(frozen=True, kw_only=True)
class Demo:
    """Demonstration data of a module: an idempotent loader and its place in the order.

    ``load(persons, say)`` may be run again after being killed anywhere; ``say`` prints progress.
    """

    load: Callable[[int, Callable[[str], None]], None]
    order: int = 100


@dataclass(frozen=True, kw_only=True)
class Module:
    """One block or system. ``code`` is the Django app label; ``rows`` and ``clauses`` point to the plan."""

    code: str
    title: Text
    summary: Text
    group: str
    rows: tuple[str, ...]
    clauses: tuple[str, ...] = ()
    depends_on: tuple[Module, ...] = ()
    permissions: tuple[Permission, ...] = ()
    pages: tuple[Page, ...] = ()
    endpoints: tuple[Endpoint, ...] = ()
    emits: tuple[type[Event], ...] = ()
    handles: tuple[Handler[Any], ...] = ()
    jobs: tuple[Job, ...] = ()
    declares: tuple[Declaration, ...] = ()
    demo: Demo | None = None
    package: str = field(default="", compare=False)

    def __hash__(self) -> int:
        return hash(self.code)
