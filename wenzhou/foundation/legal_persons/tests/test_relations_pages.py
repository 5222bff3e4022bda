"""The page and the API of relations: masked without a purpose, each party shown has its line in the journal."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from wenzhou.foundation.legal_persons.relations import reading
from wenzhou.foundation.legal_persons.testing import hold, make_branch, register_firm
from wenzhou.kernel.base.actors import CLERK, DATA_OFFICER, HEAD
from wenzhou.kernel.base.testing import at_most_queries
from wenzhou.kernel.identity.testing import actor_with, client_for, make_account, make_person
from wenzhou.kernel.registers.testing import AccessEntry

pytestmark = pytest.mark.django_db
WHY = "?purpose=legal_persons.beneficial-owner"


@pytest.fixture
def group():
    boss = make_person(name="陈大明")
    top, firm = register_firm(representative=boss), register_firm(representative=boss)
    hold(firm, (top, 60), (boss, 40))
    return boss, top, firm, make_branch(firm)


def api(client, firm, what: str, query: str = WHY):
    return client.get(f"/api/legal_persons/organisations/{firm.code}/{what}{query}")


def test_the_page_masks_people_and_journals_everybody(group):
    boss, top, firm, branch = group
    client = client_for(make_account(CLERK, office="market"))
    url = reverse("legal_persons:relations", args=[firm.id])
    page = client.get(url, {"steps": "1", "to": branch.code}).content.decode()
    assert "陈大明" not in page and "陈**" in page
    assert top.name in page and branch.name in page
    assert AccessEntry.objects.filter(subject_person=boss.id, masked=True).exists()
    assert AccessEntry.objects.filter(subject_organisation=top.id).exists()
    assert client.get(url, {"steps": "9"}).status_code == 422
    assert client.get(url, {"on": "soon"}).status_code == 422
    wrong = client.get(url, {"to": "nobody"})
    assert wrong.status_code == 200
    assert client.get(url, {"tie": "branch"}).content.decode().count(top.name) == 1, "as an owner alone"


def test_the_api_says_whole_names_for_a_purpose_and_nothing_without(group):
    boss, top, firm, branch = group
    client = client_for(make_account(CLERK, office="market"))
    found = api(client, firm, "relations", WHY + "&steps=1").json()
    assert {one["name"] for one in found["parties"]} >= {"陈大明", top.name, branch.name}
    assert {one["tie"] for one in found["ties"]} == {"share", "represents", "branch"}
    owners = api(client, firm, "owners").json()
    assert [(one["name"], one["share"], one["controls"]) for one in owners] == [
        ("陈大明", 1.0, True),
        (top.name, 0.6, True),
    ]
    way = api(client, top, "way", f"{WHY}&to={branch.code}").json()
    assert [one["tie"] for one in way["ties"]] == ["share", "branch"]
    nowhere = api(client, top, "way", f"{WHY}&to={register_firm().code}").json()
    assert (nowhere["found"], nowhere["complete"]) == (False, True)
    assert AccessEntry.objects.filter(subject_person=boss.id, masked=False).exists()
    assert api(client, firm, "relations", "?purpose=curious").status_code == 422
    assert api(client, firm, "way", f"{WHY}&to=123").status_code == 422
    head = client_for(make_account(HEAD, office="market"))
    assert api(head, firm, "owners").status_code == 403


def test_a_read_takes_a_statement_a_step_however_many_parties(group):
    _, _, firm, _ = group
    for _ in range(15):
        make_branch(firm)
    officer = actor_with(DATA_OFFICER)
    with at_most_queries(1 + 2 + 1 + 2):  # a ring, two for names, the journal, the savepoint
        reading.network(officer, firm.id, 1, date(2026, 6, 1))
