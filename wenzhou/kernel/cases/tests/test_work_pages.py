"""The worklist and the task page: who sees what, what is said beside the field, who was first."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from wenzhou.kernel.base.actors import AUDITOR, CITIZEN, CLERK, Actor
from wenzhou.kernel.base.errors import Conflict, Invalid, Refused
from wenzhou.kernel.base.testing import at_most_queries
from wenzhou.kernel.cases.models import ACTIVE, CasePaper, Task, TaskState
from wenzhou.kernel.cases.selectors_office import COUNT_CAP, Tab, Wanted, next_task, tab_counts, worklist
from wenzhou.kernel.cases.selectors_task import open_task
from wenzhou.kernel.cases.services.papers import accept_on_promise, ask_paper
from wenzhou.kernel.cases.services.tasks import claim, decide
from wenzhou.kernel.cases.testing import clerk_for, make_running_case
from wenzhou.kernel.cases.tests.permit import AREA, PERMIT
from wenzhou.kernel.geo.api import path_text
from wenzhou.kernel.geo.testing import load_city
from wenzhou.kernel.identity.testing import actor_with, client_for
from wenzhou.kernel.registers.testing import AccessEntry

pytestmark = pytest.mark.django_db


def running(**answers: Any) -> Task:
    """The health office's task of a new case."""
    return make_running_case(PERMIT, **answers).tasks.get(element="health")


def page(actor: Actor, task: Task, name: str = "cases:work-task") -> str:
    return reverse(name, args=[task.id])


def post(client: Client, task: Task, act: str, **data: str) -> tuple[int, str]:
    response = client.post(reverse(f"cases:work-{act}", args=[task.id]), data, follow=True)
    return response.status_code, response.content.decode()


# The worklist


def test_a_clerk_sees_the_tasks_of_her_office_by_deadline() -> None:
    later, sooner = running(name="后"), running(name="先")
    Task.objects.filter(id=sooner.id).update(deadline=date(2020, 1, 2))
    clerk = clerk_for(later)
    found = worklist(clerk, Wanted())
    assert [row.title for row in found.rows] == ["先", "后"]
    assert found.rows[0].light.left < 0 < found.rows[1].light.left
    assert found.counts == {Tab.OPEN: 2, Tab.MINE: 0, Tab.WAITING: 0, Tab.ALL: 2}


def test_other_offices_and_areas_are_not_listed() -> None:
    task = running()
    elsewhere = actor_with(CLERK, office=task.office_id, area="330304")
    other = actor_with(CLERK, office="some-other-office")
    nowhere = actor_with(CLERK)
    for actor in (elsewhere, other, nowhere):
        found = worklist(actor, Wanted())
        assert (found.rows, sum(found.counts.values())) == ((), 0)
    with pytest.raises(Refused):
        worklist(actor_with(CITIZEN), Wanted())
    for actor in (elsewhere, other, actor_with(CITIZEN), actor_with(AUDITOR)):
        with pytest.raises(Refused):
            open_task(actor, task.id)


def test_tabs_part_the_tasks() -> None:
    tasks = [running(name=f"店{n}") for n in range(3)]
    clerk = clerk_for(tasks[0])
    claim(clerk, tasks[0].id)
    claim(clerk, tasks[1].id)
    ask_paper(clerk, tasks[1].id, "plan", "请补交清晰图纸")

    def titles(tab: Tab) -> set[str]:
        return {row.title for row in worklist(clerk, Wanted(tab)).rows}

    assert titles(Tab.OPEN) == {"店2"}
    assert titles(Tab.MINE) == {"店0", "店1"}
    assert titles(Tab.WAITING) == {"店1"}
    assert titles(Tab.ALL) == {"店0", "店1", "店2"}
    assert titles(Tab.DONE) == set()
    decide(clerk, tasks[0].id, "approved")
    assert titles(Tab.DONE) == {"店0"}
    waiting = worklist(clerk, Wanted(Tab.WAITING)).rows[0]
    assert waiting.light.stopped


def test_the_filter_finds_by_number_and_by_how_a_name_begins() -> None:
    first, second = running(name="五马酒楼"), running(name="江心茶馆")
    clerk = clerk_for(first)
    number = first.case.number or ""
    assert [r.title for r in worklist(clerk, Wanted.of(number=f" {number.lower()} ")).rows] == ["五马酒楼"]
    assert [r.title for r in worklist(clerk, Wanted.of(firm="江心")).rows] == ["江心茶馆"]
    for beginning in "WZ", number[:6], number[:10]:
        assert len(worklist(clerk, Wanted.of(number=beginning)).rows) == 2
    assert worklist(clerk, Wanted.of(number="WZ1999")).rows == ()
    assert worklist(clerk, Wanted.of(firm="茶馆")).rows == ()
    assert worklist(clerk, Wanted.of(firm="%")).rows == ()
    assert worklist(clerk, Wanted.of(late=True)).rows == ()
    Task.objects.filter(id=second.id).update(deadline=date(2020, 1, 2))
    assert [r.title for r in worklist(clerk, Wanted.of(late=True)).rows] == ["江心茶馆"]
    with pytest.raises(Invalid) as caught:
        Wanted.of(tab="x", number="办件 1", firm="长" * 61)
    assert set(caught.value.fields) == {"tab", "number", "firm"}


def test_a_page_asks_few_queries_however_many_rows_it_has() -> None:
    task = running()
    case, office = task.case, task.office
    extra = [
        Task(
            case=case,
            number=case.number or "",
            title=case.title,
            element=f"e{n}",
            name_zh="审",
            name_en="Review",
            office=office,
            area=AREA,
            promise_days=3,
            deadline=date(2026, 12, 1) + timedelta(days=n % 40),
        )
        for n in range(COUNT_CAP + 40)
    ]
    Task.objects.bulk_create(extra)
    clerk = clerk_for(task)
    load_city()  # divisions are read once and then kept in memory
    path_text(AREA)
    with at_most_queries(3):
        found = worklist(clerk, Wanted())
    assert len(found.rows) == 50
    assert found.counts[Tab.OPEN] == COUNT_CAP + 1
    seen = [row.id for row in found.rows]
    while found.next:
        found = worklist(clerk, Wanted(), token=found.next)
        seen += [row.id for row in found.rows]
    assert len(seen) == len(set(seen)) == COUNT_CAP + 41
    back = worklist(clerk, Wanted(), token=found.previous)
    assert [row.id for row in back.rows] == seen[50:100]
    client = client_for(clerk)
    text = client.get(reverse("cases:work")).content.decode()
    assert f"{COUNT_CAP}+" in text
    assert 'rel="next"' in text


def test_a_clerk_of_two_offices_has_one_list() -> None:
    case = make_running_case(PERMIT)
    health, traffic = case.tasks.get(element="health"), case.tasks.get(element="traffic")
    clerk = clerk_for(health)
    both = Actor(clerk.name, clerk.account, posts=(*clerk.posts, *clerk_for(traffic).posts))
    found = worklist(both, Wanted(), size=1)
    assert [row.id for row in found.rows] == [health.id]
    following = worklist(both, Wanted(), token=found.next, size=1)
    assert [row.id for row in following.rows] == [traffic.id]
    assert following.next == ""
    assert tab_counts(both)[Tab.OPEN] == 2
    load_city()
    path_text(AREA)
    with at_most_queries(6):
        worklist(both, Wanted())


@time_machine.travel("2026-11-23T10:00:00+08:00", tick=False)  # a Monday
@pytest.mark.parametrize(
    ("due", "light"),
    [
        (date(2026, 11, 26), "wz-light-green"),
        (date(2026, 11, 25), "wz-light-amber"),
        (date(2026, 11, 23), "wz-light-amber"),
        (date(2026, 11, 22), "wz-light-red"),  # a Sunday: over, though no working day has passed
    ],
)
def test_lights_count_working_days(due: date, light: str) -> None:
    task = running()
    Task.objects.filter(id=task.id).update(deadline=due)
    text = client_for(clerk_for(task)).get(reverse("cases:work")).content.decode()
    assert light in text


@pytest.mark.parametrize("query", ["?number=办", "?tab=nonsense", "?page=forged"])
def test_a_wrong_filter_is_said_and_not_followed(query: str) -> None:
    task = running()
    response = client_for(clerk_for(task)).get(reverse("cases:work") + query)
    assert response.status_code == 422
    assert str(task.case.number) not in response.content.decode()


# Claiming


def test_claiming_from_the_list_by_htmx_gives_the_row_back() -> None:
    task = running()
    first, second = clerk_for(task), clerk_for(task)
    url = reverse("cases:work-claim", args=[task.id])
    won = client_for(first).post(url, headers={"HX-Request": "true"})
    assert won.status_code == 200
    assert won.content.decode().lstrip().startswith(f'<tr id="task-{task.id}"')
    lost = client_for(second).post(url, headers={"HX-Request": "true"}).content.decode()
    assert first.name in lost
    assert 'role="alert"' in lost


def test_a_claim_lost_to_another_shows_who_has_it() -> None:
    task = running()
    first, second = clerk_for(task), clerk_for(task)
    assert post(client_for(first), task, "claim")[0] == 200
    status, text = post(client_for(second, language="en"), task, "claim")
    assert status == 200
    assert f"{first.name} has already claimed this task" in text
    task.refresh_from_db()
    assert task.claimed_by_id == first.account


def test_others_cannot_act_on_the_pages() -> None:
    task = running()
    for actor in (actor_with(CITIZEN), actor_with(CLERK, office="some-other-office")):
        client = client_for(actor)
        assert client.get(page(actor, task)).status_code == 403
        for act in ("claim", "release", "ask", "promise", "decide"):
            assert client.post(reverse(f"cases:work-{act}", args=[task.id])).status_code == 403
    task.refresh_from_db()
    assert task.state == TaskState.OPEN


# The task's page


def test_personal_data_is_masked_until_the_task_is_claimed_and_every_reading_is_journaled() -> None:
    task = running(applicant_name="陈海燕", phone="13812345678")
    clerk = clerk_for(task)
    client = client_for(clerk)
    masked = client.get(page(clerk, task)).content.decode()
    assert "陈**" in masked and "138****5678" in masked
    assert "13812345678" not in masked and "陈海燕" not in masked
    post(client, task, "claim")
    entries = list(AccessEntry.objects.filter(subject_person=task.case.person_id).order_by("id"))
    shown = client.get(page(clerk, task)).content.decode()
    assert "13812345678" in shown and "陈海燕" in shown
    assert [entry.masked for entry in entries] == [True, False]
    last = entries[-1]
    assert last.reader_offices == [task.office_id]
    assert last.case == task.case_id
    assert set(last.fields) == {"applicant_name", "phone"}
    assert last.purpose == "cases.handling"
    colleague = client_for(clerk_for(task)).get(page(clerk, task)).content.decode()
    assert "13812345678" not in colleague


def test_deciding_says_what_is_wrong_beside_the_field_and_goes_on_to_the_next() -> None:
    task, following = running(name="甲"), running(name="乙")
    Task.objects.filter(id=task.id).update(deadline=date(2026, 1, 5))
    clerk = clerk_for(task)
    client = client_for(clerk)
    post(client, task, "claim")
    status, text = post(client, task, "decide", outcome="refused", reasons="")
    assert status == 422
    assert "id_reasons_error" in text
    assert post(client, task, "decide", outcome="", reasons="")[0] == 422
    assert post(client, task, "decide", outcome="maybe", reasons="不知道怎么办")[0] == 422
    response = client.post(reverse("cases:work-decide", args=[task.id]), {"outcome": "approved"})
    assert response.headers["Location"] == page(clerk, following)
    task.refresh_from_db()
    assert (task.state, task.outcome) == (TaskState.DONE, "approved")
    again = client.post(reverse("cases:work-decide", args=[task.id]), {"outcome": "approved"})
    assert again.status_code == 302, "the same click twice"
    status, text = post(client, task, "decide", outcome="refused", reasons="改主意了，不同意")
    assert status == 409
    assert "已办结" in text


def test_after_the_last_task_it_is_back_to_the_list() -> None:
    task = running()
    clerk = clerk_for(task)
    assert next_task(clerk) == task.id
    client = client_for(clerk)
    post(client, task, "claim")
    response = client.post(reverse("cases:work-decide", args=[task.id]), {"outcome": "approved"})
    assert response.headers["Location"] == reverse("cases:work")


def test_asking_for_a_paper_and_going_on_without_it() -> None:
    task = running()
    clerk = clerk_for(task)
    client = client_for(clerk)
    post(client, task, "claim")
    status, text = post(client, task, "ask", paper="", reason="短")
    assert status == 422
    assert "id_reason_error" in text
    status, text = post(client, task, "ask", paper="unknown", reason="请补交这份材料")
    assert status == 422
    assert "id_paper_error" in text
    assert post(client, task, "ask", paper="proof", reason="请补交健康证明")[0] == 200
    task.refresh_from_db()
    assert task.state == TaskState.PAUSED
    assert "计时已停" in client.get(page(clerk, task)).content.decode()
    assert post(client, task, "ask", paper="plan", reason="还要图纸一份")[0] == 409
    assert post(client, task, "promise", paper="plan")[0] == 422
    assert post(client, task, "promise", paper="proof")[0] == 200
    task.refresh_from_db()
    assert task.state == TaskState.CLAIMED
    assert post(client, task, "release")[0] == 200
    task.refresh_from_db()
    assert (task.state, task.claimed_by) == (TaskState.OPEN, None)


def test_a_promise_to_one_office_does_not_start_the_clock_of_another() -> None:
    case = make_running_case(PERMIT)
    health, traffic = case.tasks.get(element="health"), case.tasks.get(element="traffic")
    clerks = clerk_for(health), clerk_for(traffic)
    for clerk, task in zip(clerks, (health, traffic), strict=True):
        claim(clerk, task.id)
        ask_paper(clerk, task.id, "proof", "请补交健康证明")
    accept_on_promise(clerks[0], health.id, "proof")
    health.refresh_from_db()
    traffic.refresh_from_db()
    assert (health.state, traffic.state) == (TaskState.CLAIMED, TaskState.PAUSED)
    assert CasePaper.objects.get(case=case, code="proof").state == "asked"


def test_nothing_is_promised_on_a_decided_task() -> None:
    task = running()
    clerk = clerk_for(task)
    claim(clerk, task.id)
    decide(clerk, task.id, "approved")
    with pytest.raises(Conflict):
        accept_on_promise(clerk, task.id, "proof")


@pytest.mark.parametrize(
    ("language", "word"), [("zh-hans", "办结，接着办下一件"), ("en", "Decide and take the next")]
)
def test_both_languages(language: str, word: str) -> None:
    task = running()
    clerk = clerk_for(task)
    claim(clerk, task.id)
    client = client_for(clerk, language=language)
    assert word in client.get(page(clerk, task)).content.decode()
    assert client.get(reverse("cases:work")).status_code == 200


def test_the_task_page_costs_the_same_for_more_papers_and_acts() -> None:
    task = running()
    clerk = clerk_for(task)
    claim(clerk, task.id)
    with at_most_queries(14):
        open_task(clerk, task.id)
    assert Task.objects.filter(state__in=ACTIVE).count() == 2
