"""Acts by page: what is offered to whom, errors beside the field, confirmed before it is done, refused with links."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from wenzhou.foundation.legal_persons.acts.catalogue import ACTS, acts_for
from wenzhou.foundation.legal_persons.kinds import CIVIL, MARKET
from wenzhou.foundation.legal_persons.models import ClosingNotice, Officer, OrganisationVersion, Shareholding
from wenzhou.foundation.legal_persons.services.common import version
from wenzhou.foundation.legal_persons.testing import (
    hold,
    make_branch,
    make_officer,
    register_firm,
    registrar,
)
from wenzhou.kernel.base.actors import DATA_OFFICER
from wenzhou.kernel.base.models import AuditEntry
from wenzhou.kernel.geo.testing import load_city
from wenzhou.kernel.identity.testing import actor_with, client_for, make_person

pytestmark = pytest.mark.django_db


def today():
    return timezone.localdate()


def url(firm, act):
    return reverse("legal_persons:act", kwargs={"organisation_id": firm.id, "act": act})


def text(response):
    return response.content.decode()


def test_a_change_is_shown_before_it_is_done():
    firm, client = register_firm(), client_for(registrar())
    given = {"valid_from": today().isoformat(), "address": "浙江省温州市鹿城区新址路 9 号"}
    asked = client.post(url(firm, "change"), given)
    assert "请核对将要登记的内容" in text(asked) and "新址路" in text(asked) and "试验路" in text(asked)
    assert OrganisationVersion.objects.count() == 1 and not AuditEntry.objects.filter(
        action="legal_persons.change"
    )
    back = client.post(url(firm, "change"), {**given, "back": "1"})
    assert 'value="浙江省温州市鹿城区新址路 9 号"' in text(back)
    done = client.post(url(firm, "change"), {**given, "confirmed": "1"}, follow=True)
    assert "已登记" in text(done)
    assert version(firm.id).address == given["address"]


def test_what_is_wrong_stands_beside_its_field():
    firm, client = register_firm(), client_for(registrar())
    wrong = client.post(url(firm, "change"), {"valid_from": "nonsense", "legal_representative_id": "330302"})
    assert wrong.status_code == 422
    assert "日期格式" in text(wrong) and "没有这个号码" in text(wrong)
    wrong = client.post(url(firm, "change"), {"valid_from": today().isoformat(), "phone": "12"})
    assert 'id="id_phone_error"' in text(wrong)
    late = (today() + timedelta(days=9)).isoformat()
    wrong = client.post(url(firm, "suspend"), {"since": late, "until": late, "note": "温鹿市监〔2026〕1 号"})
    assert 'id="id_since_error"' in text(wrong)


def test_offered_by_office_and_by_state():
    firm = register_firm()
    row = version(firm.id)
    offered = {one.code for one in acts_for(registrar(), row)}
    assert {"change", "holders", "appoint", "suspend", "revoke", "announce-closing"} <= offered
    assert not offered & {"resume", "reinstate", "withdraw-closing"}
    for other in (registrar(CIVIL), registrar(MARKET, "330381"), actor_with(DATA_OFFICER)):
        assert acts_for(other, row) == []
    page = client_for(actor_with(DATA_OFFICER)).get(
        reverse("legal_persons:firm", kwargs={"organisation_id": firm.id})
    )
    assert "提出更正建议" in text(page)
    assert client_for(registrar(CIVIL)).get(url(firm, "change")).status_code == 403
    assert client_for(registrar()).get(url(firm, "resume")).status_code == 409
    assert client_for(registrar()).get(url(firm, "nonsense")).status_code == 404


def test_every_offered_act_shows_its_form():
    firm, client = register_firm(), client_for(registrar())
    make_officer(firm, make_person())
    shown = [one.code for one in ACTS if client.get(url(firm, one.code)).status_code == 200]
    assert {"change", "holders", "appoint", "dismiss", "suspend", "revoke", "deregister"} <= set(shown)


def test_the_life_of_a_firm_by_page():
    firm, client = register_firm(since=today() - timedelta(days=400)), client_for(registrar())
    since = today().isoformat()

    def confirm(act, **given):
        done = client.post(url(firm, act), {**given, "confirmed": "1"})
        assert done.status_code == 302, text(done)
        return version(firm.id).status

    note = "温鹿市监〔2026〕1 号"
    early = (today() - timedelta(days=100)).isoformat()
    until = (today() + timedelta(days=30)).isoformat()
    assert confirm("suspend", since=early, until=until, note=note) == "suspended"
    assert confirm("resume", since=(today() - timedelta(days=90)).isoformat()) == "active"
    assert confirm("revoke", since=(today() - timedelta(days=80)).isoformat(), note=note) == "revoked"
    assert confirm("reinstate", since=(today() - timedelta(days=70)).isoformat(), note=note) == "active"
    person = make_person()
    confirm("appoint", person=person.number, role="director", how="elected", since=early)
    assert Officer.objects.filter(organisation=firm.id, person=person.id, superseded_at=None).exists()
    confirm("dismiss", officer=f"{person.id}:director", on=since)
    assert not Officer.objects.filter(organisation=firm.id, superseded_at=None, valid_to=None).exists()

    refused = client.get(url(firm, "deregister"))
    assert "尚未发布注销公告" in text(refused) and url(firm, "announce-closing") in text(refused)
    confirm("announce-closing", route="simplified", announced=(today() - timedelta(days=30)).isoformat())
    assert ClosingNotice.objects.count() == 1
    assert confirm("deregister", note="") == "deregistered"


def test_a_refusal_names_all_that_has_to_be_settled_with_links():
    firm, client = register_firm(), client_for(registrar())
    branch, held = make_branch(firm), register_firm()
    hold(held, (firm, 500_000))
    for answer in (
        client.get(url(firm, "deregister")),
        client.post(url(firm, "deregister"), {"confirmed": "1"}),
    ):
        for other in (branch, held):
            link = reverse("legal_persons:firm", kwargs={"organisation_id": other.id})
            assert link in text(answer) and other.name in text(answer)
    assert version(firm.id).status == "active"


def test_holders_are_the_whole_list_and_have_to_add_up():
    firm, client = register_firm(), client_for(registrar())
    page = client.get(url(firm, "holders"))
    row = next(one for one in page.context["rows"].rows if one.key)
    new = make_person()
    given = {
        "on": today().isoformat(),
        "capital": "500000",
        "holder-key-0": row.key,
        "holder-amount-0": "300000",
        "holder-number-1": new.number,
        "holder-amount-1": "100,000",
    }
    counted = client.post(url(firm, "holders"), {**given, "count": "1"})
    assert "少 100000" in text(counted)
    refused = client.post(url(firm, "holders"), given)
    assert refused.status_code == 422 and "与注册资本" in text(refused)
    unknown = client.post(url(firm, "holders"), {**given, "holder-number-1": "330302199001010000"})
    assert unknown.status_code == 422 and "没有登记这个号码或代码" in text(unknown)
    given["holder-amount-1"] = "200000"
    assert "请核对" in text(client.post(url(firm, "holders"), given))
    assert client.post(url(firm, "holders"), {**given, "confirmed": "1"}).status_code == 302
    now = Shareholding.objects.filter(organisation=firm.id, superseded_at=None, valid_to=None)
    assert {one.holder: int(one.amount) for one in now} == {
        now.get(amount=300_000).holder: 300_000,
        new.id: 200_000,
    }


def test_an_organisation_and_a_branch_are_entered_once():
    load_city()
    client, person = client_for(registrar()), make_person()
    page = reverse("legal_persons:establish")
    chosen = f"{page}?kind=limited&county=330302&town=330302006"
    village = client.get(chosen).context["inputs"]
    assert any("330302006044" in str(one.control) for one in village)
    given = {
        "key": "0190f3a0-0000-7000-8000-000000000001",
        "name": "温州市鹿城区海风鞋业有限公司",
        "division": "330302006044",
        "address": "温州市鹿城区试验路 1 号",
        "line_code": "c1952",
        "capital": "100000",
        "legal_representative": person.number,
        "holder-number-0": person.number,
        "holder-amount-0": "100000",
    }
    wrong = client.post(chosen, {**given, "name": "海风"})
    assert 'id="id_name_error"' in text(wrong)
    asked = client.post(chosen, given)
    assert "请核对将要登记的内容" in text(asked) and "皮鞋制造" in text(asked)
    assert not OrganisationVersion.objects.exists()
    for _ in range(2):
        assert client.post(chosen, {**given, "confirmed": "1"}).status_code == 302
    firm = OrganisationVersion.objects.get()
    branch = f"{page}?parent={firm.organisation_id}&county=330302&town=330302006"
    given |= {"key": "0190f3a0-0000-7000-8000-000000000002", "name": f"{firm.name}五马分公司", "capital": "0"}
    assert client.post(branch, {**given, "confirmed": "1"}).status_code == 302
    assert OrganisationVersion.objects.get(kind="branch").name.endswith("五马分公司")
    none = client_for(actor_with(DATA_OFFICER)).get(page)
    assert "不登记任何类型" in text(none)
