from collections import Counter
from typing import Any

import pytest
import shapely
from django.urls import reverse

from wenzhou.foundation.places import demo, generator, geometry
from wenzhou.foundation.places.codes import is_address_code
from wenzhou.foundation.places.models import AddressVersion, BuildingVersion, Level, ParcelVersion
from wenzhou.foundation.places.testing import make_address
from wenzhou.kernel.base.actors import CLERK
from wenzhou.kernel.base.errors import Conflict
from wenzhou.kernel.geo import api as geo
from wenzhou.kernel.geo import testing as geo_testing
from wenzhou.kernel.identity.testing import actor_with, client_for


def quiet(_: str) -> None:
    pass


@pytest.mark.django_db
class TestLoad:
    def test_every_dwelling_has_its_address_with_ground_and_house(self, few):
        demo.load(40, quiet)
        names = dict(AddressVersion.objects.values_list("location", "name"))
        parents = dict(AddressVersion.objects.values_list("location", "parent"))
        children = set(parents.values())
        texts = set()
        for location in parents:
            if location in children:
                continue
            at: Any = location
            text = ""
            while at is not None:
                text, at = names[at] + text, parents[at]
            texts.add(text)
        wanted = {village.plan.text(k) for village in few for k in range(40)}
        assert wanted <= texts, "some made people would have no address"
        assert AddressVersion.objects.filter(made=True).count() == len(parents)
        numbers = AddressVersion.objects.filter(level=Level.NUMBER).count()
        assert ParcelVersion.objects.count() == numbers
        assert BuildingVersion.objects.count() >= numbers

    def test_codes_are_valid_and_unique(self, few):
        demo.load(20, quiet)
        codes = list(AddressVersion.objects.values_list("location__code", flat=True))
        assert len(set(codes)) == len(codes)
        assert all(is_address_code(code) for code in codes)
        wrong = codes[0][:-1] + str((int(codes[0][-1]) + 1) % 10)
        assert not is_address_code(wrong)
        assert all(len(c) == 19 for c in ParcelVersion.objects.values_list("location__code", flat=True))
        assert all(len(c) == 24 for c in BuildingVersion.objects.values_list("location__code", flat=True))

    def test_parcels_do_not_overlap_and_hold_their_houses(self, few):
        demo.load(60, quiet)
        shapes = {
            row.location_id: shapely.from_wkb(bytes(row.geometry)) for row in ParcelVersion.objects.all()
        }
        tree = shapely.STRtree(list(shapes.values()))
        pairs = tree.query(list(shapes.values()), predicate="overlaps")
        assert pairs.shape[1] == 0
        for house in BuildingVersion.objects.all():
            assert shapes[house.parcel_id].contains(shapely.from_wkb(bytes(house.geometry)))

    def test_shapes_in_bulk_are_those_of_shapely(self, few):
        village = few[0]
        grounds = generator.places(village, 0, 30, generator.road_ids(few), (1, 1)).parcels
        for ground, (wkb, box, size) in zip(grounds, generator.shapes(grounds), strict=True):
            shape = shapely.Polygon(ground.corners)
            assert (wkb, box, size) == (shapely.to_wkb(shape), shape.bounds, geometry.square_metres(shape))

    def test_repeating_and_growing(self, few):
        demo.load(10, quiet)
        first = set(AddressVersion.objects.values_list("id", "name", "parent"))
        demo.load(10, quiet)
        assert set(AddressVersion.objects.values_list("id", "name", "parent")) == first
        demo.load(30, quiet)
        grown = set(AddressVersion.objects.values_list("id", "name", "parent"))
        assert first < grown
        assert set(Counter(ParcelVersion.objects.values_list("location", flat=True)).values()) == {1}

    def test_it_goes_on_where_it_was_killed(self, few, monkeypatch):
        monkeypatch.setattr(demo, "CHUNK", 1)
        copy, calls = demo._copy_parcels, []

        def dying(rows):
            calls.append(rows)
            if len(calls) == 3:
                raise KeyboardInterrupt
            copy(rows)

        monkeypatch.setattr(demo, "_copy_parcels", dying)
        with pytest.raises(KeyboardInterrupt):
            demo.load(20, quiet)
        divisions = set(AddressVersion.objects.exclude(level=Level.ROAD).values_list("division", flat=True))
        assert divisions == {village.code for village in few[:2]}
        monkeypatch.setattr(demo, "_copy_parcels", copy)
        demo.load(20, quiet)
        left = set(AddressVersion.objects.exclude(level=Level.ROAD).values_list("division", flat=True))
        assert left == {village.code for village in few}

    def test_places_of_another_version_are_not_mixed(self, few):
        demo.load(10, quiet)
        AddressVersion.objects.filter(level=Level.ROAD).update(name="别的路")
        with pytest.raises(Conflict):
            demo.load(20, quiet)


@pytest.mark.django_db
def test_statistics_on_the_divisions_of_that_day_and_of_today():
    geo_testing.load_city()
    village = geo.villages("330383")[0].code
    make_address("龙港大道", division=village)
    make_address("人民路", division="330302006044")
    client = client_for(actor_with(CLERK, office="any"))
    url = reverse("places:statistics")

    def areas(query: str) -> dict[str, int]:
        found = client.get(f"{url}?{query}").context
        return {area.division: area.roads for area, _ in found["rows"]} | {"": found["unplaced"] is not None}

    assert areas("") == areas("on=2016-01-01") == {"330302": 1, "330383": 1, "": 0}
    then = areas("on=2016-01-01&divisions=then")
    assert then == {"330302": 1, "330327": 1, "": 0}, "Longgang was Cangnan's until 2019"
    assert client.get(f"{url}?divisions=x").status_code == 422
    town = areas("on=2016-01-01&divisions=then&county=330327")
    assert town == {"": 1}, "which town of Cangnan it was, nobody has said"
