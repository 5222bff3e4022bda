"""The first journey over all systems: from a prefilled form to a firm in the register and four licences."""

from __future__ import annotations

import pytest

from wenzhou.foundation.population.testing import register
from wenzhou.government.approvals.testing import OPEN_RESTAURANT
from wenzhou.kernel.base.actors import CITIZEN, CLERK, Actor
from wenzhou.kernel.base.errors import Invalid, Refused
from wenzhou.kernel.base.testing import parked, run_due
from wenzhou.kernel.cases.api import claim, decide, open_draft, put_paper, save_draft, submit
from wenzhou.kernel.cases.testing import Case, CaseState, Licence, Task
from wenzhou.kernel.documents.testing import upload_of
from wenzhou.kernel.exchange.testing import grant_all
from wenzhou.kernel.geo.testing import load_city
from wenzhou.kernel.identity.api import organisation
from wenzhou.kernel.identity.testing import (
    actor_of_account,
    actor_with,
    client_for,
    make_account,
    make_office,
)
from wenzhou.kernel.registers.testing import AccessEntry

pytestmark = pytest.mark.django_db

OFFICES = {
    "accept": "government-services",
    "business_licence": "market-supervision",
    "food_permit": "market-supervision",
    "fire_check": "fire-brigade",
    "shop_sign": "urban-management",
}
ANSWERS = {
    "phone": "13812345678",
    "firm_name": "温州市鹿城区瓯味小馆",
    "firm_kind": "individual",
    "line": "H6291",
    "capital": "100000",
    "division": "330302006044",
    "address": "公园路 88 号一层",
    "floor_area": "86.5",
    "seats": "36",
    "food": "hot",
    "kitchen_area": "22",
    "food_staff": "4",
    "storey": "1",
    "exits": "1",
    "gas": "yes",
    "sprinkler": "no",
    "sign_text": "瓯味小馆",
    "sign_width": "3.2",
    "sign_height": "0.8",
    "sign_lit": "yes",
}


@pytest.fixture
def city() -> None:
    load_city()
    grant_all()
    for function in set(OFFICES.values()):
        make_office(f"lc-{function}", function=function, area="330302")


@pytest.fixture
def citizen(city: None) -> Actor:
    person = register(name="陈测试")
    return actor_of_account(make_account(CITIZEN, person=person))


@pytest.fixture
def clerks(city: None) -> dict[str, Actor]:
    return {function: actor_with(CLERK, office=f"lc-{function}") for function in set(OFFICES.values())}


def apply(citizen: Actor, **changes: str) -> Case:
    draft = open_draft(citizen, OPEN_RESTAURANT.code)
    save_draft(citizen, draft.case, {**ANSWERS, **changes}, revision=draft.revision)
    for code in ("lease", "layout", "health"):
        put_paper(citizen, draft.case, code, upload_of(name=f"{code}.pdf"))
    return submit(citizen, draft.case, promised=["sign-drawing"])


def do(case: Case, clerks: dict[str, Actor], element: str, outcome: str, reasons: str = "") -> None:
    task = Task.objects.get(case=case, element=element)
    clerk = clerks[OFFICES[element]]
    claim(clerk, task.id)
    decide(clerk, task.id, outcome, reasons)


def test_from_form_to_licences(citizen: Actor, clerks: dict[str, Actor]) -> None:
    case = apply(citizen)
    assert case.form["applicant_name"] == "陈测试", "she reads her own record unmasked"
    read = AccessEntry.objects.get(subject_person=citizen.person)
    assert (read.consumer, read.case) == ("approvals", case.id)

    do(case, clerks, "accept", "accepted")
    for element in ("shop_sign", "fire_check", "business_licence", "food_permit"):
        do(case, clerks, element, "approved")
    case.refresh_from_db()
    assert case.state == CaseState.GRANTED
    run_due()
    assert parked() == []
    licences = Licence.objects.filter(case=case)
    assert {licence.licence_type for licence in licences} == {kind.code for kind in OPEN_RESTAURANT.licences}
    assert all(licence.file_id for licence in licences)
    assert case.organisation_id is not None
    firm = organisation(case.organisation_id)
    assert firm is not None
    assert firm.name == ANSWERS["firm_name"]
    assert {licence.organisation_id for licence in licences} == {firm.id}


def test_the_same_name_is_refused_to_the_next_applicant(citizen: Actor, clerks: dict[str, Actor]) -> None:
    case = apply(citizen)
    do(case, clerks, "accept", "accepted")
    for element in ("business_licence", "food_permit", "fire_check", "shop_sign"):
        do(case, clerks, element, "approved")
    with pytest.raises(Invalid) as caught:
        apply(citizen)
    assert "firm_name" in caught.value.fields


def test_two_applications_for_one_name_the_second_cannot_be_granted(
    citizen: Actor, clerks: dict[str, Actor]
) -> None:
    first = apply(citizen)
    second = apply(citizen)  # the name is free until one of them is granted
    for case in (first, second):
        do(case, clerks, "accept", "accepted")
        for element in ("business_licence", "fire_check", "shop_sign"):
            do(case, clerks, element, "approved")
    do(first, clerks, "food_permit", "approved")
    with pytest.raises(Refused) as caught:
        do(second, clerks, "food_permit", "approved")
    assert caught.value.code == "register-refused"
    second.refresh_from_db()
    assert second.state == CaseState.RUNNING
    assert not Licence.objects.filter(case=second).exists()


def test_not_accepted_ends_it(citizen: Actor, clerks: dict[str, Actor]) -> None:
    case = apply(citizen)
    do(case, clerks, "accept", "not_accepted", "经营场所不在受理范围内")
    case.refresh_from_db()
    assert case.state == CaseState.REFUSED


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"kitchen_area": "90"}, "kitchen_area"),
        ({"seats": "60", "exits": "1"}, "exits"),
        ({"division": "330304001001"}, "division"),
        ({"division": "999999"}, "division"),
        ({"line": "0000"}, "line"),
        ({"firm_name": "小馆"}, "firm_name"),
    ],
)
def test_what_cannot_be_is_named(citizen: Actor, changes: dict[str, str], field: str) -> None:
    with pytest.raises(Invalid) as caught:
        apply(citizen, **changes)
    assert field in caught.value.fields


def test_who_used_my_data_speaks_of_the_case_by_number_and_of_fields_in_words(
    citizen: Actor, clerks: dict[str, Actor]
) -> None:
    case = apply(citizen)
    task = Task.objects.get(case=case, element="accept")
    window = clerks["government-services"]
    claim(window, task.id)
    assert client_for(window).get(f"/work/tasks/{task.id}/").status_code == 200
    page = client_for(citizen).get("/my/data-use/").content.decode()
    assert "公民身份号码" in page
    assert "applicant_number" not in page
    assert f'<a href="/cases/{case.id}/">{case.number}</a>' in page
