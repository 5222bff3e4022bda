"""Rendered public pages kept in this process, so that a crowd of readers costs one rendering.

What is kept: answers to GET that a view marked with ``mark_public``, asked by a reader without a session, per
host, path, page number and language. What is never kept: an answer that sets a cookie, carries a CSRF token or a CSP
nonce, or was made for somebody signed in. A kept page is thrown away when the content's revision has moved on
(looked up in PostgreSQL at most once a second) or when it is older than its view allowed. While the database does
not answer, kept pages go on being served.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import blake2b

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotModified
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language_from_request

from wenzhou.kernel.content.models import ContentRevision
from wenzhou.kernel.content.public_mark import public_seconds

log = logging.getLogger("wenzhou.content")

Clock = Callable[[], float]
Key = tuple[str, str, str, str]

LOOK_EVERY = 1.0
"""Seconds between two looks at the revision row: the longest that a reader may see an old page after publication."""
KEPT_PARAMETERS = frozenset({"page", "lang"})


@dataclass(frozen=True, slots=True)
class Kept:
    """One rendered page; ``born`` in seconds of the store's clock."""

    body: bytes
    headers: tuple[tuple[str, str], ...]
    etag: str
    revision: int
    born: float
    seconds: int

    def answer(self, request: HttpRequest) -> HttpResponse:
        """The page again, or 304 when the reader has it already (RFC 9110 §13.1.2)."""
        if self.etag in request.headers.get("If-None-Match", ""):
            response: HttpResponse = HttpResponseNotModified()
            for name in ("Vary", "Cache-Control"):
                response.headers[name] = dict(self.headers)[name]
        else:
            response = HttpResponse(self.body)
            for name, value in self.headers:
                response.headers[name] = value
        response.headers["ETag"] = self.etag
        return response


class RevisionLook:
    """The revision of public content as last looked up; looks again after ``LOOK_EVERY`` seconds."""

    def __init__(self, clock: Clock = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._number = -1
        self._due = float("-inf")

    def current(self) -> int:
        """The revision, at most ``LOOK_EVERY`` seconds old; the last one known while the database is away."""
        now = self._clock()
        if now < self._due:
            return self._number
        with self._lock:
            if now >= self._due:
                self._look()
                self._due = self._clock() + LOOK_EVERY
        return self._number

    def forget(self) -> None:
        """Look again at the next question."""
        self._due = float("-inf")

    def _look(self) -> None:
        try:
            number = ContentRevision.objects.values_list("number", flat=True).filter(id=1).first()
        except (DatabaseError, InterfaceError):
            log.warning("the revision of content could not be read; kept pages go on being served")
            return
        self._number = number or 0


class PageStore:
    """At most ``capacity`` kept pages, the least lately used thrown out first; safe between threads."""

    def __init__(self, capacity: int = 1000, clock: Clock = time.monotonic) -> None:
        self._capacity = capacity
        self._clock = clock
        self._lock = threading.Lock()
        self._pages: OrderedDict[Key, Kept] = OrderedDict()

    def get(self, key: Key, revision: int) -> Kept | None:
        """The kept page, if it is of this revision and still young enough."""
        with self._lock:
            kept = self._pages.get(key)
            if kept is None:
                return None
            if kept.revision != revision or self._clock() - kept.born > kept.seconds:
                del self._pages[key]
                return None
            self._pages.move_to_end(key)
            return kept

    def put(self, key: Key, response: HttpResponse, revision: int) -> Kept:
        """Keep an answer and return it as kept. ``revision`` is the one known before it was rendered."""
        headers = tuple((name, value) for name, value in response.items() if name.lower() != "etag")
        kept = Kept(
            body=response.content,
            headers=headers,
            etag=f'"{blake2b(response.content, digest_size=12).hexdigest()}"',
            revision=revision,
            born=self._clock(),
            seconds=public_seconds(response) or 0,
        )
        with self._lock:
            self._pages[key] = kept
            self._pages.move_to_end(key)
            while len(self._pages) > self._capacity:
                self._pages.popitem(last=False)
        return kept

    def clear(self) -> None:
        """Throw everything away."""
        with self._lock:
            self._pages.clear()


STORE = PageStore()
LOOK = RevisionLook()


def key_of(request: HttpRequest) -> Key | None:
    """Under what the answer to this request may be kept; None when it may be personal or is no plain reading."""
    if request.method != "GET" or settings.SESSION_COOKIE_NAME in request.COOKIES:
        return None
    if "Authorization" in request.headers or not KEPT_PARAMETERS.issuperset(request.GET):
        return None
    try:
        host = f"{request.scheme}://{request.get_host()}"
    except DisallowedHost:
        return None
    return host, request.path, request.META.get("QUERY_STRING", ""), get_language_from_request(request)


def may_be_kept(request: HttpRequest, response: HttpResponseBase) -> bool:
    """Whether the answer is marked, whole, and holds nothing that belongs to one reader alone."""
    if public_seconds(response) is None or response.status_code != 200 or response.streaming:
        return False
    # A template that asks for a CSRF token makes Django set the token's cookie: seen here as a cookie.
    if response.cookies:
        return False
    return not getattr(request, "_csp_nonce", None)


class PublicPagesMiddleware:
    """Answers readers without a session from the kept pages; stands before sessions, so that a hit costs no query."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        key = key_of(request)
        if key is None:
            return self.get_response(request)
        revision = LOOK.current()
        kept = STORE.get(key, revision)
        if kept is None:
            response = self.get_response(request)
            if not (isinstance(response, HttpResponse) and may_be_kept(request, response)):
                return response
            patch_vary_headers(response, ["Cookie", "Accept-Language"])
            response.headers["Cache-Control"] = "no-cache"
            kept = STORE.put(key, response, revision)
        return kept.answer(request)


class LanguageLinkMiddleware:
    """``?lang=en`` and ``?lang=zh`` choose the language: an address for each language, and a switch that is a link.

    The choice is remembered in the language cookie, as the form at ``/language/`` does. A link needs no CSRF token,
    so pages that carry it stay the same for everybody.
    """

    CODES = {"zh": "zh-hans", "en": "en"}

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        chosen = self.CODES.get(request.GET.get("lang", "")) if request.method == "GET" else None
        if chosen is None:
            return self.get_response(request)
        known = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
        request.COOKIES[settings.LANGUAGE_COOKIE_NAME] = chosen
        response = self.get_response(request)
        if known != chosen:
            response.set_cookie(
                settings.LANGUAGE_COOKIE_NAME,
                chosen,
                max_age=365 * 24 * 3600,
                samesite="Lax",
                secure=settings.LANGUAGE_COOKIE_SECURE,
            )
        return response
