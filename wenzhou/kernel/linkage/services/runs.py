"""A run of linkage: asked for by a data officer or the clock, carried out by a job, step by step.

Each step leaves its result in the working store with a note that it is done: the job of a killed worker goes on after the
last note. The last step writes to PostgreSQL, in one transaction with the run's state, so it happens once.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from wenzhou.kernel.base import audit
from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.errors import Conflict, Invalid, Problem
from wenzhou.kernel.base.jobs import Job
from wenzhou.kernel.base.permissions import require
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.linkage.models import OPEN_RUNS, Pair, Run, RunKind, RunState
from wenzhou.kernel.linkage.permissions import RUN
from wenzhou.kernel.linkage.sources import chosen

log = logging.getLogger(__name__)

ATTEMPTS = 3
TIDIED_AT_ONCE = 20_000


def ask(actor: Actor, codes: Sequence[str], kind: RunKind) -> Run:
    """Have these sources linked. An increment without a whole run before it becomes one.

    Raises Refused, Invalid, and Conflict while another run of them is open.
    """
    require(actor, RUN)
    lists = "+".join(source.code for source in chosen(codes))
    if kind is RunKind.INCREMENT and last_done(lists) is None:
        kind = RunKind.FULL
    try:
        with transaction.atomic():
            run = Run.objects.create(lists=lists, kind=kind, asked_by_id=actor.account)
            audit.record(actor, "linkage.run", run, lists=lists, kind=kind.value)
            CARRY_OUT.defer(run=str(run.id))
    except IntegrityError as error:
        raise Conflict(
            Text(
                "这些数据源的链接正在运行，请等它结束。",
                "These sources are being linked already; wait until that run has ended.",
            )
        ) from error
    return run


def last_done(lists: str) -> Run | None:
    """The newest run of these sources that took effect."""
    return Run.objects.filter(lists=lists, state=RunState.DONE).order_by("-id").first()


def carry_out(run: str) -> None:
    """Do what was asked, or go on where a killed worker stopped. Idempotent.

    An error is raised for the job to be tried again; the third one ends the run.
    """
    # Here, not above: Splink and DuckDB take a second to load, and the web server never needs them.
    from wenzhou.kernel.linkage.services import carrying

    row = Run.objects.get(id=run)
    if row.state not in OPEN_RUNS:
        return
    Run.objects.filter(id=row.id).update(state=RunState.RUNNING, started_at=row.started_at or timezone.now())
    path = Path(settings.WZ_DATA) / "linkage" / f"{_store_name(row.lists)}.duckdb"
    try:
        carrying.go(row, path)
    except Problem as problem:
        _fail(row, str(problem.detail.zh))
    except Exception as error:
        if carrying.spoilt(error):
            path.unlink(missing_ok=True)  # it can be made again, and may be what is wrong
        if row.failures + 1 >= ATTEMPTS:
            log.exception("linkage run %s ends", row.id)
            _fail(row, f"{type(error).__name__}: {error}"[:2000])
            return
        Run.objects.filter(id=row.id).update(failures=row.failures + 1)
        raise


def nightly() -> None:
    """Ask for an increment of all that has been linked before."""
    actor = Actor.system("linkage.nightly")
    for lists in Run.objects.filter(state=RunState.DONE).values_list("lists", flat=True).distinct():
        try:
            ask(actor, lists.split("+"), RunKind.INCREMENT)
        except (Conflict, Invalid) as problem:  # it is under way, or a source has left
            log.warning("linkage of %s: %s", lists, problem)


def tidy() -> None:
    """Remove the pairs of runs that a later whole run has replaced, some at a time."""
    for lists in Run.objects.values_list("lists", flat=True).distinct():
        done = Run.objects.filter(lists=lists, state=RunState.DONE)
        whole = done.filter(kind=RunKind.FULL).order_by("-id").first()
        if whole is None:
            continue
        for old in done.filter(id__lt=whole.id).exclude(counts__has_key="tidied"):
            while ids := list(Pair.objects.filter(run=old.id).values_list("id", flat=True)[:TIDIED_AT_ONCE]):
                Pair.objects.filter(id__in=ids).delete()
            Run.objects.filter(id=old.id).update(counts={**old.counts, "tidied": True})


def _fail(row: Run, error: str) -> None:
    Run.objects.filter(id=row.id).update(state=RunState.FAILED, finished_at=timezone.now(), error=error)


def _store_name(lists: str) -> str:
    """The file of a set of sources, whatever their codes."""
    return hashlib.sha256(lists.encode()).hexdigest()[:16]


CARRY_OUT = Job(
    name="linkage.carry-out",
    title=Text("运行记录链接", "Link records"),
    run=carry_out,
    attempts=ATTEMPTS,
    queue="linkage",
)
NIGHTLY = Job(
    name="linkage.nightly",
    title=Text("每夜增量链接", "Link what is new, every night"),
    run=nightly,
    cron="10 18 * * *",
)
TIDY = Job(
    name="linkage.tidy",
    title=Text("清理被取代的比对记录", "Remove replaced pairs"),
    run=tidy,
    cron="40 18 * * *",
)
