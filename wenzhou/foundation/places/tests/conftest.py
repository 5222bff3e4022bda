import pytest

from wenzhou.kernel.geo import api as geo


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
