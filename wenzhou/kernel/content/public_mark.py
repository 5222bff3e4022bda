"""The mark by which a view says that its answer is the same for every reader without a session."""

from __future__ import annotations

from django.http import HttpResponseBase

_MARK = "_wz_public_seconds"


def mark_public(response: HttpResponseBase, seconds: int = 60) -> None:
    """Say that the answer may be kept for at most ``seconds`` seconds and shown to all readers without a session."""
    setattr(response, _MARK, seconds)


def public_seconds(response: HttpResponseBase) -> int | None:
    """How long the answer may be kept, in seconds; None when it is not marked."""
    seconds: int | None = getattr(response, _MARK, None)
    return seconds
