"""Addresses by area, for the maps of the city."""

from __future__ import annotations

from wenzhou.foundation.places.selectors import addresses_by_town
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.geo.api import AreaFigure

ADDRESSES = AreaFigure(
    code="addresses",
    title=Text("门牌地址", "Addresses"),
    unit=Text("个", "addresses"),
    counts=addresses_by_town,
)
