from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from wenzhou.foundation.places.models import AddressVersion, BuildingVersion, Level, ParcelVersion
from wenzhou.foundation.places.register import (
    ADDRESSES_REGISTER,
    BUILDINGS_REGISTER,
    PARCELS_REGISTER,
)
from wenzhou.foundation.places.testing import VILLAGE, make_address, make_building, make_parcel, square
from wenzhou.kernel.base.errors import Conflict, Invalid
from wenzhou.kernel.base.testing import at_most_queries
from wenzhou.kernel.geo.testing import load_city
from wenzhou.kernel.identity.testing import client_for
from wenzhou.kernel.registers.api import as_of, change_record, history, read, search
from wenzhou.kernel.registers.declarations import Sensitivity
from wenzhou.kernel.registers.testing import AccessEntry, Correction, verdicts

SINCE, LATER = date(2022, 1, 1), date(2025, 1, 1)


@pytest.fixture
def house(land_office):
    number = make_address("12号", level=Level.NUMBER, parent=make_address("望江路"))
    ground = make_parcel(land_office, square(0, 0, 20, 30))
    return make_building(land_office, ground, square(2, 2, 8, 8), address=number)


def of(model, location):
    return as_of(model.objects.filter(location=location), LATER).select_related("location").get()


@pytest.mark.django_db
class TestEngine:
    def test_places_are_read_whole_and_nobody_is_journalled(self, land_office, house):
        found = read(land_office, BUILDINGS_REGISTER, str(house))
        assert found.values["parcel"] == "330302001001GB00001" == found.key[:19]
        assert str(found.values["shape"]).startswith("POLYGON")
        with at_most_queries(4):
            rows = search(land_office, ADDRESSES_REGISTER, {"level": "number"}).records
        assert rows[0].values["parent"] and isinstance(rows[0].values["lon"], Decimal)
        assert len(history(land_office, PARCELS_REGISTER, str(found.values["parcel"]))) == 1
        assert not AccessEntry.objects.exists()
        with pytest.raises(Invalid):
            search(land_office, PARCELS_REGISTER, {"shape": "POINT(1 1)"})

    def test_pages_and_api_of_the_engine(self, land_office, house):
        client = client_for(land_office)
        page = client.get(reverse("registers:record", args=["building", house])).content.decode()
        assert "POLYGON" in page and "住宅" in page
        form = client.get(reverse("registers:change", args=["building", house])).content.decode()
        assert "地上层数" in form and "界线" not in form
        code = of(ParcelVersion, of(BuildingVersion, house).parcel_id).location.code
        out = client.get(f"/api/registers/r/parcel/records/{code}").json()
        assert out["values"]["situated"] == "测试路 1 号" and out["values"]["area"].startswith("600")

    def test_changed_by_the_office_that_answers_proposed_by_others(self, names_office, land_office, house):
        number = of(BuildingVersion, house).address_id
        key = AddressVersion.objects.select_related("location").filter(location=number)[0].location.code
        done = change_record(
            names_office, ADDRESSES_REGISTER, key, LATER, {"name": "14号", "lon": Decimal("120.6562")}
        )
        assert done.version is not None and not done.corrections
        now = of(AddressVersion, number)
        assert (now.name, now.key, now.ordinal, now.lon) == ("14号", "14", 14, 120.6562)
        done = change_record(
            names_office, BUILDINGS_REGISTER, str(house), LATER, {"storeys": 9}, reason="现场核实"
        )
        assert done.version is None and Correction.objects.count() == 1
        change_record(land_office, BUILDINGS_REGISTER, str(house), LATER, {"storeys": 8, "address": ""})
        assert (of(BuildingVersion, house).storeys, of(BuildingVersion, house).address_id) == (8, None)
        with pytest.raises(Invalid):
            change_record(land_office, BUILDINGS_REGISTER, str(house), LATER, {"shape": square(0, 0, 5, 5)})

    def test_opened_with_codes_they_have(self, names_office, land_office):
        road = make_address("望江路")
        above = AddressVersion.objects.select_related("location").get(location=road).location.code
        values: dict[str, object] = {
            "code": "330302300000000012",
            "level": "number",
            "name": "8号",
            "parent": above,
        }
        values |= {"division": VILLAGE, "lon": Decimal("120.6561"), "lat": Decimal("28.0161")}
        assert ADDRESSES_REGISTER.open is not None and BUILDINGS_REGISTER.open and PARCELS_REGISTER.open
        with pytest.raises(Invalid):
            ADDRESSES_REGISTER.open(names_office, SINCE, values)  # the check digit
        code = "330302001001GB00077"
        ground = {
            "code": code,
            "division": VILLAGE,
            "use": "0701",
            "situated": "望江路",
            "shape": square(0, 0, 9, 9),
        }
        PARCELS_REGISTER.open(land_office, SINCE, ground)
        with pytest.raises(Conflict):
            PARCELS_REGISTER.open(land_office, SINCE, ground)
        house = {"code": f"{code}F0001", "use": "10", "storeys": 2, "shape": square(1, 1, 5, 5)}
        location = BUILDINGS_REGISTER.open(land_office, SINCE, house)
        assert of(BuildingVersion, location).location.code == f"{code}F0001"

    def test_rules_agree_in_bulk_and_alone(self, land_office, house):
        load_city()
        lost = of(BuildingVersion, house)
        AddressVersion.objects.filter(location=lost.address_id).update(division="330302006999")
        ParcelVersion.objects.update(valid_to=LATER)
        AddressVersion.objects.filter(level=Level.ROAD).update(valid_to=LATER)
        broken = set()
        for one in (ADDRESSES_REGISTER, BUILDINGS_REGISTER):
            for rule, (in_bulk, alone, before) in verdicts(one, date.today()).items():
                assert in_bulk == alone == before, rule
                broken |= {rule} if in_bulk else set()
        assert broken == {"address.division-in-force", "address.above", "building.parcel"}


def test_a_register_of_nobody_has_no_personal_field():
    field = ADDRESSES_REGISTER.fields[2]
    personal = replace(field, element=replace(field.element, sensitivity=Sensitivity.PERSONAL))
    with pytest.raises(ValueError, match="personal data"):
        replace(ADDRESSES_REGISTER, fields=(*ADDRESSES_REGISTER.fields[:2], personal), listed=())
