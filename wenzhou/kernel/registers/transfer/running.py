"""Running an import: chunk after chunk, each in one transaction with the count of what it did.

So a worker that is killed leaves whole chunks, and whoever goes on begins behind the last of them: no row is lost and none is
written twice. All-or-nothing is one transaction; killed, it leaves nothing and begins anew. A dry run is the same on copies.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import batched, islice
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now
from psycopg.types.json import Jsonb

from wenzhou.kernel.base import audit
from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.bulk import copy_rows
from wenzhou.kernel.base.errors import Problem
from wenzhou.kernel.base.ids import uuid7
from wenzhou.kernel.base.outbox import emit
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.identity.api import actor_of
from wenzhou.kernel.registers.corrections import propose_to
from wenzhou.kernel.registers.declaration import Field, Register, register_of
from wenzhou.kernel.registers.events import RecordsLoaded
from wenzhou.kernel.registers.transfer.checking import Checker, Row
from wenzhou.kernel.registers.transfer.files import content_of
from wenzhou.kernel.registers.transfer.loading import Loader, Outcome
from wenzhou.kernel.registers.transfer.mapping import VALID_FROM
from wenzhou.kernel.registers.transfer.models import BadRow, Foreign, Format, Import, ImportState
from wenzhou.kernel.registers.transfer.outside import alone, outside
from wenzhou.kernel.registers.transfer.reading import lines
from wenzhou.kernel.registers.transfer.rehearsal import Rehearsal
from wenzhou.kernel.registers.transfer.shape import Shape
from wenzhou.kernel.registers.transfer.stepwise import Stepwise

_LOCK: Final = 7
_COUNTS: Final = ("position", "created", "changed", "unchanged", "bad", "proposed")


@dataclass(slots=True)
class Tally:
    """What became of the rows so far."""

    position: int = 0
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    bad: int = 0
    proposed: int = 0
    reasons: dict[str, dict[str, Any]] = field(default_factory=dict)

    @classmethod
    def of(cls, row: Import) -> Tally:
        """As it stands in the database."""
        return cls(**{name: getattr(row, name) for name in _COUNTS}, reasons=dict(row.reasons))

    def add(self, rows: Sequence[Row], outcome: Outcome) -> None:
        """One more chunk."""
        self.position += len(rows)
        self.created += outcome.created
        self.changed += outcome.changed
        self.unchanged += outcome.unchanged
        self.bad += len(outcome.bad)
        self.proposed += outcome.proposed
        for row in outcome.bad:
            for fault in row.faults:
                found = self.reasons.setdefault(f"{fault.field}:{fault.code}", {**fault.as_json(), "rows": 0})
                found["rows"] += 1

    def as_values(self) -> dict[str, Any]:
        """For the row of the import."""
        return {**{name: getattr(self, name) for name in _COUNTS}, "reasons": self.reasons, "beat_at": Now()}


def run(import_id: UUID, *, say: Callable[[Tally], None] | None = None, chunk: int = 0) -> None:
    """Go on with an import where it stands: check it, load it, or do nothing when it is at rest.

    Two at once are one: the second leaves. What the reader can mend ends the import with the reason; anything else is raised,
    and the job comes again.
    """
    with alone(import_id, _LOCK) as first:
        row = Import.objects.filter(id=import_id).first() if first else None
        if row is None or row.state not in {ImportState.CHECKING, ImportState.LOADING}:
            return
        try:
            _Run(row, say or _silent, chunk).play()
        except Problem as problem:
            _end(row.id, ImportState.REFUSED, trouble=problem.detail)


def shape_of_import(row: Import) -> Shape:
    """How its file is read."""
    return Shape(Format(row.format), row.encoding, row.delimiter, row.sheet)


def _silent(tally: Tally) -> None:
    return None


class _Stopped(Exception):
    """Somebody cancelled it, or it has been dealt with elsewhere."""


class _BadRows(Exception):
    """Of all or nothing it is nothing."""

    def __init__(self, rows: Sequence[Row], tally: Tally) -> None:
        super().__init__()
        self.rows = rows
        self.tally = tally


class _Run:
    """One going of one import."""

    def __init__(self, row: Import, say: Callable[[Tally], None], chunk: int) -> None:
        self.row = row
        self.dry = row.state == ImportState.CHECKING
        self.whole = row.all_or_nothing and not self.dry
        self.say = say
        self.actor: Actor = actor_of(row.account)
        self.register: Register = register_of(row.register)
        fields = [self.register.field(name) for name in row.fields if name and name != VALID_FROM]
        self.fields = tuple(sorted(one.name for one in fields))
        self.checker = Checker(self.register, row.fields, row.valid_from)
        self.loader: Loader | Stepwise
        self.rehearsal: Rehearsal | None = None
        if self.register.bulk is None:
            self.loader = self._stepwise(fields)
        else:
            self.loader = Loader(self.actor, self.register, fields, refuse_foreign=self._refuses())
            self.rehearsal = Rehearsal(self.loader.statements) if self.dry else None
        self.chunk = chunk or self.loader.chunk

    def _stepwise(self, fields: Sequence[Field]) -> Stepwise:
        return Stepwise(
            self.actor,
            self.register,
            fields,
            refuse_foreign=self._refuses(),
            dry=self.dry,
            reason=self._reason(),
        )

    def _refuses(self) -> bool:
        return self.row.foreign == Foreign.REFUSE

    def _reason(self) -> str:
        return f"批量导入 {self.row.file_name} / Import of {self.row.file_name}"

    def play(self) -> None:
        """From where it stands to its end."""
        if self.dry or self.whole:
            self._begin_anew()
        tally = Tally.of(self.row)
        try:
            with self._ready():
                for rows in self._chunks(tally.position):
                    with transaction.atomic():
                        self._take(rows, tally)
                    self.say(tally)
                if self.whole:
                    self._finish(tally)
            if not self.whole:
                self._finish(tally)
        except _Stopped:
            return
        except _BadRows as error:
            self._refuse(error)

    @contextmanager
    def _ready(self) -> Iterator[None]:
        """The tables of the load; all or nothing is one transaction."""
        with ExitStack() as stack:
            if self.rehearsal is not None:
                stack.enter_context(self.rehearsal.staged())
            self.loader.begin()
            stack.callback(self.loader.end)
            if self.whole:
                stack.enter_context(transaction.atomic())
            yield

    def _chunks(self, skip: int) -> Iterator[tuple[Row, ...]]:
        with content_of(self.row.sha256) as path:
            found = islice(lines(path, shape_of_import(self.row), self.row.columns), skip, None)
            yield from batched(map(self.checker.row, found), self.chunk)

    def _take(self, rows: Sequence[Row], tally: Tally) -> None:
        """One chunk, in the transaction that the caller has opened."""
        self._still_ours(tally.position)
        if self.rehearsal is not None:
            self.rehearsal.bring([row.key for row in rows if not row.faults])
        outcome = self.loader.load(rows)
        tally.add(rows, outcome)
        if self.whole and outcome.bad:
            raise _BadRows(outcome.bad, tally)
        _keep_bad(self.row.id, outcome.bad)
        if not self.dry:
            self._propose(outcome)
            self._tell(outcome)
        if self.whole:
            outside(lambda: _write(self.row.id, tally))
        else:
            _write(self.row.id, tally)

    def _still_ours(self, position: int) -> None:
        rows = Import.objects.filter(id=self.row.id)
        # All or nothing tells its progress from outside its transaction, which a lock would keep out.
        found = (rows if self.whole else rows.select_for_update()).values_list("state", "position").get()
        if found != (self.row.state, position):
            raise _Stopped

    def _propose(self, outcome: Outcome) -> None:
        for proposal in outcome.proposals:
            by_owner: dict[str, dict[str, Any]] = {}
            for name, value in proposal.values.items():
                by_owner.setdefault(self.register.owner(self.register.field(name), proposal.record), {})[
                    name
                ] = value
            for owner, values in by_owner.items():
                propose_to(
                    self.actor,
                    self.register,
                    proposal.record,
                    proposal.key,
                    owner,
                    proposal.valid_from,
                    values,
                    reason=self._reason(),
                )

    def _tell(self, outcome: Outcome) -> None:
        if outcome.touched:
            made = set(outcome.made)
            changed = tuple(record for record in outcome.touched if record not in made)
            event = RecordsLoaded(self.register.code, self.row.id, tuple(outcome.made), changed, self.fields)
            emit(event, actor=self.actor)

    def _begin_anew(self) -> None:
        with transaction.atomic():
            BadRow.objects.filter(run=self.row).delete()
            _write(self.row.id, Tally())
        self.row.refresh_from_db()

    def _finish(self, tally: Tally) -> None:
        with transaction.atomic():
            if self.whole:
                _write(self.row.id, tally)
            state = ImportState.CHECKED if self.dry else ImportState.DONE
            _end(self.row.id, state, total=tally.position)
            counts = {name: getattr(tally, name) for name in _COUNTS}
            action = "registers.import-checked" if self.dry else "registers.import-done"
            audit.record(self.actor, action, self.row, register=self.register.code, **counts)

    def _refuse(self, error: _BadRows) -> None:
        """Nothing was written; the rows that stood in the way are told."""
        tally = Tally(position=error.tally.bad, bad=error.tally.bad, reasons=error.tally.reasons)
        with transaction.atomic():
            _keep_bad(self.row.id, error.rows)
            _write(self.row.id, tally)
            _end(
                self.row.id,
                ImportState.REFUSED,
                trouble=Text(
                    "有不能入库的行，按“全部或都不”的选择，没有写入任何一行。",
                    "Some rows cannot be taken; by the choice of all or nothing, nothing was written.",
                ),
            )
            audit.record(self.actor, "registers.import-done", self.row, outcome="failed", bad=tally.bad)


def _write(import_id: UUID, tally: Tally) -> None:
    Import.objects.filter(id=import_id).update(**tally.as_values())


def _end(
    import_id: UUID, state: ImportState, *, total: int | None = None, trouble: Text | None = None
) -> None:
    values: dict[str, Any] = {
        "state": state,
        "ended_at": Now(),
        "trouble": trouble.as_json() if trouble else None,
    }
    if total is not None:
        values["total"] = total
    running = (ImportState.CHECKING, ImportState.LOADING)
    Import.objects.filter(id=import_id, state__in=running).update(**values)


def _keep_bad(import_id: UUID, rows: Sequence[Row]) -> None:
    copy_rows(
        BadRow,
        ("id", "run_id", "line", "cells", "faults"),
        (
            (
                uuid7(),
                import_id,
                row.line.number,
                Jsonb(list(row.line.cells)),
                Jsonb([fault.as_json() for fault in row.faults]),
            )
            for row in rows
        ),
    )
