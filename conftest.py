"""Tests run on a real PostgreSQL; its address comes from ``wenzhou/city/launch/pytest_server.py``."""

from __future__ import annotations

import pytest


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
