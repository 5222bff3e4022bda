"""The endpoint that reads a person: record, journal and audit by one statement, scoped in the statement."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from wenzhou.foundation.population.testing import register
from wenzhou.kernel.base.actors import CLERK, DATA_OFFICER
from wenzhou.kernel.base.testing import at_most_queries
from wenzhou.kernel.identity.testing import client_for, make_account, make_person
from wenzhou.kernel.registers.testing import AccessEntry


def _path(number: str) -> str:
    return f"/api/population/persons/{number}?purpose=population.verify"


def _audited() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM base_auditentry WHERE action = 'endpoint.call'")
        return int(cursor.fetchone()[0])


@pytest.mark.django_db(transaction=True)
def test_record_line_and_audit_are_one_statement() -> None:
    person = register(name="陈海燕")
    client = client_for(make_account(DATA_OFFICER, office="data", area="3303"))
    for _ in range(2):  # the session notes that it is alive; then it is read once, and presumed from now on
        client.get(_path(make_person().number))
    with CaptureQueriesContext(connection) as seen:
        response = client.get(_path(person.number))
    assert response.json()["name"] == "陈海燕"
    assert len(seen) == 1, "who asks, the reading, and all that is written of it"
    entry = AccessEntry.objects.get()
    assert (entry.subject_person, entry.resource, entry.masked) == (person.id, "person-record", False)
    assert "phone" in entry.fields and entry.reader_offices == ["data"]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(DISTINCT x.xmin::text) FROM (SELECT xmin FROM registers_accessentry"
            " UNION ALL SELECT xmin FROM base_auditentry WHERE object_id = '' AND request_id = %s) x",
            [str(entry.request_id)],
        )
        assert cursor.fetchone() == (1,)
    assert _audited() == 3


@pytest.mark.django_db(transaction=True)
def test_who_is_not_found_leaves_the_attempt_in_the_audit_and_no_line() -> None:
    client = client_for(make_account(DATA_OFFICER, office="data", area="3303"))
    assert client.get(_path(make_person().number)).status_code == 404
    assert not AccessEntry.objects.exists()
    assert _audited() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(("area", "status"), [("330302", 200), ("330304", 404), ("3303", 200), ("", 200)])
def test_only_residents_of_the_clerks_area(area: str, status: int) -> None:
    person = register(division="330302001001")
    client = client_for(make_account(CLERK, office=f"office-of-{area}", area=area))
    assert client.get(_path(person.number)).status_code == status
    assert AccessEntry.objects.count() == (status == 200)


@pytest.mark.django_db(transaction=True)
def test_the_journal_cannot_be_left_out() -> None:
    """Whatever keeps the line from being written keeps the record in."""
    person = register(name="欧阳不外传")
    client = client_for(make_account(DATA_OFFICER, office="data", area="3303"), language="en")
    client.raise_request_exception = False
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE registers_accessentry ADD CONSTRAINT no_room CHECK (false) NOT VALID")
        try:
            response = client.get(_path(person.number))
        finally:
            cursor.execute("ALTER TABLE registers_accessentry DROP CONSTRAINT no_room")
    assert response.status_code == 500
    assert person.name not in response.content.decode()
    assert _audited() == 0, "neither half of the statement stays"


@pytest.mark.django_db
def test_two_queries_for_a_reading() -> None:
    person = register()
    client = client_for(make_account(DATA_OFFICER, office="data", area="3303"))
    for _ in range(2):
        client.get(_path(person.number))
    with at_most_queries(3):  # in a test's transaction the audit has a statement of its own
        client.get(_path(person.number))
