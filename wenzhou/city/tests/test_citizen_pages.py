"""The citizen's way over all systems by the pages alone: guide, form with the division picker, licences."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from wenzhou.city.tests.test_restaurant_journey import ANSWERS, citizen, city, clerks, do
from wenzhou.government.approvals.testing import forget
from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.testing import at_most_queries, run_due
from wenzhou.kernel.cases.testing import Case, CaseState
from wenzhou.kernel.content.api import STORE
from wenzhou.kernel.documents.testing import upload_of
from wenzhou.kernel.exchange.testing import revoke_all
from wenzhou.kernel.identity.testing import client_for

__all__ = ["citizen", "city", "clerks"]

pytestmark = pytest.mark.django_db

GUIDE = "/services/open-restaurant/"


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    STORE.clear()
    forget()


def text(response: Any) -> str:
    return str(response.content.decode())


@pytest.mark.usefixtures("city")
@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "zh-hans",
            ("开办餐饮店一件事", "鹿城区", "不收费", "食品安全法", "身份证", "可承诺 10 个工作日内补交"),
        ),
        ("en", ("Open a restaurant", "No fee", "Food Safety Law", "May follow within 10 working days")),
    ],
)
def test_the_guide_says_it_all(language: str, words: tuple[str, ...]) -> None:
    visitor = client_for(None, language=language)
    page = text(visitor.get(GUIDE))
    sheet = text(visitor.get(GUIDE + "?print=1"))
    for word in words:
        assert word in page, word
        if word != "鹿城区":
            assert word in sheet, word
    assert page.count("<svg") > 1 and "bpmn-diagram" in page
    assert 'href="/services/open-restaurant/apply/"' in page
    assert "csrfmiddlewaretoken" not in page, "one page for all visitors"


@pytest.mark.usefixtures("city")
def test_queries_of_the_guide() -> None:
    Client().get(GUIDE)  # the divisions are read once in the life of a process
    STORE.clear()
    forget()
    with at_most_queries(3):
        assert Client().get(GUIDE).status_code == 200
    STORE.clear()
    with at_most_queries(1):
        Client().get(GUIDE)


def test_the_catalogue_is_searched_in_both_languages() -> None:
    for words in ("餐饮", "restaurant licence", "营业执照 消防"):
        assert GUIDE in text(Client().get("/services/", {"q": words})), words
    assert "没有找到" in text(Client().get("/services/", {"q": "没有这种事项"}))
    assert Client().get("/services/nothing/").status_code == 404


def test_the_start_button_leads_a_visitor_to_sign_in_and_back() -> None:
    response = Client().get("/services/open-restaurant/apply/")
    assert response.headers["Location"] == "/account/login/?next=/services/open-restaurant/apply/"


def test_from_the_guide_to_four_licences(citizen: Actor, clerks: dict[str, Actor]) -> None:
    client = client_for(citizen)
    assert 'method="post" action="/services/open-restaurant/apply/"' in text(client.get(GUIDE))
    form = client.post("/services/open-restaurant/apply/").headers["Location"]
    page = text(client.get(form))
    assert "来自人口库" in page and "陈测试" in page
    answers: dict[str, Any] = {k: v for k, v in ANSWERS.items() if k != "division"}
    answers |= {"papers": "1", "revision": "0", "go": "next", "promise": ["sign-drawing", "health"]}
    answers |= {f"paper-{code}": upload_of(name=f"{code}.pdf") for code in ("lease", "layout")}

    town = client.post(form, {**answers, "division.town": "330302006"})
    assert town.status_code == 422
    assert 'href="#id_division-village"' in text(town) and 'value="330302006044"' in text(town)

    case = Case.objects.get(account=citizen.account)
    again = {k: v for k, v in answers.items() if not k.startswith("paper-")} | {"revision": case.revision}
    done = client.post(form, {**again, "division.town": "330302006", "division.village": ANSWERS["division"]})
    assert done.headers["Location"].endswith("/review/"), text(done)
    review = done.headers["Location"]
    client.post(review, {"reviewed": client.get(review).context["tag"]})
    case.refresh_from_db()
    assert case.state == CaseState.RUNNING
    do(case, clerks, "accept", "accepted")
    for element in ("shop_sign", "fire_check", "business_licence", "food_permit"):
        do(case, clerks, element, "approved")
    run_due()
    page = text(client.get(f"/cases/{case.id}/"))
    assert page.count('href="/licences/') >= 4 and page.count('href="/files/') >= 4
    assert "bpmn-diagram" in page
    with at_most_queries(20):
        client.get(f"/cases/{case.id}/")


@pytest.mark.parametrize(
    ("language", "where", "note"),
    [
        ("zh-hans", "只受理鹿城区的申请", "暂时读不到"),
        ("en", "is offered in Lucheng District only", "cannot be read"),
    ],
)
def test_without_a_grant_the_form_opens_with_a_note_and_says_where_the_service_is(
    citizen: Actor, language: str, where: str, note: str
) -> None:
    client = client_for(citizen, language=language)
    assert where in text(client.get("/services/open-restaurant/apply/"))
    prefilled = client.post("/services/open-restaurant/apply/").headers["Location"]
    assert note not in text(client.get(prefilled))
    client.post(prefilled.replace("form/", "discard/"))
    revoke_all()
    page = text(client.get(client.post("/services/open-restaurant/apply/").headers["Location"]))
    assert note in page
    assert "陈测试" in page, "her real name is known to her account"
    case = Case.objects.get(account=citizen.account)
    assert "phone" not in case.form and case.form["applicant_number"]


@pytest.mark.usefixtures("city")
def test_villages_of_a_town_and_towns_of_a_county() -> None:
    address = "/cases/divisions/?type=open-restaurant&field=division"
    villages = text(Client().get(f"{address}&division.town=330302006"))
    assert "330302006044" in villages and 'name="division.village"' in villages
    assert 'name="division.town"' in text(Client().get(f"{address}&division.county=330302"))
    assert Client().get("/cases/divisions/?type=open-restaurant&field=phone").status_code == 404
    assert Client().get("/cases/divisions/?type=nothing").status_code == 404
