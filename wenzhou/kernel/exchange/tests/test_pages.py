from __future__ import annotations

import pytest
from django.urls import reverse

from wenzhou.kernel.base.actors import AUDITOR, DATA_OFFICER
from wenzhou.kernel.exchange.models import Grant, GrantState
from wenzhou.kernel.identity.testing import actor_with, client_for

pytestmark = pytest.mark.django_db


def _application():
    return Grant.objects.create(
        resource="person-profile",
        consumer="exchange",
        purpose="p",
        purpose_zh="核对",
        purpose_en="Check",
        fields=["name"],
        legal_basis_zh="法",
        legal_basis_en="Law",
    )


def test_the_catalogue_is_public_and_lists_the_base_registers():
    page = client_for(None).get(reverse("exchange:catalogue")).content.decode()
    assert "人口基础信息" in page
    assert "法人单位基础信息库" in page
    listed = client_for(None).get("/api/exchange/resources").json()
    assert {"person-profile", "organisation-profile", "name-check", "establish-organisation"} <= {
        one["code"] for one in listed
    }
    assert client_for(None).get(reverse("exchange:resource", args=["none"])).status_code == 404


def test_the_officer_grants_and_revokes_on_the_page():
    row = _application()
    client = client_for(actor_with(DATA_OFFICER))
    url = reverse("exchange:grants")
    assert "核对" in client.get(url).content.decode()
    client.post(url, {"act": "grant", "grant": str(row.id)})
    row.refresh_from_db()
    assert row.state == GrantState.GRANTED
    answer = client.post(url, {"act": "revoke", "grant": str(row.id), "reason": ""}, follow=True)
    assert "请说明理由" in answer.content.decode()
    client.post(url, {"act": "revoke", "grant": str(row.id), "reason": "到期"})
    row.refresh_from_db()
    assert (row.state, row.reason) == (GrantState.REVOKED, "到期")


def test_nonsense_and_the_auditor_change_nothing():
    row = _application()
    url = reverse("exchange:grants")
    officer = client_for(actor_with(DATA_OFFICER))
    for data in (
        {"act": "grant", "grant": "x"},
        {"act": "paint", "grant": str(row.id)},
        {"act": "grant", "grant": str(row.id), "until": "soon"},
    ):
        assert officer.post(url, data).status_code == 302
    assert client_for(actor_with(AUDITOR)).get(url).status_code == 200
    client_for(actor_with(AUDITOR)).post(url, {"act": "grant", "grant": str(row.id)})
    row.refresh_from_db()
    assert row.state == GrantState.APPLIED
