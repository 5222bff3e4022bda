"""Input that no honest hand types, and answers that no cache may keep."""

from __future__ import annotations

import pytest
from django.test import Client

from wenzhou.kernel.base.actors import CITIZEN, CLERK
from wenzhou.kernel.base.models import AuditEntry
from wenzhou.kernel.identity.testing import client_for, make_account

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/licences/?number=%00", 422),
        ("/licences/a%00b/", 404),
        ("/identity/offices/?area=%00", 422),
        ("/%00", 404),
        ("/api/geo/divisions/33%00/", 404),
    ],
)
def test_a_character_that_the_database_cannot_hold_is_refused(path: str, status: int) -> None:
    assert Client().get(path).status_code in {status, 404}


def test_posted_text_with_it_is_refused_with_its_field() -> None:
    client = client_for(make_account(CITIZEN))
    response = client.post("/language/", {"language": "e\0n"}, headers={"accept": "application/json"})
    assert response.status_code == 422
    assert response.json()["errors"][0]["field"] == "language"


def test_answers_to_a_session_are_kept_by_no_cache() -> None:
    clerk = client_for(make_account(CLERK, office="walk-office"))
    for path in ("/api/cases/worklist", "/work/?tab=nonsense"):
        assert clerk.get(path).headers["Cache-Control"] == "private, no-store", path
    assert "no-store" not in Client().get("/licences/").headers.get("Cache-Control", "")


def test_a_refusal_of_the_api_is_written_down() -> None:
    citizen = make_account(CITIZEN)
    assert client_for(citizen).get("/api/cases/worklist").status_code == 403
    assert AuditEntry.objects.filter(actor=citizen.id, action="endpoint.call", outcome="refused").exists()


@pytest.mark.parametrize("text", [rb'"\u0000"', rb'"\ud800"', b"NaN", b'"'])
def test_a_call_whose_body_cannot_be_held_is_refused_as_unreadable(text: bytes) -> None:
    clerk = client_for(make_account(CLERK, office="walk-office"))
    body = b'{"texts": [' + text + b"]}"
    answer = clerk.post("/api/places/match", body, content_type="application/json")
    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert "JSON" in answer.json()["detail"]


def test_a_method_that_an_address_does_not_take_is_a_problem_too() -> None:
    answer = Client().delete("/api/geo/divisions")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET")
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_a_form_where_json_is_expected_is_a_problem_and_no_fault() -> None:
    answer = Client(enforce_csrf_checks=True).post("/api/registers/r/person/exports", {"format": "csv"})
    assert answer.status_code == 400
    assert answer["Content-Type"].startswith("application/problem+json")
    assert "JSON" in answer.json()["detail"]
