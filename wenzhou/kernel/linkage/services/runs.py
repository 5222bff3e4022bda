"""A run of linkage: asked for by a data officer or the clock, carried out by a job, step by step.

Each step leaves its result in the working store with a note that it is done: the job of a killed worker goes on after the
last note. The last step writes to PostgreSQL, in one transaction with the run's state, so it happens once.
"""

from __future__ import annotations

import hashlib
import logging
import math
import tempfile
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from wenzhou.kernel.base import audit
from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.errors import Conflict, Invalid, Problem
from wenzhou.kernel.base.jobs import Job
from wenzhou.kernel.base.outbox import emit
from wenzhou.kernel.base.permissions import require
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.linkage.events import RunApplied
from wenzhou.kernel.linkage.model.engine import Engine, engine
from wenzhou.kernel.linkage.model.persons import PERSONS
from wenzhou.kernel.linkage.model.store import Store
from wenzhou.kernel.linkage.models import OPEN_RUNS, Act, ActKind, Pair, Run, RunKind, RunState
from wenzhou.kernel.linkage.permissions import RUN
from wenzhou.kernel.linkage.services import reading, writing
from wenzhou.kernel.linkage.services.links import instant
from wenzhou.kernel.linkage.services.lock import lock_links
from wenzhou.kernel.linkage.sources import chosen

log = logging.getLogger(__name__)

OVERLAP = timedelta(minutes=15)
"""A source is read again from a little before the last reading: a write may commit minutes after its instant."""

PART = 1_000_000
"""Records scored between two notes."""

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
    row = Run.objects.get(id=run)
    if row.state not in OPEN_RUNS:
        return
    Run.objects.filter(id=row.id).update(state=RunState.RUNNING, started_at=row.started_at or timezone.now())
    path = Path(settings.WZ_DATA) / "linkage" / f"{_store_name(row.lists)}.duckdb"
    try:
        _open_and_go(row, path)
    except Problem as problem:
        _fail(row, str(problem.detail.zh))
    except Exception as error:
        if isinstance(error, duckdb.Error) and not isinstance(error, duckdb.IOException):
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


def _open_and_go(row: Run, path: Path) -> None:
    with (
        Store.at(path, threads=settings.WZ_LINKAGE_THREADS, memory=settings.WZ_LINKAGE_MEMORY) as store,
        tempfile.TemporaryDirectory(dir=path.parent) as scratch,
    ):
        _Carrier(row, store, Path(scratch)).go()


def _fail(row: Run, error: str) -> None:
    Run.objects.filter(id=row.id).update(state=RunState.FAILED, finished_at=timezone.now(), error=error)


def _store_name(lists: str) -> str:
    """The file of a set of sources, whatever their codes."""
    return hashlib.sha256(lists.encode()).hexdigest()[:16]


class _Carrier:
    """One run under way."""

    def __init__(self, run: Run, store: Store, scratch: Path) -> None:
        self.run = run
        self.store = store
        self.scratch = scratch
        self.model = PERSONS
        self.sources = chosen(run.sources)
        self.total = 4

    def go(self) -> None:
        """All steps that are not done yet."""
        if self.store.noted("run") != str(self.run.id):
            self.store.note("step", "")
            self.store.note("run", str(self.run.id))
        if not self.store.noted("step"):
            self._read()
        if self.store.noted("step") != "score":
            with engine(
                settings.WZ_LINKAGE_ENGINE, self.store.connection, self.model, self.scratch
            ) as scorer:
                self._train(scorer)
                self._score(scorer)
        self._write()
        self.store.note("base", str(self.run.id))
        self.store.connection.execute("CHECKPOINT")

    def _read(self) -> None:
        self._progress("read", 0)
        now = _clock()
        before = last_done(self.run.lists) if self.run.kind == RunKind.INCREMENT else None
        since = before.read_until - OVERLAP if before is not None and before.read_until is not None else None
        standing = before is not None and self.store.noted("base") == str(before.id)
        with self.store.transaction():
            if since is None:
                number = reading.read_all(self.store, self.sources, self.scratch)
            elif standing:
                number = reading.read_since(self.store, self.sources, since, self.scratch)
            else:
                number = reading.read_all_fresh_since(self.store, self.sources, since, self.scratch)
            self.store.connection.execute("DELETE FROM pairs; DROP TABLE staged")
            self.store.note("base", "")  # until this run is written, the store is ahead of the links
            self.store.note("read", {"until": now.isoformat(), "records": number})
            self.store.note("learnt", before.learnt if before is not None else None)
            self.store.note("part", 0)
            self.store.note("step", "read")

    def _train(self, scorer: Engine) -> None:
        if self.store.noted("step") != "read":
            return
        self._progress("train", 1)
        if self.store.noted("learnt") is None:
            self.store.note("learnt", scorer.train())
        self.store.note("step", "train")

    def _score(self, scorer: Engine) -> None:
        learnt = self.store.noted("learnt")
        if self.run.kind == RunKind.INCREMENT:
            self._progress("score", 2)
            with self.store.transaction():
                if self.store.noted("read")["records"]:
                    scorer.score_fresh(learnt)
                self.store.note("step", "score")
            return
        parts = math.ceil(self.store.one("SELECT count(*) FROM records") / PART) or 1
        self.total = 3 + parts
        for part in range(self.store.noted("part") + 1, parts + 1):
            self._progress("score", 1 + part)
            with self.store.transaction():
                scorer.score(learnt, part, parts)
                self.store.note("part", part)
        self.store.note("step", "score")

    def _write(self) -> None:
        """One transaction: pairs, links, doubtful pairs, and the run as done."""
        self._progress("write", self.total - 1)
        actor = Actor.system("linkage.run")
        with transaction.atomic():
            lock_links()
            run = Run.objects.select_for_update().get(id=self.run.id)
            if run.state not in OPEN_RUNS:
                return
            act = Act.objects.create(
                kind=ActKind.RUN, at=instant(), run=run, by=run.asked_by_id, by_name=actor.name
            )
            grouped = writing.group(self.store)
            read = self.store.noted("read")
            run.counts = {
                "records": read["records"],
                "pairs": writing.write_pairs(self.store, run, self.scratch),
                "links": writing.write_links(self.store, act, self.scratch),
                "created": grouped.created,
                "extended": grouped.extended,
                "reviews": writing.write_reviews(self.store, run, self.model, self.sources),
            }
            run.state, run.step, run.done, run.total = RunState.DONE, "", self.total, self.total
            run.finished_at = timezone.now()
            run.read_until = datetime.fromisoformat(read["until"])
            run.learnt = self.store.noted("learnt")
            run.save()
            audit.record(actor, "linkage.run-applied", run, **run.counts)
            emit(
                RunApplied(run=run.id, act=act.id, created=grouped.created, extended=grouped.extended),
                actor=actor,
            )

    def _progress(self, step: str, done: int) -> None:
        Run.objects.filter(id=self.run.id).update(step=step, done=done, total=self.total)


def _clock() -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT now()")
        now: datetime = cursor.fetchone()[0]
    return now


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
