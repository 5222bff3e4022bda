from dataclasses import replace
from datetime import date, timedelta

import pytest

from wenzhou.foundation.places import selectors
from wenzhou.foundation.places.models import AddressVersion, Level, PlaceAct
from wenzhou.foundation.places.services import (
    NewAddress,
    Order,
    demolish_building,
    enter_address,
    place_address,
    rename_address,
    withdraw_address,
)
from wenzhou.foundation.places.testing import POINT, VILLAGE, make_building, make_parcel, square
from wenzhou.kernel.base.actors import CITIZEN, CLERK, DATA_OFFICER
from wenzhou.kernel.base.errors import Conflict, Invalid, NotFound, Refused
from wenzhou.kernel.base.models import AuditEntry, OutboxEntry
from wenzhou.kernel.base.testing import at_once
from wenzhou.kernel.geo.testing import load_city
from wenzhou.kernel.identity.testing import actor_with, make_office
from wenzhou.kernel.registers.api import as_of

SINCE, LATER = date(2024, 1, 1), date(2025, 6, 1)
ROAD = NewAddress(
    key="road", since=SINCE, level="road", name="望江路", division=VILLAGE, lon=POINT[0], lat=POINT[1]
)


def below(actor, parent, level, name, **more):
    said = {"key": f"{parent}{name}", "level": level, "name": name, "parent": parent} | more
    new = replace(ROAD, **said)
    return enter_address(actor, new).made[0]


def standing(on=LATER):
    return set(as_of(AddressVersion.objects.all(), on).values_list("name", flat=True))


@pytest.mark.django_db
class TestAddresses:
    def test_from_the_road_to_the_room_and_all_follow_its_new_name(self, names_office):
        road = enter_address(names_office, ROAD).made[0]
        number = below(names_office, road, "number", "十二号")
        room = below(names_office, below(names_office, number, "building", "3栋"), "room", "502")
        assert (
            selectors.record_of(room).full
            == "浙江省温州市鹿城区五马街道" + (selectors.record_of(room).full.split("五马街道")[1])
        )
        assert selectors.record_of(room).words == "望江路12号3幢502室"
        rename_address(
            names_office, road, "望江东路", Order(key="rename", since=LATER, basis="鹿政发〔2025〕1 号")
        )
        assert selectors.record_of(room, LATER - timedelta(days=1)).words == "望江路12号3幢502室"
        assert selectors.record_of(room, LATER).words == "望江东路12号3幢502室"
        rename_address(names_office, number, "14", Order(key="renumber", since=LATER))
        assert selectors.record_of(room).words == "望江东路14号3幢502室"
        assert OutboxEntry.objects.filter(name="registers.changed").count() == 2
        assert AuditEntry.objects.filter(action="places.rename-address").count() == 2
        assert AddressVersion.objects.filter(location=road, superseded_at=None, valid_to=None).get().pairs

    def test_withdrawn_with_all_below_and_the_number_is_free_again(self, names_office):
        road = enter_address(names_office, ROAD).made[0]
        number = below(names_office, road, "number", "1号")
        below(names_office, number, "room", "101室")
        row = withdraw_address(names_office, number, Order(key="gone", since=LATER))
        assert standing(LATER) == {"望江路"} and len(row.ended) == 2
        assert standing(LATER - timedelta(days=1)) == {"望江路", "1号", "101室"}
        assert OutboxEntry.objects.filter(name="registers.ended").count() == 2
        with pytest.raises(Conflict):
            below(
                names_office, road, "number", "1号", key="second"
            )  # from 2024 on, when the first still stood
        below(names_office, road, "number", "1号", key="third", since=LATER)
        with pytest.raises(NotFound):
            withdraw_address(names_office, number, Order(key="again", since=LATER))

    def test_the_door_of_a_standing_building_is_not_withdrawn(self, names_office, land_office):
        road = enter_address(names_office, ROAD).made[0]
        number = below(names_office, road, "number", "2号")
        room = below(names_office, number, "room", "201室")
        ground = make_parcel(land_office, square(0, 0, 20, 20))
        house = make_building(land_office, ground, square(5, 5, 8, 8), address=number, since=date(2024, 2, 1))
        with pytest.raises(Conflict) as error:
            withdraw_address(names_office, road, Order(key="no", since=LATER))
        assert "F0001" in str(error.value.detail)
        demolish_building(land_office, house, Order(key="down", since=LATER))
        assert selectors.record_of(room, LATER).ended == LATER, "its units end with the building"
        assert selectors.record_of(number, LATER).ended is None, "the number stays with the ground"
        withdraw_address(names_office, road, Order(key="yes", since=LATER))
        assert standing() == set()

    def test_the_same_key_does_it_once_and_for_one_thing(self, names_office):
        first, again = (enter_address(names_office, ROAD) for _ in range(2))
        assert first == again and AddressVersion.objects.count() == 1
        with pytest.raises(Conflict) as error:
            enter_address(names_office, replace(ROAD, name="滨江路"))
        assert error.value.code == "key-used"

    def test_what_cannot_be(self, names_office):
        road = enter_address(names_office, ROAD).made[0]
        number = below(names_office, road, "number", "9号")
        for changes, field in (
            ({"name": "路"}, "name"),
            ({"level": "number", "name": "甲号", "parent": road}, "name"),
            ({"level": "room", "name": "101室"}, "parent"),
            ({"level": "unit", "name": "1单元", "parent": road}, "parent"),
            ({"level": "tower"}, "level"),
            ({"division": "330302999999"}, "division"),
            ({"level": "number", "name": "8号", "parent": road, "division": "330302006001"}, "division"),
            ({"lon": 120.0}, "lon"),
            ({"since": date.today() + timedelta(days=1)}, "since"),
            ({"code": "330302300000000001"}, "code"),
            ({"key": ""}, "key"),
        ):
            with pytest.raises(Invalid) as error:
                enter_address(names_office, replace(ROAD, **({"key": "bad", "name": "新河街"} | changes)))
            assert field in error.value.fields, changes
        with pytest.raises(Conflict):
            enter_address(names_office, replace(ROAD, key="twice"))
        with pytest.raises(Invalid):
            rename_address(names_office, number, "9号", Order(key="same", since=LATER))
        place_address(names_office, number, POINT[0] + 0.001, POINT[1], Order(key="moved", since=LATER))
        with pytest.raises(Invalid) as error:
            rename_address(names_office, number, "10号", Order(key="early", since=SINCE))
        assert "since" in error.value.fields, "a later change is registered"
        assert PlaceAct.objects.count() == 3

    def test_who_may(self, names_office, land_office):
        make_office("oh-names", function="civil-affairs", area="330304")
        for actor in (land_office, actor_with(CITIZEN), actor_with(CLERK, office="oh-names")):
            with pytest.raises(Refused):
                enter_address(actor, ROAD)
        enter_address(actor_with(DATA_OFFICER), ROAD)


@pytest.mark.django_db(transaction=True)
def test_two_clerks_give_one_number_at_once():
    load_city()
    officer = actor_with(DATA_OFFICER)
    road = enter_address(officer, ROAD).made[0]
    new = replace(ROAD, level=Level.NUMBER, name="7号", parent=road)
    outcomes = at_once(*[lambda k=k: enter_address(officer, replace(new, key=k)) for k in ("a", "b")])
    assert sorted(isinstance(one, Conflict) for one in outcomes) == [False, True]
    same = at_once(*[lambda: enter_address(officer, replace(new, key="c", name="8号"))] * 2)
    assert same[0] == same[1]
    assert AddressVersion.objects.filter(level=Level.NUMBER).count() == 2
