from datetime import date, timedelta

import pytest

from wenzhou.kernel.base.actors import CITIZEN, CLERK, DATA_OFFICER
from wenzhou.kernel.base.errors import Conflict, Invalid, NotFound, Refused
from wenzhou.kernel.base.models import AuditEntry, OutboxEntry
from wenzhou.kernel.base.testing import at_once
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.geo import api, directory
from wenzhou.kernel.geo.contracts import ChangeKind
from wenzhou.kernel.geo.models import DivisionFollowing, DivisionOrder
from wenzhou.kernel.geo.orders import Move, reorder
from wenzhou.kernel.geo.services import load_divisions
from wenzhou.kernel.geo.testing import load_city
from wenzhou.kernel.identity.testing import actor_with, make_office

ON = date(2026, 3, 1)
BEFORE = ON - timedelta(days=1)
BASIS = "测试文件第 1 号"
WUMA, QIDU, BINJIANG = "330302006", "330302023", "330302024"
NEW = Text("新街道", "New Subdistrict")


@pytest.fixture
def officer(city):
    return actor_with(DATA_OFFICER)


def codes(parent, on):
    return {place.code for place in api.children(parent, on)}


def test_renamed(officer):
    reorder(officer, ChangeKind.RENAMED, ON, (Move(WUMA, WUMA, NEW),), basis=BASIS)
    before, after = api.division(WUMA, BEFORE), api.division(WUMA, ON)
    assert before is not None and before.name.zh == "五马街道"
    assert after is not None and after.name == NEW
    assert codes(WUMA, ON) == codes(WUMA, BEFORE)
    assert api.history(WUMA)[-1].kind is ChangeKind.RENAMED
    assert not DivisionFollowing.objects.exists()
    assert AuditEntry.objects.filter(action="geo.reorder").count() == 1
    assert OutboxEntry.objects.filter(name="geo.divisions-reordered").count() == 1


def test_coded_anew_with_all_that_lies_below(officer):
    villages = codes(WUMA, BEFORE)
    reorder(officer, ChangeKind.RECODED, ON, (Move(WUMA, "330302099"),), basis=BASIS)
    assert codes("330302099", ON) == {"330302099" + code[9:] for code in villages}
    assert api.division(WUMA, ON) is None
    assert api.division(WUMA, BEFORE) is not None
    for code in villages:
        found = api.resolve(code, ON)
        assert found is not None and found.code == "330302099" + code[9:]


def test_merged_into_one_that_stands(officer):
    here, there = codes(QIDU, BEFORE), codes(BINJIANG, BEFORE)
    reorder(officer, ChangeKind.MERGED, ON, (Move(QIDU, BINJIANG),), basis=BASIS)
    assert len(codes(BINJIANG, ON)) == len(here) + len(there)
    assert there < codes(BINJIANG, ON)
    assert api.division(QIDU, ON) is None
    successor = api.resolve(QIDU, ON)
    assert successor is not None and successor.code == BINJIANG


def test_two_merged_into_a_new_one(officer):
    moves = (Move(QIDU, "330302098", NEW), Move(BINJIANG, "330302098", NEW))
    wanted = len(codes(QIDU, BEFORE)) + len(codes(BINJIANG, BEFORE))
    reorder(officer, ChangeKind.MERGED, ON, moves, basis=BASIS)
    assert len(codes("330302098", ON)) == wanted
    assert api.division("330302098", BEFORE) is None


def test_split_with_villages_and_a_share(officer):
    part = sorted(codes(WUMA, BEFORE))[:3]
    move = Move(WUMA, "330302097", NEW, villages=tuple(part), share=0.25)
    reorder(officer, ChangeKind.SPLIT, ON, (move,), basis=BASIS)
    assert len(codes("330302097", ON)) == 3
    assert not codes(WUMA, ON) & set(part)
    assert api.mapping(WUMA, BEFORE, ON) == ((WUMA, 0.75), ("330302097", 0.25))
    assert api.mapping(WUMA, ON, ON) == ((WUMA, 1.0),)
    grouped = api.regroup({WUMA: 400, part[0]: 40}, BEFORE, ON)
    assert grouped == {WUMA: 300, "330302097": 100, "330302097" + part[0][9:]: 40}


def test_what_the_city_changed_stays_when_facts_are_loaded_again(officer):
    reorder(officer, ChangeKind.RECODED, ON, (Move(WUMA, "330302099"),), basis=BASIS)
    load_divisions(officer)
    assert api.division(WUMA, ON) is None
    assert api.division("330302099", ON) is not None


def test_orders_that_cannot_be(officer):
    later = date.today() + timedelta(days=500)
    for kind, on, moves, basis, field in (
        (ChangeKind.RENAMED, ON, (Move(WUMA, WUMA),), BASIS, "name"),
        (ChangeKind.RENAMED, ON, (Move(WUMA, QIDU, NEW),), BASIS, "moves"),
        (ChangeKind.RECODED, ON, (Move(WUMA, "3303"),), BASIS, "moves"),
        (ChangeKind.RECODED, ON, (), BASIS, "moves"),
        (ChangeKind.RECODED, later, (Move(WUMA, "330302099"),), BASIS, "on"),
        (ChangeKind.RECODED, ON, (Move(WUMA, "330302099"),), "", "basis"),
        (ChangeKind.SPLIT, ON, (Move(WUMA, "330302097", NEW, share=2),), BASIS, "share"),
        (ChangeKind.SPLIT, ON, (Move(WUMA, "330302097"),), BASIS, "name"),
        (
            ChangeKind.SPLIT,
            ON,
            (Move(WUMA, "330302097", NEW, villages=("330302023001",)),),
            BASIS,
            "villages",
        ),
    ):
        with pytest.raises(Invalid) as error:
            reorder(officer, kind, on, moves, basis=basis)
        assert field in error.value.fields
    with pytest.raises(NotFound):
        reorder(officer, ChangeKind.RECODED, ON, (Move("330302555", "330302556"),), basis=BASIS)
    with pytest.raises(Conflict):
        reorder(officer, ChangeKind.RECODED, ON, (Move(WUMA, QIDU),), basis=BASIS)
    assert not DivisionOrder.objects.exists()


def test_who_may(city):
    make_office("civil", function="civil-affairs")
    make_office("fire", function="fire-brigade")
    moves = (Move(WUMA, WUMA, NEW),)
    for actor in (actor_with(CITIZEN), actor_with(CLERK, office="fire")):
        with pytest.raises(Refused):
            reorder(actor, ChangeKind.RENAMED, ON, moves, basis=BASIS)
    reorder(actor_with(CLERK, office="civil"), ChangeKind.RENAMED, ON, moves, basis=BASIS)


@pytest.mark.django_db(transaction=True)
def test_the_same_order_twice_at_once_is_recorded_once():
    load_city()
    officer = actor_with(DATA_OFFICER)
    move = (Move(WUMA, "330302099"),)
    outcomes = at_once(*[lambda: reorder(officer, ChangeKind.RECODED, ON, move, basis=BASIS)] * 2)
    directory.forget()
    assert sorted(isinstance(one, NotFound) for one in outcomes) == [False, True]
    assert DivisionOrder.objects.count() == 1
