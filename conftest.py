"""Tests run on a real PostgreSQL; its address comes from ``wenzhou/city/launch/pytest_server.py``."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.utils import translation


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
    # A database kept from an earlier run was left empty by the last test that commits.
    from wenzhou.government.portal.testing import open_portal

    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        open_portal()


@pytest.fixture(autouse=True)
def _ground(request: pytest.FixtureRequest) -> Iterator[None]:
    """Every test begins in Chinese; one that commits finds the portal's first pages, and leaves no job behind.

    A request leaves its reader's language active in the process, and the next test would read it.

    The tables are emptied after such a test, but Procrastinate's are not Django's to empty: a job that was left would
    be run by the next test that runs what is due.
    """
    translation.activate(settings.LANGUAGE_CODE)
    marker = request.node.get_closest_marker("django_db")
    if marker is None or not marker.kwargs.get("transaction"):
        yield
        return
    request.getfixturevalue("transactional_db")
    from django.db import connection

    from wenzhou.government.portal.testing import open_portal

    open_portal()
    yield
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_events")
        cursor.execute("DELETE FROM procrastinate_periodic_defers")
        cursor.execute("DELETE FROM procrastinate_jobs")
