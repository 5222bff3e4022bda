"""Residents by area: where their household is today, by town."""

from __future__ import annotations

from datetime import date

import pytest

from wenzhou.foundation.population.figures import PERSONS
from wenzhou.foundation.population.testing import register
from wenzhou.kernel.base.registry import registry
from wenzhou.kernel.base.testing import at_most_queries
from wenzhou.kernel.geo.api import AreaFigure

pytestmark = pytest.mark.django_db


def test_persons_are_counted_by_town_in_one_query() -> None:
    for division in ("330302001001", "330302001002", "330304002001"):
        register(division=division)
    register(division="330304002001", since=date(2090, 1, 1))
    with at_most_queries(1):
        assert PERSONS.counts() == {"330302001": 2, "330304002": 1}
    assert PERSONS in registry.declared(AreaFigure)
