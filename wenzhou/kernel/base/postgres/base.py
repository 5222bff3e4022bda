"""``ENGINE`` of settings.DATABASES."""

from __future__ import annotations

import select

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    """Asks the socket, not the server, whether a kept connection still lives.

    Django's check (``CONN_HEALTH_CHECKS``) sends SELECT 1 before the first query of every request. An idle connection
    whose server has ended, was killed or has closed it has something to read: the end of the stream, or the server's
    last words. One that has nothing to read is taken; all others are asked as Django asks them. What this cannot see
    is a server machine that vanished without a word; TCP keep-alive finds that.
    """

    def is_usable(self) -> bool:
        """Whether the connection answers."""
        raw = self.connection
        if raw is None or raw.closed:
            return False
        if not self.errors_occurred and not _readable(raw.fileno()):
            return True
        usable: bool = super().is_usable()
        return usable


def _readable(descriptor: int) -> bool:
    """Whether anything, the end included, waits to be read."""
    if hasattr(select, "poll"):
        poll = select.poll()
        poll.register(descriptor, select.POLLIN)
        return bool(poll.poll(0))
    return bool(select.select([descriptor], [], [], 0)[0])
