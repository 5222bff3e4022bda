"""``wz manage worker``: runs the jobs; stalled jobs of killed workers are taken up again."""

from __future__ import annotations

import asyncio
import logging
import os
from typing import Any, cast

from django.core.management.base import BaseCommand, CommandParser
from procrastinate import App
from procrastinate.contrib.django import app as procrastinate_app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.exceptions import ProcrastinateException

log = logging.getLogger(__name__)

STALLED_AFTER = 30
EVERY = 10


class Command(BaseCommand):
    """The worker process; SIGTERM lets running jobs end, then stops."""

    help = "Run jobs until told to stop."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--concurrency", type=int, default=int(os.environ.get("WZ_JOBS", "2")))

    def handle(self, *args: Any, **options: Any) -> None:
        connector = cast("DjangoConnector", procrastinate_app.connector).get_worker_connector()
        with procrastinate_app.replace_connector(connector) as app:
            asyncio.run(self._run(app, options["concurrency"]))

    async def _run(self, app: App, concurrency: int) -> None:
        async with app.open_async():
            rescue = asyncio.create_task(_rescue_stalled(app))
            await app.run_worker_async(
                concurrency=concurrency,
                install_signal_handlers=True,
                shutdown_graceful_timeout=5,
                listen_notify=True,
                fetch_job_polling_interval=2,
                delete_jobs="successful",
            )
            rescue.cancel()


async def _rescue_stalled(app: App) -> None:
    """Jobs whose worker has stopped beating are put back to be done, for as long as this worker lives."""
    while True:
        try:
            await rescue(app)
        except ProcrastinateException:
            # The database restarts, or another worker was first with a job: the next round sees.
            log.warning("stalled jobs could not be put back; trying again", exc_info=True)
        await asyncio.sleep(EVERY)


async def rescue(app: App) -> int:
    """Put stalled jobs back to be done; how many. One that another worker has put back already is left alone."""
    rescued = 0
    for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_AFTER):
        await app.job_manager.retry_job(job)
        rescued += 1
    return rescued
