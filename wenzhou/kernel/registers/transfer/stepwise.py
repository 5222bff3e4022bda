"""Loading row by row through the module's own service: for registers whose rules look beyond the row.

Slower than the bulk load, and right for every register: each row is one ``change_record`` or ``open``, with all that the module
does then. A dry run does the same and takes it back, chunk by chunk.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.db import IntegrityError, transaction

from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.errors import Problem
from wenzhou.kernel.base.permissions import require
from wenzhou.kernel.registers.catalogue import Value
from wenzhou.kernel.registers.changing import change_record
from wenzhou.kernel.registers.declaration import Field, Register
from wenzhou.kernel.registers.models import Versioned
from wenzhou.kernel.registers.records import anchor_id, unknown, value_of
from wenzhou.kernel.registers.scope import functions
from wenzhou.kernel.registers.transfer.checking import Fault, Row
from wenzhou.kernel.registers.transfer.loading import Outcome, fault_of, fault_of_database
from wenzhou.kernel.registers.versions import as_of

CHUNK: Final = 200


class Stepwise:
    """Writes rows of a register for one actor, as :class:`Loader` does for registers that are loaded in bulk."""

    chunk = CHUNK

    def __init__(
        self,
        actor: Actor,
        register: Register,
        fields: Sequence[Field],
        *,
        refuse_foreign: bool,
        dry: bool,
        reason: str,
    ) -> None:
        require(actor, register.maintain)
        self._actor = actor
        self._register = register
        own = functions(actor, register.maintain)
        self._fields = {one.name: one for one in fields}
        self._own = own
        self._refuse_foreign = refuse_foreign
        self._dry = dry
        self._reason = reason

    def begin(self) -> None:
        """Nothing to prepare."""

    def end(self) -> None:
        """Nothing to let go."""

    def load(self, rows: Sequence[Row]) -> Outcome:
        """One after the other; what cannot be taken is told apart."""
        outcome = Outcome()
        with transaction.atomic():
            for row in rows:
                if not row.faults:
                    self._take(row, outcome)
            if self._dry:
                transaction.set_rollback(True)
        outcome.bad = [row for row in rows if row.faults]
        return outcome

    def _take(self, row: Row, outcome: Outcome) -> None:
        try:
            with transaction.atomic():
                self._write(row, outcome)
        except Problem as problem:
            found = [Fault(name, "rule", text) for name, text in problem.fields.items()]
            row.faults += found or [Fault("", problem.code, problem.detail)]
        except IntegrityError as error:
            row.faults.append(fault_of_database(error, {}))

    def _write(self, row: Row, outcome: Outcome) -> None:
        present = self._present(row)
        if present is None:
            self._open(row, outcome)
            return
        values = {
            name: value
            for name, value in row.values.items()
            if value_of(self._fields[name], present) != value
        }
        row.faults += [fault_of(code, name) for name, code in self._refused(values, present).items()]
        if row.faults:
            return
        if not values:
            outcome.unchanged += 1
            return
        written = change_record(
            self._actor, self._register, row.key, row.valid_from, values, reason=self._reason
        )
        outcome.proposed += len(written.corrections)
        outcome.changed += written.version is not None
        outcome.unchanged += written.version is None

    def _present(self, row: Row) -> Versioned | None:
        """What the register says of the record on the row's day."""
        path = self._register.field(self._register.key).column
        rows = self._register.model._default_manager.filter(**{path: row.key})
        found: Versioned | None = as_of(rows, row.valid_from).select_related(*self._register.joins).first()
        return found

    def _refused(self, values: Mapping[str, Value], present: Versioned) -> dict[str, str]:
        refused = {}
        keeper = self._register.kept_by(anchor_id(self._register, present)) if self._refuse_foreign else ""
        for name in values:
            if not self._fields[name].writable:
                refused[name] = "fixed"
            elif self._refuse_foreign and (keeper or self._fields[name].owner) not in self._own:
                refused[name] = "owner"
        return refused

    def _open(self, row: Row, outcome: Outcome) -> None:
        register = self._register
        path = register.field(register.key).column
        if register.open is None or register.model._default_manager.filter(**{path: row.key}).exists():
            raise unknown(register)
        values: dict[str, Any] = {register.key: row.key, **row.values}
        register.open(self._actor, row.valid_from, values)
        outcome.created += 1
