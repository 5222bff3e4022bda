"""The ground the workloads stand on: one PostgreSQL server, its databases, and the city's command line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from wenzhou.city.launch.database import EmbeddedServer

ROOT = Path(__file__).resolve().parents[1]
PERSONS, PERSONS_QUICK = 20_000, 1_000


class Ground:
    """A durable server (the settings of ``./wz up``) under ``var/bench``, or the one in WZ_DATABASE_URL.

    The server is started when a workload first needs it. Databases named ``bench_…`` are made on it; cities are kept
    from run to run, since loading takes longer than measuring.
    """

    def __init__(self, say: Callable[[str], None], *, quick: bool) -> None:
        self.say = say
        self.quick = quick
        self.data = Path(os.environ.get("WZ_DATA") or ROOT / "var").absolute() / "bench"
        self._server: EmbeddedServer | None = None
        self._url = os.environ.get("WZ_DATABASE_URL", "")
        self._cities: set[str] = set()
        self._enlarged: set[str] = set()

    def __enter__(self) -> Ground:
        return self

    def __exit__(self, *_: object) -> None:
        for database in self._enlarged:
            self.drop(database)
        if self._server is not None:
            self._server.stop()

    @property
    def server(self) -> str:
        """The address of the server, which runs from now on."""
        if not self._url:
            self.data.mkdir(parents=True, exist_ok=True)
            self._server = EmbeddedServer(self.data)
            self._url = self._server.start()
        return self._url

    def url(self, database: str) -> str:
        """The address of a database of this server."""
        return urlunsplit(urlsplit(self.server)._replace(path=f"/{database}"))

    def has(self, database: str) -> bool:
        """Whether there is such a database."""
        with psycopg.connect(self.server, autocommit=True) as connection:
            found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database])
            return found.fetchone() is not None

    def make(self, database: str, *, template: str = "template0") -> str:
        """A new database, empty or a copy of another; gives its address."""
        self.drop(database)
        with psycopg.connect(self.server, autocommit=True) as connection:
            command = "CREATE DATABASE {} TEMPLATE {}"
            connection.execute(sql.SQL(command).format(sql.Identifier(database), sql.Identifier(template)))
        return self.url(database)

    def migrated(self, database: str) -> str:
        """A new database with the city's tables and nothing in them; a copy of WZ_BENCH_TEMPLATE where that names one."""
        if template := os.environ.get("WZ_BENCH_TEMPLATE"):
            return self.make(database, template=template)
        url = self.make(database)
        self.manage(url, "migrate", "--noinput", "-v", "0")
        return url

    def copy(self, url: str, database: str) -> str:
        """A new database with all that stands in the one at ``url``, which nobody may be using."""
        return self.make(database, template=urlsplit(url).path.lstrip("/"))

    def enlarged(self, url: str, database: str, fill: Callable[[str], None]) -> str:
        """A copy of the database at ``url`` with more in it: made once a run, for all workloads that ask for it."""
        if database not in self._enlarged:
            copy = self.copy(url, database)
            self._enlarged.add(database)
            fill(copy)
        return self.url(database)

    def drop(self, database: str) -> None:
        """Remove a database of an earlier run."""
        if not database.startswith("bench_"):
            raise ValueError(f"{database} is none of ours")
        with psycopg.connect(self.server, autocommit=True) as connection:
            command = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
            connection.execute(command.format(sql.Identifier(database)))

    def environment(self, url: str, **more: str) -> dict[str, str]:
        """What a process of the city needs."""
        said = {"WZ_DATABASE_URL": url, "WZ_DATA": str(self.data), "PYTHONPATH": str(ROOT), "WZ_DEBUG": ""}
        return os.environ | said | {"DJANGO_SETTINGS_MODULE": "wenzhou.city.settings"} | more

    def manage(self, url: str, *arguments: str) -> None:
        """Django's command line on a database. Raises CalledProcessError."""
        command = [sys.executable, "-m", "wenzhou.city", *arguments]
        subprocess.run(command, check=True, cwd=ROOT, env=self.environment(url), stdout=subprocess.DEVNULL)

    def prepare(self, url: str, task: str, **arguments: object) -> dict[str, str]:
        """What a function of :mod:`benchmarks.prepare` gives, run inside the city's Django."""
        command = [sys.executable, "-m", "benchmarks.prepare", task, json.dumps(arguments)]
        environment: Mapping[str, str] = self.environment(url)
        done = subprocess.run(command, check=True, cwd=ROOT, env=environment, stdout=subprocess.PIPE)
        found: dict[str, str] = json.loads(done.stdout)
        return found

    def city(self, persons: int = 0, *, without: tuple[str, ...] = ()) -> str:
        """A migrated and loaded demonstration city of so many persons, made when it is missing; its address.

        ``without`` are modules whose made data the workload does not read (``places`` are most of a large city).
        """
        persons = persons or (PERSONS_QUICK if self.quick else PERSONS)
        database = "_".join(("bench_city", str(persons), *(f"no_{one}" for one in without)))
        url = self.url(database)
        if database in self._cities:
            return url
        kept = self.has(database)
        if not kept:
            self.make(database)
        self.say(f"city of {persons:,} persons: migrate, load what is missing")
        try:
            self._load(url, persons, without)
        except subprocess.CalledProcessError:
            if not kept:
                raise
            self.say("the kept city was made by another version: it is made anew")
            self.make(database)
            self._load(url, persons, without)
        self._cities.add(database)
        return url

    def _load(self, url: str, persons: int, without: tuple[str, ...]) -> None:
        self.manage(url, "migrate", "--noinput", "-v", "0")
        self.manage(
            url, "load_city", "--persons", str(persons), *(("--without", *without) if without else ())
        )
