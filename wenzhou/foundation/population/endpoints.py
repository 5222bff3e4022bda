"""HTTP API: one person as of a day, for a stated purpose, with its line in the journal."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Schema

from wenzhou.foundation.population.permissions import SEARCH_PERSONS
from wenzhou.foundation.population.reading import PURPOSES, read_in_full
from wenzhou.kernel.base.endpoints import Endpoint
from wenzhou.kernel.base.errors import Invalid
from wenzhou.kernel.base.pages import actor_of
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.registers.contracts import PersonQuery


class PersonOut(Schema):
    """A person as the register has her. Codes: sex GB/T 2261.1, ethnicity GB/T 3304."""

    id: UUID
    number: str
    name: str
    sex: str
    born: date
    ethnicity: str
    address: str | None
    division: str | None
    phone: str | None
    made: bool


def get_person(request: HttpRequest, number: str, purpose: str, on: date | None = None) -> HttpResponse:
    """Whole, because a purpose is stated; one statement: who asks, the record, its journal line and the call's."""
    if purpose not in PURPOSES:
        codes = "、".join(PURPOSES)
        text = Text(f"用途代码应为：{codes}", f"The purpose is one of {codes}")
        raise Invalid(text, fields={"purpose": text})
    found = read_in_full(
        actor_of(request).actor, PersonQuery(number=number, on=on), purpose=PURPOSES[purpose]
    )
    # Straight to JSON: the values are the register's own, and checking them against the schema again costs
    # a quarter of the request.
    out = PersonOut.model_construct(**{name: getattr(found, name) for name in PersonOut.model_fields})
    return HttpResponse(out.model_dump_json(), content_type="application/json")


PERSON = Endpoint(
    method="GET",
    path="/persons/{number}",
    view=get_person,
    summary=Text("按号码查询人口信息", "A person by identity number, as of a day"),
    response=PersonOut,
    permission=SEARCH_PERSONS,
    audit_first=True,
)
