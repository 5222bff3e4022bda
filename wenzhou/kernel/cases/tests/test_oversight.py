"""Figures, map, the auditor's reading, the calendar of working days, and the APIs beside the pages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from wenzhou.kernel.base.actors import AUDITOR, CITIZEN, CLERK, HEAD, OPERATOR, Actor
from wenzhou.kernel.base.errors import Invalid, NotFound, Refused
from wenzhou.kernel.base.manifest import Module
from wenzhou.kernel.base.models import AuditEntry
from wenzhou.kernel.base.registry import registry
from wenzhou.kernel.base.testing import at_most_queries
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.cases.clock import due_date
from wenzhou.kernel.cases.models import CalendarDay, Case, CaseState, Rating, Task
from wenzhou.kernel.cases.selectors_calendar import year_view
from wenzhou.kernel.cases.selectors_figures import office_figures
from wenzhou.kernel.cases.selectors_map import area_counts, map_of
from wenzhou.kernel.cases.selectors_task import audited_case, case_by_number
from wenzhou.kernel.cases.services.calendar import clear_day, set_days
from wenzhou.kernel.cases.services.tasks import claim, decide
from wenzhou.kernel.cases.testing import clerk_for, make_running_case
from wenzhou.kernel.cases.tests.permit import PERMIT
from wenzhou.kernel.geo.api import AreaFigure
from wenzhou.kernel.geo.testing import load_city
from wenzhou.kernel.identity.testing import actor_with, client_for
from wenzhou.kernel.registers.testing import AccessEntry

pytestmark = pytest.mark.django_db


def running(**options: Any) -> Task:
    return make_running_case(PERMIT, **options).tasks.get(element="health")


def decided(**options: Any) -> Task:
    task = running(**options)
    clerk = clerk_for(task)
    claim(clerk, task.id)
    return decide(clerk, task.id, "approved")


# Figures


def test_figures_count_what_waits_and_what_was_decided() -> None:
    late, waiting, done = running(), running(), decided()
    Task.objects.filter(id=late.id).update(deadline=date(2020, 1, 2))
    slow = decided()
    Task.objects.filter(id=slow.id).update(deadline=timezone.localdate() - timedelta(days=1), days_used=9)
    Case.objects.filter(id=done.case_id).update(state=CaseState.GRANTED, decided_at=timezone.now())
    Rating.objects.create(case_id=done.case_id, stars=4)
    head = clerk_for(waiting, HEAD)
    with at_most_queries(10):
        found = office_figures(head)
    assert (found.open, found.unclaimed, found.paused, found.overdue) == (2, 2, 0, 1)
    assert (found.decided_month, found.on_time_month, found.share_month) == (2, 1, 50.0)
    assert (found.stars, found.ratings[4]) == (4.0, 1)
    (step,) = found.steps
    assert (step.open, step.overdue, step.decided, step.share, step.days_used) == (2, 1, 2, 50.0, 4.5)
    assert (found.weeks[-1].opened, found.weeks[-1].decided) == (4, 2)


def test_figures_are_of_the_heads_own_offices_and_areas() -> None:
    task = running()
    for head in (
        actor_with(HEAD, office="some-other-office"),
        actor_with(HEAD, office=task.office_id, area="330304"),
    ):
        assert office_figures(head).empty
    for actor in (clerk_for(task), actor_with(CITIZEN)):
        with pytest.raises(Refused):
            office_figures(actor)
        assert client_for(actor).get(reverse("cases:figures")).status_code == 403


@pytest.mark.parametrize(("language", "word"), [("zh-hans", "还没有办件"), ("en", "No cases yet")])
def test_an_office_without_cases_is_told_so(language: str, word: str) -> None:
    head = actor_with(HEAD, office="new-office")
    page = client_for(head, language=language).get(reverse("cases:figures"))
    assert word in page.content.decode()


def test_figures_lead_to_the_tasks_behind_them() -> None:
    late, done = running(name="慢一件"), decided(name="办完件")
    Task.objects.filter(id=late.id).update(deadline=date(2020, 1, 2))
    client = client_for(clerk_for(late, HEAD))
    page = client.get(reverse("cases:figures")).content.decode()
    for query, title in (("?tab=all&late=1&step=health", "慢一件"), ("?tab=done&step=health", "办完件")):
        assert query.replace("&", "&amp;") in page
        assert title in client.get(reverse("cases:work") + query).content.decode()
    assert client.get(reverse("cases:figures") + "?days=7").status_code == 422
    assert done.outcome == "approved"


# The map


@pytest.fixture
def firms(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    declared = AreaFigure(
        code="test-firms",
        title=Text("企业", "Firms"),
        unit=Text("家", "firms"),
        counts=lambda: {"330302006": 3, "330302": 2, "330304001": 5},
    )
    module = Module(
        code="test_firms",
        title=Text("测", "T"),
        summary=Text("测", "T"),
        group="foundation",
        rows=(),
        declares=(declared,),
    )
    monkeypatch.setattr(registry, "modules", (*registry.modules, module))
    cache.clear()
    yield
    cache.clear()


def test_the_map_counts_by_county_and_by_town(firms: None) -> None:
    load_city()
    head = actor_with(HEAD, office="any-office")
    counts = area_counts(head, "test-firms")
    assert {row.place.code: row.count for row in counts.rows if row.place and row.count} == {
        "330302": 5,
        "330304": 5,
    }
    assert (len(counts.rows), counts.total) == (12, 10)
    towns = area_counts(head, "test-firms", "330302")
    assert {row.place.code if row.place else "": row.count for row in towns.rows if row.count} == {
        "330302006": 3,
        "": 2,
    }
    features = map_of(head, "test-firms")["features"]
    values = {f["properties"]["code"]: f["properties"]["value"] for f in features}
    assert values["330302"] == 5
    assert "area=330302" in next(f["properties"]["url"] for f in features if f["id"] == "330302")


def test_the_map_shows_the_cases_of_the_heads_office_alone() -> None:
    load_city()
    task = running(area="330302006")
    head = clerk_for(task, HEAD)
    assert area_counts(head).total == 1
    assert area_counts(head, "cases-decided").total == 0
    assert area_counts(actor_with(HEAD, office="some-other-office")).total == 0
    with pytest.raises(Refused):
        area_counts(clerk_for(task))
    for figure, area in (("nonsense", ""), ("", "330302006"), ("", "999999"), ("", "330100")):
        with pytest.raises(Invalid):
            area_counts(head, figure, area)
    page = client_for(head).get(reverse("cases:map") + "?area=330302").content.decode()
    assert "五马街道" in page
    assert (
        "Wuma" in client_for(head, language="en").get(reverse("cases:map") + "?area=330302").content.decode()
    )


# The auditor


def test_an_auditor_reads_any_case_masked_and_journaled() -> None:
    case = make_running_case(PERMIT, applicant_name="陈海燕", phone="13812345678")
    auditor = actor_with(AUDITOR)
    assert case_by_number(auditor, f" {str(case.number).lower()} ") == case.id
    file = audited_case(auditor, case.id)
    shown = [answer.value for section in file.sections for answer in section.answers]
    assert "陈**" in shown
    assert "陈海燕" not in shown
    entry = AccessEntry.objects.get(subject_person=case.person_id)
    assert (entry.masked, entry.purpose, entry.reader) == (True, "cases.auditing", auditor.account)
    client = client_for(auditor)
    found = client.get(reverse("cases:case-search"), {"number": str(case.number)}, follow=True)
    assert "陈**" in found.content.decode()
    assert "陈海燕" not in found.content.decode()
    assert client.get(reverse("cases:case-search"), {"number": "WZ0"}).status_code == 404
    with pytest.raises(NotFound):
        case_by_number(auditor, "WZ0")
    for actor in (actor_with(CITIZEN), actor_with(CLERK, office="some-office"), actor_with(OPERATOR)):
        with pytest.raises(Refused):
            audited_case(actor, case.id)


def test_drafts_are_nobodys_business() -> None:
    case = make_running_case(PERMIT)
    Case.objects.filter(id=case.id).update(state=CaseState.DRAFT)
    with pytest.raises(NotFound):
        audited_case(actor_with(AUDITOR), case.id)


# The calendar


@pytest.fixture
def keeper() -> Actor:
    return actor_with(OPERATOR)


@time_machine.travel("2026-11-23T10:00:00+08:00", tick=False)
def test_a_set_day_moves_deadlines_counted_after_it(keeper: Actor) -> None:
    assert due_date(timezone.now(), 2) == date(2026, 11, 25)
    day = date(2026, 11, 25)
    assert set_days(keeper, day, day, working=False, note="台风停工") == 1
    assert due_date(timezone.now(), 2) == date(2026, 11, 26)
    assert set_days(keeper, day, day, working=False, note="台风停工") == 0, "again changes nothing"
    assert AuditEntry.objects.filter(action="cases.set-calendar").count() == 1
    assert clear_day(keeper, day)
    assert not clear_day(keeper, day)
    assert due_date(timezone.now(), 2) == date(2026, 11, 25)
    assert AuditEntry.objects.filter(action="cases.clear-calendar").count() == 1


def test_a_range_is_set_at_once_and_bad_ones_are_named(keeper: Actor) -> None:
    first = date(2027, 10, 1)
    assert set_days(keeper, first, date(2027, 10, 7), working=False, note="国庆") == 7
    assert year_view(keeper, 2027).overrides[0].note == "国庆"
    wrong: list[tuple[date, date, str, str]] = [
        (first, date(2027, 9, 30), "", "last"),
        (first, date(2027, 12, 1), "", "last"),
        (date(1999, 1, 1), date(1999, 1, 1), "", "first"),
        (first, first, "长" * 101, "note"),
    ]
    for begin, end, note, field in wrong:
        with pytest.raises(Invalid) as caught:
            set_days(keeper, begin, end, working=True, note=note)
        assert field in caught.value.fields
    for actor in (actor_with(CLERK, office="some-office"), actor_with(CITIZEN)):
        with pytest.raises(Refused):
            set_days(actor, first, first, working=True)
        with pytest.raises(Refused):
            clear_day(actor, first)
    assert CalendarDay.objects.count() == 7


@time_machine.travel("2026-11-23T10:00:00+08:00", tick=False)
def test_the_year_says_what_is_not_certain(keeper: Actor) -> None:
    known, unknown = year_view(keeper, 2026), year_view(keeper, 2027)
    assert (known.certain, unknown.certain) == (True, False)
    assert unknown.uncertain_years == (2027, 2028, 2029)
    october = known.months[9]
    assert any(
        day and day.day == date(2026, 10, 1) and not day.working and day.moved for day in october.weeks[0]
    )
    assert known.working_days == 248
    with pytest.raises(Invalid):
        year_view(keeper, 1900)


def test_the_calendar_page_sets_and_takes_back(keeper: Actor) -> None:
    client = client_for(keeper)
    url = reverse("cases:calendar")
    bad = client.post(url, {"first": "2027-02-30", "working": "maybe"})
    assert bad.status_code == 422
    assert "id_first_error" in bad.content.decode()
    good = client.post(url, {"first": "2027-02-08", "last": "2027-02-10", "working": "no", "note": "春节"})
    assert good.headers["Location"] == f"{url}?year=2027"
    assert "春节" in client.get(url + "?year=2027").content.decode()
    client.post(reverse("cases:calendar-clear"), {"day": "2027-02-08"})
    assert CalendarDay.objects.count() == 2
    assert client.post(reverse("cases:calendar-clear"), {"day": "x"}).status_code == 422
    assert "uncertain" in client_for(keeper, language="en").get(url + "?year=2027").content.decode()


# APIs


def test_the_worklist_for_other_software() -> None:
    task = running(name="五马酒楼")
    client = client_for(clerk_for(task))
    answer = client.get("/api/cases/worklist", {"firm": "五马"})
    assert answer.status_code == 200
    body = answer.json()
    assert [one["title"] for one in body["tasks"]] == ["五马酒楼"]
    assert body["counts"]["open"] == 1
    for query in ({"tab": "nonsense"}, {"page": "forged"}, {"number": "办件"}, {"late": "perhaps"}):
        wrong = client.get("/api/cases/worklist", query)
        assert wrong.status_code == 422
        assert wrong.headers["Content-Type"] == "application/problem+json"
    assert client_for(actor_with(CITIZEN)).get("/api/cases/worklist").status_code == 403
    assert client_for(None).get("/api/cases/worklist").status_code == 401
    assert client.get("/api/cases/map").status_code == 403
