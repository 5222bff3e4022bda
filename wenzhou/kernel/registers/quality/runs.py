"""Running all rules over a whole register: every night, and when a data officer asks for it."""

from __future__ import annotations

from django.db import IntegrityError, connection, transaction
from django.db.models import Count, Value
from django.db.models.functions import Coalesce, Left, Now
from django.utils import timezone

from wenzhou.kernel.base import audit
from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.jobs import Job
from wenzhou.kernel.base.outbox import emit_many
from wenzhou.kernel.base.permissions import require
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.registers.declaration import Register, register_of, registers
from wenzhou.kernel.registers.permissions import RUN_QUALITY
from wenzhou.kernel.registers.quality.events import ProblemClosed
from wenzhou.kernel.registers.quality.finding import find
from wenzhou.kernel.registers.quality.judging import rules_of
from wenzhou.kernel.registers.quality.models import (
    WAITING,
    ProblemState,
    QualityProblem,
    QualityRun,
    QualityScore,
)
from wenzhou.kernel.registers.quality.rules import Scope
from wenzhou.kernel.registers.scope import CITY


def start(actor: Actor, code: str) -> QualityRun:
    """Ask for a run over a register; while one is under way it is that one. Raises Refused, NotFound."""
    require(actor, RUN_QUALITY)
    return ask(actor, register_of(code))


def ask(actor: Actor, register: Register) -> QualityRun:
    """:func:`start` for the platform itself."""
    try:
        with transaction.atomic():
            run = QualityRun.objects.create(
                register=register.code, asked_by_name=actor.name, rules=len(rules_of(register.code))
            )
            audit.record(actor, "registers.quality-run", run, register=register.code)
            RUN.defer(run=str(run.id))
    except IntegrityError:
        return QualityRun.objects.get(register=register.code, finished_at=None)
    return run


def execute(run: str) -> None:
    """The run of this id, rule by rule; run again after a worker was killed, it finds what is there."""
    row = QualityRun.objects.filter(id=run, finished_at=None).first()
    if row is None:
        return
    actor = Actor.system("registers.quality")
    register = register_of(row.register)
    today = timezone.localdate()
    rules = rules_of(register.code)
    opened = mended = 0
    for done, rule in enumerate(rules, start=1):
        found = find(actor, register, [rule], Scope(today))
        opened, mended = opened + found.opened, mended + found.mended
        QualityRun.objects.filter(id=row.id).update(done=done, rules=len(rules), opened=opened, mended=mended)
    with transaction.atomic():
        _drop(actor, register, {rule.code for rule in rules})
        score(register)
        QualityRun.objects.filter(id=row.id).update(finished_at=Now())


def _drop(actor: Actor, register: Register, codes: set[str]) -> None:
    """Problems of rules that nobody declares any more are over."""
    rows = QualityProblem.objects.filter(register=register.code, state__in=WAITING).exclude(rule__in=codes)
    gone = list(rows.select_for_update().order_by("id"))
    emit_many([ProblemClosed(one.id, one.register, one.rule, one.record, False) for one in gone], actor=actor)
    QualityProblem.objects.filter(id__in=[one.id for one in gone]).update(
        state=ProblemState.MENDED, closed_at=Now(), checked_at=Now()
    )


_GRAVEST = """
SELECT function, left(area, 6), grave, count(*), count(*) FILTER (WHERE due < %(today)s) FROM (
  SELECT function, area, record, max(severity) AS grave, min(due) AS due FROM registers_qualityproblem
  WHERE register = %(register)s AND state IN ('open', 'proposed') GROUP BY function, area, record
) AS records GROUP BY 1, 2, 3"""


def score(register: Register) -> int:
    """Today's score of the register for each office function and county; again today, it is renewed. How many rows."""
    today = timezone.localdate()
    place = register.division(today) if register.division is not None else Value(CITY)
    counted = Scope(today).rows(register).order_by().annotate(county=Left(Coalesce(place, Value(CITY)), 6))
    records = dict(counted.values("county").annotate(n=Count("pk")).values_list("county", "n"))
    with connection.cursor() as cursor:
        cursor.execute(_GRAVEST, {"register": register.code, "today": today})
        graves = cursor.fetchall()
    functions = {rule.function(register) for rule in rules_of(register.code)} | {one[0] for one in graves}
    rows = {
        (function, county): QualityScore(
            day=today,
            register=register.code,
            function=function,
            area=county,
            records=number,
            errors=0,
            warnings=0,
            notices=0,
            late=0,
        )
        for function in functions
        for county, number in records.items()
    }
    for function, county, grave, number, late in graves:
        row = rows.get((function, county))
        if row is not None:
            setattr(row, ("notices", "warnings", "errors")[grave - 1], number)
            row.late += late
    QualityScore.objects.bulk_create(
        rows.values(),
        update_conflicts=True,
        unique_fields=["day", "register", "function", "area"],
        update_fields=["records", "errors", "warnings", "notices", "late"],
    )
    return len(rows)


def nightly() -> None:
    """A run over every register."""
    for register in registers():
        ask(Actor.system("registers.quality"), register)


RUN = Job(
    name="registers.quality-run", title=Text("数据质量检查", "Check the quality of a register"), run=execute
)
NIGHTLY = Job(
    name="registers.quality-nightly",
    title=Text("每夜数据质量检查", "Nightly check of quality"),
    run=nightly,
    cron="30 18 * * *",  # half past two in the city
)

__all__ = ["NIGHTLY", "RUN", "ask", "execute", "nightly", "score", "start"]
