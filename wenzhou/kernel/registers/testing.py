"""For the tests of other modules: the rows of registers, and a record of some register to visit."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.utils import timezone

from wenzhou.kernel.base.actors import CLERK, Actor
from wenzhou.kernel.base.pagination import Slice
from wenzhou.kernel.base.registry import registry
from wenzhou.kernel.base.testing import Sample
from wenzhou.kernel.identity.api import actor_of
from wenzhou.kernel.identity.testing import actor_with, make_account, make_office
from wenzhou.kernel.registers.changing import change_record
from wenzhou.kernel.registers.corrections import propose_to
from wenzhou.kernel.registers.declaration import Register, module_of, register_of, registers
from wenzhou.kernel.registers.extracts.issuing import issue
from wenzhou.kernel.registers.extracts.models import Extract
from wenzhou.kernel.registers.first_load import Part, first_load, recover
from wenzhou.kernel.registers.models import AccessEntry, Correction, FirstLoad, Tombstone
from wenzhou.kernel.registers.quality.finding import Found, find
from wenzhou.kernel.registers.quality.judging import drafted, rules_of
from wenzhou.kernel.registers.quality.models import QualityProblem, QualityRun, QualityScore
from wenzhou.kernel.registers.quality.rules import Scope
from wenzhou.kernel.registers.quality.runs import execute, start
from wenzhou.kernel.registers.quality.selectors import ProblemView, Wanted, queue
from wenzhou.kernel.registers.transfer.exports import Wish
from wenzhou.kernel.registers.transfer.exports import ask as ask_export
from wenzhou.kernel.registers.transfer.imports import Choice, receive, start_check
from wenzhou.kernel.registers.transfer.making import make_file
from wenzhou.kernel.registers.transfer.running import run as run_import

__all__ = [
    "SAMPLES",
    "AccessEntry",
    "Correction",
    "FirstLoad",
    "Part",
    "QualityProblem",
    "QualityRun",
    "QualityScore",
    "Tombstone",
    "change_record",
    "execute",
    "find_all",
    "first_load",
    "made_record",
    "quality_queue",
    "recover",
    "start",
    "verdicts",
]


def made_record() -> tuple[Register, UUID]:
    """A record in the first register of the city, made by the ``RECORDS`` of its module's factories."""
    register = registers()[0]
    package = registry.module(module_of(register)).package
    records: dict[str, Callable[[], UUID]] = importlib.import_module(f"{package}.testing").RECORDS
    return register, records[register.code]()


def find_all(code: str) -> Found:
    """All problems of a register as they are now, as a run finds them."""
    return find(
        Actor.system("registers.testing"), register_of(code), rules_of(code), Scope(timezone.localdate())
    )


def quality_queue(actor: Actor) -> tuple[Slice[QualityProblem], list[ProblemView]]:
    """The queue of the actor's offices, unfiltered."""
    return queue(actor, Wanted())


def verdicts(register: Register, day: date) -> dict[str, tuple[set[UUID], set[UUID], set[UUID]]]:
    """By rule, the records that break it: by the set, by the record alone in the database, and before it is written."""
    anchor = f"{register.anchor}_id"
    rows = {getattr(row, anchor): row for row in Scope(day).rows(register).select_related(register.anchor)}
    found = {}
    for rule in rules_of(register.code):
        found[rule.code] = (
            set(rule.faulty(register, Scope(day)).values_list(anchor, flat=True)),
            {one for one in rows if rule.faulty(register, Scope(day, one)).exists()},
            {one for one, row in rows.items() if rule.breaks(register, drafted(register, {}, day, row=row))},
        )
    return found


def _register() -> Sample:
    return Sample(kwargs={"code": registers()[0].code})


def _record() -> Sample:
    register, record = made_record()
    return Sample(kwargs={"code": register.code, "record": record})


def _by_api(*, query: str = "", body: Mapping[str, Any] | None = None) -> Sample:
    register, record = made_record()
    return Sample(kwargs={"code": register.code, "key": record}, query=query, body=body)


def _correction() -> Sample:
    register, record = made_record()
    actor = actor_with(CLERK, office="walk-proposer")
    field = next(field for field in register.fields if field.name == "name")
    row = propose_to(
        actor,
        register,
        record,
        "",
        field.owner,
        date(2026, 1, 1),
        {"name": "陈海艳"},
        reason="原件",
    )
    return Sample(kwargs={"correction_id": row.id}, account=actor.account)


def made_problem(area: str = "330302006044") -> tuple[QualityProblem, UUID]:
    """A problem in the first register, and an account of the office that has to mend it."""
    register, record = made_record()
    rule = next(rule for rule in rules_of(register.code) if rule.code.endswith(".format"))
    make_office("walk-owner", function=rule.function(register), area=area[:6])
    row = QualityProblem.objects.create(
        register=register.code,
        rule=rule.code,
        record=record,
        field=rule.field,
        function=rule.function(register),
        area=area,
        severity=int(rule.severity),
        due=timezone.localdate(),
    )
    return row, make_account(CLERK, office="walk-owner").id


def _problem() -> Sample:
    row, account = made_problem()
    return Sample(kwargs={"problem_id": row.id}, account=account)


def made_extract() -> tuple[Register, Extract]:
    """An extract of a firm, taken by a clerk."""
    register = register_of("organisation")
    package = registry.module(module_of(register)).package
    record = importlib.import_module(f"{package}.testing").register_firm().id
    actor = actor_with(CLERK, office="walk-extract")
    purpose = register.purposes[0].code
    return register, issue(actor, register, record, purpose=purpose, on=timezone.localdate())


def _taking() -> Sample:
    register, extract = made_extract()
    return Sample(kwargs={"code": register.code, "record": extract.record})


def _extract() -> Sample:
    _, extract = made_extract()
    return Sample(kwargs={"extract_id": extract.id}, account=extract.account)


def _export() -> Sample:
    """An export that can be taken, and who asked for it."""
    register, _ = made_record()
    account = make_account(CLERK, office="walk-office", area="3303")
    wish = Wish(reason="核对登记内容", purpose=register.purposes[0].code)
    row = ask_export(actor_of(account.id), register, wish, by_job=False)
    make_file(row.id)
    return Sample(kwargs={"export_id": row.id}, account=account.id)


def _import() -> Sample:
    """An import whose dry run found a row that cannot be taken."""
    register, _ = made_record()
    make_office("walk-office", area="3303")
    account = make_account(CLERK, office="walk-office", area="3303")
    actor = actor_of(account.id)
    row = receive(actor, register, "walk.csv", [f"{register.key}\n000\n".encode()])
    start_check(actor, row.id, Choice(fields=row.fields, valid_from=date(2026, 1, 1)), by_job=False)
    run_import(row.id)
    return Sample(kwargs={"import_id": row.id}, account=account.id)


SAMPLES: dict[str, Callable[[], Sample]] = {
    "structure": _register,
    "records": _register,
    "record": _record,
    "compare": _record,
    "change": _record,
    "extract": _taking,
    "extract-paper": _extract,
    "extract-file": _extract,
    "verify-extract": lambda: Sample(kwargs={"code": made_extract()[1].code}),
    "correction": _correction,
    "quality-problem": _problem,
    "import-new": _register,
    "import": _import,
    "import-bad": _import,
    "export-ask": _register,
    "export": _export,
    "export-file": _export,
    "POST /r/{code}/exports": lambda: _by_api(body={"reason": "核对登记内容"}),
    "GET /exports/{export_id}": _export,
    "GET /exports/{export_id}/file": _export,
    "GET /r/{code}/schema": _register,
    "GET /r/{code}/records": _register,
    "GET /r/{code}/records/{key}": _by_api,
    "GET /r/{code}/records/{key}/history": _by_api,
    "GET /r/{code}/records/{key}/difference": lambda: _by_api(query="?on1=2025-01-01&on2=2026-01-01"),
    "POST /r/{code}/records/{key}/changes": lambda: _by_api(
        body={"valid_from": "2026-01-01", "values": {"name": "陈海艳"}, "reason": "原件"}
    ),
    "confirm-erasure": lambda: Sample(kwargs={"request_id": UUID(int=1)}),
}
