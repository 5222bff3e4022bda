"""The applicant's pages: the whole way, bad input, other people, repetition, numbers of queries."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from wenzhou.kernel.base.actors import AGENT, Actor
from wenzhou.kernel.base.testing import at_most_queries, run_due
from wenzhou.kernel.cases.models import Case, CasePaper, CaseState, PaperState, Rating, Task
from wenzhou.kernel.cases.services.papers import ask_paper
from wenzhou.kernel.cases.services.submit import submit
from wenzhou.kernel.cases.services.tasks import claim, decide
from wenzhou.kernel.cases.tests.conftest import People, picture
from wenzhou.kernel.cases.tests.permit import GOOD
from wenzhou.kernel.documents.testing import upload_of
from wenzhou.kernel.identity.testing import Delegation, actor_with, client_for, make_organisation

pytestmark = pytest.mark.django_db

FORM = {**GOOD, "papers": "1", "revision": "0"}


def text(response: Any) -> str:
    return str(response.content.decode())


def begin(client: Client) -> Case:
    response = client.post("/services/test-permit/apply/")
    assert response.status_code == 302
    return Case.objects.get(id=response.headers["Location"].split("/")[2])


def fill(client: Client, case: Case, go: Any = "next", **changes: Any) -> Any:
    case.refresh_from_db()
    form = {**FORM, "revision": case.revision, "go": go, "promise": "proof", **changes}
    return client.post(f"/cases/{case.id}/form/", form)


def look_and_submit(client: Client, case: Case) -> Any:
    address = f"/cases/{case.id}/review/"
    return client.post(address, {"reviewed": client.get(address).context["tag"]})


def sent(citizen: Actor) -> Case:
    client = client_for(citizen)
    case = begin(client)
    assert fill(client, case, **{"paper-plan": picture()}).status_code == 302
    return submit(citizen, case.id, promised=["proof"])


def granted(people: People) -> Case:
    case = sent(people.citizen)
    for element, clerk in (("health", people.health), ("traffic", people.traffic)):
        task = Task.objects.get(case=case, element=element)
        claim(clerk, task.id)
        decide(clerk, task.id, "approved")
    run_due()
    case.refresh_from_db()
    return case


# The whole way, without JavaScript


@pytest.mark.parametrize(("language", "number"), [("zh-hans", "受理号"), ("en", "Number")])
def test_from_the_start_button_to_the_receipt(people: People, language: str, number: str) -> None:
    client = client_for(people.citizen, language=language)
    assert client.get("/services/test-permit/apply/").status_code == 200
    case = begin(client)
    page = text(client.get(f"/cases/{case.id}/form/"))
    assert f'value="{people.citizen.name}"' in page, "prefilled"
    assert "readonly" in page
    response = fill(client, case, **{"paper-plan": picture()})
    assert response.headers["Location"] == f"/cases/{case.id}/review/"
    review = text(client.get(f"/cases/{case.id}/review/"))
    assert "测试小店" in review and "plan.pdf" in review
    response = look_and_submit(client, case)
    assert response.headers["Location"] == f"/cases/{case.id}/receipt/"
    case.refresh_from_db()
    assert case.state == CaseState.RUNNING
    receipt = text(client.get(f"/cases/{case.id}/receipt/"))
    assert case.number is not None and case.number in receipt and number in receipt
    assert case.promised_for is not None and case.promised_for.isoformat() in receipt
    pdf = client.get(f"/cases/{case.id}/receipt.pdf")
    assert pdf.headers["Content-Type"] == "application/pdf"
    assert pdf.content.startswith(b"%PDF-")
    assert case.number in text(client.get("/cases/"))
    page = text(client.get(f"/cases/{case.id}/"))
    assert "<svg" in page and case.number in page
    assert 'aria-current="step"' in page


def test_beginning_again_goes_on_with_the_same_draft(people: People) -> None:
    client = client_for(people.citizen)
    case = begin(client)
    fill(client, case, "save", name="半成品")
    assert begin(client).id == case.id
    assert "半成品" in text(client.get(f"/cases/{case.id}/form/"))
    assert f"/cases/{case.id}/form/" in text(client.get("/cases/"))


def test_submitting_twice_is_one_application(people: People) -> None:
    client = client_for(people.citizen)
    case = begin(client)
    fill(client, case, **{"paper-plan": picture()})
    reviewed = {"reviewed": client.get(f"/cases/{case.id}/review/").context["tag"]}
    for _ in range(2):
        assert client.post(f"/cases/{case.id}/review/", reviewed).status_code == 302
    assert Case.objects.filter(account=people.citizen.account).count() == 1
    assert Task.objects.filter(case=case).count() == 2


@pytest.mark.parametrize(("language", "told"), [("zh-hans", "申请还没有提交"), ("en", "Not submitted yet")])
@pytest.mark.parametrize("change", ["answer", "paper", "promise"])
def test_what_another_window_has_changed_is_not_submitted_unseen(
    people: People, change: str, language: str, told: str
) -> None:
    client = client_for(people.citizen, language=language)
    case = begin(client)
    fill(client, case, **{"paper-plan": picture()})
    address = f"/cases/{case.id}/review/"
    seen = {"reviewed": client.get(address).context["tag"]}
    other = client_for(people.citizen)
    if change == "answer":
        fill(other, case, "save", name="改过的店")
    elif change == "paper":
        other.post(f"/cases/{case.id}/papers/plan/", {"paper-plan": picture("newer.pdf")})
    else:
        fill(other, case, "save", promise="")
    refused = client.post(address, seen)
    assert refused.status_code == 409
    page = text(refused)
    assert told in page and 'role="alert"' in page
    assert {"answer": "改过的店", "paper": "newer.pdf", "promise": "check=1#id_paper-proof"}[change] in page
    case.refresh_from_db()
    assert (case.state, case.tasks.count()) == (CaseState.DRAFT, 0)
    fill(other, case, "save")  # what was taken back is promised again
    assert client.post(address, {}).status_code == 409, "unseen is as good as stale"
    assert look_and_submit(client, case).headers["Location"] == f"/cases/{case.id}/receipt/"
    case.refresh_from_db()
    assert case.form["name"] == "测试小店"


# Bad input


def test_errors_stand_beside_their_fields_and_nothing_typed_is_lost(people: People) -> None:
    client = client_for(people.citizen)
    case = begin(client)
    response = fill(client, case, name="长" * 21, phone="12345", promise="")
    assert response.status_code == 422
    page = text(response)
    for target in ("id_name", "id_phone", "id_paper-plan", "id_paper-proof"):
        assert f'href="#{target}"' in page, target
        assert f'id="{target}"' in page, target
    assert 'id="id_phone_error"' in page
    assert 'value="12345"' in page and "长" * 21 in page
    case.refresh_from_db()
    assert case.form["phone"] == "12345", "saved before it was checked"
    assert case.state == CaseState.DRAFT
    assert 'id="id_phone_error"' in text(client.get(f"/cases/{case.id}/form/?check=1"))
    review = client.get(f"/cases/{case.id}/review/")
    assert "?check=1#id_phone" in text(review)
    assert look_and_submit(client, case).headers["Location"].endswith("/form/?check=1")


@pytest.mark.parametrize(("language", "told"), [("zh-hans", "合并为一个 PDF"), ("en", "one PDF")])
def test_a_limit_of_uploads_is_told_beside_its_paper(
    people: People, settings: Any, language: str, told: str
) -> None:
    settings.WZ_UPLOAD_CASE_FILES = 1
    client = client_for(people.citizen, language=language)
    case = begin(client)
    fill(client, case, "save", **{"paper-plan": picture()})
    response = fill(client, case, "save", name="新名", **{"paper-proof": picture("proof.pdf")})
    assert response.status_code == 422
    page = text(response)
    assert "proof.pdf" in page and told in page and "plan.pdf" in page
    by_htmx = client.post(
        f"/cases/{case.id}/papers/proof/",
        {"paper-proof": picture("proof.pdf")},
        headers={"HX-Request": "true"},
    )
    assert by_htmx.status_code == 422
    assert text(by_htmx).count(told) == 1, "said once"
    case.refresh_from_db()
    assert case.form["name"] == "新名"


def test_a_refused_file_is_told_beside_its_paper_and_the_answers_are_kept(people: People) -> None:
    client = client_for(people.citizen)
    case = begin(client)
    bad = upload_of(b"MZ not a paper", "plan.pdf")
    response = fill(client, case, "save", **{"paper-plan": bad})
    assert response.status_code == 422
    assert 'href="#id_paper-plan"' in text(response)
    case.refresh_from_db()
    assert case.form["name"] == GOOD["name"]
    assert not CasePaper.objects.filter(case=case, code="plan").exists()


# Autosave and two devices


def test_autosave_gives_the_revision_for_the_next_one(people: People) -> None:
    client = client_for(people.citizen)
    case = begin(client)
    response = client.post(f"/cases/{case.id}/save/", {**FORM, "promise": "proof"})
    assert response.json()["revision"] == 1
    again = client.post(f"/cases/{case.id}/save/", {**FORM, "promise": "proof"})
    assert again.json()["revision"] == 1, "the same answers over an old revision change nothing"
    assert CasePaper.objects.get(case=case, code="proof").state == PaperState.PROMISED
    client.post(f"/cases/{case.id}/save/", {**FORM, "revision": 1})
    assert not CasePaper.objects.filter(case=case).exists(), "the promise was taken back"


def test_two_devices(people: People) -> None:
    client = client_for(people.citizen)
    case = begin(client)
    client.post(f"/cases/{case.id}/save/", {**FORM, "name": "手机"})
    lost = client.post(
        f"/cases/{case.id}/save/", {**FORM, "name": "电脑"}, headers={"Accept": "application/json"}
    )
    assert lost.status_code == 409
    assert lost.headers["Content-Type"] == "application/problem+json"
    page = client.post(f"/cases/{case.id}/form/", {**FORM, "name": "电脑", "go": "save"})
    assert page.status_code == 409
    assert 'value="电脑"' in text(page), "what was typed here is still on the page"
    case.refresh_from_db()
    assert case.form["name"] == "手机"
    over = client.post(f"/cases/{case.id}/form/", {**FORM, "name": "电脑", "overwrite": case.revision})
    assert over.status_code == 302
    case.refresh_from_db()
    assert case.form["name"] == "电脑"


def test_a_revision_that_is_none_conflicts(people: People) -> None:
    client = client_for(people.citizen)
    case = begin(client)
    for revision in ("", "-1", "x", "9" * 30):
        response = client.post(f"/cases/{case.id}/save/", {**FORM, "revision": revision})
        assert response.status_code == 409, revision


# Papers


def test_papers_by_htmx_and_by_plain_post(people: People) -> None:
    client = client_for(people.citizen)
    case = begin(client)
    address = f"/cases/{case.id}/papers/plan/"
    row = client.post(address, {"paper-plan": picture()}, headers={"HX-Request": "true"})
    assert row.status_code == 200 and "plan.pdf" in text(row) and 'name="remove"' in text(row)
    assert client.post(address, {"paper-plan": picture("b.pdf")}).status_code == 302
    assert "b.pdf" in text(client.get(f"/cases/{case.id}/form/"))
    bad = client.post(address, {"paper-plan": upload_of(b"x", "x.exe")}, headers={"HX-Request": "true"})
    assert bad.status_code == 422
    assert client.post(address, {}, headers={"HX-Request": "true"}).status_code == 422
    assert client.post(f"/cases/{case.id}/papers/other/", {"paper-other": picture()}).status_code == 404
    gone = client.post(f"{address}remove/", headers={"HX-Request": "true"})
    assert text(gone) == ""
    fill(client, case, "save", **{"paper-plan": picture()})
    fill(client, case, remove="plan")
    assert not CasePaper.objects.filter(case=case, code="plan").exists()


def test_a_paper_that_an_office_asks_for(people: People) -> None:
    case = sent(people.citizen)
    task = Task.objects.get(case=case, element="health")
    claim(people.health, task.id)
    ask_paper(people.health, task.id, "plan", "图纸看不清，请重新扫描")
    client = client_for(people.citizen)
    assert "待您补交材料" in text(client.get("/cases/"))
    page = text(client.get(f"/cases/{case.id}/"))
    assert "图纸看不清" in page and f"/cases/{case.id}/papers/plan/" in page
    answer = client.post(
        f"/cases/{case.id}/papers/plan/", {"paper-plan": picture()}, headers={"HX-Request": "true"}
    )
    assert answer.headers["HX-Redirect"].startswith(f"/cases/{case.id}/")
    assert CasePaper.objects.get(case=case, code="plan").state == PaperState.GIVEN


# Afterwards


def test_licences_and_rating(people: People) -> None:
    case = granted(people)
    client = client_for(people.citizen)
    licence = case.licences.get()
    page = text(client.get(f"/cases/{case.id}/"))
    assert f"/licences/{licence.token}/" in page and f"/files/{licence.file_id}/" in page
    missing = client.post(f"/cases/{case.id}/rate/", {"comment": "没有选星"})
    assert missing.status_code == 422
    assert "没有选星" in text(missing) and 'href="#id_stars"' in text(missing)
    assert client.post(f"/cases/{case.id}/rate/", {"stars": "5", "comment": "很快"}).status_code == 302
    assert client.post(f"/cases/{case.id}/rate/", {"stars": "1"}).status_code == 409
    assert Rating.objects.get(case=case).stars == 5
    assert "很快" in text(client.get(f"/cases/{case.id}/"))


def test_a_promised_paper_is_taken_after_the_licence_is_granted(people: People) -> None:
    case = granted(people)
    client = client_for(people.citizen)
    address = f"/cases/{case.id}/papers/proof/"
    assert address in text(client.get(f"/cases/{case.id}/"))
    assert client.post(address, {"paper-proof": picture("proof.pdf")}).status_code == 302
    assert CasePaper.objects.get(case=case, code="proof").state == PaperState.GIVEN
    assert address not in text(client.get(f"/cases/{case.id}/"))
    assert client.post(address, {"paper-proof": picture("proof.pdf")}).status_code == 409
    case.refresh_from_db()
    assert case.state == CaseState.GRANTED


def test_withdraw_and_throw_away(people: People) -> None:
    case = sent(people.citizen)
    client = client_for(people.citizen)
    assert client.post(f"/cases/{case.id}/discard/").status_code == 409
    assert client.post(f"/cases/{case.id}/withdraw/").status_code == 302
    assert "已撤回" in text(client.get(f"/cases/{case.id}/"))
    draft = begin(client)
    assert client.post(f"/cases/{draft.id}/withdraw/").status_code == 409
    assert client.post(f"/cases/{draft.id}/discard/").status_code == 302
    assert not Case.objects.filter(id=draft.id).exists()


def test_a_submitted_form_leads_to_its_case(people: People) -> None:
    case = sent(people.citizen)
    client = client_for(people.citizen)
    assert client.get(f"/cases/{case.id}/form/").headers["Location"] == f"/cases/{case.id}/"
    assert fill(client, case).headers["Location"] == f"/cases/{case.id}/"
    assert client.post(f"/cases/{case.id}/save/", FORM).status_code == 409


# Other people


def test_to_another_citizen_nothing_of_a_case_exists(people: People) -> None:
    stranger = client_for(people.other_citizen)
    draft = begin(client_for(people.citizen))
    for path in ("", "form/", "review/", "receipt/", "receipt.pdf"):
        assert stranger.get(f"/cases/{draft.id}/{path}").status_code == 404, path
    posts = (
        "form/",
        "save/",
        "review/",
        "papers/plan/",
        "papers/plan/remove/",
        "withdraw/",
        "rate/",
        "discard/",
    )
    for path in posts:
        files = {"paper-plan": picture()} if path == "papers/plan/" else {}
        response = stranger.post(f"/cases/{draft.id}/{path}", {**FORM, "stars": 5, **files})
        assert response.status_code == 404, path
    assert not CasePaper.objects.filter(case=draft).exists()
    fill(client_for(people.citizen), draft, **{"paper-plan": picture()})
    case = submit(people.citizen, draft.id, promised=["proof"])
    for path in ("", "form/", "review/", "receipt/", "receipt.pdf"):
        assert stranger.get(f"/cases/{case.id}/{path}").status_code == 404, path
    assert case.number is not None and case.number not in text(stranger.get("/cases/"))
    assert stranger.get(f"/cases/{uuid4()}/").status_code == 404


def test_an_agent_sees_how_far_the_cases_of_her_firm_are(people: People) -> None:
    firm = make_organisation()
    case = sent(people.citizen)
    Case.objects.filter(id=case.id).update(organisation=firm.id)
    draft = begin(client_for(people.citizen))
    Case.objects.filter(id=draft.id).update(organisation=firm.id)
    agent = actor_with(AGENT, organisation=firm)
    number = str(case.number)
    client = client_for(agent)
    page = text(client.get("/cases/"))
    assert number in page and "所代办企业的其他办件" in page
    assert str(draft.id) not in page and str(case.id) not in page, "her state, not her papers"
    assert client.get(f"/cases/{case.id}/").status_code == 404
    for other in (actor_with(AGENT), people.other_citizen):
        assert number not in text(client_for(other).get("/cases/"))
    own = text(client_for(people.citizen).get("/cases/"))
    assert own.count(f">{number}<") == 1
    Delegation.objects.filter(agent=agent.account).update(state="revoked")
    assert number not in text(client.get("/cases/")), "a delegation that has ended shows nothing"


# Numbers of queries


def test_the_list_needs_the_same_queries_for_one_case_and_for_many(people: People) -> None:
    client = client_for(people.citizen)
    client.get("/cases/")
    assert "还没有办件" in text(client.get("/cases/"))
    sent(people.citizen)
    with at_most_queries(8):
        assert "?page=" not in text(client.get("/cases/"))
    for _ in range(21):
        sent(people.citizen)
    with at_most_queries(8):
        page = text(client.get("/cases/"))
    older = re.search(r"\?page=[^\"&]+", page)
    assert older is not None
    last = text(client.get("/cases/" + older.group()))
    numbers = {str(case) for case in Case.objects.filter(account=people.citizen.account)}
    assert {number for number in numbers if number in page} | {
        number for number in numbers if number in last
    } == numbers


def test_queries_of_the_form_and_of_a_case(people: People) -> None:
    client = client_for(people.citizen)
    draft = begin(client)
    with at_most_queries(11):
        client.get(f"/cases/{draft.id}/form/")
    fill(client, draft, **{"paper-plan": picture()})
    case = submit(people.citizen, draft.id, promised=["proof"])
    with at_most_queries(18):
        client.get(f"/cases/{case.id}/")
