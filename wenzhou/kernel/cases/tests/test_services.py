"""A case from draft to licence: happy paths, refusals, bad input, repetition."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from uuid import uuid4

import pytest
import time_machine
from django.test import Client
from pypdf import PdfReader

from wenzhou.kernel.base.actors import CLERK
from wenzhou.kernel.base.errors import Conflict, Invalid, NotFound, Refused
from wenzhou.kernel.base.models import OutboxEntry
from wenzhou.kernel.base.testing import parked, run_due
from wenzhou.kernel.cases.events import LicenceIssued
from wenzhou.kernel.cases.files import ISSUED, PAPER
from wenzhou.kernel.cases.models import Case, CasePaper, CaseState, Licence, PaperState, Task, TaskState
from wenzhou.kernel.cases.selectors_licence import verify
from wenzhou.kernel.cases.services.closing import rate, withdraw
from wenzhou.kernel.cases.services.drafts import (
    discard_draft,
    open_draft,
    put_paper,
    remove_paper,
    save_draft,
)
from wenzhou.kernel.cases.services.licences import make_paper, paper_of
from wenzhou.kernel.cases.services.papers import accept_on_promise, ask_paper, give_paper
from wenzhou.kernel.cases.services.submit import submit
from wenzhou.kernel.cases.services.tasks import claim, decide, release
from wenzhou.kernel.cases.tests.conftest import People, picture
from wenzhou.kernel.cases.tests.permit import GOOD
from wenzhou.kernel.documents.api import files_of, read_file
from wenzhou.kernel.identity.api import organisation
from wenzhou.kernel.identity.testing import actor_with, client_for
from wenzhou.kernel.messages.testing import Notice

pytestmark = pytest.mark.django_db


def drafted(people: People) -> Case:
    draft = open_draft(people.citizen, "test-permit")
    save_draft(people.citizen, draft.case, GOOD, revision=draft.revision)
    put_paper(people.citizen, draft.case, "plan", picture())
    return Case.objects.get(id=draft.case)


def submitted(people: People) -> Case:
    return submit(people.citizen, drafted(people).id, promised=["proof"])


def task(case: Case, element: str) -> Task:
    return Task.objects.get(case=case, element=element)


def names(event: str) -> int:
    return OutboxEntry.objects.filter(name=event).count()


# Drafts


def test_a_draft_is_prefilled_and_found_again(people: People) -> None:
    first = open_draft(people.citizen, "test-permit")
    save_draft(people.citizen, first.case, {"name": "半成品"}, revision=0)
    again = open_draft(people.citizen, "test-permit")
    assert again.case == first.case
    assert again.revision == 1
    form = Case.objects.get(id=first.case).form
    assert form == {"applicant_name": people.citizen.name, "name": "半成品"}


def test_fixed_and_unknown_answers_are_not_taken_from_the_applicant(people: People) -> None:
    draft = open_draft(people.citizen, "test-permit")
    save_draft(people.citizen, draft.case, {"applicant_name": "别人", "evil": "x"}, revision=0)
    assert Case.objects.get(id=draft.case).form == {"applicant_name": people.citizen.name}


def test_two_devices_do_not_overwrite_each_other(people: People) -> None:
    draft = open_draft(people.citizen, "test-permit")
    save_draft(people.citizen, draft.case, {"name": "手机"}, revision=0)
    with pytest.raises(Conflict) as caught:
        save_draft(people.citizen, draft.case, {"name": "电脑"}, revision=0)
    assert caught.value.code == "draft-changed"
    assert Case.objects.get(id=draft.case).form["name"] == "手机"


def test_another_citizens_draft_does_not_exist(people: People) -> None:
    case = drafted(people)
    for act in (
        lambda: save_draft(people.other_citizen, case.id, {}, revision=1),
        lambda: remove_paper(people.other_citizen, case.id, "plan"),
        lambda: submit(people.other_citizen, case.id),
        lambda: discard_draft(people.other_citizen, case.id),
    ):
        with pytest.raises(NotFound):
            act()
    with pytest.raises(Refused):
        put_paper(people.other_citizen, case.id, "plan", picture())


def test_without_a_real_name_nothing_is_begun(people: People) -> None:
    with pytest.raises(Refused) as caught:
        open_draft(people.health, "test-permit")
    assert caught.value.code == "real-name-first"


def test_a_draft_can_be_thrown_away_with_its_papers(people: People) -> None:
    case = drafted(people)
    assert files_of(PAPER, case.id)
    discard_draft(people.citizen, case.id)
    assert not Case.objects.exists()
    assert not files_of(PAPER, case.id)


def test_a_draft_keeps_only_the_papers_that_stand_in_it(people: People) -> None:
    case = drafted(people)
    put_paper(people.citizen, case.id, "plan", picture("better.pdf"))
    assert [file.name for file in files_of(PAPER, case.id)] == ["better.pdf"]
    remove_paper(people.citizen, case.id, "plan")
    assert files_of(PAPER, case.id) == []


def test_a_paper_that_comes_too_late_is_not_kept(people: People) -> None:
    case = submitted(people)
    before = files_of(PAPER, case.id)
    with pytest.raises(Conflict):
        put_paper(people.citizen, case.id, "proof", picture())
    with pytest.raises(Conflict):
        give_paper(people.citizen, case.id, "plan", picture())
    assert files_of(PAPER, case.id) == before


def test_a_running_case_keeps_what_was_replaced(people: People) -> None:
    case = submitted(people)
    claim(people.health, task(case, "health").id)
    ask_paper(people.health, task(case, "health").id, "plan", "图纸看不清，请重新扫描")
    give_paper(people.citizen, case.id, "plan", picture("better.pdf"))
    assert [file.name for file in files_of(PAPER, case.id)] == ["plan.pdf", "better.pdf"]


# Submitting


def test_submitting_numbers_promises_and_opens_both_tasks(people: People) -> None:
    with time_machine.travel("2026-09-28T10:00:00+08:00", tick=False):
        case = submitted(people)
    assert case.state == CaseState.RUNNING
    assert case.number is not None and case.number.startswith("WZ20260928")
    # Seven working days from Monday 28 September 2026 over the National Day holidays (1–7 October).
    assert case.promised_for == date(2026, 10, 13)
    assert {t.element: (t.office_id, t.deadline) for t in case.tasks.all()} == {
        "health": ("lc-health", date(2026, 10, 8)),
        "traffic": ("lc-traffic", date(2026, 10, 10)),
    }
    assert CasePaper.objects.get(case=case, code="proof").state == PaperState.PROMISED
    assert names("cases.submitted") == 1
    assert Notice.objects.get(recipient=people.citizen.account).title_zh == f"申请已提交：{case.number}"


def test_submitting_twice_is_one_application(people: People) -> None:
    case = submitted(people)
    assert submit(people.citizen, case.id).number == case.number
    assert names("cases.submitted") == 1
    assert case.tasks.count() == 2


@pytest.mark.parametrize(
    ("answers", "wrong"),
    [
        ({"name": ""}, "name"),
        ({"name": "长" * 21}, "name"),
        ({"name": "已被占用"}, "name"),
        ({"phone": "12345"}, "phone"),
        ({"opens": "明天"}, "opens"),
        ({"opens": "2026-02-30"}, "opens"),
        ({"size": "abc"}, "size"),
        ({"size": "4"}, "size"),
        ({"size": "NaN"}, "size"),
        ({"size": "1e400"}, "size"),
        ({"name": "坏\x00字"}, "name"),
    ],
)
def test_bad_answers_are_named_and_nothing_is_submitted(
    people: People, answers: dict[str, str], wrong: str
) -> None:
    case = drafted(people)
    if "\x00" in "".join(answers.values()):
        Case.objects.filter(id=case.id).update(form={**GOOD, "name": "坏\x01字", "applicant_name": "x"})
    else:
        save_draft(people.citizen, case.id, answers, revision=1)
    with pytest.raises(Invalid) as caught:
        submit(people.citizen, case.id, promised=["proof"])
    assert wrong in caught.value.fields
    case.refresh_from_db()
    assert case.state == CaseState.DRAFT
    assert not case.tasks.exists()


def test_missing_papers_are_named(people: People) -> None:
    case = drafted(people)
    remove_paper(people.citizen, case.id, "plan")
    with pytest.raises(Invalid) as caught:
        submit(people.citizen, case.id)
    assert set(caught.value.fields) == {"paper-plan", "paper-proof"}
    with pytest.raises(Invalid) as caught:
        submit(people.citizen, case.id, promised=["plan", "proof"])
    assert set(caught.value.fields) == {"paper-plan"}, "only deferrable papers can be promised"


def test_a_submitted_form_cannot_be_changed(people: People) -> None:
    case = submitted(people)
    with pytest.raises(Conflict):
        save_draft(people.citizen, case.id, {"name": "改"}, revision=case.revision)
    with pytest.raises(Conflict):
        put_paper(people.citizen, case.id, "plan", picture())


# Casework


def test_only_clerks_of_the_office_work_on_its_tasks(people: People) -> None:
    health = task(submitted(people), "health")
    for actor in (people.traffic, people.citizen):
        with pytest.raises(Refused):
            claim(actor, health.id)
    assert claim(people.health, health.id).claimed_by_id == people.health.account
    assert claim(people.health, health.id).state == TaskState.CLAIMED, "again changes nothing"
    with pytest.raises(Conflict) as caught:
        claim(people.second_health, health.id)
    assert people.health.name in caught.value.detail.zh
    with pytest.raises(Refused):
        decide(people.second_health, health.id, "approved")


def test_a_task_is_claimed_before_it_is_decided_and_can_be_released(people: People) -> None:
    health = task(submitted(people), "health")
    with pytest.raises(Conflict):
        decide(people.health, health.id, "approved")
    claim(people.health, health.id)
    release(people.health, health.id)
    assert claim(people.second_health, health.id).claimed_by_id == people.second_health.account


def approve_both(people: People, case: Case) -> None:
    for element, clerk in (("health", people.health), ("traffic", people.traffic)):
        claim(clerk, task(case, element).id)
        decide(clerk, task(case, element).id, "approved")


def test_the_last_approval_grants_and_issues_once(people: People) -> None:
    case = submitted(people)
    claim(people.health, task(case, "health").id)
    decide(people.health, task(case, "health").id, "approved")
    case.refresh_from_db()
    assert case.state == CaseState.RUNNING
    claim(people.traffic, task(case, "traffic").id)
    decide(people.traffic, task(case, "traffic").id, "approved")
    decide(people.traffic, task(case, "traffic").id, "approved")  # the same click twice
    case.refresh_from_db()
    assert case.state == CaseState.GRANTED
    licence = Licence.objects.get(case=case)
    assert licence.organisation_id == case.organisation_id
    assert licence.valid_to is not None
    assert (licence.valid_to - licence.valid_from).days in {729, 730}
    assert names("cases.licence-issued") == names("cases.decided") == 1
    run_due()
    assert parked() == []


def test_one_refusal_refuses_with_its_reasons_after_all_have_spoken(people: People) -> None:
    case = submitted(people)
    claim(people.health, task(case, "health").id)
    with pytest.raises(Invalid) as caught:
        decide(people.health, task(case, "health").id, "refused")
    assert "reasons" in caught.value.fields
    decide(people.health, task(case, "health").id, "refused", "通风不符合规定")
    claim(people.traffic, task(case, "traffic").id)
    decide(people.traffic, task(case, "traffic").id, "approved")
    case.refresh_from_db()
    assert case.state == CaseState.REFUSED
    assert not Licence.objects.exists()
    assert "通风不符合规定" in Notice.objects.filter(recipient=people.citizen.account).latest("id").body_zh


def test_an_outcome_that_the_process_does_not_know_is_refused(people: People) -> None:
    health = task(submitted(people), "health")
    claim(people.health, health.id)
    with pytest.raises(Invalid):
        decide(people.health, health.id, "maybe", "试一试看")
    health.refresh_from_db()
    assert health.state == TaskState.CLAIMED


# Papers and clocks


def test_asking_for_a_paper_stops_the_clock_until_it_is_given(people: People) -> None:
    with time_machine.travel("2026-11-02T10:00:00+08:00", tick=False):  # a Monday
        case = submitted(people)
        health = task(case, "health")
        assert health.deadline == date(2026, 11, 5)
        claim(people.health, health.id)
        ask_paper(people.health, health.id, "plan", "图纸看不清，请重新扫描")
        with pytest.raises(Conflict):
            decide(people.health, health.id, "approved")
        with pytest.raises(Conflict):
            ask_paper(people.health, health.id, "proof", "还要这一份材料")
    with time_machine.travel("2026-11-09T10:00:00+08:00", tick=False):  # five working days later
        give_paper(people.citizen, case.id, "plan", picture("better.pdf"))
    health.refresh_from_db()
    case.refresh_from_db()
    assert health.state == TaskState.CLAIMED
    assert health.deadline == date(2026, 11, 12)
    assert case.promised_for == date(2026, 11, 12)
    told = Notice.objects.filter(recipient=people.health.account).get()
    assert case.number is not None and case.number in told.title_zh
    with time_machine.travel("2026-11-10T10:00:00+08:00", tick=False):
        assert decide(people.health, health.id, "approved").days_used == 1


def test_a_paper_is_taken_only_when_asked_for_and_only_from_the_applicant(people: People) -> None:
    case = submitted(people)
    with pytest.raises(Conflict):
        give_paper(people.citizen, case.id, "plan", picture())
    with pytest.raises(Refused):
        give_paper(people.other_citizen, case.id, "proof", picture())
    give_paper(people.citizen, case.id, "proof", picture())  # promised earlier
    assert CasePaper.objects.get(case=case, code="proof").state == PaperState.GIVEN


def test_asking_needs_a_reason_and_the_task(people: People) -> None:
    health = task(submitted(people), "health")
    with pytest.raises(Refused):
        ask_paper(people.health, health.id, "plan", "没有领取就要材料")
    claim(people.health, health.id)
    with pytest.raises(Invalid):
        ask_paper(people.health, health.id, "plan", "  ")
    with pytest.raises(Invalid):
        ask_paper(people.health, health.id, "unknown", "没有这种材料啊")


def test_going_on_without_a_paper_on_a_promise(people: People) -> None:
    case = submitted(people)
    health = task(case, "health")
    claim(people.health, health.id)
    ask_paper(people.health, health.id, "proof", "请补交健康证明")
    accept_on_promise(people.health, health.id, "proof")
    health.refresh_from_db()
    assert health.state == TaskState.CLAIMED, "the clock runs again"
    with pytest.raises(Invalid):
        accept_on_promise(people.health, health.id, "plan")
    decide(people.health, health.id, "approved")


# Closing


def test_withdrawing_ends_all_and_is_repeatable(people: People) -> None:
    case = submitted(people)
    withdraw(people.citizen, case.id)
    assert withdraw(people.citizen, case.id).state == CaseState.WITHDRAWN
    assert {t.state for t in case.tasks.all()} == {TaskState.CANCELLED}
    with pytest.raises(Conflict):
        claim(people.health, task(case, "health").id)
    assert names("cases.decided") == 1


def test_rating_once_after_the_decision(people: People) -> None:
    case = submitted(people)
    with pytest.raises(Conflict):
        rate(people.citizen, case.id, 5)
    approve_both(people, case)
    with pytest.raises(Invalid):
        rate(people.citizen, case.id, 6)
    with pytest.raises(NotFound):
        rate(people.other_citizen, case.id, 1)
    rate(people.citizen, case.id, 5, "很快")
    rate(people.citizen, case.id, 5, "很快")
    with pytest.raises(Conflict):
        rate(people.citizen, case.id, 1)
    assert names("cases.rated") == 1


# Licences


def granted_licence(people: People) -> Licence:
    case = submitted(people)
    approve_both(people, case)
    run_due()
    return Licence.objects.get(case=case)


def test_the_paper_of_a_licence_is_made_once_and_says_what_was_issued(people: People) -> None:
    licence = granted_licence(people)
    assert licence.file_id is not None
    content = b"".join(read_file(people.citizen, licence.file_id).chunks)
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)
    assert licence.number in text
    assert "测试小店" in text
    make_paper(
        LicenceIssued(
            licence=licence.id, number=licence.number, licence_type="test-permit", case=licence.case_id
        )
    )
    assert Licence.objects.get(id=licence.id).file_id == licence.file_id
    with pytest.raises(Refused):
        read_file(people.other_citizen, licence.file_id)


def test_a_licence_without_paper_gets_it_when_it_is_first_asked_for(people: People) -> None:
    case = submitted(people)
    approve_both(people, case)
    licence = Licence.objects.get(case=case)
    assert licence.file_id is None, "no job has run"
    client = client_for(people.citizen)
    address = f"/cases/{case.id}/licences/{licence.id}/"
    assert address in client.get(f"/cases/{case.id}/").text
    for _ in range(2):
        response = client.get(address, follow=True)
        assert response.headers["Content-Type"] == "application/pdf"
        assert response.getvalue().startswith(b"%PDF-")
    licence.refresh_from_db()
    assert f"/files/{licence.file_id}/" in client.get(f"/cases/{case.id}/").text
    run_due()
    assert [file.id for file in files_of(ISSUED, case.id)] == [licence.file_id], "the event makes no second"
    for stranger in (people.other_citizen, people.health):
        with pytest.raises(NotFound):
            paper_of(stranger, case.id, licence.id)
    with pytest.raises(NotFound):
        paper_of(people.citizen, uuid4(), licence.id)


def test_anybody_can_check_a_licence(people: People) -> None:
    licence = granted_licence(people)
    assert verify(token=licence.token).good
    assert verify(number=licence.number.lower()).holder == organisation(licence.organisation_id)
    with pytest.raises(NotFound):
        verify(number="CS0000000")
    page = Client().get(f"/licences/{licence.token}/")
    assert licence.number in page.content.decode()
    assert Client().get("/licences/", {"number": "nonsense"}).status_code == 404
    with time_machine.travel("2031-01-01T10:00:00+08:00"):
        expired = verify(token=licence.token)
        assert (expired.good, expired.verdict.en) == (False, "Expired")
    Licence.objects.filter(id=licence.id).update(state="revoked")
    assert verify(token=licence.token).verdict.en == "Revoked"


def test_papers_are_open_to_who_works_on_the_case_not_to_the_whole_office(people: People) -> None:
    case = submitted(people)
    paper = CasePaper.objects.get(case=case, code="plan").file_id
    assert paper is not None
    elsewhere = actor_with(CLERK, office="lc-health", area="330304")
    for actor in (people.health, people.second_health, elsewhere, people.other_citizen):
        with pytest.raises(Refused):
            read_file(actor, paper)
    claim(people.health, task(case, "health").id)
    read_file(people.health, paper)
    for actor in (people.second_health, elsewhere):
        with pytest.raises(Refused):
            read_file(actor, paper)


def test_a_licence_is_open_to_the_offices_that_handled_it_in_their_area(people: People) -> None:
    licence = granted_licence(people)
    assert licence.file_id is not None
    read_file(people.second_health, licence.file_id)
    with pytest.raises(Refused):
        read_file(actor_with(CLERK, office="lc-health", area="330304"), licence.file_id)


def test_a_name_that_no_font_can_print_still_gets_its_licence_and_its_receipt(people: People) -> None:
    draft = open_draft(people.citizen, "test-permit")
    rare = "\U00031350记小店"
    save_draft(people.citizen, draft.case, {**GOOD, "name": rare}, revision=draft.revision)
    put_paper(people.citizen, draft.case, "plan", picture())
    case = submit(people.citizen, draft.case, promised=["proof"])
    approve_both(people, case)
    run_due()
    assert not parked()
    licence = Licence.objects.get(case=case)
    assert licence.file_id is not None
    content = b"".join(read_file(people.citizen, licence.file_id).chunks)
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)
    assert "〔U+31350〕" in text.replace(" ", "")
