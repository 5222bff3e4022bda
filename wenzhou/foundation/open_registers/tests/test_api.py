"""The Digital Registries API: who may, what it answers, what stays of the past."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client as Browser

from wenzhou.foundation.open_registers.models import Client, EntryVersion
from wenzhou.foundation.open_registers.services import admit, create, define, update
from wenzhou.foundation.open_registers.testing import MAKER, SCHEMA, make_entry, make_register
from wenzhou.kernel.base.actors import CITIZEN
from wenzhou.kernel.base.errors import Conflict, Invalid, Refused
from wenzhou.kernel.base.testing import at_once
from wenzhou.kernel.identity.testing import actor_with

pytestmark = pytest.mark.django_db
NAME = "CN/GOV/330300/records"
BASE = "/api/open_registers"
DATA = f"{BASE}/data/pets/1"


@pytest.fixture(autouse=True)
def mediator(settings: Any) -> None:
    settings.WZ_MEDIATORS = ["127.0.0.1/32"]


def _send(method: str, path: str, body: Any = None, *, name: str = NAME, **extra: Any) -> Any:
    return Browser().generic(
        method,
        path,
        json.dumps(body) if body is not None else b"",
        content_type="application/json",
        headers={"Information-Mediator-Client": name},
        **extra,
    )


@pytest.fixture
def writer() -> None:
    admit(MAKER, NAME, register=make_register(), may_write=True)


def test_the_life_of_an_entry(writer: None) -> None:
    made = _send("POST", f"{DATA}/create", {"write": {"content": {"ID": "P1", "Name": "阿黄"}}})
    assert made.json() == {"content": {"ID": "P1", "Name": "阿黄"}}
    assert _send("POST", f"{DATA}/exists", {"query": {"content": {"Name": "阿黄"}}}).json()["answer"][
        "status"
    ]
    assert not _send("POST", f"{DATA}/exists", {"Name": "无"}).json()["answer"]["status"]
    both = {"query": {"content": {"ID": "P1"}}, "write": {"content": {"Age": 3}}}
    assert _send("PUT", f"{DATA}/update", both).status_code == 200
    read = _send("POST", f"{DATA}/read", {"query": {"content": {"Age": 3}}})
    assert read.json()["content"] == {"ID": "P1", "Name": "阿黄", "Age": 3}
    entry = EntryVersion.objects.latest("recorded_at").entry_id
    assert _send("GET", f"{DATA}/{entry}/read-value/Name.json").json() == "阿黄"
    assert _send("GET", f"{DATA}/{entry}/readValue/Name.txt").content.decode() == "阿黄"
    assert _send("DELETE", f"{DATA}/P1/delete").status_code == 204
    assert _send("DELETE", f"{DATA}/P1/delete").status_code == 204
    gone = _send("POST", f"{DATA}/read", {"query": {"content": {"ID": "P1"}}})
    assert (gone.status_code, gone.json()) == (404, {"detail": "no record found"})
    assert EntryVersion.objects.filter(entry=entry).count() >= 2, "the past is still there"
    again = _send("POST", f"{DATA}/create", {"write": {"content": {"ID": "P1", "Name": "阿黄"}}})
    assert again.status_code == 200


def test_lists_by_page_field_and_order(writer: None) -> None:
    for number, name in enumerate(("甲", "乙", "丙", "甲")):
        make_entry(ID=f"P{number}", Name=name, Age=number)
    found = _send("GET", f"{DATA}?pageSize=3").json()
    assert (found["count"], len(found["results"])) == (4, 3) and "page=2" in found["next"]
    last = _send("GET", f"{DATA}?pageSize=3&page=2").json()
    assert (len(last["results"]), last["next"]) == (1, "") and "page=1" in last["previous"]
    named = _send("GET", f"{DATA}?search=甲&filter=Name&ordering=descending").json()
    assert [one["ID"] for one in named["results"]] in (["P0", "P3"], ["P3", "P0"])
    assert _send("GET", f"{DATA}?query.Name=乙").json()["count"] == 1
    assert _send("GET", f"{DATA}?pageSize=0").status_code == 422


def test_numbers_are_given_to_entries_without_one(writer: None) -> None:
    made = [_send("POST", f"{DATA}/create", {"write": {"content": {"Name": "甲"}}}).json() for _ in range(2)]
    assert [one["content"]["ID"] for one in made] == ["pets1", "pets2"]


def test_what_does_not_fit_is_named(writer: None) -> None:
    wrong = _send("POST", f"{DATA}/create", {"write": {"content": {"ID": "P1", "Age": "3", "Wings": 2}}})
    assert wrong.status_code == 422
    assert {one["field"] for one in wrong.json()["errors"]} == {"Age", "Wings"}
    make_entry()
    taken = _send("POST", f"{DATA}/create", {"write": {"content": {"ID": "P1"}}})
    assert taken.status_code == 409


def test_an_update_that_is_sent_again_is_done_once(writer: None) -> None:
    make_entry(ID="P1", Name="阿黄")
    whole = {
        "query": {"content": {"ID": "P1", "Name": "阿黄"}},
        "write": {"content": {"ID": "P1", "Name": "小白"}},
    }
    assert [_send("PUT", f"{DATA}/update", whole).status_code for _ in range(2)] == [200, 200]
    assert EntryVersion.objects.count() == 2
    other = {"query": {"content": {"ID": "P7"}}, "write": {"content": {"ID": "P7", "Name": "小白"}}}
    assert _send("PUT", f"{DATA}/update", other).json() == {"detail": "no record found"}


def test_a_query_that_says_nothing_finds_nothing(writer: None) -> None:
    make_entry()
    for method, path in (("POST", "read"), ("PUT", "update"), ("PUT", "update-entries"), ("POST", "exists")):
        nothing = {"query": {"content": {}}, "write": {"content": {"Name": "x"}}}
        assert _send(method, f"{DATA}/{path}", nothing).status_code == 422
    assert EntryVersion.objects.get().content["Name"] == "阿黄"


def test_many_at_once_and_one_or_new(writer: None) -> None:
    for number in range(3):
        make_entry(ID=f"P{number}", Name="甲")
    both = {"query": {"content": {"Name": "甲"}}, "write": {"content": {"Name": "乙"}}}
    assert _send("PUT", f"{DATA}/update-entries", both).json() == {"count": 3}
    both = {"query": {"content": {"ID": "P9"}}, "write": {"content": {"ID": "P9", "Name": "丙"}}}
    for _ in range(2):
        assert _send("POST", f"{DATA}/updateOrCreate", both).json()["content"]["Name"] == "丙"
    assert _send("GET", DATA).json()["count"] == 4


@pytest.mark.parametrize("name", ["CN/GOV/330300/other", "nonsense", ""])
def test_who_is_not_admitted_is_nobody(writer: None, name: str) -> None:
    assert _send("GET", DATA, name=name).status_code == 401


def test_the_header_counts_only_from_a_mediator(writer: None, settings: Any) -> None:
    assert _send("GET", DATA, REMOTE_ADDR="203.0.113.9").status_code == 401
    settings.WZ_MEDIATORS = []
    assert _send("GET", DATA).status_code == 401


def test_a_reader_does_not_write_and_sees_its_own_register_only() -> None:
    admit(MAKER, NAME, register=make_register(), may_write=False)
    define(MAKER, "cars", "1", SCHEMA)
    assert _send("GET", DATA).status_code == 200
    assert _send("GET", f"{BASE}/data/cars/1").status_code == 404
    assert [one["name"] for one in _send("GET", f"{BASE}/databases").json()["databases"]] == ["pets"]
    body = {"query": {"content": {}}, "write": {"content": {"ID": "P1"}}}
    for method, path in (
        ("POST", f"{DATA}/create"),
        ("PUT", f"{DATA}/update"),
        ("PUT", f"{DATA}/update-entries"),
        ("POST", f"{DATA}/update-or-create"),
        ("DELETE", f"{DATA}/P1/delete"),
    ):
        assert _send(method, path, body).status_code == 403, path
    assert _send("POST", f"{BASE}/database/modify", {"code": "x", "schema": SCHEMA}).status_code == 403
    usage = f"{BASE}/data/MyPersonalDataUsage/1.0?userID=330302199001010010&DatabaseID=pets"
    assert _send("GET", usage).status_code == 403
    assert not EntryVersion.objects.exists()


def test_definitions_are_kept_while_entries_use_them() -> None:
    make_entry()
    fewer = {"properties": {"ID": {"type": "string"}}}
    with pytest.raises(Conflict):
        define(MAKER, "pets", "1", fewer)
    assert define(MAKER, "pets", "2", fewer).number != make_register().number
    with pytest.raises(Refused):
        define(actor_with(CITIZEN), "pets", "3", fewer)
    with pytest.raises(Invalid):
        define(MAKER, "a/b", "1", {"properties": {}})


def test_a_database_is_read_and_taken_out_of_use() -> None:
    admit(MAKER, NAME, register=None, may_write=True, may_define=True)
    schema = _send("POST", f"{BASE}/database/modify", {"code": "pets", "version": "1", "schema": SCHEMA})
    assert schema.json() == SCHEMA
    number = make_register().number
    assert _send("GET", f"{BASE}/database/{number}").json()["schema"] == SCHEMA
    for _ in range(2):
        assert _send("DELETE", f"{BASE}/database/{number}").json() == "Success"
    assert _send("GET", f"{BASE}/database/{number}").status_code == 404
    assert _send("GET", DATA).status_code == 404
    for query in ("userID=...&DatabaseID=pets", "userID=X&DatabaseID=..."):
        assert _send("GET", f"{BASE}/data/MyPersonalDataUsage/1.0?{query}").status_code == 400


def test_a_session_is_never_somebody_else_by_the_header(writer: None) -> None:
    browser = Browser()
    browser.cookies["wz_session"] = "a" * 32
    assert browser.get(DATA, headers={"Information-Mediator-Client": NAME}).status_code == 401


@pytest.mark.django_db(transaction=True)
def test_two_who_make_the_same_entry_at_once_one_is_told() -> None:
    make_register()

    def make() -> str:
        try:
            return str(create(MAKER, "pets", "1", {"ID": "P1", "Name": "甲"}).entry.key)
        except Conflict:
            return "told"

    assert sorted(map(str, at_once(make, make))) == ["P1", "told"]


@pytest.mark.django_db(transaction=True)
def test_two_who_change_one_entry_at_once_lose_nothing() -> None:
    make_entry()
    at_once(
        lambda: update(MAKER, "pets", "1", {"ID": "P1"}, {"Age": 5}),
        lambda: update(MAKER, "pets", "1", {"ID": "P1"}, {"Name": "小白"}),
    )
    now = EntryVersion.objects.get(superseded_at=None)
    assert now.content == {"ID": "P1", "Age": 5, "Name": "小白"}
    assert not Client.objects.exists()
