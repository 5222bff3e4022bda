"""A database that is migrated once and copied for whoever needs an empty city: tests, journeys, quick benchmarks.

Migrating from nothing takes 20 s of a processor and a copy a third of one. A template is known by the digests of the
migrations that made it; one that lacks some of today's is copied and brought up to date.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import psycopg
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from psycopg import sql
from psycopg.conninfo import make_conninfo

PREFIX = "wz_template_"
_DRAFT = f"{PREFIX}draft"
_LOCK = 0x577A_7465  # any number that no other use of advisory locks on the server's own database has
_OURS = re.compile(r"^(?:from|import) (wenzhou\.[\w.]+)", re.MULTILINE)

Stamp = dict[str, str]
"""Migration (``app.name``) to the digest of its file and of our modules that it imports."""


@cache
def stamp() -> Stamp:
    """The migrations that this code has."""
    found = {}
    for (app, name), migration in MigrationLoader(None, ignore_no_migrations=True).disk_migrations.items():
        module = sys.modules[type(migration).__module__]
        text = Path(str(module.__file__)).read_bytes()
        digest = hashlib.sha256(text)
        for ours in sorted(set(_OURS.findall(text.decode()))):
            spec = find_spec(ours)
            digest.update(Path(spec.origin).read_bytes() if spec and spec.origin else b"")
        found[f"{app}.{name}"] = digest.hexdigest()[:16]
    return found


def copy_to(database: str, *, keep: bool = True) -> bool:
    """Make the database anew as an empty, migrated city, on the server of Django's settings; False when somebody is
    using one of that name, which is then left as it is.

    With ``keep`` an outdated template is renewed, and what is copied lacks no migration; without, the copy may lack
    the newest ones.
    """
    with _server() as server:
        template = _template(server, keep=keep)
        try:
            server.execute(_named("DROP DATABASE IF EXISTS {}", database))
        except psycopg.errors.ObjectInUse:
            return False
        server.execute(_named("CREATE DATABASE {} TEMPLATE {}", database, template))
    return True


def drop(database: str) -> None:
    """Remove a copy, whoever uses it."""
    with _server() as server:
        server.execute(_named("DROP DATABASE IF EXISTS {} WITH (FORCE)", database))


@contextmanager
def _server() -> Iterator[psycopg.Connection]:
    """The server's own database, one of us at a time."""
    settings = connection.settings_dict
    address = {"dbname": "postgres", "user": settings["USER"], "password": settings["PASSWORD"]}
    where = {"host": settings["HOST"], "port": settings["PORT"]}
    given = {name: str(value) for name, value in (address | where).items() if value}
    with psycopg.connect(make_conninfo("", **given), autocommit=True) as server:
        server.execute("SELECT pg_advisory_lock(%s)", [_LOCK])  # held until the connection is closed
        yield server


def _named(command: str, *names: str) -> sql.Composed:
    return sql.SQL(command).format(*map(sql.Identifier, names))


def _template(server: psycopg.Connection, *, keep: bool) -> str:
    wanted = stamp()
    standing = _standing(server)
    usable = {name: made for name, made in standing.items() if made.items() <= wanted.items()}
    best = max(usable, key=lambda name: len(usable[name]), default="template0")
    if usable.get(best) == wanted or not keep:
        return best
    made = _migrated_from(server, best, wanted)
    for name in standing:
        server.execute(_named("DROP DATABASE IF EXISTS {}", name))
    return made


def _standing(server: psycopg.Connection) -> dict[str, Stamp]:
    rows = server.execute(
        "SELECT datname, shobj_description(oid, 'pg_database') FROM pg_database"
        " WHERE starts_with(datname, %s) AND datname <> %s",
        [PREFIX, _DRAFT],
    )
    return {name: json.loads(made or "{}") for name, made in rows.fetchall()}


def _migrated_from(server: psycopg.Connection, older: str, wanted: Stamp) -> str:
    server.execute(_named("DROP DATABASE IF EXISTS {} WITH (FORCE)", _DRAFT))
    server.execute(_named("CREATE DATABASE {} TEMPLATE {}", _DRAFT, older))
    connection.close()
    before, connection.settings_dict["NAME"] = connection.settings_dict["NAME"], _DRAFT
    try:
        call_command("migrate", verbosity=0, interactive=False)
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before
    said = json.dumps(wanted, sort_keys=True)
    name = PREFIX + hashlib.sha256(said.encode()).hexdigest()[:12]
    server.execute(_named("COMMENT ON DATABASE {} IS ", _DRAFT) + sql.Literal(said))
    server.execute(_named("ALTER DATABASE {} ALLOW_CONNECTIONS false", _DRAFT))
    server.execute(_named("ALTER DATABASE {} RENAME TO {}", _DRAFT, name))
    return name
