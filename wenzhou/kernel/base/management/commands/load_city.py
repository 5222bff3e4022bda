"""``wz manage load_city``: the demonstration data of every module, in order."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from wenzhou.kernel.base.registry import registry

# Any number that no other advisory lock of the city uses; the letters are "WZLC".
LOCK = 0x575A4C43
DEFAULT_PERSONS = 20_000


class Command(BaseCommand):
    """Loaders are idempotent and commit as they go: killed anywhere, the next run completes the city.

    Two runs at once take turns, by a lock that the database drops with the connection of a killed run.
    """

    help = "Load the demonstration city (again: only what is missing)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--persons", type=int, default=DEFAULT_PERSONS)
        parser.add_argument("--only", nargs="*", default=[], metavar="MODULE", help="codes of modules")
        parser.add_argument(
            "--without", nargs="*", default=[], metavar="MODULE", help="codes of modules that are left out"
        )

    def handle(self, *args: Any, persons: int, only: list[str], without: list[str], **options: Any) -> None:
        loaded = [module for module in registry.modules if module.demo is not None]
        unknown = {*only, *without} - {module.code for module in loaded}
        if unknown:
            raise CommandError(
                f"没有演示数据的模块 no module with demonstration data: {', '.join(sorted(unknown))}"
            )
        wanted = [m for m in loaded if (not only or m.code in only) and m.code not in without]
        with _alone(self._say):
            for module in sorted(wanted, key=lambda m: m.demo.order if m.demo else 0):
                assert module.demo is not None  # noqa: S101 - filtered above
                started = time.monotonic()
                self._say(f"{module.title.zh} / {module.title.en} …")
                module.demo.load(persons, lambda line: self._say(f"  {line}"))
                self._say(f"  {time.monotonic() - started:.1f} s")

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()


@contextmanager
def _alone(say: Callable[[str], None]) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            say("另一个进程正在装载，等待其完成 / another process is loading; waiting for it …")
            cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
