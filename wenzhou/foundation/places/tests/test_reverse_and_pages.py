from datetime import date

import pytest
import shapely
from django.urls import reverse

from wenzhou.foundation.places import demo
from wenzhou.foundation.places.geometry import area, distance
from wenzhou.foundation.places.matching.match import match
from wenzhou.foundation.places.matching.text import pairs
from wenzhou.foundation.places.models import AddressVersion, BuildingVersion, Level, ParcelVersion
from wenzhou.foundation.places.reverse import at_point, nearest
from wenzhou.foundation.places.testing import make_address
from wenzhou.kernel.base.actors import CITIZEN, DATA_OFFICER
from wenzhou.kernel.base.errors import Invalid
from wenzhou.kernel.base.testing import at_most_queries
from wenzhou.kernel.geo.testing import load_city
from wenzhou.kernel.identity.testing import actor_with, client_for
from wenzhou.kernel.registers.api import change

pytestmark = pytest.mark.django_db


@pytest.fixture
def city(few, db):
    load_city()
    demo.load(20, lambda _: None)


@pytest.mark.usefixtures("city")
class TestReverse:
    def test_inside_a_house_all_is_known(self):
        house = BuildingVersion.objects.order_by("id")[3]
        middle = shapely.from_wkb(bytes(house.geometry)).centroid
        with at_most_queries(12):
            found = at_point(middle.x, middle.y)
        assert found.building is not None and found.building.location_id == house.location_id
        assert found.parcel is not None and found.parcel.location_id == house.parcel_id
        assert found.division is not None and found.division.code == house.division
        assert found.address is not None and found.metres is not None and found.metres < 200

    def test_the_nearest_is_nearest_by_metres(self):
        rows = list(AddressVersion.objects.filter(level=Level.NUMBER))
        for at in rows[:40:5]:
            lon, lat = at.lon + 0.0004, at.lat - 0.0003
            wanted = min(distance(lon, lat, row.lon, row.lat) for row in rows)
            found = nearest(lon, lat, at.valid_from)
            assert found is not None
            assert found[1] == pytest.approx(wanted)

    def test_a_point_elsewhere_is_refused(self):
        for lon, lat in ((116.4, 39.9), (float("nan"), 28.0)):
            with pytest.raises(Invalid):
                at_point(lon, lat)

    def test_areas_are_those_of_the_ellipsoid(self):
        square = shapely.box(120.0, 28.0, 120.01, 28.01)
        # 0.01° by 0.01° at 28.005° N on GRS 80 / CGCS2000: 983.4 m × 1108.2 m
        assert area(square) == pytest.approx(983.4 * 1108.2, rel=1e-3)
        assert all(row.area > 10 for row in ParcelVersion.objects.all()[:20])


@pytest.mark.usefixtures("city")
class TestPages:
    def test_search_shows_confidence_and_reasons(self):
        client = client_for(actor_with(DATA_OFFICER))
        road = AddressVersion.objects.filter(level=Level.ROAD, division__startswith="330302").first()
        assert road is not None
        page = client.get(reverse("places:search"), {"q": f"鹿城区{road.name}"}).content.decode()
        assert road.name in page and 'value="100"' in page and "完全一致" in page
        code = AddressVersion.objects.select_related("location").order_by("id")[5].location.code
        answer = client.get(reverse("places:search"), {"q": code})
        assert answer.status_code == 302 and "/places/addresses/" in answer.headers["Location"]
        assert "2 至 200" in client.get(reverse("places:search"), {"q": "x" * 300}).content.decode()

    def test_a_record_with_what_is_below_and_its_ground(self):
        client = client_for(actor_with(DATA_OFFICER))
        house = BuildingVersion.objects.select_related("location").order_by("id")[0]
        page = client.get(reverse("places:address", args=[house.address_id])).content.decode()
        assert house.location.code in page
        assert "变更历史" in page
        gone = reverse("places:address", args=["01942a00-0031-7000-8000-ffffffffffff"])
        assert client.get(gone).status_code == 404
        assert client.get(reverse("places:address", args=[house.address_id]) + "?on=x").status_code == 422

    def test_point_page_and_roads(self):
        client = client_for(actor_with(DATA_OFFICER))
        row = AddressVersion.objects.filter(level=Level.NUMBER).first()
        assert row is not None
        page = client.get(
            reverse("places:point"), {"lon": str(row.lon), "lat": str(row.lat)}
        ).content.decode()
        assert "查看最近地址" in page
        assert "经纬度应为小数" in client.get(reverse("places:point"), {"lon": "x"}).content.decode()
        roads = client.get(reverse("places:roads", args=[row.division])).content.decode()
        assert "街路巷" in roads
        assert client.get(reverse("places:roads", args=["999999"])).status_code == 404
        totals = client.get(reverse("places:statistics")).context["totals"]
        assert totals[1] == AddressVersion.objects.filter(level=Level.NUMBER).count()

    def test_the_api(self):
        client = client_for(actor_with(CITIZEN))
        row = AddressVersion.objects.filter(level=Level.NUMBER).first()
        assert row is not None
        near = client.get("/api/places/reverse", {"lon": str(row.lon), "lat": str(row.lat)}).json()
        assert near["address"]["id"] == str(row.location_id)
        found = client.get("/api/places/match", {"text": near["address"]["text"]}).json()
        assert found[0]["address"]["id"] == str(row.location_id) and found[0]["confidence"] >= 0.9
        parts = client.get("/api/places/parse", {"text": near["address"]["text"]}).json()
        assert parts[0]["area"] == row.division and parts[0]["keys"]["number"]
        many = client.post(
            "/api/places/match", {"texts": [near["address"]["text"], ""]}, content_type="application/json"
        ).json()
        assert [len(one["matches"]) for one in many] == [1, 0]
        too_many = client.post("/api/places/match", {"texts": ["x"] * 101}, content_type="application/json")
        assert too_many.status_code == 422


def test_a_renamed_road_takes_its_numbers_along_and_is_still_found_by_its_old_name():
    load_city()
    officer = actor_with(DATA_OFFICER)
    road = make_address("旧名路")
    number = make_address("7号", level=Level.NUMBER, parent=road)
    renamed = {"name": "新桥街", "key": "新桥街", "pairs": pairs("新桥街")}
    change(AddressVersion, road, date(2024, 1, 1), renamed, actor=officer, source="test")
    url = reverse("places:address", args=[number])
    client = client_for(officer)
    assert "新桥街7号" in client.get(url).content.decode()
    assert "旧名路7号" in client.get(url + "?on=2023-12-31").content.decode()
    now, then = match("鹿城区新桥街7号")[0], match("鹿城区旧名路7号")[0]
    assert now.address.id == then.address.id == number
    assert now.confidence == 1.0 > then.confidence
    assert then.address.words == "新桥街7号"
