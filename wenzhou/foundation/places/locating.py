"""Where an address in words is, for systems that know of a place only what is written (the kernel's contract)."""

from __future__ import annotations

from wenzhou.foundation.places.matching.match import match
from wenzhou.kernel.base.errors import Invalid
from wenzhou.kernel.geo.api import AddressLocator, Located

SURE = 0.5
"""Below it the map would rather show nothing."""


def locate(text: str) -> Located | None:
    """The likeliest address of the text, None when none is likely."""
    try:
        found = next(iter(match(text, limit=1)), None)
    except Invalid:
        return None
    if found is None or found.confidence < SURE:
        return None
    return Located(found.address.lon, found.address.lat, found.confidence, found.address.full)


LOCATOR = AddressLocator(code="places.locator", locate=locate)
