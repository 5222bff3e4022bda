"""``WZ_DATABASE_URL`` (a libpq URI) as Django's database settings."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit


def parse_database_url(url: str) -> dict[str, Any]:
    """Settings for ``postgresql://user:secret@host:port/name?host=/socket/dir``.

    An empty URL gives settings that fail with a clear message when used. Raises ValueError
    for another scheme or a URL without a database name.
    """
    parts = urlsplit(url or "postgresql:///wenzhou?host=/nonexistent-set-WZ_DATABASE_URL")
    if parts.scheme not in {"postgresql", "postgres"}:
        raise ValueError(f"WZ_DATABASE_URL: scheme {parts.scheme!r} is not postgresql")
    name = unquote(parts.path.lstrip("/"))
    if not name:
        raise ValueError("WZ_DATABASE_URL: it names no database")
    query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    return {
        "ENGINE": "wenzhou.kernel.base.postgres",
        "NAME": name,
        "USER": unquote(parts.username or query.pop("user", "")),
        "PASSWORD": unquote(parts.password or query.pop("password", "")),
        "HOST": query.pop("host", "") or (parts.hostname or ""),
        "PORT": query.pop("port", "") or (str(parts.port) if parts.port else ""),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        # For base.statements alone: what the ORM sends is bound in the client and never prepared.
        "OPTIONS": {"prepare_threshold": 5, **query},
    }
