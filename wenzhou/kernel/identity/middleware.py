"""Puts the actor on every request, and notes now and then that a session is alive."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from wenzhou.kernel.base.actors import ANONYMOUS, Actor
from wenzhou.kernel.base.problems import is_call
from wenzhou.kernel.base.statements import Premise
from wenzhou.kernel.identity.declarations import actor_by_credentials
from wenzhou.kernel.identity.selectors import actor_for
from wenzhou.kernel.identity.sessions import presumed, remember, signed_in

SESSION_ACTING_FOR = "wz_acting_for"
SESSION_SEEN = "wz_seen"
SEEN_EVERY = 600


class ActorMiddleware:
    """``request.actor``: resolved when first asked for, so public pages cost no query."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.actor = SimpleLazyObject(lambda: _resolve(request))  # type: ignore[attr-defined]
        request.presume = lambda: _presume(request)  # type: ignore[attr-defined]
        response = self.get_response(request)
        # What was made for one session, page, form with errors or API answer, is kept by no cache on the way.
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response


def _resolve(request: HttpRequest) -> Actor:
    """The actor, who takes the place of the promise: whoever asks from now on asks him directly."""
    actor = _actor(request)
    request.actor = actor  # type: ignore[attr-defined]
    return actor


def _presume(request: HttpRequest) -> tuple[Actor, Premise] | None:
    """Not when somebody else has asked for the user already, and not when it is time to note the session as alive."""
    found = None if hasattr(request, "_cached_user") else presumed(request)
    if found is None:
        return None
    known, premise = found
    if int(time.time()) - known.seen >= SEEN_EVERY:
        return None
    return replace(known.actor, request_id=getattr(request, "request_id", "")), premise


def _actor(request: HttpRequest) -> Actor:
    found = None if hasattr(request, "_cached_user") else signed_in(request)
    if found is not None:
        request._cached_user = found.account  # type: ignore[attr-defined]  # request.user, without its queries
    if not request.user.is_authenticated:
        # A browser that has a session is never somebody else by a header.
        program = settings.SESSION_COOKIE_NAME not in request.COOKIES and is_call(request)
        return (actor_by_credentials(request) if program else None) or ANONYMOUS
    _note_seen(request)
    chosen = request.session.get(SESSION_ACTING_FOR)
    actor = actor_for(
        request.user,
        posts=found.posts if found else None,
        acting_for=UUID(chosen) if chosen else None,
        request_id=getattr(request, "request_id", ""),
    )
    # Acting for a firm hangs on the delegation too, which is not among what the digest covers.
    if found is not None and not chosen:
        key = request.session.session_key or ""
        remember(key, found, actor, request.session.get(SESSION_SEEN, 0))
    return actor


def _note_seen(request: HttpRequest) -> None:
    """The time of last use in the list of sessions, at most one write in ten minutes."""
    now = int(time.time())
    if now - request.session.get(SESSION_SEEN, 0) < SEEN_EVERY:
        return
    request.session[SESSION_SEEN] = now
    UserSession.objects.filter(session_key=request.session.session_key).update(last_seen_at=timezone.now())
