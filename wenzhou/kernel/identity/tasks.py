"""Jobs of identity."""

from __future__ import annotations

from wenzhou.kernel.base.jobs import Job
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.identity.shared_cache import purge


def purge_cache() -> None:
    """Remove expired entries of the shared cache."""
    purge()


PURGE_CACHE = Job(
    name="identity.purge-cache",
    title=Text("清理过期缓存", "Remove expired cache entries"),
    run=purge_cache,
    cron="17 * * * *",
)
