"""Puts the actor on every request."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.http import HttpRequest, HttpResponseBase
from django.utils.functional import SimpleLazyObject

from wenzhou.kernel.base.actors import ANONYMOUS, Actor
from wenzhou.kernel.identity.selectors import actor_for

SESSION_ACTING_FOR = "wz_acting_for"


class ActorMiddleware:
    """``request.actor``: resolved when first asked for, so public pages cost no query."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.actor = SimpleLazyObject(lambda: _actor(request))  # type: ignore[attr-defined]
        return self.get_response(request)


def _actor(request: HttpRequest) -> Actor:
    if not request.user.is_authenticated:
        return ANONYMOUS
    chosen = request.session.get(SESSION_ACTING_FOR)
    return actor_for(
        request.user,
        acting_for=UUID(chosen) if chosen else None,
        request_id=getattr(request, "request_id", ""),
    )
