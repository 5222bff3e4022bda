"""Loading a chunk of rows into a register: bad ones are told apart, the others written by a fixed number of statements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, Self
from uuid import UUID

from django.db import DataError, IntegrityError, connection, transaction
from django.db.backends.utils import CursorWrapper
from psycopg import Error as DatabaseError

from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.ids import uuid7
from wenzhou.kernel.base.permissions import require
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.registers.catalogue import Value
from wenzhou.kernel.registers.declaration import Bulk, Field, Register
from wenzhou.kernel.registers.quality.rules import Rule
from wenzhou.kernel.registers.records import unknown
from wenzhou.kernel.registers.scope import areas, functions
from wenzhou.kernel.registers.transfer.admitting import Judge, Judgement, asked
from wenzhou.kernel.registers.transfer.checking import Fault, Row
from wenzhou.kernel.registers.transfer.staging import STAGE, Statements

CHUNK: Final = 5_000
_FAULTS: Final = {
    "fixed": Text(
        "与登记内容不符，且此项登记后不能变更；确有错误请提出更正",
        "Not what is registered, and this never changes; if the register is wrong, propose a correction",
    ),
    "first": Text("首次登记必须填写", "Needed for the first entry"),
    "owner": Text(
        "此项由其他部门负责，与登记内容不符",
        "Another office answers for this, and it is not what is registered",
    ),
}


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a row says otherwise in fields of another office: a correction to be proposed to it."""

    key: str
    record: UUID
    valid_from: date
    values: Mapping[str, Value]


@dataclass(slots=True)
class Outcome:
    """What became of the rows of a chunk.

    ``touched`` are the records with new versions of which nobody has been told yet, ``made`` the new ones among them;
    ``proposed`` counts the corrections, ``proposals`` are those of them that are not written yet.
    """

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    bad: list[Row] = field(default_factory=list)
    proposed: int = 0
    proposals: list[Proposal] = field(default_factory=list)
    made: list[UUID] = field(default_factory=list)
    touched: list[UUID] = field(default_factory=list)

    def add(self, other: Self) -> None:
        """Of two parts of a chunk."""
        self.created += other.created
        self.changed += other.changed
        self.unchanged += other.unchanged
        self.bad += other.bad
        self.proposed += other.proposed
        self.proposals += other.proposals
        self.made += other.made
        self.touched += other.touched


class _Outside(Exception):
    """Records were made that the actor may not have made; ``keys``: which."""

    def __init__(self, keys: set[str]) -> None:
        super().__init__()
        self.keys = keys


class _Broken(Exception):
    """Versions were written that break rules of quality."""

    def __init__(self, judgement: Judgement) -> None:
        super().__init__()
        self.judgement = judgement


class Loader:
    """Writes rows of a register for one actor. A chunk belongs into one transaction."""

    chunk = CHUNK

    def __init__(
        self,
        actor: Actor,
        register: Register,
        fields: Sequence[Field],
        *,
        refuse_foreign: bool = False,
        rules: Sequence[Rule] | None = None,
    ) -> None:
        """``rules``: those that refuse a row; None for all that refuse a write of this register."""
        require(actor, register.maintain)
        if register.bulk is None:
            raise TypeError(f"register {register.code} is not loaded in bulk")
        own = functions(actor, register.maintain)
        values = [one for one in fields if one.name != register.key]
        self._bulk: Bulk = register.bulk
        self._register = register
        self._areas = areas(actor, register.maintain)
        self._may_open = register.field(register.key).owner in own
        self._refuse_foreign = refuse_foreign
        self._unknown = Fault(register.key, "unknown", unknown(register).detail)
        self.statements = Statements(
            register,
            [one for one in values if one.owner in own],
            [one for one in values if one.owner not in own],
        )
        self._judge = Judge(register, self.statements, asked(register) if rules is None else rules)
        self._values = {
            "source": min(own & {one.owner for one in register.fields}, default=""),
            "account": actor.account,
            **{f"default_{name}": value for name, value in self.statements.defaults.items()},
        }

    def begin(self) -> None:
        """Makes the staging table."""
        self.end()
        with connection.cursor() as cursor:
            cursor.execute(self.statements.create())

    def end(self) -> None:
        """Lets it go."""
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{STAGE}")

    def load(self, rows: Sequence[Row]) -> Outcome:
        """Loads what can be loaded. Rows that the database refuses are found by halving."""
        outcome = self._load([row for row in rows if not row.faults])
        outcome.bad = sorted((row for row in rows if row.faults), key=lambda row: row.line.number)
        return outcome

    def _load(self, rows: Sequence[Row]) -> Outcome:
        if not rows:
            return Outcome()
        try:
            with transaction.atomic():
                outcome, refused = self._load_all(rows)
            for row, faults in refused:
                row.faults += faults
            return outcome
        except _Outside as error:
            for row in rows:
                if row.key in error.keys:
                    row.faults.append(self._unknown)
            return self._load([row for row in rows if not row.faults])
        except _Broken as error:
            return self._load_rest(rows, error.judgement)
        except (IntegrityError, DataError) as error:
            return self._load_halves(rows, error)

    def _load_halves(self, rows: Sequence[Row], error: Exception) -> Outcome:
        """The database refuses some of them: that one, when it is one."""
        if len(rows) == 1:
            rows[0].faults.append(fault_of_database(error, self._bulk.refusals))
            return Outcome()
        middle = len(rows) // 2
        outcome = self._load(rows[:middle])
        outcome.add(self._load(rows[middle:]))
        return outcome

    def _load_rest(self, rows: Sequence[Row], judgement: Judgement) -> Outcome:
        """Without the rows that break a rule by themselves; those in doubt by themselves, in their place in the file."""
        doubtful = judgement.doubtful if len(rows) > 1 else set()
        outcome, waiting = Outcome(), list[Row]()
        for row in rows:
            if row.line.number in doubtful:
                outcome.add(self._load(waiting))
                outcome.add(self._load([row]))
                waiting = []
                continue
            row.faults += judgement.faults.get(row.line.number, [])
            if not row.faults:
                waiting.append(row)
        outcome.add(self._load(waiting))
        return outcome

    def _load_all(self, rows: Sequence[Row]) -> tuple[Outcome, list[tuple[Row, list[Fault]]]]:
        with connection.cursor() as cursor:
            self._stage(cursor, rows)
            self._find_records(cursor)
            cursor.execute(self.statements.rounds())
            cursor.execute(f"SELECT coalesce(max(round), 0) FROM {STAGE}")  # noqa: S608
            for number in range(1, cursor.fetchone()[0] + 1):
                self._round(cursor, number)
                judgement = self._judge.round(number)
                if judgement.faults or (judgement.doubtful and len(rows) > 1):
                    raise _Broken(judgement)
            outcome = self._outcome(cursor)
            refused = self._refused(cursor, {row.line.number: row for row in rows})
            if outcome.touched:
                self._bulk.settle(outcome.touched)
            self._refuse_outside(cursor, outcome.made)
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        return outcome, refused

    def _stage(self, cursor: CursorWrapper, rows: Sequence[Row]) -> None:
        names = [column.field.name for column in self.statements.columns]
        cursor.execute(f"TRUNCATE {STAGE}")
        with cursor.copy(self.statements.copy()) as copy:
            for row in rows:
                told = [row.values.get(name) for name in names]
                copy.write_row((row.line.number, row.key, row.valid_from, uuid7(), uuid7(), *told))

    def _find_records(self, cursor: CursorWrapper) -> None:
        """The anchors, held until the transaction ends; new ones for new keys."""
        statements = self.statements
        cursor.execute(statements.find())
        cursor.execute(statements.lock())
        cursor.execute(statements.without_record())
        if self._areas is not None and statements.mine:  # to propose, it is enough that the record is there
            self._refuse_foreign_areas(cursor, self._areas)
        if not self._may_open or self._bulk.anchors is None:
            cursor.execute(f"UPDATE {STAGE} SET fault = 'unknown' WHERE known = false")  # noqa: S608
            return
        cursor.execute(statements.complete())
        names = [column.field.name for column in statements.mine]
        wanted = {
            key: {name: value for name, value in zip(names, told, strict=True) if value is not None}
            for key, *told in cursor.fetchall()
        }
        if wanted:
            self._bulk.anchors(wanted)
            cursor.execute(statements.find())
            cursor.execute(statements.lock())
        cursor.execute(f"UPDATE {STAGE} SET fault = 'first' WHERE entity IS NULL")  # noqa: S608

    def _refuse_foreign_areas(self, cursor: CursorWrapper, scope: tuple[str, ...]) -> None:
        cursor.execute(f"SELECT DISTINCT entity FROM {STAGE} WHERE known IS NULL")  # noqa: S608
        found = [row[0] for row in cursor.fetchall()]
        hidden = list(set(found) - self._visible(found, scope))
        cursor.execute(f"UPDATE {STAGE} SET fault = 'unknown' WHERE entity = ANY(%s)", [hidden])  # noqa: S608

    def _visible(self, records: Sequence[UUID], scope: tuple[str, ...]) -> set[UUID]:
        anchor = self._register.anchor
        rows = self._register.model._default_manager.filter(**{f"{anchor}__in": records}, superseded_at=None)
        return set(self._register.within(rows, scope).values_list(f"{anchor}_id", flat=True))

    def _refuse_outside(self, cursor: CursorWrapper, made: Sequence[UUID]) -> None:
        """Records that were made outside the actor's area are not made. Raises _Outside."""
        if self._areas is None or not made:
            return
        hidden = list(set(made) - self._visible(made, self._areas))
        if hidden:
            cursor.execute(f"SELECT DISTINCT key FROM {STAGE} WHERE entity = ANY(%s)", [hidden])  # noqa: S608
            raise _Outside({row[0] for row in cursor.fetchall()})

    def _round(self, cursor: CursorWrapper, number: int) -> None:
        values: dict[str, Any] = {**self._values, "round": number}
        cursor.execute(self.statements.classify(refuse_foreign=self._refuse_foreign), values)
        cursor.execute(self.statements.instant(), values)
        values["now"] = cursor.fetchone()[0]
        cursor.execute(self.statements.supersede(), values)
        cursor.execute(self.statements.insert(), values)

    def _outcome(self, cursor: CursorWrapper) -> Outcome:
        cursor.execute(f"SELECT entity, known, same FROM {STAGE} WHERE fault IS NULL")  # noqa: S608
        taken = cursor.fetchall()
        proposals = self._proposals(cursor)
        return Outcome(
            created=sum(not known for _, known, _ in taken),
            changed=sum(known and not same for _, known, same in taken),
            unchanged=sum(same for _, _, same in taken),
            made=list({entity for entity, known, _ in taken if not known}),
            touched=list({entity for entity, _, same in taken if not same}),
            proposed=len(proposals),
            proposals=proposals,
        )

    def _refused(self, cursor: CursorWrapper, rows: Mapping[int, Row]) -> list[tuple[Row, list[Fault]]]:
        cursor.execute(f"SELECT line, fault, about FROM {STAGE} WHERE fault IS NOT NULL")  # noqa: S608
        return [(rows[line], self._faults(code, about or [])) for line, code, about in cursor.fetchall()]

    def _faults(self, code: str, about: Sequence[str]) -> list[Fault]:
        if code == "unknown":
            return [self._unknown]
        return [fault_of(code, name) for name in about]

    def _proposals(self, cursor: CursorWrapper) -> list[Proposal]:
        foreign = self.statements.foreign
        if not foreign or self._refuse_foreign:
            return []
        cursor.execute(self.statements.differing())
        return [
            Proposal(
                key,
                record,
                since,
                {
                    column.field.name: value
                    for column, value in zip(foreign, told, strict=True)
                    if value is not None
                },
            )
            for _, key, record, since, *told in cursor.fetchall()
        ]


def fault_of(code: str, field: str) -> Fault:
    """What is wrong with a field that may not be written like this."""
    return Fault(field, code, _FAULTS[code])


def fault_of_database(error: Exception, refusals: Mapping[str, tuple[str, Text]]) -> Fault:
    """In words, why the database refuses a row: by the module's, else by the name of the constraint."""
    cause = error.__cause__
    constraint = (cause.diag.constraint_name if isinstance(cause, DatabaseError) else "") or ""
    if constraint in refusals:
        name, text = refusals[constraint]
        return Fault(name, "database", text)
    return Fault(
        "",
        "database",
        Text(
            f"登记簿不能接受这一行（{constraint or '值超出范围'}），请核对各项内容",
            f"The register cannot take this row ({constraint or 'a value out of range'}); check its values",
        ),
    )
