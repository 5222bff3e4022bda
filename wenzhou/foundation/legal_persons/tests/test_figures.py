"""Firms by area: those that are active today, by town."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from wenzhou.foundation.legal_persons.figures import FIRMS
from wenzhou.foundation.legal_persons.models import OrganisationVersion, Status
from wenzhou.foundation.legal_persons.services import register_change
from wenzhou.foundation.legal_persons.testing import register_firm, registrar
from wenzhou.kernel.base.actors import CLERK
from wenzhou.kernel.base.registry import registry
from wenzhou.kernel.base.testing import at_most_queries
from wenzhou.kernel.geo.api import AreaFigure
from wenzhou.kernel.geo.testing import load_city
from wenzhou.kernel.identity.testing import actor_with, client_for

pytestmark = pytest.mark.django_db


def test_active_firms_are_counted_by_town_in_one_query() -> None:
    for division in ("330302001001", "330302001002", "330304002001"):
        register_firm(division=division)
    gone = register_firm(division="330304002001")
    OrganisationVersion.objects.filter(organisation=gone.id).update(status=Status.REVOKED)
    with at_most_queries(1):
        assert FIRMS.counts() == {"330302001": 2, "330304002": 1}
    assert FIRMS in registry.declared(AreaFigure)


def test_statistics_of_any_day_by_division_section_and_kind() -> None:
    load_city()
    register_firm(division="330302006044", since=date(2015, 1, 1))
    register_firm(division="330302006044", since=date(2020, 1, 1), line=("C1952", "皮鞋制造"))
    register_firm(division="330381001001", since=date(2020, 1, 1), kind="individual")
    client = client_for(actor_with(CLERK, office="lucheng-market"))
    url = reverse("legal_persons:statistics")
    now = client.get(url).context
    assert [(code, number) for code, _, number in now["divisions"]] == [("330302", 2), ("330381", 1)]
    assert {(code, number) for code, _, number in now["kinds"]} == {("limited", 2), ("individual", 1)}
    then = client.get(url, {"on": "2016-01-01"}).context
    assert then["total"] == 1
    towns = client.get(url, {"county": "330302"}).context
    assert [(code, number) for code, _, number in towns["divisions"]] == [("330302006", 2)]


def test_the_record_says_what_changed_what_was_known_and_where_it_is() -> None:
    load_city()
    firm, clerk = register_firm(), registrar()
    register_change(clerk, firm.id, timezone.localdate(), {"address": "浙江省温州市鹿城区新址路 3 号"})
    client = client_for(clerk)
    url = reverse("legal_persons:firm", kwargs={"organisation_id": firm.id})
    page = client.get(url)
    assert [one["title"] for one in page.context["entries"]] == ["住所", "设立登记"]
    assert "新址路" in page.context["entries"][0]["note"]
    assert len(page.context["superseded"]) == 1
    OrganisationVersion.objects.update(recorded_at=timezone.now() - timedelta(days=9))
    OrganisationVersion.objects.filter(address__contains="新址路").update(recorded_at=timezone.now())
    OrganisationVersion.objects.exclude(superseded_at=None).update(superseded_at=timezone.now())
    known = timezone.localdate() - timedelta(days=2)
    assert "试验路" in client.get(url, {"known": known.isoformat()}).context["address"]
    shown = client.get(reverse("legal_persons:firm-map", kwargs={"organisation_id": firm.id})).json()
    assert [one["properties"]["code"] for one in shown["features"]] == ["330302"]
