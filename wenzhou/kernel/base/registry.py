"""All modules of this city, in the order of ``wenzhou/city/systems.py``, checked when loaded."""

from __future__ import annotations

import importlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, TypeVar

from wenzhou.kernel.base.events import Event, Handler
from wenzhou.kernel.base.jobs import Job
from wenzhou.kernel.base.manifest import Declaration, Module

D = TypeVar("D", bound=Declaration)


class ManifestError(Exception):
    """A manifest that cannot be; raised at start, never at run time."""


class Registry:
    """What the manifests say, indexed for those who ask at run time."""

    def __init__(self) -> None:
        self.modules: tuple[Module, ...] = ()
        self._handlers: dict[str, Handler[Any]] = {}
        self._events: dict[str, type[Event]] = {}
        self._jobs: dict[str, Job] = {}

    def load(self, packages: Iterable[str]) -> None:
        """Import ``<package>.module`` of each package, check the whole and index it."""
        modules = []
        for package in packages:
            manifest: Module = importlib.import_module(f"{package}.module").MODULE
            modules.append(replace(manifest, package=package))
        self.modules = tuple(modules)
        self._events = {
            e.name: e for e in self._unique("event", ((e.name, e) for m in modules for e in m.emits))
        }
        self._handlers = {
            h.name: h for h in self._unique("handler", ((h.name, h) for m in modules for h in m.handles))
        }
        self._jobs = {j.name: j for j in self._unique("job", ((j.name, j) for m in modules for j in m.jobs))}
        self._check()

    @staticmethod
    def _unique(kind: str, pairs: Iterable[tuple[str, Any]]) -> Iterator[Any]:
        pairs = list(pairs)
        for name, count in Counter(name for name, _ in pairs).items():
            if count > 1:
                raise ManifestError(f"{kind} {name!r} is declared {count} times")
        return iter([value for _, value in pairs])

    def _check(self) -> None:
        codes = [module.code for module in self.modules]
        list(self._unique("module", ((code, code) for code in codes)))
        list(self._unique("permission", ((p.code, p) for m in self.modules for p in m.permissions)))
        for index, module in enumerate(self.modules):
            for needed in module.depends_on:
                if needed.code not in codes[:index]:
                    raise ManifestError(
                        f"{module.code} depends on {needed.code}, which is not listed before it"
                    )
            known = {p.code for m in (module, *module.depends_on) for p in m.permissions}
            for page in module.pages:
                if page.permission and page.permission.code not in known:
                    raise ManifestError(f"{module.code}: page {page.name} names a foreign permission")
        for handler in self._handlers.values():
            if handler.event.name not in self._events:
                raise ManifestError(f"handler {handler.name}: nobody emits {handler.event.name}")

    def module(self, code: str) -> Module:
        """The module of this code; KeyError when the city has none."""
        for module in self.modules:
            if module.code == code:
                return module
        raise KeyError(code)

    def declared(self, kind: type[D]) -> tuple[D, ...]:
        """Everything of one kind that any module declares, in the city's order."""
        return tuple(d for m in self.modules for d in m.declares if isinstance(d, kind))

    def event(self, name: str) -> type[Event]:
        """The event type that has this name on the wire."""
        return self._events[name]

    def handlers_of(self, event: type[Event]) -> tuple[Handler[Any], ...]:
        """The handlers that listed this event in their manifests."""
        return tuple(h for h in self._handlers.values() if h.event.name == event.name)

    def handler(self, name: str) -> Handler[Any]:
        """The handler of this name; KeyError when its module is gone."""
        return self._handlers[name]

    @property
    def jobs(self) -> tuple[Job, ...]:
        """Every job of the city."""
        return tuple(self._jobs.values())


registry = Registry()
