"""Events: frozen facts that one module tells and others hear (the outbox is in ``outbox.py``)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from pydantic import TypeAdapter

from wenzhou.kernel.base.text import Text


@dataclass(frozen=True)
class Event:
    """A fact that has happened (事件). Subclasses are frozen dataclasses of plain types.

    ``name`` is its name on the wire, ``module.happened``; it outlives renamed classes.
    A changed meaning is a new event, never a new sense of an old one.
    """

    name: ClassVar[str]
    title: ClassVar[Text]

    def payload(self) -> dict[str, Any]:
        """The event as JSON values."""
        dumped: dict[str, Any] = _adapter(type(self)).dump_python(self, mode="json")
        return dumped

    @classmethod
    def parse(cls, payload: dict[str, Any]) -> Event:
        """The inverse of :meth:`payload`; raises pydantic's ValidationError."""
        event: Event = _adapter(cls).validate_python(payload)
        return event


_ADAPTERS: dict[type[Event], TypeAdapter[Any]] = {}


def _adapter(event: type[Event]) -> TypeAdapter[Any]:
    if event not in _ADAPTERS:
        _ADAPTERS[event] = TypeAdapter(event)
    return _ADAPTERS[event]


@dataclass(frozen=True, kw_only=True)
class Handler[E: Event]:
    """A receiver's reaction to an event, listed in the receiver's manifest.

    ``handle`` runs inside one transaction with the mark that it has run, so its changes in
    this database happen once; whatever it does outside must be idempotent by the event's key.
    """

    name: str
    event: type[E]
    handle: Callable[[E], None]
    title: Text
