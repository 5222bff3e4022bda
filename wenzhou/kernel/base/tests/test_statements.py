"""Prepared statements, one transaction in a pipeline, and kept connections that have died."""

from __future__ import annotations

import psycopg
import pytest
from django.db import DataError, IntegrityError, OperationalError, connection, transaction
from django.test.utils import CaptureQueriesContext

from wenzhou.kernel.base import audit
from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.ids import uuid7
from wenzhou.kernel.base.models import AuditEntry
from wenzhou.kernel.base.postgres.base import DatabaseWrapper
from wenzhou.kernel.base.statements import (
    DisprovedError,
    Insertion,
    Premise,
    array,
    first,
    insert,
    proven_first,
    run,
    together,
)

WHO = Actor.system("base.test")
FULL = Insertion(
    "base_auditentry",
    (
        "id",
        "actor_name",
        "offices",
        "action",
        "object_type",
        "object_id",
        "purpose",
        "outcome",
        "request_id",
        "detail",
    ),
)
PLAIN = Insertion("base_auditentry", ("id", "actor_name", "action"))


@pytest.mark.django_db
def test_values_go_beside_the_text() -> None:
    nasty = "x'); DROP TABLE base_auditentry; --"
    assert run("SELECT %(a)s::text, %(b)s::int", {"a": nasty, "b": 3}) == [(nasty, 3)]


@pytest.mark.django_db
def test_a_statement_may_run_while_another_of_the_same_text_is_read() -> None:
    outer = run("SELECT n FROM generate_series(1, %(a)s) n", {"a": 3})
    inner = [run("SELECT n FROM generate_series(1, %(a)s) n", {"a": n}) for (n,) in outer]
    assert [len(rows) for rows in inner] == [1, 2, 3]


@pytest.mark.django_db
def test_a_statement_without_rows_gives_none() -> None:
    assert run("DELETE FROM base_auditentry WHERE false") == []
    assert first("SELECT 1 WHERE false") is None


@pytest.mark.django_db
def test_statements_are_counted_like_queries() -> None:
    with CaptureQueriesContext(connection) as seen:
        run("SELECT 1")
    assert [one["sql"] for one in seen.captured_queries] == ["SELECT 1"]


@pytest.mark.django_db
def test_errors_are_those_of_django() -> None:
    row = AuditEntry.objects.create(actor_name="a", action="base.test")
    with pytest.raises(IntegrityError), transaction.atomic():
        insert(PLAIN, {"id": row.id, "actor_name": "a", "action": "base.test"})


@pytest.mark.django_db(transaction=True)
def test_rows_and_the_next_statement_are_one_transaction() -> None:
    with CaptureQueriesContext(connection) as seen, together():
        audit.record(WHO, "base.one")
        audit.record(WHO, "base.two")
        assert run("SELECT %(a)s::int + n FROM numbers", {"a": 3}, parts={"numbers": "SELECT 4 AS n"}) == [
            (7,)
        ]
    assert len(seen) == 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), count(DISTINCT xmin::text) FROM base_auditentry")
        assert cursor.fetchone() == (2, 1)


@pytest.mark.django_db(transaction=True)
def test_what_waits_at_the_end_is_written() -> None:
    with together():
        audit.record(WHO, "base.one")
        with together():
            audit.record(WHO, "base.two")
        assert AuditEntry.objects.count() == 0
    assert AuditEntry.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_all_is_written_or_nothing_and_the_block_says_so() -> None:
    with pytest.raises(IntegrityError), together():
        audit.record(WHO, "base.lost")
        insert(PLAIN, {"id": uuid7(), "actor_name": None, "action": "base.lost"})
    assert not AuditEntry.objects.exists()
    audit.record(WHO, "base.after")
    assert AuditEntry.objects.count() == 1, "the connection works again, and nothing waits any more"


@pytest.mark.django_db(transaction=True)
def test_an_error_drops_what_was_not_sent() -> None:
    with pytest.raises(ZeroDivisionError), together():
        audit.record(WHO, "base.sent")
        run("SELECT 1")
        audit.record(WHO, "base.dropped")
        raise ZeroDivisionError
    assert list(AuditEntry.objects.values_list("action", flat=True)) == ["base.sent"]


@pytest.mark.django_db(transaction=True)
def test_an_open_transaction_holds_all_together() -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        with together():
            audit.record(WHO, "base.joined")
            assert AuditEntry.objects.count() == 1
        raise ZeroDivisionError
    assert not AuditEntry.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("holds", [True, False])
def test_a_premise_is_proven_by_the_statement_that_rests_on_it(holds: bool) -> None:
    premise = Premise("SELECT 1 WHERE %(holds)s", {"holds": holds})

    def act() -> list[tuple[object, ...]]:
        with together(premise):
            audit.record(WHO, "base.presumed")
            found = run(
                "SELECT * FROM found",
                {"a": 3, **{f"line_{name}": value for name, value in _line().items()}},
                parts={"found": "SELECT %(a)s::int AS n", "line": FULL.selecting("line", "found")},
            )
            audit.record(WHO, "base.afterwards")
            return found

    with CaptureQueriesContext(connection) as seen:
        if holds:
            assert act() == [(3,)]
        else:
            with pytest.raises(DisprovedError):
                act()
    assert len(seen) == (2 if holds else 1)
    assert premise.proven is holds
    assert AuditEntry.objects.count() == (3 if holds else 0)


def _line() -> dict[str, object]:
    return dict.fromkeys(FULL.columns, "") | {
        "id": uuid7(),
        "actor_name": "a",
        "action": "base.line",
        "detail": "{}",
    }


@pytest.mark.django_db(transaction=True)
def test_the_orm_waits_for_the_proof() -> None:
    premise = Premise("SELECT 1", {})
    with pytest.raises(RuntimeError), together(premise), proven_first(premise):
        AuditEntry.objects.create(actor_name="a", action="base.early")
    with together(premise), proven_first(premise):
        run("SELECT 1")
        AuditEntry.objects.create(actor_name="a", action="base.late")
    assert list(AuditEntry.objects.values_list("action", flat=True)) == ["base.late"]


@pytest.mark.django_db(transaction=True)
def test_a_part_that_would_write_without_the_premise_is_refused() -> None:
    with pytest.raises(ValueError, match="line"), together(Premise("SELECT 1", {})):
        run("SELECT 1", parts={"line": "INSERT INTO base_auditentry (actor_name) VALUES ('a')"})


@pytest.mark.django_db(transaction=True)
def test_what_waits_outlives_an_error_that_is_caught() -> None:
    with together():
        audit.record(WHO, "base.kept")
        with pytest.raises(DataError):
            run("SELECT 1 / 0")
    assert list(AuditEntry.objects.values_list("action", flat=True)) == ["base.kept"]


@pytest.mark.django_db(transaction=True)
def test_nothing_found_is_not_a_disproof() -> None:
    premise = Premise("SELECT 1", {})
    with together(premise):
        audit.record(WHO, "base.presumed")
        assert run("SELECT 1 WHERE false") == []
    assert premise.proven and AuditEntry.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_premise_is_proven_at_the_end_when_nothing_was_asked() -> None:
    with pytest.raises(DisprovedError), together(Premise("SELECT 1 WHERE false", {})):
        pass


@pytest.mark.django_db
def test_in_an_open_transaction_a_premise_is_proven_at_once() -> None:
    with pytest.raises(DisprovedError), together(Premise("SELECT 1 WHERE false", {})):
        audit.record(WHO, "base.never")
    assert not AuditEntry.objects.exists()


@pytest.mark.django_db
def test_arrays_of_nasty_texts() -> None:
    texts = ("a", "", "b,c", 'd"e', "f\\g", "{h}", "NULL", "温州", " i ")
    found = run("SELECT %(a)s::text[]", {"a": array(texts)})
    assert found == [(list(texts),)]


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_the_server_has_ended_is_noticed() -> None:
    connection.ensure_connection()
    assert isinstance(connection, DatabaseWrapper) or connection.is_usable()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        pid = cursor.fetchone()[0]
    assert connection.is_usable()
    ours = connection.connection.info
    # What get_parameters() gives lacks the password, which a server of WZ_DATABASE_URL asks for.
    with psycopg.connect(**ours.get_parameters(), password=ours.password or None, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
    assert not connection.is_usable()
    with pytest.raises(OperationalError):
        run("SELECT 1")
    connection.close()
    assert run("SELECT 1") == [(1,)]
