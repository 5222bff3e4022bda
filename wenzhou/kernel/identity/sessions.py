"""Sessions in the database, read together with the account that is signed in and the posts it holds.

``SESSION_ENGINE`` of the city. Who asks is the first question of every personal request: one statement answers it where
Django's parts would send three. A post that has ended, an account that is locked and a session that was ended elsewhere
count from the next request on: what is remembered from call to call (:func:`presumed`) is remembered with the digest of all
that the database said, and nothing is read or written on the strength of it unless the digest is still the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends import db
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from wenzhou.kernel.base.actors import Actor, Post
from wenzhou.kernel.base.statements import Premise, first
from wenzhou.kernel.identity.models import Account


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The account of a session and its posts in force today, as they were when the session was read."""

    account: Account
    posts: tuple[Post, ...]
    digest: bytes


# A session's key leads to its values, to the account that the list of sessions (allauth) names, and to the posts it holds.
_FROM = (
    "FROM django_session s "
    "LEFT JOIN usersessions_usersession u ON u.session_key = s.session_key "
    "LEFT JOIN identity_account a ON a.id = u.user_id "
    "CROSS JOIN LATERAL (SELECT json_agg(json_build_array(h.role, coalesce(h.office_id, ''), h.area) ORDER BY h.id) "
    "AS posts FROM identity_postholding h WHERE h.account_id = a.id "
    "AND h.since <= %(premise_today)s AND (h.until IS NULL OR h.until > %(premise_today)s)) p "
    "WHERE s.session_key = %(premise_key)s AND s.expire_date > %(premise_now)s"
)
_DIGEST = "sha256(convert_to(concat_ws(E'\\n', s.session_data, p.posts, a), 'UTF8'))"


@cache
def _statement() -> str:
    columns = ", ".join(f'a."{field.column}"' for field in Account._meta.concrete_fields)
    return f"SELECT {_DIGEST}, s.session_data, p.posts, {columns} {_FROM}"


def _values(key: str | None) -> dict[str, Any]:
    now = timezone.now()
    return {"premise_key": key, "premise_now": now, "premise_today": timezone.localdate(now)}


class SessionStore(db.SessionStore):
    """Django's store in the database; after loading, ``found`` is who the list of sessions says is signed in."""

    found: SignedIn | None = None

    @classmethod
    def get_model_class(cls) -> Any:
        """The same table."""
        return db.SessionStore.get_model_class()

    def load(self) -> dict[str, Any]:
        """The session's values; empty for a session that is unknown or has expired."""
        self.found = None
        row = first(_statement(), _values(self.session_key))
        if row is None:
            self._session_key = None
            return {}
        digest, data, posts, *account = row
        if account[_primary()] is not None:
            self.found = SignedIn(
                account=Account.from_db("default", _names(), account),
                posts=tuple(Post(*post) for post in posts or ()),
                digest=digest,
            )
        decoded: dict[str, Any] = self.decode(data)
        return decoded


@cache
def _names() -> list[str]:
    return [field.attname for field in Account._meta.concrete_fields]


@cache
def _primary() -> int:
    return _names().index("id")


def signed_in(request: HttpRequest) -> SignedIn | None:
    """Who is signed in, by the checks of ``django.contrib.auth.get_user``; None: ask Django.

    None also where Django has to act: for an old hash, a changed password, a locked account, a session that has changed
    hands in this request.
    """
    session: Any = request.session
    # Asked first: it loads the session.
    account_id = session.get(SESSION_KEY)
    found: SignedIn | None = getattr(session, "found", None)
    if found is None or account_id != str(found.account.pk) or not found.account.is_active:
        return None
    if session.get(BACKEND_SESSION_KEY) not in settings.AUTHENTICATION_BACKENDS:
        return None
    given = session.get(HASH_SESSION_KEY) or ""
    return found if constant_time_compare(given, found.account.get_session_auth_hash()) else None


@dataclass(frozen=True, slots=True)
class Remembered:
    """What the last reading of a session led to, under the digest of all that was read, and when (s) it was noted alive."""

    digest: bytes
    actor: Actor
    seen: int


_REMEMBERED = 4096
_remembered: dict[str, Remembered] = {}


def presumed(request: HttpRequest) -> tuple[Remembered, Premise] | None:
    """Who asked with this session last time, and what proves that nothing of it has changed since; None: not known."""
    key = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
    known = _remembered.get(key)
    if known is None:
        return None
    return known, Premise(_PROOF, {**_values(key), "premise_digest": known.digest})


_PROOF = f"SELECT 1 {_FROM} AND {_DIGEST} = %(premise_digest)s"


def remember(key: str, found: SignedIn, actor: Actor, seen: int) -> None:
    """For :func:`presumed`: ``actor`` is what reading the session of ``found`` led to, by nothing but what was found."""
    if len(_remembered) >= _REMEMBERED:
        _remembered.clear()
    _remembered[key] = Remembered(found.digest, actor, seen)
