"""HTTP API: match free text, read a text without the register, what is at a point, a map of one record."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.http import HttpRequest, JsonResponse
from ninja import Schema

from wenzhou.foundation.places import maps
from wenzhou.foundation.places.matching.divisions import Part, heads
from wenzhou.foundation.places.matching.match import Match, match
from wenzhou.foundation.places.matching.tail import tails
from wenzhou.foundation.places.matching.text import normalise
from wenzhou.foundation.places.permissions import MATCH_ADDRESSES, SEARCH_PLACES
from wenzhou.foundation.places.reverse import at_point
from wenzhou.foundation.places.selectors import AddressRecord
from wenzhou.kernel.base.endpoints import Endpoint
from wenzhou.kernel.base.errors import Invalid
from wenzhou.kernel.base.openapi import GEOJSON_ANSWERS
from wenzhou.kernel.base.text import Text

MOST_TEXTS = 100


class AddressOut(Schema):
    """A standard address; degrees are EPSG:4490."""

    id: UUID
    code: str
    level: str
    text: str
    division: str
    lon: float
    lat: float
    ended: date | None
    made: bool

    @classmethod
    def of(cls, record: AddressRecord) -> AddressOut:
        """From its record."""
        return cls(
            id=record.id,
            code=record.code,
            level=record.level,
            text=record.full,
            division=record.division,
            lon=record.lon,
            lat=record.lat,
            ended=record.ended,
            made=record.made,
        )


class PartOut(Schema):
    """How one part of the text was taken; ``cost`` is what that took from the confidence."""

    level: str
    asked: str
    found: str
    how: str
    how_zh: str
    cost: float

    @classmethod
    def of(cls, part: Part) -> PartOut:
        """From its part."""
        return cls(
            level=str(part.level),
            asked=part.asked,
            found=part.found,
            how=part.how.en,
            how_zh=part.how.zh,
            cost=round(part.cost, 3),
        )


class MatchOut(Schema):
    """An address that may be meant."""

    address: AddressOut
    confidence: float
    parts: list[PartOut]

    @classmethod
    def of(cls, found: Match) -> MatchOut:
        """From its match."""
        return cls(
            address=AddressOut.of(found.address),
            confidence=found.confidence,
            parts=[PartOut.of(part) for part in found.parts],
        )


class Texts(Schema):
    """Up to a hundred addresses as people wrote them."""

    texts: list[str]
    on: date | None = None
    limit: int = 1


class Matched(Schema):
    """The answers to one text, best first."""

    text: str
    matches: list[MatchOut]


class Reading(Schema):
    """One way to read a text: the division, the road, the keys below it and what could not be read."""

    area: str
    road: str
    keys: dict[str, str]
    left: str


class PointOut(Schema):
    """What is at a point; ``metres`` to the address. ``division`` is a village, or the county where no village is known."""

    address: AddressOut | None
    metres: float | None
    parcel: str | None
    building: str | None
    division: str | None
    division_name: str | None


def match_text(request: HttpRequest, text: str, on: date | None = None, limit: int = 5) -> list[MatchOut]:
    """Addresses that the text may mean, best first."""
    return [MatchOut.of(found) for found in match(text, on=on, limit=_within(limit))]


def match_texts(request: HttpRequest, asked: Texts) -> list[Matched]:
    """The same for many texts; one that cannot be an address has no answers."""
    if len(asked.texts) > MOST_TEXTS:
        wrong = Text(f"一次最多 {MOST_TEXTS} 条", f"At most {MOST_TEXTS} at once")
        raise Invalid(wrong, fields={"texts": wrong})
    return [Matched(text=text, matches=_of_one(text, asked)) for text in asked.texts]


def _of_one(text: str, asked: Texts) -> list[MatchOut]:
    try:
        return [MatchOut.of(one) for one in match(text, on=asked.on, limit=_within(asked.limit))]
    except Invalid:
        return []


def _within(limit: int) -> int:
    return min(max(limit, 1), 20)


def parse(request: HttpRequest, text: str) -> list[Reading]:
    """How a text can be read, the likeliest first; the register of addresses is not asked."""
    return [
        Reading(
            area=head.area,
            road=tail.road,
            keys={level.value: key for level, key in tail.keys},
            left=tail.left,
        )
        for head in heads(normalise(text[:200]))
        for tail in tails(head.rest)
    ][:10]


def reverse(request: HttpRequest, lon: float, lat: float, on: date | None = None) -> PointOut:
    """What is at a point."""
    found = at_point(lon, lat, on=on)
    return PointOut(
        address=AddressOut.of(found.address) if found.address else None,
        metres=found.metres,
        parcel=found.parcel.location.code if found.parcel else None,
        building=found.building.location.code if found.building else None,
        division=found.division.code if found.division else None,
        division_name=found.division.name.zh if found.division else None,
    )


def around(request: HttpRequest, location_id: UUID, on: date | None = None) -> JsonResponse:
    """A record on the map with the parcels and buildings around it, as GeoJSON."""
    return JsonResponse(maps.around(location_id, on), content_type="application/geo+json")


MATCH = Endpoint(
    method="GET",
    path="/match",
    view=match_text,
    summary=Text("匹配一条地址", "Match an address"),
    response=list[MatchOut],
    permission=MATCH_ADDRESSES,
)
MATCH_MANY = Endpoint(
    method="POST",
    path="/match",
    view=match_texts,
    summary=Text("批量匹配地址", "Match many addresses"),
    response=list[Matched],
    permission=MATCH_ADDRESSES,
)
PARSE = Endpoint(
    method="GET",
    path="/parse",
    view=parse,
    summary=Text("识别地址各部分", "Read the parts of an address"),
    response=list[Reading],
    permission=MATCH_ADDRESSES,
)
REVERSE = Endpoint(
    method="GET",
    path="/reverse",
    view=reverse,
    summary=Text("按坐标反查", "What is at a point"),
    response=PointOut,
    permission=MATCH_ADDRESSES,
)
AROUND = Endpoint(
    method="GET",
    path="/around/{uuid:location_id}",
    view=around,
    answers=GEOJSON_ANSWERS,
    summary=Text("周边宗地和建筑物 (GeoJSON)", "Parcels and buildings around a record (GeoJSON)"),
    permission=SEARCH_PLACES,
)
