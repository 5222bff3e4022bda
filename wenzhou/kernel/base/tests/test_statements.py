"""Prepared statements, one transaction in a pipeline, and kept connections that have died."""

from __future__ import annotations

import psycopg
import pytest
from django.db import IntegrityError, OperationalError, connection, transaction
from django.test.utils import CaptureQueriesContext

from wenzhou.kernel.base import audit
from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.ids import uuid7
from wenzhou.kernel.base.models import AuditEntry
from wenzhou.kernel.base.postgres.base import DatabaseWrapper
from wenzhou.kernel.base.statements import insertion, run, together

WHO = Actor.system("base.test")


@pytest.mark.django_db
def test_values_go_beside_the_text() -> None:
    nasty = "x'); DROP TABLE base_auditentry; --"
    assert run("SELECT %(a)s::text, %(b)s::int", {"a": nasty, "b": 3}).fetchone() == (nasty, 3)


@pytest.mark.django_db
def test_statements_are_counted_like_queries() -> None:
    with CaptureQueriesContext(connection) as seen:
        run("SELECT 1")
    assert [one["sql"] for one in seen.captured_queries] == ["SELECT 1"]


@pytest.mark.django_db
def test_errors_are_those_of_django() -> None:
    row = AuditEntry.objects.create(actor_name="a", action="base.test")
    with pytest.raises(IntegrityError), transaction.atomic():
        run(insertion("base_auditentry", ("id", "actor_name", "action")), (row.id, "a", "base.test"))


@pytest.mark.django_db(transaction=True)
def test_together_is_one_transaction() -> None:
    with together():
        audit.record(WHO, "base.one")
        assert run("SELECT 7").fetchone() == (7,)
        audit.record(WHO, "base.two")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), count(DISTINCT xmin::text) FROM base_auditentry WHERE action LIKE 'base.%%'", []
        )
        assert cursor.fetchone() == (2, 1)


@pytest.mark.django_db(transaction=True)
def test_together_writes_all_or_nothing_and_says_so_before_the_end() -> None:
    with pytest.raises(IntegrityError), together():
        audit.record(WHO, "base.lost")
        run(insertion("base_auditentry", ("id", "actor_name", "action")), (uuid7(), None, "base.lost"))
    assert not AuditEntry.objects.filter(action="base.lost").exists()
    audit.record(WHO, "base.after")
    assert AuditEntry.objects.filter(action="base.after").exists(), "the connection works again"


@pytest.mark.django_db(transaction=True)
def test_who_has_read_stays_written_down() -> None:
    with pytest.raises(ZeroDivisionError), together():
        audit.record(WHO, "base.read")
        raise ZeroDivisionError
    assert AuditEntry.objects.filter(action="base.read").exists()


@pytest.mark.django_db(transaction=True)
def test_together_joins_an_open_transaction() -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        with together():
            audit.record(WHO, "base.joined")
        raise ZeroDivisionError
    assert not AuditEntry.objects.filter(action="base.joined").exists()


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_the_server_has_ended_is_noticed() -> None:
    connection.ensure_connection()
    assert isinstance(connection, DatabaseWrapper) or connection.is_usable()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        pid = cursor.fetchone()[0]
    assert connection.is_usable()
    parameters = connection.connection.info.get_parameters()
    with psycopg.connect(**parameters, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
    assert not connection.is_usable()
    with pytest.raises(OperationalError):
        run("SELECT 1")
    connection.close()
    assert run("SELECT 1").fetchone() == (1,)
