"""Pages and API of life events, households, families; statistics on a day."""

from __future__ import annotations

import json
from datetime import date

import pytest
from django.urls import reverse

from wenzhou.foundation.population import services as act
from wenzhou.foundation.population.acts import ACTS
from wenzhou.foundation.population.models import EventKind, LifeEvent, Relation
from wenzhou.foundation.population.testing import (
    BODIES,
    make_household,
    marry,
    parents_of,
    register,
    registrar,
)
from wenzhou.kernel.base.actors import DATA_OFFICER
from wenzhou.kernel.base.testing import at_most_queries
from wenzhou.kernel.geo.testing import load_city
from wenzhou.kernel.identity.testing import actor_with, client_for
from wenzhou.kernel.registers.testing import AccessEntry

pytestmark = pytest.mark.django_db


def url(kind):
    return reverse("population:event", args=[kind])


def test_every_event_has_its_page_and_every_office_sees_its_own():
    assert set(ACTS) == set(EventKind.values) == set(BODIES)
    police, civil = registrar(), registrar("civil-affairs")
    shown = client_for(police).get(reverse("population:events")).context["acts"]
    assert {one.kind for one in shown} == set(ACTS) - {"marriage", "divorce", "adoption"}
    assert len(client_for(civil).get(reverse("population:events")).context["acts"]) == 3
    officer = client_for(actor_with(DATA_OFFICER))
    assert "不负责户政业务" in officer.get(reverse("population:events")).content.decode()
    for kind in ACTS:
        page = client_for(police).get(url(kind), {"household": "H123"}).content.decode()
        assert str(ACTS[kind].title) in page
        assert ('value="H123"' in page) == ("household" in ACTS[kind].inputs())
    assert client_for(police).get(url("wish")).status_code == 404


def test_form_confirmation_and_done_and_a_second_click_does_nothing():
    load_city()
    client, body = client_for(registrar()), BODIES["birth"]()
    form = client.get(url("birth"))
    given = {**body, "key": form.context["key"]}
    confirm = client.post(url("birth"), given)
    assert not LifeEvent.objects.exists()
    page = confirm.content.decode()
    assert "尚未登记" in page and "新登记 陈小宝" in page
    assert AccessEntry.objects.filter(resource="person-relations").exists()
    done = client.post(url("birth"), {**confirm.context["values"], "key": given["key"], "confirmed": "1"})
    again = client.post(url("birth"), {**confirm.context["values"], "key": given["key"], "confirmed": "1"})
    assert done.status_code == again.status_code == 302 and done["Location"] == again["Location"]
    assert LifeEvent.objects.count() == 1
    back = client.post(url("birth"), {**given, "back": "1"}).content.decode()
    assert "陈小宝" in back


def test_errors_stand_beside_their_fields_and_in_the_summary():
    client = client_for(registrar())
    empty = client.post(url("birth"), {})
    assert empty.status_code == 422 and set(empty.context["wrong"]) == {"name", "sex", "born", "reference"}
    wrong = client.post(url("death"), {"number": "1", "on": "yesterday"})
    assert set(wrong.context["wrong"]) == {"on"} and "2026-01-31" in wrong.content.decode()
    unknown = client.post(url("death"), {"number": "330302199001010013", "on": "2026-01-01"})
    assert set(unknown.context["wrong"]) == {"number"} and 'aria-invalid="true"' in unknown.content.decode()
    assert client_for(registrar("civil-affairs")).post(url("death"), BODIES["death"]()).status_code == 403


@pytest.mark.parametrize(
    ("event", "fields"),
    [
        ({"number": "1" * 400, "on": "2026-01-01"}, {"number"}),
        ({"number": "330302199001010013", "on": "0001-01-01"}, {"number"}),
    ],
)
def test_the_api_refuses_what_cannot_be_kept(event, fields):
    answer = client_for(registrar()).post(
        "/api/population/events/death",
        json.dumps({"key": "k", "event": event}),
        content_type="application/json",
    )
    assert answer.status_code == 422 and {one["field"] for one in answer.json()["errors"]} == fields


def test_the_api_reads_no_text_that_the_database_cannot_hold():
    event = {"number": "33030219900101\u00003", "on": "2026-01-01"}
    answer = client_for(registrar()).post(
        "/api/population/events/death",
        json.dumps({"key": "k", "event": event}),
        content_type="application/json",
    )
    assert answer.status_code == 400 and "JSON" in answer.json()["detail"]


def test_a_persons_page_shows_family_and_life_and_journals_whom_it_shows():
    home = make_household()
    me = register(name="欧阳芷若", household=home, relation=Relation.HEAD)
    other = register(name="司徒静仪", household=home, relation=Relation.SPOUSE)
    child = register(name="欧阳小小", household=home, relation=Relation.SON)
    marry(me, other, date(2016, 5, 1))
    parents_of(child, father=me, mother=other)
    client, page_url = client_for(registrar()), reverse("population:person", args=[me.id])
    client.get(page_url)
    with at_most_queries(32):
        page = client.get(page_url)
    assert [one["relation"].zh for one in page.context["kin"]] == ["配偶", "子女"]
    assert len(page.context["graph"].nodes) == 3
    text = page.content.decode()
    assert "司徒静仪" not in text and "结婚登记" in text and "2016-05-01" in text
    shown = AccessEntry.objects.filter(resource="person-relations").values_list("subject_person", flat=True)
    assert set(shown) == {other.id, child.id}
    before = client.get(page_url, {"on": "2016-01-01"})
    assert not [one for one in before.context["kin"] if one["relation"].zh == "配偶"]
    never = client.get(page_url, {"known": "2001-01-01"})
    assert never.status_code == 404, "nothing was known then"


def test_who_has_died_is_shown_as_on_her_last_day():
    person, police = register(name="欧阳芷若"), registrar()
    act.register_death(police, act.Death(number=person.number, on=date(2026, 2, 3)), key="d")
    page = client_for(police).get(reverse("population:person", args=[person.id]))
    assert page.context["on"] == date(2026, 2, 3) and "2026-02-03 死亡" in page.content.decode()
    assert page.context["life"][0]["title"].zh == "死亡登记"


def test_a_household_on_a_day_in_the_area_alone():
    load_city()
    home = make_household()
    register(household=home, relation=Relation.HEAD)
    register(household=home, since=date(2020, 1, 1))
    police, page_url = registrar(), reverse("population:household", args=[home.id])
    act.move_household(
        police,
        act.Rehousing(
            household=home.number,
            on=date(2026, 4, 1),
            division="330302006044",
            address="浙江省温州市新路 9 号",
        ),
        key="h",
    )
    client = client_for(police)
    page = client.get(page_url)
    assert len(page.context["members"]) == 2 and len(page.context["places"]) == 2
    assert len(client.get(page_url, {"on": "2019-01-01"}).context["members"]) == 1
    assert client_for(registrar(area="330304")).get(page_url).status_code == 404


def test_the_pyramid_of_a_town_on_a_day():
    load_city()
    home = make_household(division="330302006044")
    for since in (date(2015, 1, 1), date(2020, 1, 1)):
        register(household=home, since=since)
    register(division="330303001001")
    client, page_url = client_for(registrar()), reverse("population:statistics")
    city = client.get(page_url).context["pyramid"]
    assert sum(sum(one.values) for one in city.series) == 3
    town = client.get(page_url, {"county": "330302", "town": "330302006", "on": "2018-01-01"})
    assert sum(sum(one.values) for one in town.context["pyramid"].series) == 1
    assert [(area.division, area.persons) for area, _ in town.context["rows"]] == [("330302006044", 1)]
    assert client.get(page_url, {"county": "330302", "town": "abc"}).status_code == 422
