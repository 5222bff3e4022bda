"""Two actors at once, on real transactions: one gets it, the other is told, nothing is lost or doubled."""

from __future__ import annotations

import pytest

from wenzhou.kernel.base.errors import Conflict, Problem
from wenzhou.kernel.base.models import OutboxEntry
from wenzhou.kernel.base.testing import at_once
from wenzhou.kernel.cases.files import ISSUED
from wenzhou.kernel.cases.models import Case, CaseState, Licence, Task
from wenzhou.kernel.cases.services.closing import withdraw
from wenzhou.kernel.cases.services.drafts import open_draft, put_paper, save_draft
from wenzhou.kernel.cases.services.licences import paper_of
from wenzhou.kernel.cases.services.submit import entity_tag, submit
from wenzhou.kernel.cases.services.tasks import claim, decide
from wenzhou.kernel.cases.tests.conftest import People, picture
from wenzhou.kernel.cases.tests.permit import GOOD
from wenzhou.kernel.documents.api import files_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def case(people: People) -> Case:
    draft = open_draft(people.citizen, "test-permit")
    save_draft(people.citizen, draft.case, GOOD, revision=0)
    put_paper(people.citizen, draft.case, "plan", picture())
    return Case.objects.get(id=draft.case)


def test_two_devices_open_one_draft(people: People) -> None:
    first, second = at_once(*(lambda: open_draft(people.citizen, "test-permit"),) * 2)
    assert first.case == second.case
    assert Case.objects.count() == 1


def test_submitting_on_two_devices_is_one_application(people: People, case: Case) -> None:
    first, second = at_once(*(lambda: submit(people.citizen, case.id, promised=["proof"]),) * 2)
    assert first.number == second.number
    assert OutboxEntry.objects.filter(name="cases.submitted").count() == 1
    assert Task.objects.filter(case=case).count() == 2


def test_submitting_against_saving_in_another_window_sends_what_was_seen(people: People, case: Case) -> None:
    save_draft(people.citizen, case.id, {}, revision=1, promised=["proof"])
    case.refresh_from_db()
    seen = entity_tag(case)
    sent, saved = at_once(
        lambda: submit(people.citizen, case.id, promised=["proof"], reviewed=seen),
        lambda: save_draft(people.citizen, case.id, {"name": "另一窗口"}, revision=case.revision),
    )
    assert isinstance(sent, Conflict) != isinstance(saved, Conflict), (sent, saved)
    case.refresh_from_db()
    if isinstance(sent, Conflict):
        assert (case.state, case.form["name"]) == (CaseState.DRAFT, "另一窗口")
    else:
        assert (case.state, case.form["name"]) == (CaseState.RUNNING, GOOD["name"])


def test_two_clerks_claim_one_task(people: People, case: Case) -> None:
    submit(people.citizen, case.id, promised=["proof"])
    task = Task.objects.get(case=case, element="health")
    outcomes = at_once(lambda: claim(people.health, task.id), lambda: claim(people.second_health, task.id))
    won = [o for o in outcomes if isinstance(o, Task)]
    told = [o for o in outcomes if isinstance(o, Conflict)]
    assert len(won) == len(told) == 1
    task.refresh_from_db()
    assert task.claimed_by_id == won[0].claimed_by_id


def test_both_last_approvals_at_once_issue_once(people: People, case: Case) -> None:
    submit(people.citizen, case.id, promised=["proof"])
    health, traffic = (Task.objects.get(case=case, element=e) for e in ("health", "traffic"))
    claim(people.health, health.id)
    claim(people.traffic, traffic.id)
    outcomes = at_once(
        lambda: decide(people.health, health.id, "approved"),
        lambda: decide(people.traffic, traffic.id, "approved"),
    )
    assert all(isinstance(o, Task) for o in outcomes), outcomes
    case.refresh_from_db()
    assert case.state == CaseState.GRANTED
    assert Licence.objects.filter(case=case).count() == 1
    assert OutboxEntry.objects.filter(name="cases.decided").count() == 1


def test_two_downloads_at_once_make_one_paper(people: People, case: Case) -> None:
    submit(people.citizen, case.id, promised=["proof"])
    for element, clerk in (("health", people.health), ("traffic", people.traffic)):
        task = Task.objects.get(case=case, element=element)
        claim(clerk, task.id)
        decide(clerk, task.id, "approved")
    licence = Licence.objects.get(case=case)
    first, second = at_once(*(lambda: paper_of(people.citizen, case.id, licence.id),) * 2)
    licence.refresh_from_db()
    assert first == second == licence.file_id
    assert len(files_of(ISSUED, case.id)) == 1


def test_withdrawing_against_deciding_ends_one_way(people: People, case: Case) -> None:
    submit(people.citizen, case.id, promised=["proof"])
    health = Task.objects.get(case=case, element="health")
    claim(people.health, health.id)
    withdrawn, decided = at_once(
        lambda: withdraw(people.citizen, case.id), lambda: decide(people.health, health.id, "approved")
    )
    assert isinstance(withdrawn, Case)
    case.refresh_from_db()
    assert case.state == CaseState.WITHDRAWN
    health.refresh_from_db()
    assert health.state == ("cancelled" if isinstance(decided, Problem) else "done")
    assert OutboxEntry.objects.filter(name="cases.decided").count() == 1
