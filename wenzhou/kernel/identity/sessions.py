"""Sessions in the database, read together with the account that is signed in and the posts it holds.

``SESSION_ENGINE`` of the city. Who asks is the first question of every personal request: one statement answers it where
Django's parts would send three. Nothing is remembered from request to request, so a post that has ended, an account that is
locked and a session that was ended elsewhere count from the next request on.
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

from wenzhou.kernel.base.actors import Post
from wenzhou.kernel.base.statements import run
from wenzhou.kernel.identity.models import Account


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The account of a session and its posts in force today, as they were when the session was read."""

    account: Account
    posts: tuple[Post, ...]


@cache
def _statement() -> str:
    """By the session's key; the list of sessions (allauth) says whose it is before the session is decoded."""
    columns = ", ".join(f'a."{field.column}"' for field in Account._meta.concrete_fields)
    posts = (
        "SELECT json_agg(json_build_array(h.role, coalesce(h.office_id, ''), h.area) ORDER BY h.id) "
        "FROM identity_postholding h WHERE h.account_id = a.id "
        "AND h.since <= %(today)s AND (h.until IS NULL OR h.until > %(today)s)"
    )
    return (
        f"SELECT s.session_data, ({posts}), {columns} FROM django_session s "  # noqa: S608 - names of our own columns
        "LEFT JOIN usersessions_usersession u ON u.session_key = s.session_key "
        "LEFT JOIN identity_account a ON a.id = u.user_id "
        "WHERE s.session_key = %(key)s AND s.expire_date > %(now)s"
    )


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
        now = timezone.now()
        values = {"key": self.session_key, "now": now, "today": timezone.localdate(now)}
        row = run(_statement(), values).fetchone()
        if row is None:
            self._session_key = None
            return {}
        data, posts, *account = row
        if account[_primary()] is not None:
            self.found = SignedIn(
                Account.from_db("default", _names(), account), tuple(Post(*post) for post in posts or ())
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
