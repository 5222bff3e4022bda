"""Making the file of an export: read by a cursor in the server, journalled and written chunk by chunk; memory does not grow."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from datetime import timedelta
from itertools import batched
from typing import Any, Final, cast
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone

from wenzhou.kernel.base import audit
from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.errors import Problem
from wenzhou.kernel.base.permissions import require
from wenzhou.kernel.identity.api import actor_of
from wenzhou.kernel.registers.catalogue import Value
from wenzhou.kernel.registers.changing import parsed
from wenzhou.kernel.registers.declaration import module_of, register_of
from wenzhou.kernel.registers.journal import journal_many
from wenzhou.kernel.registers.permissions import EXPORT_RECORDS
from wenzhou.kernel.registers.records import disputed, permission_for, selection
from wenzhou.kernel.registers.transfer.files import lock_content, transfer_store
from wenzhou.kernel.registers.transfer.models import Export, ExportState, Format
from wenzhou.kernel.registers.transfer.outside import alone, outside
from wenzhou.kernel.registers.transfer.writing import written

CHUNK: Final = 5_000
KEPT: Final = timedelta(hours=24)
"""How long a file waits to be taken."""
_LOCK: Final = 9
_TELL: Final = 1.0
"""Seconds between two words on the progress."""


class _Stopped(Exception):
    """Somebody cancelled it."""


def make_file(export_id: UUID, *, say: Callable[[int], None] | None = None, chunk: int = CHUNK) -> None:
    """Make the file of an export that waits or was cut off. Two at once are one: the second leaves.

    What the reader can mend ends the export with the reason; anything else is raised, and the job comes again.
    """
    with alone(export_id, _LOCK) as first:
        row = Export.objects.filter(id=export_id).first() if first else None
        if row is None or row.state not in {ExportState.WAITING, ExportState.RUNNING}:
            return
        going = Export.objects.filter(id=row.id, state=row.state)
        going.update(state=ExportState.RUNNING, begun_at=Now(), beat_at=Now(), done=0)
        row.state = ExportState.RUNNING
        try:
            _Making(row, actor_of(row.account), say or _silent, chunk).play()
        except _Stopped:
            return
        except Problem as problem:
            Export.objects.filter(id=row.id, state=ExportState.RUNNING).update(
                state=ExportState.REFUSED, ended_at=Now(), trouble=problem.detail.as_json()
            )


def _silent(done: int) -> None:
    return None


class _Making:
    """One making of one file, with the rights that the asker has now."""

    def __init__(self, row: Export, actor: Actor, say: Callable[[int], None], chunk: int) -> None:
        self.row = row
        self.actor = actor
        self.say = say
        self.chunk = chunk
        self.register = register_of(row.register)
        self.purpose = self.register.purpose(row.purpose)
        self.fields = [self.register.field(name) for name in row.fields]
        self.done = 0
        self._told = 0.0

    def play(self) -> None:
        """File, journal and the state of the export, in one transaction."""
        permission = permission_for(self.register, self.purpose)
        require(self.actor, EXPORT_RECORDS)
        require(self.actor, permission, purpose=self.purpose)
        filters = parsed(self.register, self.row.filters)
        with transaction.atomic():
            rows = selection(self.actor, self.register, filters, self.row.on, permission).order_by("id")
            self._tell(total=rows.count())
            names = (f"{self.register.anchor}_id", "valid_from", *(one.column for one in self.fields))
            found = iter(rows.values_list(*names).iterator(chunk_size=self.chunk))
            content = written(
                Format(self.row.format), self.row.headings, self._left(found), self.row.encoding or "utf-8"
            )
            # The cursor ends before its transaction does.
            with (
                closing(cast("Generator[Any]", found)),
                transfer_store().stage(content, limit=1 << 62) as staged,
            ):
                lock_content(staged.stored.sha256)
                stored = staged.keep()
            self._finish(stored.sha256, stored.size)

    def _left(self, found: Iterator[tuple[Any, ...]]) -> Iterator[list[Value]]:
        """The rows as they leave; the lines in the journal stand before the first of a chunk is written."""
        whole = self.purpose is not None
        elements = [one.element for one in self.fields]
        titles = dict(zip(self.row.fields, self.row.headings, strict=False))
        for rows in batched(found, self.chunk):
            self._still_wanted()
            self._journal([row[0] for row in rows])
            disputes = disputed(self.register, [row[0] for row in rows])
            for anchor, since, *values in rows:
                marks = "、".join(
                    titles[name] for name in self.row.fields if name in disputes.get(anchor, ())
                )
                cells = [
                    one.shown(one.said(value), whole=whole)
                    for one, value in zip(elements, values, strict=True)
                ]
                yield [*cells, since, marks]
            self.done += len(rows)
            self._tell()
            self.say(self.done)

    def _journal(self, anchors: list[UUID]) -> None:
        journal_many(
            self.actor,
            self.register.subjects(anchors),
            resource=self.register.resource,
            consumer=module_of(self.register),
            purpose=self.purpose or self.register.look,
            fields=(*self.row.fields, "export"),
            masked=self.purpose is None,
        )

    def _still_wanted(self) -> None:
        if not Export.objects.filter(id=self.row.id, state=ExportState.RUNNING).exists():
            raise _Stopped

    def _tell(self, total: int | None = None) -> None:
        """How far it is, from outside the transaction; seldom, for it takes a connection."""
        if total is None and time.monotonic() - self._told < _TELL:
            return
        self._told = time.monotonic()
        values: dict[str, Any] = {"done": self.done, "beat_at": Now()}
        if total is not None:
            values["total"] = total
        outside(lambda: _update(self.row.id, values))

    def _finish(self, sha256: str, size: int) -> None:
        ended = timezone.now()
        changed = Export.objects.filter(id=self.row.id, state=ExportState.RUNNING).update(
            state=ExportState.READY,
            done=self.done,
            total=self.done,
            sha256=sha256,
            size=size,
            ended_at=ended,
            expires_at=ended + KEPT,
            trouble=None,
        )
        if not changed:
            raise _Stopped
        audit.record(
            self.actor,
            "registers.export-made",
            self.row,
            purpose=self.purpose or self.register.look,
            register=self.register.code,
            records=self.done,
            size=size,
        )


def _update(export_id: UUID, values: dict[str, Any]) -> None:
    Export.objects.filter(id=export_id, state=ExportState.RUNNING).update(**values)
