"""Each kind is entered by its own office, with its own code and its own rules."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from wenzhou.foundation.legal_persons.kinds import CIVIL, FUNCTIONS, GROUPS, MARKET, RULES, STAFFING, kinds_of
from wenzhou.foundation.legal_persons.models import Kind, OrganisationVersion
from wenzhou.foundation.legal_persons.services import enter, establish
from wenzhou.foundation.legal_persons.testing import registrar
from wenzhou.foundation.legal_persons.words import KINDS
from wenzhou.kernel.base.actors import DATA_OFFICER, Actor
from wenzhou.kernel.base.errors import Conflict, Invalid, Refused
from wenzhou.kernel.base.models import AuditEntry, OutboxEntry
from wenzhou.kernel.base.testing import at_once
from wenzhou.kernel.geo.testing import load_city
from wenzhou.kernel.identity.testing import actor_with, make_person
from wenzhou.kernel.registers.contracts import EstablishOrganisation, Shareholder

pytestmark = pytest.mark.django_db
SPONSOR = "温州市鹿城区教育局"


def request(kind: str, name: str, **changes: Any) -> EstablishOrganisation:
    values: dict[str, Any] = {
        "name": name,
        "kind": kind,
        "line_code": "P8321",
        "line_name": "普通小学教育",
        "capital": Decimal(3_000_000),
        "address": "温州市鹿城区试验路1号",
        "division": "330302006044",
        "legal_representative": make_person().id,
        "sponsor": SPONSOR,
        "key": "k1",
    }
    return EstablishOrganisation(**values | changes)


def everybody() -> Actor:
    """One actor with posts at all the offices that register."""
    clerks = [registrar(function) for function in FUNCTIONS]
    return replace(clerks[0], posts=tuple(post for one in clerks for post in one.posts))


@pytest.mark.parametrize(
    ("kind", "name", "function", "begins"),
    [
        (Kind.INSTITUTION, "温州市鹿城区试验小学", STAFFING, "12330302"),
        (Kind.SOCIETY, "温州市鹿城区鞋业协会", CIVIL, "51330302"),
        (Kind.SERVICE, "温州市鹿城区夕阳红养老院", CIVIL, "52330302"),
        (Kind.FOUNDATION, "温州市鹿城区教育基金会", CIVIL, "53330302"),
    ],
)
def test_institutions_and_societies_have_codes_of_their_departments(kind, name, function, begins):
    load_city()
    done = enter(registrar(function), request(kind, name))
    assert done.code.startswith(begins)
    row = OrganisationVersion.objects.get(organisation=done.id)
    assert (row.kind, row.sponsor, row.source) == (kind, SPONSOR, function)
    assert OutboxEntry.objects.filter(name="registers.created").count() == 1
    assert AuditEntry.objects.filter(action="legal_persons.establish", outcome="done").count() == 1


@pytest.mark.parametrize(
    ("function", "area"), [(MARKET, "330302"), (CIVIL, "330304"), (STAFFING, "330302"), ("fire", "330302")]
)
def test_another_office_or_another_county_does_not_enter_it(function, area):
    load_city()
    with pytest.raises(Refused):
        enter(registrar(function, area), request(Kind.SOCIETY, "温州市鹿城区鞋业协会"))
    assert not OrganisationVersion.objects.exists()


def test_what_market_supervision_enters_for_others_is_of_its_own_kinds():
    load_city()
    with pytest.raises(Invalid) as error:
        establish(registrar(CIVIL), request(Kind.SOCIETY, "温州市鹿城区鞋业协会"))
    assert set(error.value.fields) == {"kind"}


@pytest.mark.parametrize(
    ("kind", "name", "changes", "field"),
    [
        (Kind.SOCIETY, "温州市鹿城区鞋业协会", {"capital": Decimal(29_999)}, "capital"),
        (Kind.FOUNDATION, "温州市鹿城区教育基金会", {"capital": Decimal(1_999_999)}, "capital"),
        (Kind.FOUNDATION, "温州市鹿城区教育协会", {}, "name"),
        (Kind.SOCIETY, "温州市鹿城区鞋业协会公司", {}, "name"),
        (Kind.INSTITUTION, "温州市鹿城区试验小学", {"sponsor": ""}, "sponsor"),
        (Kind.BRANCH, "温州市鹿城区试验分公司", {}, "kind"),
        ("nonsense", "温州市鹿城区试验小学", {}, "kind"),
    ],
)
def test_the_rules_of_a_kind_are_told(kind, name, changes, field):
    load_city()
    with pytest.raises(Invalid) as error:
        enter(everybody(), request(kind, name, **changes))
    assert set(error.value.fields) == {field}


def test_a_data_officer_registers_nothing():
    load_city()
    with pytest.raises(Refused):
        enter(actor_with(DATA_OFFICER), request(Kind.SOCIETY, "温州市鹿城区鞋业协会"))


def test_holders_by_kind():
    load_city()
    people = [make_person() for _ in range(5)]
    capital = Decimal(500)
    whole = (Shareholder(person=people[0].id, amount=capital),)
    halves = tuple(Shareholder(person=p.id, amount=Decimal(250)) for p in people[:2])
    fifths = tuple(Shareholder(person=p.id, amount=Decimal(100)) for p in people)
    officer = everybody()

    def refused(kind, name, holders):
        with pytest.raises(Invalid) as error:
            enter(officer, request(kind, name, capital=capital, shareholders=holders))
        assert set(error.value.fields) == {"shareholders"}

    refused(Kind.PARTNERSHIP, "温州五马餐饮店（普通合伙）", whole)
    refused(Kind.COOPERATIVE, "温州市鹿城区五马茶叶专业合作社", halves)
    refused(Kind.SOLE, "温州五马餐饮店", halves)
    refused(Kind.LIMITED, "温州五马餐饮有限公司", ())
    refused(Kind.INSTITUTION, "温州市鹿城区试验小学", whole)
    done = enter(
        officer,
        request(Kind.COOPERATIVE, "温州市鹿城区五马茶叶专业合作社", capital=capital, shareholders=fifths),
    )
    assert done.code.startswith("93330302")


def test_names_are_unique_across_kinds_however_they_are_written():
    load_city()
    officer = everybody()
    enter(officer, request(Kind.INSTITUTION, "温州市鹿城区（五马）试验小学"))
    with pytest.raises(Conflict) as error:
        enter(officer, request(Kind.SERVICE, "温州市鹿城区五马试验小学", key="k2"))
    assert error.value.code == "name-taken"


@pytest.mark.django_db(transaction=True)
def test_two_offices_at_once_with_one_name_enter_one():
    load_city()
    staffing, civil = registrar(STAFFING), registrar(CIVIL)
    first = request(Kind.INSTITUTION, "温州市鹿城区试验小学", key="k1")
    second = request(Kind.SERVICE, "温州市鹿城区试验小学", key="k2")
    outcomes = at_once(lambda: enter(staffing, first), lambda: enter(civil, second))
    assert sum(isinstance(one, Conflict) for one in outcomes) == 1
    assert OrganisationVersion.objects.count() == 1


def test_every_kind_has_a_rule_a_group_and_an_office():
    assert set(RULES) == set(Kind.values) == set(KINDS)
    assert {rule.group for rule in RULES.values()} == set(GROUPS)
    assert {rule.function for rule in RULES.values()} == set(FUNCTIONS)
    assert kinds_of(function=STAFFING) == (Kind.INSTITUTION,)
    assert kinds_of(group="individual") == (Kind.INDIVIDUAL,)
