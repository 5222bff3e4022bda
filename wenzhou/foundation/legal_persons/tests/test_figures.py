"""Firms by area: those that are active today, by town."""

from __future__ import annotations

import pytest

from wenzhou.foundation.legal_persons.figures import FIRMS
from wenzhou.foundation.legal_persons.models import OrganisationVersion, Status
from wenzhou.foundation.legal_persons.testing import register_firm
from wenzhou.kernel.base.registry import registry
from wenzhou.kernel.base.testing import at_most_queries
from wenzhou.kernel.geo.api import AreaFigure

pytestmark = pytest.mark.django_db


def test_active_firms_are_counted_by_town_in_one_query() -> None:
    for division in ("330302001001", "330302001002", "330304002001"):
        register_firm(division=division)
    gone = register_firm(division="330304002001")
    OrganisationVersion.objects.filter(organisation=gone.id).update(status=Status.REVOKED)
    with at_most_queries(1):
        assert FIRMS.counts() == {"330302001": 2, "330304002": 1}
    assert FIRMS in registry.declared(AreaFigure)
