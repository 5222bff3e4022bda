"""The journal (认证日志): every act of the authority, each line chained to the one before by its digest.

A line's digest is SHA-256 over the digest before it and the line in canonical JSON (RFC 8785 for the values that occur here:
texts, whole numbers, lists of them). Who changes, drops or inserts a line breaks all digests after it; who cuts off the end is
found by the heads that the nightly job writes into the audit.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import connection
from django.utils import timezone

from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.trust.models import JournalLine

START = bytes(32)
_LOCK = 0x77_7A_63_61  # advisory lock of the chain's end
_BATCH = 2000


@dataclass(frozen=True, slots=True)
class Head:
    """The end of the chain: the number of the last line, 0 for none, and its digest."""

    seq: int
    digest: bytes


class BrokenChainError(Exception):
    """The journal is not what was written; the text says where."""


def write(actor: Actor, act: str, subject: str, **detail: Any) -> JournalLine:
    """Add a line, in the transaction of the act; two at once stand one behind the other until the first commits."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    last = head()
    line = JournalLine(
        seq=last.seq + 1,
        at=timezone.now(),
        act=act,
        actor=actor.account,
        actor_name=actor.name,
        subject=subject,
        detail=detail,
    )
    line.digest = _digest(last.digest, line)
    line.save(force_insert=True)
    return line


def head() -> Head:
    """The end of the chain as committed, or as this transaction has it."""
    row = JournalLine.objects.order_by("-seq").values_list("seq", "digest").first()
    return Head(row[0], bytes(row[1])) if row else Head(0, START)


def verify() -> Head:
    """Read the whole chain and give its end. Raises BrokenChainError."""
    last = Head(0, START)
    for line in _lines():
        if line.seq != last.seq + 1:
            raise BrokenChainError(f"{last.seq + 1} is missing")
        if bytes(line.digest) != _digest(last.digest, line):
            raise BrokenChainError(f"{line.seq} was changed, or one before it")
        last = Head(line.seq, bytes(line.digest))
    return last


def _lines() -> Iterator[JournalLine]:
    yield from JournalLine.objects.order_by("seq").iterator(chunk_size=_BATCH)


def _digest(before: bytes, line: JournalLine) -> bytes:
    said = {
        "act": line.act,
        "actor": str(line.actor or ""),
        "actor_name": line.actor_name,
        "at": _stamp(line.at),
        "detail": line.detail,
        "seq": line.seq,
        "subject": line.subject,
    }
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(before + text.encode()).digest()


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")
