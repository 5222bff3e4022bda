"""The worker process: a job of a killed worker is done by the next; the rescue outlives a database that is away."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection, connections
from procrastinate.exceptions import ConnectorException

from wenzhou.kernel.base.management.commands import worker


def wait_for(what: str, holds: Callable[[], object]) -> None:
    until = time.monotonic() + 40
    while time.monotonic() < until:
        if holds():
            return
        time.sleep(0.1)
    raise AssertionError(f"waited for: {what}")


def value(statement: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchone()[0]


@pytest.fixture
def start_worker() -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    place = connection.settings_dict
    user, password, name = (quote(str(place[key]), safe="") for key in ("USER", "PASSWORD", "NAME"))
    host = quote(str(place["HOST"]), safe="")
    url = f"postgresql:///{name}?user={user}&password={password}&host={host}&port={place['PORT']}"
    started: list[subprocess.Popen[bytes]] = []

    def start() -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "wenzhou.city", "worker", "--concurrency", "1"]
        started.append(subprocess.Popen(command, env=os.environ | {"WZ_DATABASE_URL": url}))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()


@pytest.mark.django_db(transaction=True)
def test_the_job_of_a_killed_worker_is_done_by_the_next(
    start_worker: Callable[[], subprocess.Popen[bytes]],
) -> None:
    from django.core.cache import cache
    from django.db import transaction
    from procrastinate.contrib.django import app

    cache.set("stale", 1)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE identity_cacheentry SET expires = now() - interval '1 hour'")
    with transaction.atomic():
        app.configure_task("identity.purge-cache").defer(timestamp=0)
    doing = "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'identity.purge-cache' AND status = 'doing'"
    with transaction.atomic():  # the job must wait for this row, and is killed as it waits
        value("SELECT key FROM identity_cacheentry FOR UPDATE")
        first = start_worker()
        wait_for("the first worker at the job", lambda: value(doing) == 1)
        first.kill()
        first.wait()
    time.sleep(1)  # PostgreSQL notices that the killed worker's session is gone
    cache.set("stale", 1)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE identity_cacheentry SET expires = now() - interval '1 hour'")
        cursor.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 minute'")
    assert value(doing) == 1, "nobody has done it yet"
    start_worker()
    wait_for("the job done", lambda: value("SELECT count(*) FROM identity_cacheentry") == 0)
    wait_for("the job off the list", lambda: value(doing) == 0)
    connections.close_all()


class Jobs:
    """A job manager whose database is away at first."""

    def __init__(self) -> None:
        self.asked = 0
        self.retried: list[str] = []

    async def get_stalled_jobs(self, **_: object) -> list[str]:
        self.asked += 1
        if self.asked == 1:
            raise ConnectorException
        return ["job"]

    async def retry_job(self, job: str) -> None:
        self.retried.append(job)


class App:
    def __init__(self) -> None:
        self.job_manager = Jobs()


def test_the_rescue_outlives_a_database_that_restarts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "EVERY", 0)
    app: Any = App()

    async def a_while() -> None:
        rescue = asyncio.create_task(worker._rescue_stalled(app))
        for _ in range(20):
            await asyncio.sleep(0)
        rescue.cancel()

    asyncio.run(a_while())
    assert app.job_manager.retried, "the first failure must not end the rescue"
