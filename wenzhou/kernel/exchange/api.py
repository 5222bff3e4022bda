"""The door of the exchange for other modules."""

from __future__ import annotations

from wenzhou.kernel.exchange.calls import call
from wenzhou.kernel.exchange.declarations import Field, Level, Offer, Resource, Use
from wenzhou.kernel.exchange.resources import (
    ESTABLISH_ORGANISATION,
    NAME_CHECK,
    ORGANISATION_PROFILE,
    PERSON_PROFILE,
)
from wenzhou.kernel.exchange.services import sync_uses

__all__ = [
    "ESTABLISH_ORGANISATION",
    "NAME_CHECK",
    "ORGANISATION_PROFILE",
    "PERSON_PROFILE",
    "Field",
    "Level",
    "Offer",
    "Resource",
    "Use",
    "call",
    "sync_uses",
]
