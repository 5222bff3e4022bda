"""Identifiers that sort by time of making."""

from __future__ import annotations

import os
import time
import uuid


def uuid7() -> uuid.UUID:
    """A UUID of version 7 (RFC 9562 §5.7): 48 bits of Unix milliseconds, then random bits.

    Made here rather than by ``uuidv7()`` of PostgreSQL 18 because release 17 is supported too.
    """
    value = int(time.time() * 1000) << 80 | int.from_bytes(os.urandom(10), "big")
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
