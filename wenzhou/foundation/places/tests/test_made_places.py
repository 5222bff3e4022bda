from collections import Counter
from typing import Any

import pytest
import shapely

from wenzhou.foundation.places import demo
from wenzhou.foundation.places.codes import is_address_code
from wenzhou.foundation.places.models import AddressVersion, BuildingVersion, Level, ParcelVersion
from wenzhou.kernel.base.errors import Conflict


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
