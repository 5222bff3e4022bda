"""The test kit: samples for the page walk, running what is due, counting queries."""

from __future__ import annotations

import json
import os
import shutil
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from procrastinate.contrib.django import app as procrastinate_app

from wenzhou.kernel.base.errors import Problem
from wenzhou.kernel.base.ids import uuid7
from wenzhou.kernel.base.models import Delivery, DeliveryState


@dataclass(frozen=True)
class Sample:
    """One visit that must succeed: the arguments of the address, who visits, and with what.

    ``account`` is the id of the account to sign in as, for pages about one's own things; None means
    anyone who holds the permission, and the walk makes an account for it.
    """

    kwargs: Mapping[str, Any] = field(default_factory=dict)
    account: Any = None
    query: str = ""
    body: Mapping[str, Any] | None = None


SampleMaker = Callable[[], Sample]


def run_due(limit: int = 200) -> int:
    """Run every enqueued job in this process and this transaction; returns how many ran.

    Jobs put off into the future run too. A job that raises makes the test fail.
    """
    ran = 0
    while ran < limit:
        row = _take_job()
        if row is None:
            return ran
        name, arguments = row
        function = procrastinate_app.tasks[name].func
        function(**arguments)
        ran += 1
    raise AssertionError(f"more than {limit} jobs: do they enqueue each other?")


def _take_job() -> tuple[str, dict[str, Any]] | None:
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM procrastinate_jobs WHERE id = (SELECT id FROM procrastinate_jobs "
            "WHERE status = 'todo' ORDER BY scheduled_at NULLS FIRST, id LIMIT 1) RETURNING task_name, args::text"
        )
        row = cursor.fetchone()
    if row is None:
        return None
    return row[0], json.loads(row[1])


def parked() -> list[str]:
    """Errors of parked deliveries; most tests assert that there are none."""
    return list(Delivery.objects.filter(state=DeliveryState.PARKED).values_list("error", flat=True))


def overdue() -> int:
    """How many deliveries wait beyond now."""
    return Delivery.objects.filter(state=DeliveryState.WAITING, due__lte=timezone.now()).count()


@contextmanager
def at_most_queries(number: int) -> Iterator[CaptureQueriesContext]:
    """Fail with the list of statements when the block needs more than ``number`` queries."""
    with CaptureQueriesContext(connection) as captured:
        yield captured
    if len(captured) > number:
        listing = "\n".join(query["sql"][:300] for query in captured.captured_queries)
        raise AssertionError(f"{len(captured)} queries, at most {number} expected:\n{listing}")


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Run the acts in threads that start together; gives the result of each, or the Problem that it raised.

    For tests on real transactions (``django_db(transaction=True)``). Any other error makes the test fail.
    """
    barrier = threading.Barrier(len(acts))
    outcomes: list[Any] = [None] * len(acts)

    def run(index: int, act: Callable[[], Any]) -> None:
        barrier.wait(timeout=10)
        try:
            outcomes[index] = act()
        except Exception as error:
            outcomes[index] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
        assert not thread.is_alive(), "an act does not finish: a deadlock?"
    for outcome in outcomes:
        if isinstance(outcome, Exception) and not isinstance(outcome, Problem):
            raise outcome
    return outcomes


SAMPLES: dict[str, SampleMaker] = {"replay": lambda: Sample(kwargs={"delivery_id": uuid7()})}


_TREE = Path(__file__).resolve().parents[3]
_FOR_BROWSERS = ("node_modules/axe-core/axe.min.js", "build/static/wz/app.js")


def browser_program() -> str:
    """The browser that browser tests play in: WZ_BROWSER, as ``./wz test`` sets it, else one on PATH.

    Where there is none, or the front-end is not built, the test is skipped; under CI it fails.
    """
    import pytest

    found = os.environ.get("WZ_BROWSER") or shutil.which("chromium") or shutil.which("google-chrome")
    lacking = "" if found else "no Chromium found"
    if not all((_TREE / part).is_file() for part in _FOR_BROWSERS):
        lacking = "front-end parts are not built: npm ci && npm run build"
    if lacking:
        required = os.environ.get("CI", "").lower() in ("1", "true", "yes")
        (pytest.fail if required else pytest.skip)(lacking)
    return found or ""
