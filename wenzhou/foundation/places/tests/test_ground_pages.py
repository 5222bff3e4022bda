from datetime import date

import pytest
from django.urls import reverse

from wenzhou.foundation.places.models import AddressVersion, BuildingVersion, Level, ParcelVersion, PlaceAct
from wenzhou.foundation.places.testing import (
    POINT,
    VILLAGE,
    line,
    make_address,
    make_building,
    make_parcel,
    square,
)
from wenzhou.kernel.base.testing import at_most_queries
from wenzhou.kernel.identity.testing import client_for

DAY = date(2024, 5, 1)


def form(name, of=""):
    return reverse("places:act", args=[name]) + (f"?of={of}" if of else "")


@pytest.mark.django_db
class TestPages:
    def test_a_parcel_is_entered_and_split_on_its_pages(self, land_office):
        client = client_for(land_office)
        data = {
            "division": VILLAGE,
            "block": "001001",
            "tenure": "GB",
            "use": "0701",
            "situated": "望江路 1 号",
        }
        data |= {"shape": "x", "since": "2023-01-01", "key": "k1"}
        wrong = client.post(form("enter-parcel"), data)
        assert wrong.status_code == 422 and "应为一个有效多边形" in wrong.content.decode()
        done = client.post(form("enter-parcel"), data | {"shape": square(0, 0, 20, 30)})
        parcel = PlaceAct.objects.get(key="k1").made[0]
        assert done.status_code == 302 and done["Location"] == reverse("places:parcel", args=[parcel])
        make_parcel(land_office, square(20, 0, 20, 30))
        make_building(land_office, parcel, square(12, 5, 5, 5), since=date(2023, 2, 1))
        with at_most_queries(25):
            page = client.get(done["Location"]).content.decode()
        for words in ("GB00001F0001", "GB00002", "宗地分割", "120.656"):
            assert words in page
        split = {"line": line((8, -1), (8, 31)), "since": "2024-05-01", "key": "k2", "basis": "分割协议"}
        client.post(form("split-parcel", parcel), split)
        old = client.get(done["Location"]).content.decode()
        assert "GB00003" in old and "GB00004" in old and "分割协议" in old
        near = client.get(f"/api/places/around/{parcel}?on=2024-01-01").json()["features"]
        assert {one["properties"]["shade"] for one in near} == {1, 2, 3}

    def test_a_building_with_its_door_its_ground_and_its_end(self, land_office):
        number = make_address("12号", level=Level.NUMBER, parent=make_address("望江路"))
        make_address("101室", level=Level.ROOM, parent=number)
        parcel = make_parcel(land_office, square(0, 0, 20, 30))
        house = make_building(land_office, parcel, square(2, 2, 9, 9), address=number)
        client = client_for(land_office)
        page = client.get(reverse("places:building", args=[house])).content.decode()
        assert "望江路12号" in page and "房室 1" in page and "建筑物拆除" in page
        change = client.get(form("change-building", house)).content.decode()
        assert "POLYGON" in change
        client.post(form("demolish-building", house), {"since": "2024-05-01", "key": "d"})
        assert not BuildingVersion.objects.filter(superseded_at=None, valid_to=None).exists()
        assert not AddressVersion.objects.filter(level=Level.ROOM, superseded_at=None, valid_to=None).exists()

    def test_an_address_below_another(self, names_office):
        road = make_address("望江路")
        client = client_for(names_office)
        start = client.get(form("enter-address", road)).content.decode()
        assert VILLAGE in start and f"{POINT[0]:.6f}" in start
        data = {"level": "number", "name": "18号", "division": VILLAGE, "lon": POINT[0], "lat": POINT[1]}
        data |= {"since": "2024-05-01", "key": "n"}
        assert client.post(form("enter-address", road), data | {"lon": "x"}).status_code == 422
        assert client.post(form("enter-address", road), data).status_code == 302
        assert AddressVersion.objects.filter(parent=road, key="18").exists()
        page = client.get(reverse("places:address", args=[road])).content.decode()
        assert "更名或改号" in page and "18号" in page

    def test_who_may_not(self, names_office, land_office):
        client = client_for(names_office)
        assert (
            client.post(
                form("enter-parcel"), {"since": "2024-05-01", "key": "x", "shape": square(0, 0, 9, 9)}
            ).status_code
            == 403
        )
        parcel = make_parcel(land_office, square(0, 0, 20, 30))
        assert "宗地分割" not in client.get(reverse("places:parcel", args=[parcel])).content.decode()
        assert client.get(form("split-parcel")).status_code == 404
        assert client.get(form("nothing")).status_code == 404
        assert ParcelVersion.objects.count() == 1
