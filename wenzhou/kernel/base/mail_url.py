"""The setting `WZ_SMTP_URL` as Django's MAILERS."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

OUTGOING = "wenzhou.kernel.messages.mail.OutgoingBackend"
SMTP = "wenzhou.kernel.messages.mail.ReceiptBackend"
TIMEOUT = 20
_PLAIN_OR_TLS = {"smtp": False, "smtp+tls": True}


def mailers(url: str) -> dict[str, dict[str, Any]]:
    """All mail goes to the queue first (``default``); the queue's job uses ``smtp`` when a server is named.

    ``smtp://host:25`` plain, ``smtp+tls://user:password@host:587`` STARTTLS, ``smtps://user:password@host:465``
    TLS from the start; ``?timeout=SECONDS`` (default 20). Raises ValueError with the reason.
    """
    made: dict[str, dict[str, Any]] = {"default": {"BACKEND": OUTGOING}}
    if url:
        made["smtp"] = {"BACKEND": SMTP, "OPTIONS": _options(url)}
    return made


def _options(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    if parts.scheme not in {*_PLAIN_OR_TLS, "smtps"} or not parts.hostname:
        raise ValueError(
            "WZ_SMTP_URL must look like smtp://host:25, smtp+tls://user:password@host:587 or smtps://…"
        )
    query = parse_qs(parts.query)
    return {
        "host": parts.hostname,
        "port": parts.port,
        "username": unquote(parts.username or ""),
        "password": unquote(parts.password or ""),
        "use_tls": _PLAIN_OR_TLS.get(parts.scheme, False),
        "use_ssl": parts.scheme == "smtps",
        "timeout": int(query.get("timeout", [str(TIMEOUT)])[0]),
    }
