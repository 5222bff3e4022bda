"""Pages of parcels and buildings: what the register says, on the map and in words, around it, before and after."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from wenzhou.foundation.places import geometry, selectors
from wenzhou.foundation.places.models import BuildingVersion, ParcelVersion
from wenzhou.foundation.places.services.common import BUILDING, PARCEL
from wenzhou.foundation.places.sheets import SHEETS
from wenzhou.foundation.places.views_acts import acts_for
from wenzhou.foundation.places.words import BUILDING_USES, USES
from wenzhou.kernel.base.pages import actor_of, query_day
from wenzhou.kernel.base.text import t
from wenzhou.kernel.geo.api import path_text


def parcel(request: HttpRequest, location_id: UUID) -> HttpResponse:
    """A parcel as of a day: outline, neighbours, buildings, what it came from and what became of it."""
    on = query_day(request) or timezone.localdate()
    row = selectors.latest(ParcelVersion, location_id, on)
    facts = [
        (t("宗地代码", "Parcel code"), row.location.code),
        (t("用途", "Use"), USES[row.use]),
        (t("面积", "Area"), f"{row.area:,} m²"),
        (t("坐落", "Where it lies"), row.situated),
        *_common(row, on),
    ]
    return render(
        request,
        "places/ground.html",
        _page(request, PARCEL, row, on)
        | {
            "title": t("宗地 {code}", "Parcel {code}", code=row.location.code),
            "facts": facts,
            "neighbours": [(one, USES[one.use]) for one in selectors.neighbours(row, on)],
            "houses": [
                (one, BUILDING_USES.get(one.use, "—")) for one in selectors.houses_on(location_id, on)
            ],
            "came_from": selectors.lineage(location_id, before=True),
            "became": selectors.lineage(location_id, before=False),
        },
    )


def building(request: HttpRequest, location_id: UUID) -> HttpResponse:
    """A building as of a day: its ground, its door, the units in it."""
    on = query_day(request) or timezone.localdate()
    row = selectors.latest(BuildingVersion, location_id, on)
    door = selectors.records([row.address_id], on).get(row.address_id) if row.address_id else None
    facts = [
        (t("自然幢号", "Building code"), row.location.code),
        (t("名称", "Name"), row.name or "—"),
        (t("用途", "Use"), BUILDING_USES.get(row.use, "—")),
        (t("地上层数", "Storeys"), row.storeys),
        (t("建成年份", "Built"), row.built or "—"),
        (t("占地面积", "Ground covered"), f"{geometry.square_metres(geometry.shape_of(row.geometry)):,} m²"),
        *_common(row, on),
    ]
    return render(
        request,
        "places/ground.html",
        _page(request, BUILDING, row, on)
        | {
            "title": row.name or t("建筑物 {code}", "Building {code}", code=row.location.code),
            "facts": facts,
            "door": door,
            "parcel": selectors.latest(ParcelVersion, row.parcel_id, on),
            "units": selectors.units_below(row.address_id, on) if row.address_id else (),
        },
    )


def _common(row: ParcelVersion | BuildingVersion, on: date) -> list[tuple[str, object]]:
    until = row.valid_to
    return [
        (t("行政区划", "Division"), f"{path_text(row.division, on)} ({row.division})"),
        (t("状态", "State"), _ended(until) if until and until <= on else t("有效", "in force")),
    ]


def _ended(until: date) -> str:
    return t("{day} 注销", "ended on {day}", day=str(until))


def _page(
    request: HttpRequest, kind: str, row: ParcelVersion | BuildingVersion, on: date
) -> dict[str, object]:
    shape = geometry.shape_of(row.geometry)
    return {
        "kind": kind,
        "row": row,
        "on": on,
        "made": row.made,
        "map": f"/api/places/around/{row.location_id}?on={on}",
        "corners": [
            (at, f"{lon:.6f}", f"{lat:.6f}") for at, (lon, lat) in enumerate(shape.exterior.coords[:-1], 1)
        ],
        "acts": acts_for(actor_of(request).actor, kind, row.location_id, row.division),
        "timeline": _timeline(row),
    }


def _timeline(row: ParcelVersion | BuildingVersion) -> list[dict[str, object]]:
    """Acts and versions of one place, newest first."""
    entries: list[dict[str, object]] = [
        {
            "when": f"{one.valid_from} – {one.valid_to or t('至今', 'now')}",
            "title": _said(one),
            "note": f"{t('来源', 'Source')} {one.source}",
            "icon": "map",
        }
        for one in selectors.versions_of(row)
    ]
    acts: list[dict[str, object]] = [
        {
            "when": str(act.since),
            "title": str(SHEETS[act.act].title),
            "note": act.basis,
            "icon": "rubber-stamp",
        }
        for act in selectors.acts_on(row.location_id)
    ]
    return sorted([*entries, *acts], key=lambda one: str(one["when"])[:10], reverse=True)


def _said(one: ParcelVersion | BuildingVersion) -> str:
    if isinstance(one, ParcelVersion):
        return f"{USES[one.use]} · {one.area:,} m²"
    storeys = t("{n} 层", "{n} storeys", n=str(one.storeys))
    return f"{BUILDING_USES.get(one.use, '')} {storeys}".strip()
