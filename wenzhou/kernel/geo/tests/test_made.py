from collections import Counter

import numpy as np
import pytest
import shapely

from wenzhou.kernel.geo import facts
from wenzhou.kernel.geo.api import made_villages
from wenzhou.kernel.geo.census import RESIDENTS_2020
from wenzhou.kernel.geo.made.ground import reaches, to_metres
from wenzhou.kernel.geo.made.plan import PlanRoad, VillagePlan

LOCAL = PlanRoad("甲路", "330302006044")
LANES = PlanRoad("乙路", "330302006044", lanes=True)


@pytest.fixture(scope="module")
def villages():
    return made_villages()


def test_every_village_is_made_and_residents_are_the_census(villages):
    assert len(villages) == 3685
    for county, residents in RESIDENTS_2020.items():
        mine = sum(v.residents for v in villages if v.code.startswith(county))
        assert mine == pytest.approx(residents)


def test_points_lie_in_their_county_and_grounds_apart(villages):
    for county, geometry in facts.read("outlines.json")["outlines"].items():
        shape = shapely.make_valid(shapely.from_geojson(str(geometry).replace("'", '"')))
        mine = np.array([v.plan.centre for v in villages if v.code.startswith(county)])
        assert shapely.intersects_xy(shape, mine).all()
    middle = to_metres(np.array([v.plan.centre for v in villages]))
    assert reaches(middle).min() > 10


def test_a_road_name_is_borne_once_in_a_county(villages):
    borne = Counter(
        (road.division[:6], road.name, road.division) for village in villages for road in village.plan.roads
    )
    names = Counter((county, name) for county, name, _ in borne)
    assert set(names.values()) == {1}
    assert max(Counter(v.plan.roads[0].name for v in villages if v.urban).values()) > 1, "arteries run on"


@pytest.mark.parametrize("urban", [True, False])
@pytest.mark.parametrize("code", ["330302006044", "330302006045", "330328105200", "330381001001"])
def test_no_dwelling_is_given_twice(code, urban):
    plan = VillagePlan(code, urban, (LOCAL, LANES))
    some = [plan.dwelling(k) for k in range(min(plan.capacity, 20_000))]
    assert len(set(some)) == len(some)
    assert len({plan.words(d) for d in some}) == len(some)
    with pytest.raises(ValueError, match="no dwelling"):
        plan.dwelling(plan.capacity)


def test_parts_come_after_their_parents_and_more_begin_with_fewer():
    plan = VillagePlan("330302006044", True, (LOCAL, LANES))
    few, many = list(plan.nodes(40)), list(plan.nodes(400))
    assert many[: len(few)] == few
    assert [node.serial for node in many] == list(range(len(many)))
    assert all(node.parent < node.serial for node in many)
    assert {node.level for node in many} >= {"number", "room"}


def test_cells_of_one_village_do_not_overlap():
    plan = VillagePlan("330302006044", True, (LOCAL, LANES))
    cells = {}
    for k in range(2_000):
        dwelling = plan.dwelling(k)
        cells[dwelling.road, dwelling.column] = shapely.Polygon(plan.cell(dwelling))
        house = shapely.Polygon(plan.footprint(dwelling))
        assert house.is_valid and cells[dwelling.road, dwelling.column].contains(house)
    shapes = list(cells.values())
    tree = shapely.STRtree(shapes)
    for one, other in tree.query(shapes, predicate="overlaps").T:
        assert one == other
    corners = to_metres(np.array([corner for s in shapes for corner in s.exterior.coords]))
    assert np.hypot(*corners.T).max() <= plan.reach * 1.001
