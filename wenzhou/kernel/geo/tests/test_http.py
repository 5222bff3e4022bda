import pytest

pytestmark = pytest.mark.usefixtures("city")


def test_the_city_on_a_page(client):
    page = client.get("/divisions/").content.decode()
    assert "鹿城区" in page and "龙港市" in page and "/api/geo/outlines?on=" in page
    page = client.get("/divisions/?on=1990-01-01").content.decode()
    assert "瓯海县" in page and "龙港市" not in page
    assert "1980" in client.get("/divisions/?on=1960-01-01").content.decode()


def test_in_english(client):
    page = client.get("/divisions/330302/", headers={"accept-language": "en"}).content.decode()
    assert "Lucheng District" in page and "Wuma Subdistrict" in page and "南城区" not in page


def test_a_division_and_its_history(client):
    page = client.get("/divisions/330302/").content.decode()
    assert "五马街道" in page and "南城区" in page
    assert "1984" in page
    assert "墨池社区" in client.get("/divisions/330302006/").content.decode()


def test_an_abolished_one_shows_what_followed(client):
    page = client.get("/divisions/330322/").content.decode()
    assert "不是有效区划" in page and "洞头区" in page


@pytest.mark.parametrize("address", ["/divisions/999999/", "/divisions/x/"])
def test_unknown(client, address):
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("address", ["/divisions/?on=yesterday", "/divisions/330302/?on=2026-02-30"])
def test_a_day_that_is_none(client, address):
    assert client.get(address).status_code == 422


def test_the_api(client):
    assert len(client.get("/api/geo/divisions").json()) == 12
    assert len(client.get("/api/geo/divisions?parent=330302").json()) == 14
    one = client.get("/api/geo/divisions/330302?on=1984-01-01").json()
    assert one["division"]["name"] == "城区" and len(one["versions"]) == 3
    assert {change["kind"] for change in one["changes"]} == {"merged", "renamed"}
    found = client.get("/api/geo/divisions/332822/successors").json()
    assert [place["code"] for place in found] == ["330305"]


def test_the_api_refuses_with_a_problem(client):
    answer = client.get("/api/geo/divisions/999999")
    assert answer.status_code == 404 and answer.headers["content-type"].startswith("application/problem+json")
    assert client.get("/api/geo/divisions/999999/successors").status_code == 404
    assert client.get("/api/geo/divisions?on=never").status_code == 422


def test_outlines_are_geojson(client):
    answer = client.get("/api/geo/outlines")
    assert answer.headers["content-type"] == "application/geo+json"
    kinds = {feature["geometry"]["type"] for feature in answer.json()["features"]}
    lucheng = answer.json()["features"][0]["properties"]
    assert (lucheng["code"], lucheng["below"], lucheng["url"]) == ("330302", 14, "/divisions/330302/")
    assert kinds <= {"Polygon", "MultiPolygon"}
