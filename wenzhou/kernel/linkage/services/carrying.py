"""One run under way: reading, training, scoring, writing; each step is noted, so that a killed one goes on."""

from __future__ import annotations

import math
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from wenzhou.kernel.base import audit
from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.outbox import emit
from wenzhou.kernel.linkage.events import RunApplied
from wenzhou.kernel.linkage.model.engine import Engine, engine
from wenzhou.kernel.linkage.model.persons import PERSONS
from wenzhou.kernel.linkage.model.store import Store
from wenzhou.kernel.linkage.models import OPEN_RUNS, Act, ActKind, Run, RunKind, RunState
from wenzhou.kernel.linkage.services import reading, writing
from wenzhou.kernel.linkage.services.grouping import group
from wenzhou.kernel.linkage.services.links import instant
from wenzhou.kernel.linkage.services.lock import lock_links
from wenzhou.kernel.linkage.services.runs import last_done
from wenzhou.kernel.linkage.sources import chosen

OVERLAP = timedelta(minutes=15)
"""A source is read again from a little before the last reading: a write may commit minutes after its instant."""

PART = 1_000_000
"""Records scored between two notes."""


def spoilt(error: Exception) -> bool:
    """Whether an error may come from a damaged store, which can be made again."""
    return isinstance(error, duckdb.Error) and not isinstance(error, duckdb.IOException)


def go(row: Run, path: Path) -> None:
    """All that is left of a run, on the store at ``path``."""
    with (
        Store.at(path, threads=settings.WZ_LINKAGE_THREADS, memory=settings.WZ_LINKAGE_MEMORY) as store,
        tempfile.TemporaryDirectory(dir=path.parent) as scratch,
    ):
        _Carrier(row, store, Path(scratch)).go()


class _Carrier:
    """One run under way."""

    def __init__(self, run: Run, store: Store, scratch: Path) -> None:
        self.run = run
        self.store = store
        self.scratch = scratch
        self.model = PERSONS
        self.sources = chosen(run.sources)
        self.total = 4
        self.step, self.began = "open", time.monotonic()
        self.took: dict[str, float] = {}

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
            grouped = group(self.store)
            read = self.store.noted("read")
            run.counts = {
                "records": read["records"],
                "pairs": writing.write_pairs(self.store, run, self.scratch),
                "links": writing.write_links(self.store, act, self.scratch),
                "created": grouped.created,
                "extended": grouped.extended,
                "scores": writing.scores(self.store),
                "reviews": writing.write_reviews(self.store, run, self.model, self.sources),
            }
            self._progress("commit", self.total)
            run.counts["seconds"] = {step: round(seconds, 1) for step, seconds in self.took.items()}
            run.state, run.step, run.done, run.total = RunState.DONE, "", self.total, self.total
            run.finished_at = timezone.now()
            run.read_until = datetime.fromisoformat(read["until"])
            run.learnt = self.store.noted("learnt")
            run.save()
            audit.record(actor, "linkage.run-applied", run, links=run.counts["links"])
            emit(
                RunApplied(run=run.id, act=act.id, created=grouped.created, extended=grouped.extended),
                actor=actor,
            )

    def _progress(self, step: str, done: int) -> None:
        now = time.monotonic()
        self.took[self.step] = self.took.get(self.step, 0.0) + now - self.began
        self.step, self.began = step, now
        Run.objects.filter(id=self.run.id).update(step=step, done=done, total=self.total)


def _clock() -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT now()")
        now: datetime = cursor.fetchone()[0]
    return now
