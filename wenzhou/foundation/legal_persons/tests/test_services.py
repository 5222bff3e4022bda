from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from threading import Thread
from typing import Any

import pytest
from django.db import connection

from wenzhou.foundation.legal_persons.models import Establishment, OrganisationVersion, Shareholding
from wenzhou.foundation.legal_persons.selectors import Wanted, history, holders, name_check, profile, search
from wenzhou.foundation.legal_persons.services import establish, register_change
from wenzhou.foundation.legal_persons.testing import register_firm, registrar
from wenzhou.kernel.base.actors import CITIZEN, CLERK, DATA_OFFICER, Actor
from wenzhou.kernel.base.errors import Conflict, Invalid, Refused
from wenzhou.kernel.base.ids import uuid7
from wenzhou.kernel.base.models import OutboxEntry
from wenzhou.kernel.base.standards import gb32100
from wenzhou.kernel.geo.testing import load_city
from wenzhou.kernel.identity.testing import actor_with, make_office, make_person
from wenzhou.kernel.registers.contracts import (
    EstablishOrganisation,
    NameCheck,
    OrganisationQuery,
    Shareholder,
)

ACTOR = Actor.system("test")
VILLAGE = "330302006044"


def _request(**changes):
    person = changes.pop("person", None) or make_person()
    values: dict[str, Any] = {
        "name": "温州五马小厨餐饮有限公司",
        "kind": "limited",
        "line_code": "H6210",
        "line_name": "正餐服务",
        "capital": Decimal("100000"),
        "address": "浙江省温州市鹿城区五马街道试验路1号",
        "division": VILLAGE,
        "legal_representative": person.id,
        "shareholders": (Shareholder(amount=Decimal("100000.00"), person=person.id),),
        "key": "case-1",
    }
    return EstablishOrganisation(**values | changes)


@pytest.mark.django_db
def test_a_firm_is_founded_with_a_code_that_holds():
    load_city()
    person = make_person(name="陈明")
    firm = establish(ACTOR, _request(person=person))
    assert gb32100.parse(firm.code, on=date.today()).region == "330302"
    found = profile(OrganisationQuery(code=firm.code))
    assert (found.name, found.legal_representative_name) == (firm.name, "陈明")
    assert found.capital == Decimal(100000)
    assert [holder.person for holder in found.shareholders or ()] == [person.id]
    assert [(h.name, h.per_cent) for h in holders(firm.id, date.today())] == [("陈明", 100.0)]
    assert OutboxEntry.objects.get(name="legal_persons.established").payload["code"] == firm.code


@pytest.mark.django_db
def test_asking_again_gives_the_same_firm_and_another_firm_with_the_key_is_a_conflict():
    load_city()
    request = _request()
    assert establish(ACTOR, request) == establish(ACTOR, replace(request, capital=Decimal("100000.00")))
    assert OrganisationVersion.objects.count() == Shareholding.objects.count() == 1
    with pytest.raises(Conflict, match="key"):
        establish(ACTOR, replace(request, name="温州别家餐饮有限公司"))


@pytest.mark.django_db
def test_a_name_is_taken_in_its_county_only():
    load_city()
    establish(ACTOR, _request())
    taken = name_check(NameCheck(name="温州五马小厨餐饮有限公司", area="330302"))
    assert not taken.free
    assert taken.reason
    assert name_check(NameCheck(name="温州五马小厨餐饮有限公司", area="330303001001")).free
    assert not name_check(NameCheck(name="!", area="330302")).free
    with pytest.raises(Invalid):
        name_check(NameCheck(name="温州五马小厨餐饮有限公司", area="33"))
    with pytest.raises(Conflict) as error:
        establish(ACTOR, _request(key="case-2"))
    assert error.value.code == "name-taken"
    assert Establishment.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": "短"}, "name"),
        ({"kind": "institution"}, "kind"),
        ({"kind": "nonsense"}, "kind"),
        ({"line_code": "62"}, "line_code"),
        ({"division": "330302"}, "division"),
        ({"division": "999999999999"}, "division"),
        ({"address": ""}, "address"),
        ({"capital": Decimal(-1)}, "capital"),
        ({"shareholders": ()}, "shareholders"),
        ({"name": "温州五马小厨餐饮店"}, "name"),
        ({"kind": "individual"}, "name"),
        ({"phone": "12"}, "phone"),
        ({"capital": Decimal(5)}, "shareholders"),
        ({"legal_representative": uuid7()}, "legal_representative"),
        (
            {"shareholders": (Shareholder(amount=Decimal(100000), organisation=uuid7()),)},
            "shareholders",
        ),
        ({"shareholders": (Shareholder(amount=Decimal(100000)),)}, "shareholders"),
        ({"key": ""}, "key"),
    ],
)
def test_what_cannot_be_founded_says_which_field(changes, field):
    load_city()
    with pytest.raises(Invalid) as error:
        establish(ACTOR, _request(**changes))
    assert set(error.value.fields) == {field}
    assert not OrganisationVersion.objects.exists()


def _at_once(requests):
    outcomes = []

    def work(request):
        try:
            outcomes.append(establish(ACTOR, request).code)
        except Conflict as error:
            outcomes.append(error.code)
        finally:
            connection.close()

    threads = [Thread(target=work, args=(request,)) for request in requests]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


@pytest.mark.django_db(transaction=True)
def test_four_at_once_with_one_key_found_one_firm_and_with_one_name_one_firm():
    load_city()
    request = _request()
    codes = _at_once([request] * 4)
    assert len(codes) == 4
    assert len(set(codes)) == 1
    assert OrganisationVersion.objects.count() == 1
    other = _request(name="温州另一家餐饮有限公司")
    codes = _at_once([replace(other, key=f"k{n}") for n in range(4)])
    assert codes.count("name-taken") == 3
    assert OrganisationVersion.objects.count() == 2


@pytest.mark.django_db
def test_changes_are_kept_and_refused():
    firm = register_firm(name="温州老字号餐饮有限公司")
    register_firm(name="温州新字号餐饮有限公司")
    officer = registrar()
    register_change(officer, firm.id, date(2026, 1, 1), {"address": "温州市鹿城区新路1号"})
    assert history(firm.id)[0].address == "温州市鹿城区新路1号"
    assert profile(OrganisationQuery(id=firm.id, on=date(2025, 12, 31))).address != "温州市鹿城区新路1号"
    told = OutboxEntry.objects.get(name="registers.changed").payload
    assert (told["register"], told["record"], told["fields"]) == ("organisation", str(firm.id), ["address"])
    with pytest.raises(Invalid) as error:
        register_change(officer, firm.id, date(2026, 2, 1), {"capital": Decimal(900)})
    assert set(error.value.fields) == {"capital"}, "the holders' amounts would not add up to it"
    with pytest.raises(Conflict):
        register_change(officer, firm.id, date(2026, 2, 1), {"name": "温州新字号餐饮有限公司"})
    with pytest.raises(Invalid):
        register_change(officer, firm.id, date(2026, 2, 1), {"established": date(2000, 1, 1)})
    make_office("fire", function="fire-safety")
    for actor in (actor_with(CITIZEN), actor_with(CLERK, office="fire"), actor_with(DATA_OFFICER)):
        with pytest.raises(Refused):
            register_change(actor, firm.id, date(2026, 2, 1), {"address": "温州市鹿城区另路1号"})


@pytest.mark.django_db
def test_search():
    firm = register_firm(name="瑞安眼镜有限公司", phone="0577-88000001")
    other = register_firm(name="乐清宏达电气有限公司")
    OrganisationVersion.objects.filter(organisation=other.id).update(address="乐清市柳市镇电器城 8 号")
    officer = actor_with(DATA_OFFICER)

    def found(text="", **more):
        return [row.organisation_id for row in search(officer, Wanted(text=text, **more)).rows]

    for text in ("瑞安", "眼镜", "ruianyanjing", "RAYJ", firm.code, "0577-88000001"):
        assert found(text) == [firm.id], text
    for text in ("宏达电气", "yueqinghongda", "yqhddq"):
        assert found(text) == [other.id], text
    assert found(address="电器城") == [other.id]
    assert found("乐清", address="柳市镇", kind="limited", status="active") == [other.id]
    assert found("乐清", status="revoked") == []
    assert len(found(county="330302")) == 2
    for bad in ({"text": ""}, {"text": "瑞"}, {"text": "ra"}, {"address": "路"}):
        with pytest.raises(Invalid):
            search(officer, Wanted(**bad))
    with pytest.raises(Refused):
        search(actor_with(CITIZEN), Wanted(text="瑞安"))
