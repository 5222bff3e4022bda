"""What every template may ask of identity."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from wenzhou.kernel.base.actors import ANONYMOUS, Actor
from wenzhou.kernel.identity.api import organisation


def acting(request: HttpRequest) -> dict[str, Any]:
    """Context processor: ``acting_for``, the firm that the actor acts for now; costs nothing when unused."""
    actor: Actor = getattr(request, "actor", ANONYMOUS)
    return {
        "acting_for": SimpleLazyObject(
            lambda: organisation(actor.organisation) if actor.organisation else None
        )
    }
