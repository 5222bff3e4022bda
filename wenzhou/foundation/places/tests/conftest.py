import pytest

from wenzhou.kernel.base.actors import CLERK
from wenzhou.kernel.geo import api as geo
from wenzhou.kernel.geo.testing import load_city
from wenzhou.kernel.identity.testing import actor_with, make_office


@pytest.fixture
def few(monkeypatch):
    """Five villages of Lucheng and three of Wencheng."""
    whole = geo.made_villages()
    some = tuple([v for v in whole if v.code.startswith("330302")][:5]) + tuple(
        [v for v in whole if v.code.startswith("330328")][:3]
    )
    monkeypatch.setattr(geo, "made_villages", lambda: some)
    monkeypatch.setattr(geo, "dwellings_for", lambda persons: [persons] * len(some))
    return some


@pytest.fixture
def names_office(db):
    """A clerk of civil affairs in Lucheng."""
    load_city()
    make_office("lc-names", function="civil-affairs", area="330302")
    return actor_with(CLERK, office="lc-names")


@pytest.fixture
def land_office(db):
    """A clerk of natural resources in Lucheng."""
    load_city()
    make_office("lc-land", function="natural-resources", area="330302")
    return actor_with(CLERK, office="lc-land")
