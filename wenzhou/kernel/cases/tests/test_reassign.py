"""The head puts a task into other hands: who may, to whom, what is told, and what happens meanwhile."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from wenzhou.kernel.base.actors import CITIZEN, CLERK, HEAD, Actor
from wenzhou.kernel.base.errors import Conflict, Invalid, Refused
from wenzhou.kernel.base.models import AuditEntry, OutboxEntry
from wenzhou.kernel.base.testing import at_most_queries, at_once
from wenzhou.kernel.cases.models import Act, Task, TaskState
from wenzhou.kernel.cases.selectors_task import open_task
from wenzhou.kernel.cases.services.closing import withdraw
from wenzhou.kernel.cases.services.papers import ask_paper
from wenzhou.kernel.cases.services.reassign import reassign
from wenzhou.kernel.cases.services.tasks import claim, decide, release
from wenzhou.kernel.cases.testing import clerk_for, make_running_case
from wenzhou.kernel.cases.tests.permit import PERMIT
from wenzhou.kernel.identity.testing import Account, actor_with, client_for
from wenzhou.kernel.messages.testing import told

pytestmark = pytest.mark.django_db


class Office:
    """A task of the health office in the hands of its first clerk, a second clerk, and the head."""

    def __init__(self) -> None:
        self.applicant = actor_with()
        self.case = make_running_case(PERMIT, applicant=self.applicant)
        self.task = self.case.tasks.get(element="health")
        self.first, self.second, self.head = (clerk_for(self.task, role) for role in (CLERK, CLERK, HEAD))
        claim(self.first, self.task.id)

    def hand_over(self, actor: Actor | None = None, successor: Actor | None = None) -> Task:
        """By the head to the second clerk, unless others are named; as the page shows it, the first has it."""
        return reassign(
            actor or self.head,
            self.task.id,
            holder=self.first.account,
            successor=(successor or self.second).account,
        )

    def holder(self) -> object:
        self.task.refresh_from_db()
        return self.task.claimed_by_id


@pytest.fixture
def office() -> Office:
    return Office()


def account(actor: Actor) -> Account:
    assert actor.account is not None
    return Account.objects.get(id=actor.account)


def test_the_other_clerk_has_it_and_both_are_told(office: Office) -> None:
    before = office.task.deadline
    task = office.hand_over()
    assert (office.holder(), task.state, task.deadline) == (office.second.account, TaskState.CLAIMED, before)
    assert told(account(office.first).id) == ["cases.task-taken"]
    assert told(account(office.second).id) == ["cases.task-given"]
    assert told(account(office.head).id) == []
    line = Act.objects.get(case=office.case, kind="reassigned")
    assert (line.actor_name, line.office_id) == (office.head.name, office.task.office_id)
    assert office.first.name not in line.text_zh, "the applicant reads it"
    entry = AuditEntry.objects.get(action="cases.reassign")
    assert entry.actor == office.head.account
    assert OutboxEntry.objects.filter(name="cases.task-reassigned").count() == 1
    with pytest.raises(Refused):
        decide(office.first, office.task.id, "approved")
    assert decide(office.second, office.task.id, "approved").state == TaskState.DONE


def test_repeated_it_changes_nothing(office: Office) -> None:
    office.hand_over()
    office.hand_over()
    assert Act.objects.filter(case=office.case, kind="reassigned").count() == 1
    assert told(account(office.second).id) == ["cases.task-given"]


def test_a_task_that_waits_for_a_paper_waits_in_other_hands(office: Office) -> None:
    ask_paper(office.first, office.task.id, "plan", "图纸看不清，请重新扫描")
    assert office.hand_over().state == TaskState.PAUSED
    assert office.holder() == office.second.account


def test_a_head_may_take_it_herself_and_is_told_nothing(office: Office) -> None:
    office.hand_over(successor=office.head)
    assert office.holder() == office.head.account
    assert told(account(office.head).id) == []
    assert told(account(office.first).id) == ["cases.task-taken"]


def test_only_the_head_of_the_office_and_area_hands_over(office: Office) -> None:
    here = office.task.office_id
    for actor in (
        office.first,
        office.second,
        office.applicant,
        actor_with(CITIZEN),
        actor_with(HEAD, office="some-other-office"),
        actor_with(HEAD, office=here, area="330304"),
    ):
        with pytest.raises(Refused):
            office.hand_over(actor=actor)
        assert (
            client_for(actor).post(reverse("cases:work-reassign", args=[office.task.id])).status_code == 403
        )
    assert office.holder() == office.first.account
    assert not told(account(office.second).id)


def test_it_is_handed_only_to_who_works_there(office: Office) -> None:
    here = office.task.office_id
    locked = clerk_for(office.task)
    Account.objects.filter(id=account(locked).id).update(is_active=False)
    gone = clerk_for(office.task)
    account(gone).holdings.update(until="2020-06-01")
    for other in (
        actor_with(CLERK, office="some-other-office"),
        actor_with(CLERK, office=here, area="330304"),
        office.applicant,
        locked,
        gone,
    ):
        with pytest.raises(Invalid) as caught:
            office.hand_over(successor=other)
        assert set(caught.value.fields) == {"successor"}
    with pytest.raises(Invalid):
        reassign(office.head, office.task.id, holder=office.first.account, successor=None)
    assert office.holder() == office.first.account


def test_what_was_decided_given_back_or_withdrawn_meanwhile_is_told(office: Office) -> None:
    release(office.first, office.task.id)
    with pytest.raises(Conflict) as caught:
        office.hand_over()
    assert caught.value.code == "task-open"
    third = clerk_for(office.task)
    claim(third, office.task.id)
    with pytest.raises(Conflict) as caught:
        office.hand_over()
    assert caught.value.code == "holder-changed"
    assert third.name in caught.value.detail.zh
    decide(third, office.task.id, "approved")
    with pytest.raises(Conflict) as caught:
        office.hand_over()
    assert caught.value.code == "task-done"
    other = Office()
    withdraw(other.applicant, other.case.id)
    with pytest.raises(Conflict) as caught:
        other.hand_over()
    assert caught.value.code == "task-cancelled"


@pytest.mark.django_db(transaction=True)
def test_deciding_and_handing_over_at_once_end_one_way() -> None:
    office = Office()
    decided, handed = at_once(
        lambda: decide(office.first, office.task.id, "approved"), lambda: office.hand_over()
    )
    office.task.refresh_from_db()
    if isinstance(handed, Conflict):
        assert (office.task.state, handed.code) == (TaskState.DONE, "task-done")
        assert isinstance(decided, Task)
    else:
        assert isinstance(decided, Refused), "it is no longer hers"
        assert (office.task.state, office.task.claimed_by_id) == (TaskState.CLAIMED, office.second.account)


# The page


def page_of(office: Office, actor: Actor, language: str = "zh-hans") -> str:
    response = client_for(actor, language=language).get(reverse("cases:work-task", args=[office.task.id]))
    assert response.status_code == 200
    return str(response.content.decode())


@pytest.mark.parametrize(("language", "word"), [("zh-hans", "转交给"), ("en", "Hand it to")])
def test_the_head_finds_the_control_and_a_clerk_does_not(office: Office, language: str, word: str) -> None:
    page = page_of(office, office.head, language)
    assert word in page
    listed = set(re.findall(r'<option value="([0-9a-f-]{36})"', page))
    assert listed == {str(office.second.account), str(office.head.account)}
    assert word not in page_of(office, office.first, language)


def test_handing_over_on_the_page(office: Office) -> None:
    client = client_for(office.head)
    address = reverse("cases:work-reassign", args=[office.task.id])
    sent = {"holder": str(office.first.account), "successor": str(office.second.account)}
    assert client.get(address).status_code == 302
    for wrong in ("", "nonsense", str(office.first.account)[:-1]):
        response = client.post(address, {**sent, "successor": wrong})
        assert response.status_code == 422
        assert "id_successor_error" in response.content.decode()
    page = client.post(address, sent, follow=True).content.decode()
    assert "办理人已调整" in page and "更换了办理人" in page
    assert office.holder() == office.second.account
    back = client.post(address, {"holder": str(office.first.account), "successor": str(office.head.account)})
    assert back.status_code == 409
    assert office.second.name in back.content.decode()
    assert office.holder() == office.second.account


def test_the_choice_costs_two_queries(office: Office) -> None:
    open_task(office.head, office.task.id)
    with at_most_queries(16):
        open_task(office.head, office.task.id)
