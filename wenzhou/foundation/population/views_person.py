"""Pages of one person (record, relatives, life) and of one household, as of a day and as known on a day."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from wenzhou.foundation.population import selectors, selectors_family
from wenzhou.foundation.population.acts import ACTS, Act, acts_of
from wenzhou.foundation.population.models import EventKind, LifeEvent, Membership, PersonVersion
from wenzhou.foundation.population.reading import PURPOSES, look, noted, read_in_full
from wenzhou.foundation.population.register import PERSONS_REGISTER
from wenzhou.foundation.population.selectors_family import Happening, Relative
from wenzhou.foundation.population.words import RELATIONS
from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.charts import Graph, Link, Node
from wenzhou.kernel.base.pages import actor_of, query_day
from wenzhou.kernel.base.text import t
from wenzhou.kernel.geo.api import path_text
from wenzhou.kernel.registers.api import ETHNICITIES, SEXES, mask_address, mask_name, mask_phone, may_extract
from wenzhou.kernel.registers.contracts import PersonProfile, PersonQuery


def person(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """One person as of a day and as known on a day: masked; whole after a purpose has been stated."""
    actor = actor_of(request).actor
    today = timezone.localdate()
    on = query_day(request) or selectors_family.last_day(person_id, today)
    known = query_day(request, "known")
    known_at = _end_of(known)
    query = PersonQuery(id=person_id, on=on)
    purpose = PURPOSES.get(request.POST.get("purpose", ""))
    error = ""
    if request.method == "POST" and purpose is None:
        error = t("请选择查看用途", "Choose what you need it for")
    full = request.method == "POST" and purpose is not None
    if purpose and full:
        found = read_in_full(actor, query, purpose=purpose, known_at=known_at)
    else:
        found = look(actor, query, known_at=known_at)
    versions, homes = selectors.history(person_id, known_at)
    home = selectors.household_of(person_id, on, known_at)
    members = selectors.residents(home.household_id, on) if home else []
    kin = selectors_family.relatives(person_id, on, known_at)
    noted(actor, {*(one.person for one in kin), *(one.person for one in members)} - {person_id})
    return render(
        request,
        "population/person.html",
        {
            "found": found,
            "facts": _facts(found, on),
            "on": on,
            "known": known,
            "full": full,
            "error": error,
            "purpose": purpose,
            "purposes": [(code, str(p.title)) for code, p in PURPOSES.items()],
            "ended": _ended(selectors_family.ended_by(person_id)),
            "kin": [_relative(one, on) for one in kin],
            "graph": _drawn(found, kin, on),
            "life": [_entry(one) for one in selectors_family.happenings(person_id, known_at)],
            "acts": _acts(actor),
            "may_extract": may_extract(actor, PERSONS_REGISTER),
            "versions": [_version(row, full) for row in versions],
            "homes": [_home(row, full) for row in homes],
            "home": home,
            "members": [
                {
                    "id": m.person,
                    # her record was not opened: what the journal says of her is that her name was shown masked
                    "name": m.name if full and m.person == person_id else mask_name(m.name),
                    "relation": RELATIONS[m.relation],
                }
                for m in members
            ],
        },
    )


def household(request: HttpRequest, household_id: UUID) -> HttpResponse:
    """One household as of a day: where it is, its members, where it was."""
    actor = actor_of(request).actor
    on = query_day(request) or timezone.localdate()
    found = selectors_family.home(actor, household_id, on)
    noted(actor, [one.person_id for one in found.members])
    own = {one.kind for one in acts_of(actor)}
    return render(
        request,
        "population/household.html",
        {
            "found": found,
            "on": on,
            "facts": [
                (t("户号", "Number"), found.number),
                (t("户籍地址", "Address"), mask_address(found.address)),
                (t("行政区划", "Division"), path_text(found.division[:9], on)),
                (t("成员", "Members"), len(found.members)),
            ],
            "members": [
                {
                    "id": one.person_id,
                    "name": mask_name(one.person.name),
                    "relation": RELATIONS[one.relation],
                    "since": one.valid_from,
                }
                for one in found.members
            ],
            "places": [(one, mask_address(one.address)) for one in found.places],
            "acts": [
                (ACTS[kind].title, f"{reverse('population:event', args=[kind])}?household={found.number}")
                for kind in (EventKind.HOUSEHOLD_MOVE, EventKind.HEAD)
                if kind in own
            ],
        },
    )


def _end_of(day: date | None) -> datetime | None:
    """The instant at which a day is over."""
    if day is None:
        return None
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))


def _acts(actor: Actor) -> list[Act]:
    """The acts that happen to one person, for the buttons on her page."""
    return [one for one in acts_of(actor) if "number" in one.inputs() and one.kind != EventKind.ARRIVAL]


def _ended(event: LifeEvent | None) -> str:
    if event is None:
        return ""
    if event.kind == EventKind.DEATH:
        return t("此人已于 {on} 死亡。", "She died on {on}.", on=f"{event.on:%Y-%m-%d}")
    return t("此人已于 {on} 迁出本市。", "She moved out of the city on {on}.", on=f"{event.on:%Y-%m-%d}")


def _relative(one: Relative, on: date) -> dict[str, object]:
    return {
        "name": mask_name(one.name),
        "url": f"{reverse('population:person', args=[one.person])}?on={on}",
        "relation": one.relation,
        "ground": one.ground,
        "since": one.since,
        "until": one.until,
    }


def _drawn(found: PersonProfile, kin: list[Relative], on: date) -> Graph:
    """Herself and her relatives; arrows lead from parents to children."""
    me = str(found.id)
    links = []
    for one in kin:
        source, target = (str(one.person), me) if one.up else (me, str(one.person))
        links.append(Link(source, target, str(one.relation)))
    return Graph(
        title=t("家庭关系图", "Family"),
        groups=(t("本人", "This person"), t("亲属", "Relatives")),
        nodes=[
            Node(me, mask_name(found.name or ""), 0, "", root=True),
            *(
                Node(
                    str(one.person),
                    mask_name(one.name),
                    1,
                    f"{reverse('population:person', args=[one.person])}?on={on}",
                )
                for one in kin
            ),
        ],
        links=links,
    )


def _entry(one: Happening) -> dict[str, object]:
    return {"when": f"{one.on:%Y-%m-%d}", "title": one.title, "note": one.note or "", "icon": one.icon}


def _facts(found: PersonProfile, on: date) -> list[tuple[str, object]]:
    hidden = t("未显示", "Not shown")
    return [
        (t("姓名", "Name"), found.name or "—"),
        (t("公民身份号码", "Identity number"), found.number or "—"),
        (t("性别", "Sex"), SEXES.get(found.sex or "", "—")),
        (t("出生日期", "Date of birth"), found.born or hidden),
        (t("民族", "Ethnicity"), ETHNICITIES.get(found.ethnicity or "", hidden)),
        (t("户籍地址", "Registered address"), found.address or "—"),
        (t("行政区划", "Division"), path_text((found.division or "")[:9], on) if found.division else "—"),
        (t("联系电话", "Telephone"), found.phone or "—"),
    ]


def _version(row: PersonVersion, full: bool) -> dict[str, object]:
    return {
        "row": row,
        "name": row.name if full else mask_name(row.name),
        "phone": row.phone if full else mask_phone(row.phone),
    }


def _home(row: Membership, full: bool) -> dict[str, object]:
    address = row.household.address
    return {
        "row": row,
        "address": address if full else mask_address(address),
        "relation": RELATIONS[row.relation],
    }
