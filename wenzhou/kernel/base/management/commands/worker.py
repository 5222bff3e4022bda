"""``wz manage worker``: runs the jobs; stalled jobs of killed workers are taken up again."""

from __future__ import annotations

import asyncio
import os
from typing import Any, cast

from django.core.management.base import BaseCommand, CommandParser
from procrastinate import App
from procrastinate.contrib.django import app as procrastinate_app
from procrastinate.contrib.django.django_connector import DjangoConnector

STALLED_AFTER = 30


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
    """Jobs whose worker has stopped beating are put back to be done."""
    while True:
        for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_AFTER):
            await app.job_manager.retry_job(job)
        await asyncio.sleep(10)
