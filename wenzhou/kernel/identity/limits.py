"""Limits of our own on acts that could be tried again and again, counted over all processes."""

from __future__ import annotations

from django.core.cache import cache

from wenzhou.kernel.base.errors import TooMany
from wenzhou.kernel.base.text import Text


def count(what: str, who: object, *, most: int, seconds: int) -> None:
    """Count one more try of ``what`` by ``who``. Raises TooMany beyond ``most`` in a window of ``seconds``.

    Call it outside the transaction of the act: a refused act must not undo its count.
    """
    key = f"limit:{what}:{who}"
    cache.add(key, 0, timeout=seconds)
    try:
        tries = cache.incr(key)
    except ValueError:  # it expired between the two statements: a new window
        return
    if tries > most:
        minutes = max(1, seconds // 60)
        raise TooMany(
            Text(
                f"尝试次数过多，请在 {minutes} 分钟后再试，或到政务服务中心窗口办理。",
                f"Too many tries. Try again in {minutes} minutes, or come to the service centre.",
            )
        )
