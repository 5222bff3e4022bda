"""Jobs on Procrastinate: enqueued in the caller's transaction, run at least once by the worker."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from procrastinate import App, RetryStrategy
from procrastinate.contrib.django import app as procrastinate_app

from wenzhou.kernel.base.text import Text


@dataclass(frozen=True, kw_only=True)
class Job:
    """Work outside a request. Arguments are JSON values and survive a deployment: add, never rename.

    ``run`` must be idempotent: a killed worker's job is run again. ``cron`` makes it periodic
    (five fields, UTC). Failures are retried with exponential back-off, ``attempts`` times in all. Of jobs with the same
    ``lock`` one runs at a time, in the order in which they were enqueued: for long ones, which must not take every worker.
    """

    name: str
    title: Text
    run: Callable[..., None]
    cron: str = ""
    attempts: int = 8
    queue: str = "default"
    lock: str | None = None

    def defer(self, **arguments: Any) -> None:
        """Enqueue on commit of the surrounding transaction."""
        procrastinate_app.configure_task(self.name, queue=self.queue, lock=self.lock).defer(**arguments)

    def defer_in(self, seconds: int, **arguments: Any) -> None:
        """Enqueue, to be run no earlier than ``seconds`` from now."""
        procrastinate_app.configure_task(
            self.name, queue=self.queue, lock=self.lock, schedule_in={"seconds": seconds}
        ).defer(**arguments)


def _runner(job: Job) -> Callable[..., None]:
    """Procrastinate gives periodic tasks the instant they were due; ours need none."""

    def run(**arguments: Any) -> None:
        job.run(**arguments)

    def run_periodic(timestamp: int) -> None:
        job.run()

    return run_periodic if job.cron else run


def install(app: App, jobs: tuple[Job, ...]) -> None:
    """Make every declared job known to Procrastinate under its declared name."""
    for job in jobs:
        if job.name in app.tasks:
            continue
        retry = RetryStrategy(max_attempts=job.attempts, exponential_wait=3)
        task = app.task(name=job.name, queue=job.queue, retry=retry)(_runner(job))
        if job.cron:
            app.periodic(cron=job.cron, periodic_id=job.name)(task)
