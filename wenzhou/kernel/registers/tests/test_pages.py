from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse

from wenzhou.kernel.base.actors import AUDITOR, CITIZEN, CLERK
from wenzhou.kernel.base.permissions import Purpose
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.identity.testing import actor_with, client_for, make_office, make_person
from wenzhou.kernel.registers.api import journal
from wenzhou.kernel.registers.contracts import Subject

pytestmark = pytest.mark.django_db
PURPOSE = Purpose("licence", Text("办理营业执照", "Handling a business licence"))


def _read(subject, *, reader=None, resource="person-record", masked=False):
    make_office("lucheng-market", zh="鹿城区市场监督管理局", en="Lucheng Market Supervision")
    reader = reader or actor_with(CLERK, office="lucheng-market", name="王明")
    journal(
        reader,
        Subject(person=subject),
        resource=resource,
        consumer="population",
        purpose=PURPOSE,
        fields=("name", "phone"),
        masked=masked,
    )


def _get(actor, page, query="", language="zh-hans"):
    return client_for(actor, language=language).get(reverse(f"registers:{page}") + query)


def test_a_citizen_sees_who_read_her_record_and_not_who_read_anothers():
    citizen = actor_with(CITIZEN)
    _read(citizen.person)
    _read(make_person().id, reader=actor_with(CLERK, office="lucheng-market", name="李四"))
    page = _get(citizen, "data-use").content.decode()
    for words in ("鹿城区市场监督管理局", "王明", "办理营业执照", "联系电话"):
        assert words in page
    assert "李四" not in page
    english = _get(citizen, "data-use", language="en").content.decode()
    assert "Lucheng Market Supervision" in english
    assert "Handling a business licence" in english


def test_an_empty_journal_says_so():
    assert "还没有部门使用过您的数据" in _get(actor_with(CITIZEN), "data-use").content.decode()


def test_her_own_reading_stands_under_yourself():
    citizen = actor_with(CITIZEN)
    _read(citizen.person, reader=citizen)
    assert "本人" in _get(citizen, "data-use").content.decode()


def test_the_list_goes_on_page_by_page():
    citizen = actor_with(CITIZEN)
    clerk = actor_with(CLERK, office=make_office("lucheng-market").code)
    for _ in range(31):
        _read(citizen.person, reader=clerk)
    first = _get(citizen, "data-use")
    assert first.context["page"].next
    second = _get(citizen, "data-use", "?page=" + first.context["page"].next)
    assert len(second.context["page"].rows) == 1
    assert _get(citizen, "data-use", "?page=forged").status_code == 422


def test_the_auditor_filters_the_whole_journal():
    person, other = make_person(), make_person()
    _read(person.id)
    _read(other.id, resource="person-profile", reader=actor_with(CLERK, name="李四"))
    auditor = actor_with(AUDITOR)
    tomorrow = date.today() + timedelta(days=2)

    def number(query):
        return len(_get(auditor, "journal", query).context["lines"])

    assert number("") == 2
    assert number(f"?number={person.number}") == 1
    assert number("?number=000000000000000000") == 0
    assert number("?reader=李") == 1
    assert number("?resource=person-profile") == 1
    assert number(f"?since={tomorrow}") == 0
    assert number(f"?until={date.today() - timedelta(days=2)}") == 0
    assert _get(auditor, "journal", "?since=nonsense").status_code == 422
    assert _get(actor_with(CITIZEN), "journal").status_code == 403
