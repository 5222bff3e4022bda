from collections import Counter
from datetime import date

import pytest

from wenzhou.foundation.legal_persons import demo
from wenzhou.foundation.legal_persons.generator import Adult, Firms, Village, World
from wenzhou.foundation.legal_persons.lines import LINES, YUEQING
from wenzhou.foundation.legal_persons.models import OrganisationVersion, Shareholding
from wenzhou.kernel.base.errors import Conflict
from wenzhou.kernel.base.standards import gb32100
from wenzhou.kernel.geo import api as geo
from wenzhou.kernel.geo.testing import load_city
from wenzhou.kernel.identity import api as identity

ON = date(2026, 1, 1)
WORLD = World(
    villages=[
        Village("330382001001", "浙江省乐清市甲村", 1.0),
        Village("330383198001", "浙江省龙港市乙社区", 1.0),
    ],
    codes={"330382": [(date.min, "330382")], "330383": [(date.min, "330327"), (date(2019, 8, 16), "330383")]},
    adults={
        "330382": [Adult(i, 1950 + i % 56) for i in range(4000)],
        "330383": [Adult(i, 1950 + i % 56) for i in range(4000, 5000)],
    },
)


@pytest.fixture(scope="module")
def firms():
    return list(Firms(WORLD, 20_000, seed=1, on=ON).rows())


def test_codes_are_valid_and_names_are_unique(firms):
    for firm, _ in firms[:3000]:
        assert gb32100.parse(firm.code, on=ON).code == firm.code
    assert len({firm.code for firm, _ in firms}) == len({firm.name for firm, _ in firms}) == 20_000


def test_the_code_names_the_county_of_its_day(firms):
    for firm, _ in firms:
        if firm.division.startswith("330383"):
            expected = "330383" if firm.established >= date(2019, 8, 16) else "330327"
            assert firm.code[2:8] == expected


def test_names_say_place_and_line(firms):
    for firm, _ in firms:
        assert firm.name.startswith("乐清市" if firm.division.startswith("330382") else "龙港市")
        assert firm.line.word in firm.name
        assert firm.name.endswith("有限公司") == (firm.kind == "limited")


def test_yueqing_makes_electrical_apparatus(firms):
    lines = Counter(firm.line.code for firm, _ in firms if firm.division.startswith(YUEQING))
    assert lines.most_common(1)[0][0] == "C3823"


def test_shares_add_up_and_holders_were_of_age(firms):
    born = {adult.serial: adult.born for adults in WORLD.adults.values() for adult in adults}
    for firm, shares in firms:
        assert sum(share.amount for share in shares) == firm.capital > 0
        assert shares[0].holder == firm.representative
        assert shares[0].amount == max(share.amount for share in shares)
        assert len({share.holder for share in shares}) == len(shares)
        assert all(firm.established.year - born[share.holder] > 18 for share in shares)
        assert len(shares) == 1 or firm.kind != "individual"


def test_the_same_seed_makes_the_same_and_more_begin_with_fewer(firms):
    assert list(Firms(WORLD, 3_000, seed=1, on=ON).rows()) == firms[:3_000]
    assert next(Firms(WORLD, 10, seed=2, on=ON).rows()) != firms[0]


def test_lines_are_classes_of_the_standard():
    assert len({line.code for line in LINES}) == len(LINES)
    assert all(len(line.code) == 5 and line.code[0].isalpha() and line.code[1:].isdigit() for line in LINES)


def test_without_people_there_are_no_firms():
    with pytest.raises(ValueError, match="no adults"):
        Firms(World(WORLD.villages, WORLD.codes, {}), 10, seed=1, on=ON)


def quiet(_: str) -> None:
    pass


@pytest.fixture
def people(db):
    load_city()
    adults = ((i, f"330302{1960 + i % 40}0101{i:03d}X", f"甲{i}") for i in range(300))
    identity.copy_people(adults)


@pytest.mark.usefixtures("people")
class TestLoad:
    def test_firms_stand_in_real_villages_and_are_marked(self):
        demo.load(300, quiet)
        assert OrganisationVersion.objects.filter(made=True, organisation__made=True).count() == 30
        villages = {place.code for place in geo.villages()}
        for version in OrganisationVersion.objects.select_related("organisation", "legal_representative"):
            assert version.division in villages
            gb32100.parse(version.organisation.code, known_region=geo.known_registration_region, on=ON)
            held = Shareholding.objects.filter(organisation=version.organisation)
            assert sum(share.amount for share in held) == version.capital
            assert version.legal_representative_id in {share.person_id for share in held}

    def test_repeating_and_growing(self):
        demo.load(200, quiet)
        first = list(OrganisationVersion.objects.order_by("id").values_list("name", flat=True))
        demo.load(200, quiet)
        demo.load(300, quiet)
        names = list(OrganisationVersion.objects.order_by("id").values_list("name", flat=True))
        assert len(first) == 20 and len(names) == 30 and names[:20] == first

    def test_it_goes_on_where_it_was_killed(self, monkeypatch):
        monkeypatch.setattr(demo, "CHUNK", 8)
        copy, calls = demo._copy, []

        def dying(rows):
            calls.append(rows)
            copy(rows)
            if len(calls) == 2:
                raise KeyboardInterrupt

        monkeypatch.setattr(demo, "_copy", dying)
        with pytest.raises(KeyboardInterrupt):
            demo.load(300, quiet)
        assert OrganisationVersion.objects.count() == 8
        monkeypatch.setattr(demo, "_copy", copy)
        demo.load(300, quiet)
        assert OrganisationVersion.objects.count() == 30

    def test_firms_of_another_version_are_not_mixed(self, monkeypatch):
        demo.load(100, quiet)
        monkeypatch.setattr(demo, "SEED", 1)
        with pytest.raises(Conflict):
            demo.load(300, quiet)
