"""Tests run on a real PostgreSQL: the one in WZ_DATABASE_URL, or an embedded one under ``var/test``."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent
os.environ.setdefault("WZ_DATA", str(ROOT / "var" / "test"))

if not os.environ.get("WZ_DATABASE_URL"):
    from wenzhou.city.launch.database import EmbeddedServer

    os.environ["WZ_DATABASE_URL"] = EmbeddedServer(ROOT / "var" / "test" / "postgres", durable=False).start()

import pytest  # noqa: E402


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> None:
    """Tests that commit are cleaned by TRUNCATE, which append-only tables refuse: lift that alone."""
    from django.db import connection

    with django_db_blocker.unblock(), connection.cursor() as cursor:  # type: ignore[attr-defined]
        cursor.execute(
            "SELECT format('DROP TRIGGER %I ON %s', tgname, tgrelid::regclass) FROM pg_trigger"
            r" WHERE tgname LIKE '%\_no\_truncate'"
        )
        for (statement,) in cursor.fetchall():
            cursor.execute(statement)
