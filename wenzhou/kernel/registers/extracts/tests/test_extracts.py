"""Extracts: issued for a purpose, the same bytes again, verified by anybody, true to the day of which they speak."""

from __future__ import annotations

import io
from datetime import timedelta

import pypdf
import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from wenzhou.kernel.base.actors import AGENT, CITIZEN, CLERK
from wenzhou.kernel.base.errors import Conflict, Invalid, NotFound, Refused
from wenzhou.kernel.base.testing import at_once
from wenzhou.kernel.identity.testing import actor_of_account, actor_with, client_for, delegate, make_account
from wenzhou.kernel.registers.declaration import register_of
from wenzhou.kernel.registers.extracts import codes
from wenzhou.kernel.registers.extracts.issuing import issue, issue_own, paper
from wenzhou.kernel.registers.extracts.models import Extract
from wenzhou.kernel.registers.extracts.verifying import Since, verify
from wenzhou.kernel.registers.models import AccessEntry
from wenzhou.kernel.registers.tests.records import ORGANISATIONS, organisation
from wenzhou.kernel.registers.versions import change, correct, end

pytestmark = pytest.mark.django_db
FIRMS = register_of("organisation")
VERIFY = FIRMS.purposes[0].code


def today():
    return timezone.localdate()


def clerk():
    return actor_with(CLERK, office="lucheng-market")


def text_of(pdf):
    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    return "".join(page.extract_text() for page in pages).replace(" ", "").replace("\n", "")


def rewrite(firm, values, *, since, act=change):
    more = (None,) if act is correct else ()
    act(ORGANISATIONS, firm.id, since, *more, values, actor=clerk(), source="test")


def test_the_paper_says_the_day_and_is_verified_with_what_became_of_it():
    firm, actor = organisation(), clerk()
    rewrite(firm, {"address": "浙江省温州市鹿城区新址路 2 号"}, since=today() - timedelta(days=10))
    then = today() - timedelta(days=20)
    old = issue(actor, FIRMS, firm.id, purpose=VERIFY, on=then)
    new = issue(actor, FIRMS, firm.id, purpose=VERIFY, on=today())
    assert (verify(actor, old.code).since, verify(actor, new.code).since) == (Since.CHANGED, Since.SAME)

    _, content = paper(actor, old.id)
    said = text_of(content)
    assert "试验路" in said and "新址路" not in said
    assert firm.code in said and codes.grouped(old.code) in said and old.code in said
    assert "有限责任公司" in said

    rewrite(firm, {"capital": 1}, since=then, act=correct)
    assert verify(actor, old.code).since == verify(actor, new.code).since == Since.CORRECTED
    assert paper(actor, old.id)[1] == content, "as it was known when it was issued: the same bytes"


def test_the_same_again_is_the_same_paper_and_a_change_makes_another():
    firm, actor = organisation(), clerk()
    first = issue(actor, FIRMS, firm.id, purpose=VERIFY, on=today())
    assert issue(actor, FIRMS, firm.id, purpose=VERIFY, on=today()) == first
    rewrite(firm, {"capital": 7}, since=today())
    assert issue(actor, FIRMS, firm.id, purpose=VERIFY, on=today()) != first


def test_every_reading_has_its_line_and_the_public_one_is_masked():
    firm, actor = organisation(), clerk()
    extract = issue(actor, FIRMS, firm.id, purpose=VERIFY, on=today())
    paper(actor, extract.id)
    found = Client().get(reverse("registers:verify-extract", kwargs={"code": extract.code.lower()}))
    assert found.status_code == 200 and firm.code in found.content.decode()
    lines = AccessEntry.objects.filter(subject_organisation=firm.id).order_by("id")
    assert [(one.purpose, one.masked) for one in lines] == [
        (VERIFY, False),
        (VERIFY, False),
        ("registers.verify-extract", True),
    ]
    assert {"extract", "shareholders", "address"} <= set(lines[0].fields)


def test_it_is_refused_without_purpose_for_the_future_for_others_and_when_expired():
    firm, actor = organisation(), clerk()
    with pytest.raises(Invalid) as wrong:
        issue(actor, FIRMS, firm.id, purpose="", on=today() + timedelta(days=1))
    assert set(wrong.value.fields) == {"purpose", "on"}
    with pytest.raises(NotFound):
        issue(actor, FIRMS, firm.id, purpose=VERIFY, on=today().replace(year=2001))
    with pytest.raises(Refused):
        issue(actor_with(CITIZEN), FIRMS, firm.id, purpose=VERIFY, on=today())
    with pytest.raises(NotFound):
        issue(actor, register_of("address"), firm.id, purpose=VERIFY, on=today())
    extract = issue(actor, FIRMS, firm.id, purpose=VERIFY, on=today())
    with pytest.raises(NotFound):
        paper(clerk(), extract.id)
    Extract.objects.update(expires=today() - timedelta(days=1))
    with pytest.raises(Conflict):
        paper(actor, extract.id)
    assert verify(actor, extract.code).expired
    assert not Extract.objects.exclude(id=extract.id).exists()


def test_who_acts_for_a_firm_takes_its_extract_and_nobody_elses():
    firm = organisation()
    account = make_account(AGENT)
    delegate(account, firm)
    agent = actor_of_account(account, organisation=firm)
    extract = issue_own(agent, FIRMS, on=today())
    assert extract.own and firm.name in text_of(paper(agent, extract.id)[1])
    with pytest.raises(NotFound):
        issue_own(actor_with(CITIZEN), FIRMS, on=today())
    with pytest.raises(NotFound):  # the delegation is over
        paper(actor_of_account(account), extract.id)


def test_what_is_gone_is_said_to_be_gone():
    firm, actor = organisation(), clerk()
    extract = issue(actor, FIRMS, firm.id, purpose=VERIFY, on=today())
    end(ORGANISATIONS, firm.id, today())
    assert verify(actor, extract.code).since == Since.CORRECTED
    ORGANISATIONS.objects.filter(organisation=firm.id).delete()
    found = verify(actor, extract.code)
    assert (found.since, found.facts) == (Since.ERASED, [])
    with pytest.raises(NotFound):
        verify(actor, codes.fresh())


def test_the_pages_lead_from_the_record_to_the_paper_and_to_verification():
    firm, actor = organisation(), clerk()
    client = client_for(actor)
    record = reverse("registers:record", kwargs={"code": "organisation", "record": firm.id})
    take = reverse("registers:extract", kwargs={"code": "organisation", "record": firm.id})
    assert take in client.get(record).content.decode()
    refused = client.post(take, {"purpose": "", "on": "nonsense"})
    assert refused.status_code == 422 and "日期格式" in refused.content.decode()
    done = client.post(take, {"purpose": VERIFY, "on": today().isoformat()}, follow=True)
    extract = Extract.objects.get()
    assert codes.grouped(extract.code) in done.content.decode()
    file = client.get(reverse("registers:extract-file", kwargs={"extract_id": extract.id}))
    assert file.content.startswith(b"%PDF") and file.headers["Cache-Control"] == "private, no-store"
    typed = codes.grouped(extract.code).lower().replace("-", " ")
    found = Client().get(reverse("cases:verify-number"), {"number": typed}, follow=True)
    assert "真实查询单" in found.content.decode()
    assert Client().get(reverse("registers:verify-extract", kwargs={"code": "0" * 16})).status_code == 404


def test_verification_is_counted_by_address(monkeypatch):
    monkeypatch.setattr("wenzhou.kernel.registers.extracts.views.TRIES", 2)
    url = reverse("registers:verify-extract", kwargs={"code": "0" * 16})
    asked = [Client().get(url, REMOTE_ADDR="203.0.113.77").status_code for _ in range(3)]
    assert asked == [404, 404, 429]


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_make_one_paper():
    firm, actor = organisation(), clerk()
    made = at_once(*[lambda: issue(actor, FIRMS, firm.id, purpose=VERIFY, on=today())] * 2)
    assert len({one.id for one in made}) == 1
    assert Extract.objects.count() == 1
    connection.close()
