"""Identifiers that sort by time of making."""

from __future__ import annotations

import os
import threading
import time
import uuid


class _Randomness(threading.local):
    """Random bytes of the system for the ids of one thread, fetched for many at once.

    Asking the system lets go of the interpreter lock each time, and at every request several ids are made.
    """

    pool = b""
    used = 0

    def take(self) -> bytes:
        """The next ten bytes; none is given twice."""
        start = self.used
        if start >= len(self.pool):
            self.pool, start = os.urandom(10 * 256), 0
        self.used = start + 10
        return self.pool[start : start + 10]


_randomness = _Randomness()

# A child process must not give what its parent has still to give.
os.register_at_fork(after_in_child=_randomness.__dict__.clear)


def uuid7() -> uuid.UUID:
    """A UUID of version 7 (RFC 9562 §5.7): 48 bits of Unix milliseconds, then random bits.

    Made here rather than by ``uuidv7()`` of PostgreSQL 18 because release 17 is supported too.
    """
    value = int(time.time() * 1000) << 80 | int.from_bytes(_randomness.take(), "big")
    value = value & ~(0xF << 76) | 7 << 76
    value = value & ~(0x3 << 62) | 2 << 62
    return uuid.UUID(int=value)


MADE_PREFIX = "01942a00"
"""First eight digits of the ids of made rows: New Year 2025, before any real row of a city."""


def made_id(series: int, index: int) -> str:
    """The id of the ``index``-th made row of a ``series`` (one series a table), as text.

    A well-formed UUID of version 7 that is the same in every database and grows with the index, so
    that loading made data again finds what is there, and loads into the right edge of every index.
    """
    return f"{MADE_PREFIX}-{series:04x}-7000-8000-{index:012x}"
