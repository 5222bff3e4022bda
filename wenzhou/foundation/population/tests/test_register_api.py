"""The API of registers on the register of persons, and versions of its schema."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.test import Client

from wenzhou.foundation.population.register import PERSONS_REGISTER as PERSONS
from wenzhou.foundation.population.testing import register
from wenzhou.kernel.base.actors import CLERK, DATA_OFFICER, HEAD
from wenzhou.kernel.base.errors import Conflict, NotFound, Refused
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.identity.testing import actor_with, client_for, make_account, make_office
from wenzhou.kernel.registers.api import publish_schema, read
from wenzhou.kernel.registers.declarations import CodeList, Schema
from wenzhou.kernel.registers.testing import AccessEntry

pytestmark = pytest.mark.django_db
RECORDS = "/api/registers/r/person/records"


@pytest.fixture
def police() -> Client:
    make_office("police", function="public-security")
    return client_for(make_account(CLERK, office="police", area="330302"))


def _fields(response: Any) -> set[str]:
    return {one["field"] for one in response.json()["errors"]}


def test_a_record_masked_and_whole(police: Client) -> None:
    person = register(name="陈海燕")
    masked = police.get(f"{RECORDS}/{person.number}").json()
    assert masked["masked"] and masked["values"]["name"] == "陈**" and person.number not in str(masked)
    whole = police.get(f"{RECORDS}/{person.number}?purpose=population.verify&on=2026-06-01").json()
    assert whole["values"]["number"] == person.number and whole["values"]["born"]
    unknown = police.get(f"{RECORDS}/{person.number}?purpose=curiosity")
    assert unknown.status_code == 422 and _fields(unknown) == {"purpose"}


def test_search_history_difference_change(police: Client) -> None:
    person = register(name="陈海燕")
    found = police.get(RECORDS, {"name": "陈海燕"}).json()
    assert [one["id"] for one in found["records"]] == [str(person.id)] and found["next"] == ""
    changed = police.post(
        f"{RECORDS}/{person.number}/changes",
        json.dumps({"valid_from": "2026-01-01", "values": {"name": "陈海艳"}}),
        content_type="application/json",
    )
    assert changed.json() == {"written": True, "corrections": []}
    past = police.get(f"{RECORDS}/{person.number}/history?purpose=population.verify").json()
    assert [one["values"]["name"] for one in past] == ["陈海艳", "陈海燕"]
    what = police.get(
        f"{RECORDS}/{person.number}/difference?on1=2025-01-01&on2=2026-02-01&purpose=population.verify"
    )
    assert what.json() == [{"field": "name", "before": "陈海燕", "after": "陈海艳"}]
    wrong = police.post(
        f"{RECORDS}/{person.number}/changes",
        json.dumps({"valid_from": "2026-01-01", "values": {"sex": "7", "height": "1"}}),
        content_type="application/json",
    )
    assert wrong.status_code == 422 and _fields(wrong) == {"sex", "height"}


def test_pages_of_a_search_follow_each_other(police: Client) -> None:
    people = {str(register(name="林一").id) for _ in range(5)}
    seen: set[str] = set()
    token = ""
    for _ in range(3):
        page = police.get(RECORDS, {"name": "林一", "size": "2", "page": token}).json()
        seen |= {one["id"] for one in page["records"]}
        token = page["next"]
    assert seen == people and token == ""


def test_the_api_refuses_what_the_register_refuses() -> None:
    person = register()
    head = client_for(make_account(HEAD, office="data"))
    for path in (
        RECORDS,
        f"{RECORDS}/{person.number}",
        f"{RECORDS}/{person.number}/history",
        f"{RECORDS}/{person.number}/difference?on1=2025-01-01&on2=2026-01-01",
    ):
        assert head.get(path).status_code == 403, path
    assert not AccessEntry.objects.exists()


def test_a_published_schema_stays_readable_and_a_breaking_one_is_refused_with_its_readers() -> None:
    officer = actor_with(DATA_OFFICER, office="data", area="3303")
    with pytest.raises(Refused):
        publish_schema(actor_with(CLERK, office="data"), PERSONS)
    first = publish_schema(officer, PERSONS)
    assert first.number == 1 and publish_schema(officer, PERSONS).id == first.id
    without_phone = replace(PERSONS, fields=PERSONS.fields[:-1])
    person = register(name="陈海燕")
    read(officer, PERSONS, person.number)
    with pytest.raises(Conflict) as error:
        publish_schema(officer, without_phone)
    assert set(error.value.fields) == {"phone"} and "人口基础信息库" in error.value.detail.zh
    more_codes = CodeList(code="x", title=Text("性别", "Sex"), source="x", items={"1": Text("男", "m")})
    narrower = replace(PERSONS.fields[2], element=replace(PERSONS.fields[2].element, codes=more_codes))
    fields = tuple(narrower if field.name == "sex" else field for field in PERSONS.fields)
    assert publish_schema(officer, replace(PERSONS, fields=fields)).number == 2, "fewer codes break nobody"
    kept = replace(
        without_phone, schemas=(Schema(number=2, published=date(2026, 1, 1), fields={"name": "name"}),)
    )
    assert publish_schema(officer, kept).number == 3, "the declaration says how version 2 is read"


def test_a_record_is_read_as_an_earlier_version_had_it(police: Client) -> None:
    officer = actor_with(DATA_OFFICER, office="data", area="3303")
    publish_schema(officer, replace(PERSONS, fields=PERSONS.fields[:3], extract=None))
    person = register(name="陈海燕")
    old = police.get(f"{RECORDS}/{person.number}?version=1").json()
    assert set(old["values"]) == {"number", "name", "sex"}
    assert police.get(f"{RECORDS}/{person.number}?version=9").status_code == 404
    schema = police.get("/api/registers/r/person/schema?version=1").json()
    assert set(schema["properties"]) == {"number", "name", "sex"}
    with pytest.raises(NotFound):
        read(officer, PERSONS, "330302190001011239")
