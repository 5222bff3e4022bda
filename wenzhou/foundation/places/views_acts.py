"""One page for every act on places: the form of ``sheets.SHEETS``, called by the address of the record that it is about."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from wenzhou.foundation.places.models import PlaceAct
from wenzhou.foundation.places.services import Order, competent, fresh_key
from wenzhou.foundation.places.services.common import invalid
from wenzhou.foundation.places.sheets import SHEETS, Input, Sheet
from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.errors import Conflict, Invalid, NotFound
from wenzhou.kernel.base.form_fields import FieldView, plain
from wenzhou.kernel.base.pages import actor_of
from wenzhou.kernel.base.text import Text, t
from wenzhou.kernel.geo.api import LocationRef, location


def act(request: HttpRequest, act: str) -> HttpResponse:
    """The form of an act, and the act itself when it is posted."""
    sheet = SHEETS.get(act)
    if sheet is None:
        raise NotFound(Text("没有这项办理。", "There is no such act."))
    actor = actor_of(request).actor
    place = _place(request.GET.get("of", ""), sheet)
    errors: Mapping[str, Text] = {}
    said = ""
    if request.method == "POST":
        try:
            return redirect(
                _done(
                    sheet, sheet.perform(actor, place.id if place else None, _given(request), _order(request))
                )
            )
        except (Invalid, Conflict) as problem:
            errors, said = dict(problem.fields), str(problem.detail)
    return render(
        request,
        "places/act.html",
        {
            "sheet": sheet,
            "place": place,
            "back": page_of(place.kind, place.id) if place else reverse("places:search"),
            "inputs": [_view(one, _values(request, sheet, place), errors) for one in sheet.inputs],
            "since": request.POST.get("since") or timezone.localdate().isoformat(),
            "basis": request.POST.get("basis", ""),
            "key": request.POST.get("key") or fresh_key(),
            "errors": errors,
            "said": said,
            "competent": competent(actor, sheet.register, ""),
        },
        status=422 if said else 200,
    )


def page_of(kind: str, place: UUID) -> str:
    """The page of an address, a parcel or a building."""
    return reverse(f"places:{kind}", args=[place])


def acts_for(actor: Actor, kind: str, place: UUID, division: str) -> list[tuple[Text, str]]:
    """What this actor may do to a record: title and address of each form."""
    return [
        (sheet.title, f"{reverse('places:act', args=[code])}?of={place}")
        for code, sheet in SHEETS.items()
        if (sheet.about or ("address" if code == "enter-address" else "")) == kind
        and competent(actor, sheet.register, division)
    ]


def first_acts(actor: Actor) -> list[tuple[Text, str]]:
    """What this actor may enter that hangs on nothing: a road, a parcel."""
    return [
        (sheet.title, reverse("places:act", args=[code]))
        for code, sheet in SHEETS.items()
        if not sheet.about and competent(actor, sheet.register, "")
    ]


def _place(of: str, sheet: Sheet) -> LocationRef | None:
    if not of and not sheet.about:
        return None
    try:
        found = location(UUID(of))
    except ValueError:
        found = None
    if found is None or found.kind != (sheet.about or sheet.register):
        raise NotFound(Text("请从记录页进入办理。", "Begin on the page of the record."))
    return found


def _given(request: HttpRequest) -> dict[str, str]:
    return {name: str(value).strip() for name, value in request.POST.items()}


def _order(request: HttpRequest) -> Order:
    try:
        since = date.fromisoformat(request.POST.get("since", ""))
    except ValueError as error:
        raise invalid("since", Text("日期格式应为 2026-01-31", "A day is written 2026-01-31")) from error
    return Order(key=request.POST.get("key", ""), since=since, basis=request.POST.get("basis", ""))


def _values(request: HttpRequest, sheet: Sheet, place: LocationRef | None) -> dict[str, str]:
    if request.method == "POST":
        return _given(request)
    initial = sheet.initial(place.id) if place else {}
    asked = {one.name: request.GET[one.name] for one in sheet.inputs if one.name in request.GET}
    return {name: str(value) for name, value in (initial | asked).items()}


def _view(one: Input, values: Mapping[str, str], errors: Mapping[str, Text]) -> FieldView:
    more: dict[str, object] = {}
    if one.choices is not None:
        more["choices"] = [
            ("", t("请选择", "Choose")),
            *((code, str(words)) for code, words in one.choices.items()),
        ]
    return plain(
        one.name,
        str(one.label),
        kind=one.kind,
        value=values.get(one.name, ""),
        required=one.required,
        help=str(one.help or ""),
        errors=(str(errors[one.name]),) if one.name in errors else (),
        attributes={"autocomplete": "off"},
        **more,  # type: ignore[arg-type]
    )


def _done(sheet: Sheet, row: PlaceAct) -> str:
    """The page of what the act was about: what it made, changed or ended."""
    return page_of(sheet.register, [*row.made, *row.changed, *row.ended][0])
