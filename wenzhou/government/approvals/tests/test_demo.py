"""The made applications: loaded once, marked as made, in every state, and real enough to be worked on."""

from __future__ import annotations

from collections import Counter

import pytest
from django.test import TestCase
from django.utils import timezone

from wenzhou.government.approvals import demo
from wenzhou.kernel.base.actors import CLERK
from wenzhou.kernel.base.testing import parked, run_due
from wenzhou.kernel.cases.api import claim, decide, load_made_cases
from wenzhou.kernel.cases.testing import (
    Act,
    Case,
    CasePaper,
    CaseState,
    ClockStop,
    Licence,
    PaperState,
    Rating,
    Task,
    TaskState,
)
from wenzhou.kernel.exchange.testing import grant_all
from wenzhou.kernel.geo.testing import load_city
from wenzhou.kernel.identity.api import organisation
from wenzhou.kernel.identity.testing import (
    Account,
    actor_with,
    make_account,
    make_office,
    make_person,
)

pytestmark = pytest.mark.django_db
TABLES = (Case, CasePaper, Task, ClockStop, Act, Licence, Rating, Account)


def quiet(_: str) -> None:
    pass


def make_people() -> None:
    load_city()
    grant_all()
    for function in ("government-services", "market-supervision", "fire-brigade", "urban-management"):
        make_office(function, function=function, area="330302")
        make_account(CLERK, office=function)
    for _ in range(30):
        make_person()


@pytest.fixture
def people() -> None:
    make_people()


def counts() -> tuple[int, ...]:
    return tuple(table._default_manager.count() for table in TABLES)


class TestLoaded(TestCase):
    """Loaded once for all of these: each test's own changes are rolled back."""

    @classmethod
    def setUpTestData(cls):
        make_people()
        demo.load(1000, quiet)

    def test_every_state_stands_for_itself(self):
        found = Counter(Case.objects.values_list("state", flat=True))
        assert sum(found.values()) == len(demo.stories())
        assert found[CaseState.GRANTED] > 80 and found[CaseState.RUNNING] >= 30
        assert found[CaseState.REFUSED] >= 10 and found[CaseState.WITHDRAWN] >= 3
        active = Task.objects.filter(case__state=CaseState.RUNNING)
        assert set(active.filter(state=TaskState.OPEN).values_list("element", flat=True)) == {
            "accept", "business_licence", "food_permit", "fire_check", "shop_sign",
        }  # fmt: skip
        today = timezone.localdate()
        assert active.filter(state__in=[TaskState.OPEN, TaskState.CLAIMED], deadline__lt=today).exists()
        assert active.filter(state=TaskState.PAUSED, stops__until=None).count() >= 3
        assert Case.objects.values("area").distinct().count() > 30

    def test_everything_is_marked_made_and_nothing_lies_ahead(self):
        assert not Case.objects.filter(made=False).exists()
        assert not Licence.objects.filter(made=False).exists()
        now = timezone.now()
        assert not Task.objects.filter(opened_at__gt=now).exists()
        assert not Task.objects.filter(decided_at__gt=now).exists()
        assert not Act.objects.filter(at__gt=now).exists()
        for account in Account.objects.filter(username__startswith="made-applicant-"):
            assert account.made and not account.has_usable_password() and not account.email

    def test_times_follow_one_another(self):
        for case in Case.objects.prefetch_related("acts", "tasks"):
            acts = sorted(case.acts.all(), key=lambda act: act.id)
            assert [act.at for act in acts] == sorted(act.at for act in acts)
            assert case.submitted_at is not None
            assert acts[0].kind == "submitted" and case.opened_at < case.submitted_at
            for task in case.tasks.all():
                assert task.opened_at >= case.submitted_at
                if task.state == TaskState.DONE:
                    assert task.decided_at is not None and task.days_used is not None
                    assert task.decided_at > task.opened_at
                    assert task.outcome in {"accepted", "approved"} or len(task.reasons) > 4

    def test_the_granted_have_firms_and_four_licences_of_their_day(self):
        for case in Case.objects.filter(state=CaseState.GRANTED).prefetch_related("licences"):
            assert case.organisation_id is not None
            firm = organisation(case.organisation_id)
            assert firm is not None and firm.made and firm.name == case.title
            assert case.licences.count() == 4
            for licence in case.licences.all():
                assert licence.valid_from == timezone.localdate(case.decided_at)
        assert not CasePaper.objects.filter(state=PaperState.GIVEN, file=None).exists()

    def test_no_paper_of_an_old_licence_is_ordered(self):
        run_due()
        assert not parked()
        assert not Licence.objects.exclude(file=None).exists()

    def test_a_running_one_is_worked_to_its_end(self):
        case = Case.objects.filter(
            state=CaseState.RUNNING, tasks__element="accept", tasks__state="open"
        ).first()
        assert case is not None
        while (task := case.tasks.filter(state=TaskState.OPEN).order_by("id").first()) is not None:
            clerk = actor_with(CLERK, office=task.office_id)
            claim(clerk, task.id)
            decide(clerk, task.id, "accepted" if task.element == "accept" else "approved")
        case.refresh_from_db()
        assert case.state == CaseState.GRANTED and case.licences.count() == 4
        run_due()
        assert case.licences.exclude(file=None).count() == 4

    def test_loading_again_changes_nothing(self):
        before = counts()
        demo.load(1000, quiet)
        assert counts() == before


def test_it_goes_on_where_it_was_killed(people, monkeypatch):
    calls: list[object] = []

    def twice(*given):
        if len(calls) == 2:
            raise KeyboardInterrupt
        calls.append(given)
        return load_made_cases(*given)

    monkeypatch.setattr(demo, "load_made_cases", twice)
    with pytest.raises(KeyboardInterrupt):
        demo.load(1000, quiet)
    assert Case.objects.count() == 2 * demo.CHUNK
    monkeypatch.setattr(demo, "load_made_cases", load_made_cases)
    demo.load(1000, quiet)
    assert Case.objects.count() == len(demo.stories())


def test_without_people_nobody_applies(db):
    said: list[str] = []
    demo.load(0, said.append)
    assert not Case.objects.exists() and len(said) == 1
