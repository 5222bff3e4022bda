"""Tests run on a real PostgreSQL; its address comes from ``wenzhou/city/launch/pytest_server.py``."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.conf import settings
from django.utils import translation


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--contract 150``: so many calls of each operation of the API (``wenzhou/city/tests/test_contract.py``)."""
    parser.addoption("--contract", type=int, default=0, help="calls of each operation of the API")


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """pytest-django takes the database as it finds it: a fresh copy of the template."""
    return True


@pytest.fixture(scope="session")
def django_db_createdb() -> bool:
    """It is made anew each time, below."""
    return False


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    request: pytest.FixtureRequest,
    django_db_modify_db_settings_parallel_suffix: None,
    django_db_blocker: Any,
) -> Iterator[None]:
    """A migrated database for this process, copied. With --reuse-db the template is kept up to date, for the next run."""
    from django.db import connection

    from wenzhou.city import template

    name = connection.creation._get_test_db_name()  # type: ignore[attr-defined]
    reuse = request.config.getoption("reuse_db")
    with django_db_blocker.unblock():
        template.copy_to(name, keep=reuse)
    yield
    if not reuse:
        with django_db_blocker.unblock():
            connection.close()
            template.drop(name)


@pytest.fixture(scope="session")
def empty_city(django_db_blocker: Any) -> Callable[[str], str]:
    """``empty_city(name)``: a migrated database of this name on the server of the tests, made anew; gives its address."""
    from wenzhou.city import template

    def make(name: str) -> str:
        # In a thread of its own: Playwright has an event loop in this one, where Django refuses to work.
        with django_db_blocker.unblock(), ThreadPoolExecutor(1) as thread:
            thread.submit(template.copy_to, name).result()
        return urlunsplit(urlsplit(os.environ["WZ_DATABASE_URL"])._replace(path=f"/{name}"))

    return make


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """Tests that commit are cleaned by TRUNCATE, which append-only tables refuse: lift that alone."""
    from django.db import connection

    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT format('DROP TRIGGER %I ON %s', tgname, tgrelid::regclass) FROM pg_trigger"
            r" WHERE tgname LIKE '%\_no\_truncate'"
        )
        for (statement,) in cursor.fetchall():
            cursor.execute(statement)
    # One that somebody else was using may have been left empty by the last test that commits.
    from wenzhou.government.portal.testing import open_portal

    with django_db_blocker.unblock():
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
