"""The door of geo for other modules: divisions as of a day, as frozen records, from memory."""

from __future__ import annotations

from wenzhou.kernel.geo.census import RESIDENTS_2020
from wenzhou.kernel.geo.contracts import Change, ChangeKind, Level, LocationRef, Place, version_id
from wenzhou.kernel.geo.declarations import AddressLocator, AreaFigure, DivisionFollower, Followed, Located
from wenzhou.kernel.geo.following import follow_due
from wenzhou.kernel.geo.locations import (
    add_location,
    analyse_locations,
    copy_locations,
    last_code,
    location,
    location_by_code,
)
from wenzhou.kernel.geo.made.city import MadeVillage, dwellings_for, made_villages
from wenzhou.kernel.geo.made.plan import Corners, Dwelling, VillagePlan
from wenzhou.kernel.geo.mapping import mapping, regroup
from wenzhou.kernel.geo.models import LocationKind
from wenzhou.kernel.geo.orders import Move, reorder
from wenzhou.kernel.geo.placing import Placed, place, placed, shown_day, unplaced_text
from wenzhou.kernel.geo.placing import choices as division_choices
from wenzhou.kernel.geo.placing import table as placed_table
from wenzhou.kernel.geo.proposals import confirm, preview, propose, withdraw
from wenzhou.kernel.geo.regions import (
    known_region,
    known_registration_region,
    lasting_county_codes,
    region_name,
)
from wenzhou.kernel.geo.selectors import (
    CITY,
    children,
    code_history,
    division,
    division_at,
    every_version,
    history,
    locate,
    name_of,
    outline_of,
    outlines,
    path,
    path_text,
    postal_prefix,
    resolve,
    successors,
    versions,
    village_codes,
)
from wenzhou.kernel.geo.services import LoadReport, load_divisions

__all__ = [
    "CITY",
    "RESIDENTS_2020",
    "AddressLocator",
    "AreaFigure",
    "Change",
    "ChangeKind",
    "Corners",
    "DivisionFollower",
    "Dwelling",
    "Followed",
    "Level",
    "LoadReport",
    "Located",
    "LocationKind",
    "LocationRef",
    "MadeVillage",
    "Move",
    "Place",
    "Placed",
    "VillagePlan",
    "add_location",
    "analyse_locations",
    "children",
    "code_history",
    "confirm",
    "copy_locations",
    "division",
    "division_at",
    "division_choices",
    "dwellings_for",
    "every_version",
    "follow_due",
    "history",
    "known_region",
    "known_registration_region",
    "last_code",
    "lasting_county_codes",
    "load_divisions",
    "locate",
    "location",
    "location_by_code",
    "made_villages",
    "mapping",
    "name_of",
    "outline_of",
    "outlines",
    "path",
    "path_text",
    "place",
    "placed",
    "placed_table",
    "postal_prefix",
    "preview",
    "propose",
    "region_name",
    "regroup",
    "reorder",
    "resolve",
    "shown_day",
    "successors",
    "unplaced_text",
    "version_id",
    "versions",
    "village_codes",
    "villages",
    "withdraw",
]


def villages(county: str | None = None) -> tuple[Place, ...]:
    """All villages in force today, of one county or of the whole city, by code."""
    counties = [county] if county else [place.code for place in children(CITY)]
    return tuple(village for code in counties for town in children(code) for village in children(town.code))
