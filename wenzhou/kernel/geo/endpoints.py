"""HTTP APIs on divisions, public."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, JsonResponse
from django.urls import reverse
from ninja import Schema

from wenzhou.kernel.base.endpoints import Endpoint
from wenzhou.kernel.base.errors import NotFound
from wenzhou.kernel.base.openapi import GEOJSON_ANSWERS
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.geo import selectors
from wenzhou.kernel.geo.contracts import Change, Place


class DivisionOut(Schema):
    """One version of a division; ``valid_until`` is the first day on which it is no longer in force."""

    code: str
    name: str
    name_en: str
    level: str
    parent: str | None
    valid_from: date
    valid_from_known: bool
    valid_until: date | None

    @classmethod
    def of(cls, place: Place) -> DivisionOut:
        """From its record."""
        return cls(
            code=place.code,
            name=place.name.zh,
            name_en=place.name.en,
            level=place.level,
            parent=place.parent_code,
            valid_from=place.start,
            valid_from_known=place.start_known,
            valid_until=place.end,
        )


class ChangeOut(Schema):
    """A change of codes; ``on`` is as exact as it is known."""

    on: str
    kind: str
    old: str
    new: str
    note: str
    note_en: str

    @classmethod
    def of(cls, change: Change) -> ChangeOut:
        """From its record."""
        return cls(
            on=change.on_text,
            kind=change.kind,
            old=change.old_code,
            new=change.new_code,
            note=change.note.zh,
            note_en=change.note.en,
        )


class DivisionWithHistory(Schema):
    """A division with its path, the versions of its code and the changes it took part in."""

    division: DivisionOut
    path: list[DivisionOut]
    versions: list[DivisionOut]
    changes: list[ChangeOut]


def list_divisions(
    request: HttpRequest, parent: str = selectors.CITY, on: date | None = None
) -> list[DivisionOut]:
    """Divisions directly below ``parent`` on a day."""
    return [DivisionOut.of(place) for place in selectors.children(parent, on)]


def get_division(request: HttpRequest, code: str, on: date | None = None) -> DivisionWithHistory:
    """One division as of a day."""
    place = selectors.division(code, on)
    if place is None:
        raise unknown_division(code)
    return DivisionWithHistory(
        division=DivisionOut.of(place),
        path=[DivisionOut.of(p) for p in selectors.path(code, on)],
        versions=[DivisionOut.of(p) for p in selectors.versions(code)],
        changes=[ChangeOut.of(c) for c in selectors.history(code)],
    )


def get_successors(request: HttpRequest, code: str, on: date | None = None) -> list[DivisionOut]:
    """What stands on a day for an old code."""
    if not selectors.versions(code):
        raise unknown_division(code)
    return [DivisionOut.of(place) for place in selectors.successors(code, on)]


def get_outlines(request: HttpRequest, parent: str = selectors.CITY, on: date | None = None) -> JsonResponse:
    """Outlines as GeoJSON; ``below`` counts the divisions below. Cached by browsers for an hour."""
    collection = selectors.outlines(parent, on)
    for feature in collection["features"]:
        code = feature["properties"]["code"]
        feature["properties"]["below"] = len(selectors.children(code, on))
        feature["properties"]["url"] = reverse("geo:division", args=[code])
    response = JsonResponse(collection, content_type="application/geo+json")
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response


def unknown_division(code: str) -> NotFound:
    """The error for a code that was not in force on the day asked for."""
    return NotFound(
        Text(
            f"没有代码为 {code} 的区划，或在所选日期尚未设立或已经撤销；请更换日期，或查询其后继区划。",
            f"No division has the code {code} on that day. Choose another day, or ask for its successors.",
        )
    )


LIST = Endpoint(
    method="GET",
    path="/divisions",
    view=list_divisions,
    summary=Text("列出下级行政区划", "List the divisions below one"),
    response=list[DivisionOut],
    public=True,
)
GET = Endpoint(
    method="GET",
    path="/divisions/{code}",
    view=get_division,
    summary=Text("按日期读取行政区划", "Read a division as of a day"),
    response=DivisionWithHistory,
    public=True,
)
SUCCESSORS = Endpoint(
    method="GET",
    path="/divisions/{code}/successors",
    view=get_successors,
    summary=Text("查询旧代码的后继区划", "Read what became of an old code"),
    response=list[DivisionOut],
    public=True,
)
OUTLINES = Endpoint(
    method="GET",
    path="/outlines",
    view=get_outlines,
    answers=GEOJSON_ANSWERS,
    summary=Text("行政区划边界 (GeoJSON)", "Outlines of divisions (GeoJSON)"),
    public=True,
)
