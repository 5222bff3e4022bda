import threading
from dataclasses import replace
from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction

from wenzhou.kernel.base.actors import CITIZEN, Actor, Post
from wenzhou.kernel.base.errors import Invalid, Refused, Unauthenticated
from wenzhou.kernel.base.models import AuditEntry, OutboxEntry
from wenzhou.kernel.base.testing import at_most_queries
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.geo import api, directory, facts
from wenzhou.kernel.geo.contracts import Level, Place, version_id
from wenzhou.kernel.geo.models import Division, DivisionLoad, DivisionSuccession, Outline
from wenzhou.kernel.geo.services import load_divisions

SYSTEM = Actor.system("test")
# Residents at the end of 2021 in ten thousand: Wenzhou Bureau of Statistics, 2021年温州市人口主要数据公报.
RESIDENTS_2021 = {
    "330302": 118.95,
    "330303": 73.29,
    "330304": 97.82,
    "330305": 15.03,
    "330324": 87.00,
    "330326": 86.59,
    "330327": 84.58,
    "330328": 28.85,
    "330329": 26.64,
    "330381": 152.58,
    "330382": 146.40,
    "330383": 46.77,
}


def codes(places) -> list[str]:
    return [place.code for place in places]


def at(code: str, on: date | None = None) -> Place:
    found = api.division(code, on)
    assert found is not None
    return found


@pytest.mark.usefixtures("city")
class TestReading:
    def test_as_of_a_day(self):
        assert at("330302", date(1982, 1, 1)).name.zh == "南城区"
        assert at("330302", date(1983, 12, 1)).name.zh == "城区"
        assert at("330302").name == Text("鹿城区", "Lucheng District")
        assert api.division("330383", date(2019, 8, 15)) is None
        assert at("330383", date(2019, 8, 16)).level is Level.COUNTY
        assert api.division("330322") is None
        assert api.division("nonsense") is None

    def test_children(self):
        assert len(api.children(api.CITY)) == 12
        assert "330322" in codes(api.children(api.CITY, date(2015, 7, 22)))
        assert "330305" in codes(api.children(api.CITY, date(2015, 7, 23)))
        # Rui'an and Yueqing stood directly under the province then
        assert len(api.children(api.CITY, date(1994, 1, 1))) == 9
        assert codes(api.children("330383")) == ["330383198"]
        assert api.children("nonsense") == ()

    def test_figures(self):
        assert len(api.villages()) == 3685
        assert len(api.villages("330302")) + len(api.villages("330383")) < 3685

    def test_path(self):
        assert api.path_text("330302006044").zh == "鹿城区 › 五马街道 › 鼓楼社区"
        assert api.path_text("330302006044").en == "Lucheng District › Wuma Subdistrict › Gulou Community"
        assert codes(api.path("330302")) == ["330302"]
        assert api.path("999999") == ()

    def test_towns_answer_for_days_before_they_were_first_listed(self):
        assert at("330302006", date(2001, 1, 1)).start_known is False
        assert api.division("330383198001", date(2019, 1, 1)) is None  # its county was not there

    @pytest.mark.parametrize(
        ("code", "on", "expected"),
        [
            ("332822", None, "330305"),  # Dongtou: region's code, city's code, district
            ("330322", date(2010, 1, 1), "330322"),
            ("332823", None, "330382"),  # Yueqing through 339017
            ("332823", date(1994, 1, 1), "339017"),
            ("330301", None, "330302"),
            ("330321", None, "330304"),
            ("330327", None, "330327"),  # a split leaves the old code
            ("330303", date(1982, 1, 1), "330303"),
            ("330303", None, "330303"),  # Lingkun went to Dongtou, Longwan stands
            ("330322", date(2015, 7, 23), "330305"),
            ("330321", date(1992, 3, 8), "330321"),
            ("330321", date(1992, 3, 9), "330304"),
            ("330323", date(1993, 9, 17), "330323"),
            ("330323", date(1993, 9, 18), "339017"),
            ("999999", None, None),
            ("330383", date(2000, 1, 1), None),
        ],
    )
    def test_resolve(self, code, on, expected):
        found = api.resolve(code, on)
        assert (found.code if found else None) == expected

    def test_successors_include_what_was_split_off(self):
        assert codes(api.successors("332826")) == ["330326", "330327", "330383"]
        assert codes(api.successors("330327", date(2019, 8, 15))) == ["330327"]
        assert codes(api.successors("330321")) == ["330303", "330304", "330305"]
        assert codes(api.successors("330321", date(2015, 7, 22))) == ["330303", "330304"]
        # 330303 has been Xicheng, now in Lucheng, and is Longwan, of which Lingkun went to Dongtou.
        assert codes(api.successors("330303", date(2015, 7, 23))) == ["330302", "330303", "330305"]
        assert codes(api.successors("330303", date(2015, 7, 22))) == ["330302", "330303"]
        assert codes(api.successors("332822")) == ["330305"]
        assert api.successors("999999") == ()

    @pytest.mark.parametrize(
        ("code", "expected"),
        [
            ("330383", ["332826", "330327", "330383"]),
            ("330381", ["332825", "330325", "339004", "330381"]),
            ("330305", ["332822", "330322", "330305"]),  # not Longwan, of which it took a part
            ("330303", ["330321", "330303"]),
            ("330302", ["330302"]),  # others were merged into it, it was there before
        ],
    )
    def test_under_which_codes_an_area_was_registered(self, code, expected):
        pairs = api.code_history(code)
        assert [found for _, found in pairs] == expected
        assert sorted(pairs) == list(pairs)
        assert api.code_history("330383", date(2020, 1, 1)) == ((date(2020, 1, 1), "330383"),)

    def test_how_an_address_begins(self):
        assert api.postal_prefix("330302006044") == "浙江省温州市鹿城区五马街道鼓楼社区"
        assert api.postal_prefix("330302023203") == "浙江省温州市鹿城区七都街道板桥村"
        assert api.postal_prefix("330383198001") == "浙江省龙港市金钗河社区"

    def test_census_and_divisions_agree(self):
        assert sum(api.RESIDENTS_2020.values()) == 9_572_903
        assert codes(api.children(api.CITY)) == sorted(api.RESIDENTS_2020)
        assert "110101" in api.lasting_county_codes() and "330383" not in api.lasting_county_codes()

    def test_census_fits_the_estimates_of_a_year_later(self):
        for county, later in RESIDENTS_2021.items():
            assert 1 <= later * 10_000 / api.RESIDENTS_2020[county] < 1.02, county
        assert RESIDENTS_2021.keys() == api.RESIDENTS_2020.keys()

    def test_outlines(self):
        collection = api.outlines()
        assert len(collection["features"]) == 12
        assert len(api.outlines(api.CITY, date(2014, 1, 1))["features"]) == 10  # no 330305, no 330383
        assert api.outlines("330302")["features"] == []

    @pytest.mark.parametrize(
        ("lon", "lat", "code"), [(120.65, 28.015, "330302"), (120.55, 27.58, "330383"), (116.4, 39.9, None)]
    )
    def test_the_county_of_a_point(self, lon, lat, code):
        found = api.division_at(lon, lat)
        assert (found.code if found else None) == code

    def test_reads_are_from_memory(self):
        api.division("330302")
        with at_most_queries(0):
            assert api.path("330302006044") and api.resolve("330322") and api.successors("332826")

    def test_another_process_loading_is_noticed(self, monkeypatch):
        assert at("330302").name.zh == "鹿城区"
        Division.objects.filter(id=at("330302").id).update(name="改名区")
        DivisionLoad.objects.create(added=0, changed=1, sources=[])
        assert at("330302").name.zh == "鹿城区"  # for a minute
        monkeypatch.setattr(directory, "RECHECK_AFTER", 0.0)
        assert at("330302").name.zh == "改名区"


@pytest.mark.usefixtures("city")
class TestLoading:
    def test_a_second_load_changes_nothing(self):
        before = DivisionLoad.objects.count(), AuditEntry.objects.count(), OutboxEntry.objects.count()
        report = load_divisions(SYSTEM)
        assert (report.added, report.changed) == (0, 0)
        assert before == (
            DivisionLoad.objects.count(),
            AuditEntry.objects.count(),
            OutboxEntry.objects.count(),
        )
        assert Division.objects.count() == len(facts.places())
        assert Outline.objects.count() == 12

    def test_it_is_written_down_and_told(self):
        assert AuditEntry.objects.filter(action="geo.load-divisions").count() == 1
        assert OutboxEntry.objects.filter(name="geo.divisions-changed").count() == 1

    def test_what_was_lost_or_spoilt_is_mended(self):
        Division.objects.filter(code="330302006044").delete()
        Division.objects.filter(code="330302006045").update(name="错名")
        report = load_divisions(SYSTEM)
        assert (report.added, report.changed) == (1, 1)
        assert at("330302006045").name.zh == "墨池社区"

    def test_a_county_that_ends_and_its_successor_load_together(self):
        known = list(facts.places())
        end = date(2026, 6, 1)
        known = [
            replace(p, end=end) if p.code == "330329" else p for p in known if p.code[:6] != "330329"
        ] + [replace(p, end=end) for p in known if p.code[:6] == "330329"]
        renamed = Place(
            version_id("330329", end),
            "330329",
            Text("泰顺区", "Taishun District"),
            Level.COUNTY,
            api.CITY,
            end,
            None,
            True,
        )
        report = load_divisions(SYSTEM, [*known, renamed])
        assert report.added == 1 and report.changed > 1
        assert at("330329", date(2026, 5, 31)).name.zh == "泰顺县"
        assert at("330329", end).name.zh == "泰顺区"

    def test_a_version_outside_its_parents_time_is_refused(self):
        early = date(2010, 1, 1)
        town = Place(
            version_id("330383001", early),
            "330383001",
            Text("甲镇", "Jia"),
            Level.TOWN,
            "330383",
            early,
            None,
            True,
        )
        with pytest.raises(Invalid) as caught:
            load_divisions(SYSTEM, [town])
        assert caught.value.code == "division-without-parent" and "330383001" in caught.value.detail.zh

    @pytest.mark.parametrize(
        ("actor", "error"),
        [(Actor("x", posts=(Post(CITIZEN.code),)), Refused), (Actor("x"), Unauthenticated)],
    )
    def test_not_everyone_may(self, actor, error):
        with pytest.raises(error):
            load_divisions(actor)


def insert(code: str, start: str, end: str, parent: str = "330300") -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO geo_division (id, code, name, name_en, level, parent_code, valid, start_known, source) "
            "VALUES ((random() * 1e9)::bigint, %s, 'x', 'x', 'county', %s, daterange(%s, %s), true, 'test')",
            [code, parent, start, end],
        )


@pytest.mark.usefixtures("city")
def test_a_fact_that_was_corrected_reaches_a_city_that_stands():
    DivisionSuccession.objects.filter(new_code="330305").update(precision="year", note="?")
    load_divisions(SYSTEM)
    found = DivisionSuccession.objects.get(old_code="330322", new_code="330305")
    assert (found.precision, found.note) == ("day", "撤销洞头县，设立洞头区（国函〔2015〕122号）。")


@pytest.mark.usefixtures("city")
class TestTheDatabaseItselfRefuses:
    def test_two_meanings_of_a_code_at_once(self):
        insert("330390", "2020-01-01", "2021-01-01")
        insert("330390", "2021-01-01", "2022-01-01")  # adjacent is fine
        with pytest.raises(DatabaseError, match="division_one_meaning"), transaction.atomic():
            insert("330390", "2020-12-31", "2021-01-02")

    def test_a_time_outside_the_parents(self):
        if getattr(connection, "pg_version", 0) < 180000:
            pytest.skip("temporal foreign keys need PostgreSQL 18")
        with pytest.raises(DatabaseError, match="division_within_parent"), transaction.atomic():
            insert("330390", "1970-01-01", "1990-01-01")
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

    @pytest.mark.parametrize("code", ["33039", "3303900", "33039x"])
    def test_a_code_of_the_wrong_form(self, code):
        with pytest.raises(DatabaseError, match="division_code_form"), transaction.atomic():
            insert(code, "2020-01-01", "2021-01-01")

    def test_an_empty_time(self):
        with pytest.raises(DatabaseError, match="division_valid_someday"), transaction.atomic():
            insert("330390", "2020-01-01", "2020-01-01")


@pytest.mark.django_db(transaction=True)
def test_two_processes_loading_at_once_add_everything_once():
    reports, errors = [], []

    def load() -> None:
        try:
            reports.append(load_divisions(SYSTEM))
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=load) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert sorted(report.added > 0 for report in reports) == [False, True]
    assert Division.objects.count() == len(facts.places())
