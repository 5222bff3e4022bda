"""Every way to a record of every declared register refuses what the point read refuses.

A register is walked by being declared (with a factory in its module's ``testing.RECORDS``), a way by standing in the manifest of
the engine: one that is in neither list below makes the last test fail.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from wenzhou.kernel.base.actors import CLERK, ROLES, SYSTEM
from wenzhou.kernel.base.registry import registry
from wenzhou.kernel.base.testing import run_due
from wenzhou.kernel.geo.testing import load_city
from wenzhou.kernel.identity.testing import client_for, make_account, make_office
from wenzhou.kernel.registers.api import registers
from wenzhou.kernel.registers.declarations import Register, Sensitivity
from wenzhou.kernel.registers.permissions import EXPORT_RECORDS, SEE_REGISTERS
from wenzhou.kernel.registers.testing import AccessEntry

pytestmark = pytest.mark.django_db
ALL = registers()
ELSEWHERE = "330328"


@dataclass(frozen=True)
class Case:
    """A record with the texts by which it would be known again."""

    register: Register
    record: UUID
    key: str
    secrets: tuple[str, ...]


def made(register: Register) -> Case:
    package = next(module.package for module in registry.modules if register in module.declares)
    records: dict[str, Callable[[], UUID]] = getattr(
        importlib.import_module(f"{package}.testing"), "RECORDS", {}
    )
    assert register.code in records, f"{package}.testing.RECORDS lacks a record of {register.code}"
    record = records[register.code]()
    rows: Any = register.model._default_manager.filter(**{register.anchor: record}, superseded_at=None)
    columns = {field.name: field.column for field in register.fields}
    values = rows.values(*columns.values())[0]
    secrets = tuple(
        field.element.written(values[field.column])
        for field in register.fields
        if field.element.sensitivity >= Sensitivity.PERSONAL
        and values[field.column] not in (None, "", "1", "2")
    )
    return Case(
        register, record, str(values[columns[register.key]]), tuple(text for text in secrets if len(text) > 2)
    )


@pytest.fixture(params=ALL, ids=lambda one: one.code)
def case(request: Any, settings: Any, tmp_path: Any) -> Case:
    settings.WZ_DATA = str(tmp_path)
    load_city()
    return made(request.param)


def clerk(area: str) -> Client:
    make_office(f"walk-{area}", function=f"walk-{area}", area=area)
    return client_for(make_account(CLERK, office=f"walk-{area}", area=area))


Way = Callable[[Client, Case, str], Any]


def api(tail: str) -> Way:
    def way(client: Client, case: Case, purpose: str) -> Any:
        mark = "&" if "?" in tail else "?"
        asked = f"{mark}purpose={purpose}" if purpose else ""
        return client.get(f"/api/registers/r/{case.register.code}/records/{case.record}{tail}{asked}")

    return way


def page(tail: str) -> Way:
    def way(client: Client, case: Case, purpose: str) -> Any:
        address = f"/registers/r/{case.register.code}/{case.record}/{tail}"
        return client.post(address, {"purpose": purpose}) if purpose else client.get(address)

    return way


POINTS: dict[str, Way] = {
    "record": page(""),
    "compare": page("compare/?on1=1900-01-01"),
    "GET /r/{code}/records/{key}": api(""),
    "GET /r/{code}/records/{key}/history": api("/history?everything=true"),
    "GET /r/{code}/records/{key}/difference": api("/difference?on1=1900-01-01&on2=2026-01-01"),
}
"""Ways to one record."""


def by_page(client: Client, case: Case, purpose: str) -> str:
    got = client.get(f"/registers/r/{case.register.code}/?q={case.key}")
    # The reader's own words, in the form and in the address of the other language, are no answer.
    return _text(got).replace(f'value="{case.key}"', "").replace(f"?q={case.key}", "")


def by_api(client: Client, case: Case, purpose: str) -> str:
    return _text(client.get(f"/api/registers/r/{case.register.code}/records?{case.register.key}={case.key}"))


def exported(client: Client, case: Case, purpose: str) -> str:
    asked = client.post(
        f"/api/registers/r/{case.register.code}/exports",
        {
            "reason": "核对登记内容",
            "purpose": purpose,
            "format": "jsonl",
            "filters": {case.register.key: case.key},
        },
        content_type="application/json",
    )
    if asked.status_code != 200:
        return _text(asked)
    run_due()
    export = asked.json()["id"]
    taken = client.get(f"/api/registers/exports/{export}/file")
    same = client.get(f"/registers/exports/{export}/file/")
    content = taken.getvalue()
    assert same.getvalue() == content
    return content.decode()


LISTS: dict[str, Callable[[Client, Case, str], str]] = {
    "records": by_page,
    "GET /r/{code}/records": by_api,
    "export": exported,
}
"""Ways to many; what they say."""

COVERED_BY_EXPORT = {
    "export-ask", "export", "export-file",
    "POST /r/{code}/exports", "GET /exports/{export_id}", "GET /exports/{export_id}/file",
}  # fmt: skip
SHOWS_NO_RECORD = {
    "structure", "import-new", "GET /r/{code}/schema",
}  # fmt: skip
WALKED_ELSEWHERE = {
    "change": "writes: kernel/registers, who may write",
    "extract": "kernel/registers/extracts",
    "POST /r/{code}/records/{key}/changes": "writes: kernel/registers, who may write",
}


def _text(response: Any) -> str:
    assert response.status_code == 200, (response.status_code, response.content[:300])
    return str(response.content.decode())


def journal(case: Case) -> int:
    return AccessEntry.objects.filter(resource=case.register.resource).count()


def shown(text: str, case: Case) -> list[str]:
    return [secret for secret in case.secrets if secret in text]


def anonymous_gets_nowhere(case: Case) -> None:
    for name, way in POINTS.items():
        assert way(Client(), case, "").status_code in {302, 401}, name
    code = case.register.code
    assert Client().get(f"/registers/r/{code}/?q={case.key}").status_code == 302
    assert Client().get(f"/api/registers/r/{code}/records").status_code == 401
    asked = Client().post(
        f"/api/registers/r/{code}/exports", {"reason": "x"}, content_type="application/json"
    )
    assert asked.status_code == 401
    assert journal(case) == 0


def roles_without(case: Case) -> Iterator[Any]:
    for role in ROLES:
        if role not in case.register.search.roles and role != SYSTEM:
            yield role


def without_a_post_for_it_nothing_is_shown(case: Case) -> None:
    tried = 0
    for role in roles_without(case):
        client = client_for(make_account(role, area="3303"))
        tried += role in SEE_REGISTERS.roles
        for name, way in POINTS.items():
            assert way(client, case, "").status_code == 403, (role, name)
            if case.register.purposes and name != "compare":
                assert way(client, case, case.register.purposes[0].code).status_code == 403, (role, name)
        code = case.register.code
        assert client.get(f"/registers/r/{code}/?q={case.key}").status_code == 403
        assert client.get(f"/api/registers/r/{code}/records").status_code == 403
        body = {"reason": "核对登记内容"}
        asked = client.post(f"/api/registers/r/{code}/exports", body, content_type="application/json")
        assert asked.status_code == 403
    assert tried, "some role sees the catalogue and not this register"
    assert journal(case) == 0


def in_another_area_the_record_is_not_there(case: Case) -> None:
    client = clerk(ELSEWHERE)
    purpose = case.register.purposes[0].code
    for asked in ("", purpose):
        for name, way in POINTS.items():
            assert way(client, case, asked).status_code == 404, name
        for name, listed in LISTS.items():
            text = listed(client, case, asked)
            assert str(case.record) not in text, name
            assert case.key not in text, name
            assert not shown(text, case), name
    assert journal(case) == 0


def without_a_purpose_masked_with_one_whole_and_journalled_either_way(case: Case) -> None:
    assert CLERK in EXPORT_RECORDS.roles
    client = clerk("3303")
    purpose = case.register.purposes[0].code
    of_somebody = case.register.subject is not None
    for name, way in POINTS.items():
        before = journal(case)
        assert not shown(_text(way(client, case, "")), case), name
        assert journal(case) > before or not of_somebody, name
    for name, listed in LISTS.items():
        before = journal(case)
        text = listed(client, case, "")
        assert text.strip(), name
        assert not shown(text, case), name
        assert journal(case) > before or not of_somebody, name
    for name in ("GET /r/{code}/records/{key}", "record"):
        assert shown(_text(POINTS[name](client, case, purpose)), case) or not case.secrets
    assert set(shown(exported(client, case, purpose), case)) == set(case.secrets)


def test_every_way_refuses_what_the_point_read_refuses(case: Case) -> None:
    anonymous_gets_nowhere(case)
    without_a_post_for_it_nothing_is_shown(case)
    in_another_area_the_record_is_not_there(case)
    without_a_purpose_masked_with_one_whole_and_journalled_either_way(case)


def test_every_way_of_the_engine_is_walked() -> None:
    module = registry.module("registers")
    ways = {one.name for one in module.pages if "registers/r/<slug:code>/" in one.path}
    ways |= {f"{one.method} {one.path}" for one in module.endpoints if "/r/{code}/" in one.path}
    known = {*POINTS, *LISTS, *COVERED_BY_EXPORT, *SHOWS_NO_RECORD, *WALKED_ELSEWHERE}
    assert ways <= known, ways - known
