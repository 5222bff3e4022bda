from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from wenzhou.foundation.population.models import PersonVersion, Relation
from wenzhou.foundation.population.services import register_change
from wenzhou.foundation.population.testing import make_household, register, registrar
from wenzhou.kernel.base.actors import CITIZEN, CLERK, DATA_OFFICER
from wenzhou.kernel.geo.testing import load_city
from wenzhou.kernel.identity.testing import actor_with, client_for, make_office
from wenzhou.kernel.registers.testing import AccessEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer():
    return actor_with(DATA_OFFICER)


def test_the_list_is_masked_and_leaves_a_line_for_each(officer):
    people = [register(name="欧阳明"), register(name="欧阳娜")]
    page = client_for(officer).get(reverse("population:search"), {"q": "欧阳"}).content.decode()
    assert "欧**" in page
    assert not any(
        person.number in page or person.name in page.replace('value="欧阳"', "") for person in people
    )
    assert set(AccessEntry.objects.values_list("subject_person", flat=True)) == {p.id for p in people}
    assert "至少两个字" in client_for(officer).get(reverse("population:search"), {"q": "欧"}).content.decode()


def test_a_record_is_masked_until_a_purpose_is_stated(officer):
    person = register(name="陈小明")
    client, url = client_for(officer), reverse("population:person", args=[person.id])
    page = client.get(url).content.decode()
    assert person.number not in page
    assert "陈小明" not in page
    assert "13800001234" not in page
    assert "请选择查看用途" in client.post(url, {"purpose": "gossip"}).content.decode()
    assert not AccessEntry.objects.filter(masked=False).exists()
    page = client.post(url, {"purpose": "population.verify"}).content.decode()
    for words in (person.number, "陈小明", "13800001234"):
        assert words in page
    line = AccessEntry.objects.get(masked=False)
    assert (line.purpose, line.subject_person, line.reader) == (
        "population.verify",
        person.id,
        officer.account,
    )


def test_whoever_lives_with_her_stays_masked(officer):
    home = make_household()
    person = register(name="欧阳芷若", household=home)
    register(name="司徒静仪", household=home, relation=Relation.SPOUSE)
    url = reverse("population:person", args=[person.id])
    page = client_for(officer).post(url, {"purpose": "population.verify"}).content.decode()
    assert "欧阳芷若" in page
    assert "司徒静仪" not in page, "no line of the journal says that her record was read"


def test_a_record_as_of_a_day(officer):
    person = register(name="陈小明")
    register_change(registrar("government-services"), person.id, date(2026, 1, 1), {"phone": "13900009999"})
    client, url = client_for(officer), reverse("population:person", args=[person.id])
    old = client.post(f"{url}?on=2025-12-31", {"purpose": "population.verify"}).context["found"]
    new = client.post(url, {"purpose": "population.verify"}).context["found"]
    assert (old.phone, new.phone) == ("13800001234", "13900009999")
    assert client.get(f"{url}?on=1999-01-01").status_code == 404
    assert client.get(f"{url}?on=nonsense").status_code == 422


def test_the_endpoint_gives_the_record_of_a_day_with_its_line(officer):
    person = register()
    client, path = client_for(officer), f"/api/population/persons/{person.number}"
    answer = client.get(path, {"purpose": "population.verify"})
    assert answer.json()["number"] == person.number
    assert answer.json()["division"] == "330302001001"
    assert AccessEntry.objects.get().fields[0] == "number"
    assert client.get(path).status_code == 422
    assert client.get(path, {"purpose": "gossip"}).status_code == 422
    assert client.get(path, {"purpose": "population.verify", "on": "2001-01-01"}).status_code == 404
    assert client_for(actor_with(CITIZEN)).get(path, {"purpose": "population.verify"}).status_code == 403
    make_office("longwan", area="330303")
    outside = client_for(actor_with(CLERK, office="longwan"))
    assert outside.get(path, {"purpose": "population.verify"}).status_code == 404
    assert AccessEntry.objects.count() == 1


def test_statistics_count_by_county_and_town(officer):
    load_city()
    for division in ("330302006044", "330302006044", "330303001001"):
        register(division=division)
    client, url = client_for(officer), reverse("population:statistics")
    page = client.get(url)
    assert [(area.division, area.persons) for area, _ in page.context["rows"]] == [
        ("330302", 2),
        ("330303", 1),
    ]
    assert "鹿城区" in page.content.decode()
    towns = client.get(url, {"county": "330302"})
    assert [(area.division, area.persons) for area, _ in towns.context["rows"]] == [("330302006", 2)]
    assert client.get(url, {"county": "x"}).status_code == 422
    assert PersonVersion.objects.count() == 3
