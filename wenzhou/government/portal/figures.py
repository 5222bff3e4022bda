"""Figures of the city that the portal itself can count: its divisions, from geo. Other modules declare theirs."""

from __future__ import annotations

from wenzhou.kernel.base.text import Text
from wenzhou.kernel.content.contracts import Figure
from wenzhou.kernel.geo import api as geo


def counties() -> int | None:
    """Counties, districts and county-level cities in force today; None before they are loaded."""
    return len(geo.children(geo.CITY)) or None


def towns() -> int | None:
    """Towns and streets in force today; None before they are loaded."""
    return sum(len(geo.children(county.code)) for county in geo.children(geo.CITY)) or None


def villages() -> int | None:
    """Villages and communities in force today; None before they are loaded."""
    return len(geo.villages()) or None


FIGURES = (
    Figure(
        code="portal.counties",
        title=Text("县（市、区）", "Counties and districts"),
        unit=Text("个", ""),
        count=counties,
        order=10,
    ),
    Figure(
        code="portal.towns",
        title=Text("乡镇和街道", "Towns and streets"),
        unit=Text("个", ""),
        count=towns,
        order=20,
    ),
    Figure(
        code="portal.villages",
        title=Text("村和社区", "Villages and communities"),
        unit=Text("个", ""),
        count=villages,
        order=30,
    ),
)
