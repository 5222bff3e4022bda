from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from wenzhou.foundation.places import geometry
from wenzhou.foundation.places.models import BuildingVersion, ParcelVersion
from wenzhou.foundation.places.services import (
    NewParcel,
    Order,
    adjust_parcels,
    change_building,
    change_parcel,
    demolish_building,
    enter_parcel,
    merge_parcels,
    split_parcel,
)
from wenzhou.foundation.places.testing import VILLAGE, line, make_building, make_parcel, square
from wenzhou.kernel.base.actors import DATA_OFFICER
from wenzhou.kernel.base.errors import Conflict, Invalid, NotFound, Refused
from wenzhou.kernel.base.models import AuditEntry
from wenzhou.kernel.base.testing import at_once
from wenzhou.kernel.geo.testing import load_city
from wenzhou.kernel.identity.testing import actor_with
from wenzhou.kernel.registers.api import as_of

SINCE, LATER = date(2020, 1, 1), date(2024, 5, 1)
BEFORE = LATER - timedelta(days=1)
NEW = NewParcel(
    key="p",
    since=SINCE,
    division=VILLAGE,
    shape=square(0, 0, 20, 30),
    use="0701",
    situated="望江路 1 号",
    block="001001",
)


def parcel(location, on=LATER):
    return as_of(ParcelVersion.objects.filter(location=location).select_related("location"), on).get()


def total(on):
    return sum(as_of(ParcelVersion.objects.all(), on).values_list("area", flat=True))


@pytest.mark.django_db
class TestParcels:
    def test_entered_with_area_and_code_beside_a_neighbour(self, land_office):
        first = enter_parcel(land_office, NEW).made[0]
        row = parcel(first)
        assert row.location.code == "330302001001GB00001"
        assert abs(row.area - Decimal(600)) < 1
        # Three centimetres over the border: the same border, surveyed twice.
        second = make_parcel(land_office, square(19.97, 0, 20, 30))
        assert parcel(second).location.code == "330302001001GB00002"
        with pytest.raises(Conflict) as error:
            make_parcel(land_office, square(10, 10, 5, 5))
        assert "330302001001GB00001" in str(error.value.detail) and "shape" in error.value.fields
        assert AuditEntry.objects.filter(action="places.enter-parcel").count() == 2

    def test_split_along_a_line_and_merged_again(self, land_office):
        old = make_parcel(land_office, NEW.shape)
        house = make_building(land_office, old, square(12, 5, 5, 5))
        act = split_parcel(
            land_office, old, line((8, -1), (8, 31)), Order(key="s", since=LATER, basis="分割协议")
        )
        large, small = act.made
        assert act.ended == [old]
        assert parcel(large).area > parcel(small).area > 200
        assert abs(total(LATER) - total(BEFORE)) < Decimal("0.05")
        assert not as_of(ParcelVersion.objects.filter(location=old), LATER).exists()
        assert as_of(BuildingVersion.objects.filter(location=house), LATER).get().parcel_id == large
        assert as_of(BuildingVersion.objects.filter(location=house), BEFORE).get().parcel_id == old
        merged = merge_parcels(land_office, [small, large], Order(key="m", since=date(2025, 1, 1)))
        whole = parcel(merged.made[0], date(2025, 1, 1))
        assert whole.location.code == "330302001001GB00004", "codes are never given again"
        assert (
            geometry.outside(
                geometry.shape_of(parcel(old, BEFORE).geometry), geometry.shape_of(whole.geometry)
            )
            == 0
        )
        assert (
            split_parcel(
                land_office, old, line((8, -1), (8, 31)), Order(key="s", since=LATER, basis="分割协议")
            )
            == act
        )
        # The parcel that was there until 2024 still refuses who says to have been there then.
        with pytest.raises(Conflict) as error:
            make_parcel(land_office, square(1, 1, 2, 2), since=date(2022, 1, 1))
        assert "GB00001" in str(error.value.detail)

    def test_acts_on_ground_that_cannot_be(self, land_office):
        first = make_parcel(land_office, NEW.shape)
        far = make_parcel(land_office, square(60, 0, 20, 30))
        make_building(land_office, first, square(5, 5, 8, 8))
        order = Order(key="x", since=LATER)
        with pytest.raises(Conflict) as error:
            split_parcel(land_office, first, line((9, -1), (9, 31)), order)
        assert "F0001" in str(error.value.detail)
        for act, field in (
            (lambda: split_parcel(land_office, first, line((9, 2), (9, 10)), order), "line"),
            (lambda: split_parcel(land_office, first, "x", order), "line"),
            (lambda: merge_parcels(land_office, [first, far], order), "parcels"),
            (lambda: merge_parcels(land_office, [first], order), "parcels"),
            (lambda: adjust_parcels(land_office, {first: "POINT(1 1)"}, order), "shape"),
            (lambda: adjust_parcels(land_office, {first: square(9000, 99000, 5, 5)}, order), "shape"),
            (lambda: change_parcel(land_office, first, {"use": "9"}, order), "use"),
            (
                lambda: split_parcel(land_office, first, line((2, -1), (2, 31)), replace(order, since=SINCE)),
                "since",
            ),
            (lambda: enter_parcel(land_office, replace(NEW, shape="0 0\n1 1\n0 1\n1 0")), "shape"),
            (lambda: enter_parcel(land_office, replace(NEW, block="1")), "block"),
        ):
            with pytest.raises(Invalid) as wrong:
                act()
            assert field in wrong.value.fields
        with pytest.raises(Conflict):
            adjust_parcels(land_office, {first: square(0, 0, 10, 30)}, order)  # the house would stand out
        with pytest.raises(Conflict):
            adjust_parcels(land_office, {first: square(0, 0, 70, 30)}, order)
        assert total(LATER) == total(BEFORE), "nothing half-written"

    def test_a_border_moves_between_two_neighbours_in_one_act(self, land_office):
        one, other = make_parcel(land_office, NEW.shape), make_parcel(land_office, square(20, 0, 20, 30))
        shapes = {one: square(0, 0, 25, 30), other: square(25, 0, 15, 30)}
        adjust_parcels(land_office, shapes, Order(key="a", since=LATER))
        assert round(parcel(one).area) == 750 and round(parcel(other).area) == 450
        assert round(parcel(one, BEFORE).area) == 600
        change_parcel(land_office, one, {"use": "0501"}, Order(key="u", since=LATER))
        assert (parcel(one, BEFORE).use, parcel(one).use) == ("0701", "0501")

    def test_the_office_of_names_enters_no_ground(self, names_office):
        with pytest.raises(Refused):
            enter_parcel(names_office, NEW)


@pytest.mark.django_db
class TestBuildings:
    def test_inside_its_parcel_where_no_other_stands(self, land_office):
        ground = make_parcel(land_office, NEW.shape)
        house = make_building(land_office, ground, square(2, 2, 10, 10))
        row = BuildingVersion.objects.select_related("location").get(location=house)
        assert row.location.code == "330302001001GB00001F0001" and row.division == VILLAGE
        for shape in (square(15, 2, 10, 10), square(8, 8, 5, 5)):
            with pytest.raises(Conflict) as error:
                make_building(land_office, ground, shape)
            assert "shape" in error.value.fields
        change_building(land_office, house, {"storeys": 5, "use": "30"}, Order(key="c", since=LATER))
        now = as_of(BuildingVersion.objects.filter(location=house), LATER).get()
        assert (now.storeys, now.use) == (5, "30")
        for values, field in (
            ({"storeys": 0}, "storeys"),
            ({"use": "x"}, "use"),
            ({}, "storeys"),
            ({"a": 1}, "a"),
        ):
            with pytest.raises(Invalid) as wrong:
                change_building(land_office, house, values, Order(key="w", since=LATER))
            assert field in wrong.value.fields
        demolish_building(land_office, house, Order(key="d", since=date(2025, 1, 1)))
        with pytest.raises(NotFound):
            demolish_building(land_office, house, Order(key="e", since=date(2025, 1, 1)))
        again = make_building(land_office, ground, square(2, 2, 10, 10), since=date(2025, 1, 1))
        assert (
            BuildingVersion.objects.select_related("location").get(location=again).location.code.endswith("2")
        )


@pytest.mark.django_db(transaction=True)
def test_of_two_parcels_on_one_ground_at_once_one_is_entered():
    load_city()
    officer = actor_with(DATA_OFFICER)
    acts = [replace(NEW, key=k, shape=square(n, 0, 20, 30)) for n, k in enumerate("ab")]
    outcomes = at_once(*[lambda new=new: enter_parcel(officer, new) for new in acts])
    assert sorted(isinstance(one, Conflict) for one in outcomes) == [False, True]
    assert ParcelVersion.objects.count() == 1
