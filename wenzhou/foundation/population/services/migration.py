"""Migration into and out of the prefecture (迁入、迁出)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from wenzhou.foundation.population.models import (
    EventKind,
    Membership,
    PersonVersion,
    Relation,
)
from wenzhou.foundation.population.selectors import household_of
from wenzhou.foundation.population.services.common import (
    REGISTER,
    SOURCE,
    by_number,
    check_day,
    check_values,
    citizen,
    day_of_death,
    hold,
    hold_households,
    household_by_number,
    invalid,
    may_write,
    members,
    nothing_later,
    party,
)
from wenzhou.foundation.population.services.households import leave, open_household
from wenzhou.foundation.population.services.moves import check_joining, joined
from wenzhou.foundation.population.services.once import Done, Outcome, changed, once
from wenzhou.foundation.population.sounds import sound_out
from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.errors import Conflict
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.identity.api import PersonRef, add_person, person_by_number, rename_person
from wenzhou.kernel.registers.api import change, end, mask_name
from wenzhou.kernel.registers.events import RecordCreated, RecordEnded


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """Somebody moves into the city: into a household and in which relation, or into a new one at a place.

    Sex and day of birth are read from the number. ``reference``: number of the permit (准予迁入证明).
    """

    number: str
    name: str
    on: date
    household: str = ""
    relation: str = Relation.OTHER
    division: str = ""
    address: str = ""
    ethnicity: str = "01"
    phone: str = ""
    reference: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Departure:
    """Somebody moves out of the city. ``destination`` in words; ``reference``: number of the certificate (户口迁移证)."""

    number: str
    on: date
    destination: str
    successor_number: str = ""
    reference: str = ""


def register_arrival(actor: Actor, request: Arrival, *, key: str, case: UUID | None = None) -> Done:
    """She is registered here from a day on. Raises Refused, Invalid, Conflict (registered here already)."""
    may_write(actor)
    return once(actor, EventKind.ARRIVAL, key, request, lambda: _arrive(actor, request, case), case)


def register_departure(actor: Actor, request: Departure, *, key: str, case: UUID | None = None) -> Done:
    """She is no longer registered here from a day on; a marriage stands. Raises Refused, Invalid, Conflict."""
    may_write(actor)
    return once(actor, EventKind.DEPARTURE, key, request, lambda: _depart(actor, request, case), case)


def _arrive(actor: Actor, request: Arrival, case: UUID | None) -> Outcome:
    number = request.number.strip().upper()
    read = citizen(number, "number")
    check_day(request.on, not_before=read.born, field="on")
    check_values({"name": request.name, "ethnicity": request.ethnicity, "phone": request.phone})
    target = household_by_number(request.household) if request.household.strip() else None
    may_write(actor, SOURCE, target.division if target else request.division)
    ref = _newcomer(number, request.name)
    hold(ref.id)
    hold_households(target.id if target else None)
    _not_here(ref, request.on)
    relation = check_joining(target, request.relation, request.on)
    target = target or open_household(actor, request.division, request.address, request.on, case)
    values = {
        "name": request.name,
        "sex": str(read.sex),
        "born": read.born,
        "ethnicity": request.ethnicity,
        "phone": request.phone,
    }
    change(PersonVersion, ref.id, request.on, values, actor=actor, source=SOURCE, case=case)
    home = {"household_id": target.id, "relation": relation}
    change(Membership, ref.id, request.on, home, actor=actor, source=SOURCE, case=case)
    sound_out([request.name])
    rename_person(ref.id, request.name)
    return Outcome(
        on=request.on,
        person=ref.id,
        people=[ref.id],
        household=target.id,
        reference=request.reference,
        changes=[
            Text(
                f"{request.name}自 {request.on:%Y-%m-%d} 起登记为本市户籍人口",
                f"{request.name} is registered in this city from {request.on:%Y-%m-%d} on",
            ),
            joined(request.name, target, relation, request.on),
        ],
        tells=[RecordCreated(REGISTER, ref.id, request.on)],
    )


def _newcomer(number: str, name: str) -> PersonRef:
    found = person_by_number(number)
    return found if found is not None else add_person(number, name)


def _not_here(ref: PersonRef, on: date) -> None:
    died = day_of_death(ref.id)
    if died is not None:
        raise invalid("number", Text(f"此人已于 {died:%Y-%m-%d} 死亡", f"She died on {died:%Y-%m-%d}"))
    rows = PersonVersion.objects.filter(person=ref.id, superseded_at=None)
    if rows.exclude(valid_to__lte=on).exists():
        text = Text("此人在该日期已是本市户籍人口", "She is registered in this city on that day or later")
        raise Conflict(text, code="already-registered", fields={"number": text})


def _depart(actor: Actor, request: Departure, case: UUID | None) -> Outcome:
    ref = by_number(request.number, "number")
    check_day(request.on, field="on")
    if not 2 <= len(request.destination.strip()) <= 100:
        raise invalid("destination", Text("请填写迁往地（2 至 100 个字）", "Where to, 2 to 100 characters"))
    present = household_of(ref.id, request.on)
    others = members(present.household_id, request.on) if present else []
    hold(ref.id, *(one.person_id for one in others))
    hold_households(present.household_id if present else None)
    who = party(ref, request.on, "number")
    may_write(actor, SOURCE, who.division)
    for rows in (Membership.objects.filter(person=ref.id), PersonVersion.objects.filter(person=ref.id)):
        nothing_later(rows, request.on, Text("变动", "A change"))
    lines, touched = (
        leave(actor, ref.id, present, request.on, request.successor_number, case) if present else ([], [])
    )
    end(Membership, ref.id, request.on)
    end(PersonVersion, ref.id, request.on)
    name = mask_name(who.name)
    return Outcome(
        on=request.on,
        person=ref.id,
        people=[ref.id, *touched],
        household=present.household_id if present else None,
        reference=request.reference,
        changes=[
            Text(
                f"{name}的户口登记自 {request.on:%Y-%m-%d} 起迁出本市（{request.destination.strip()}）",
                f"The registration of {name} ends here on {request.on:%Y-%m-%d} (to {request.destination.strip()})",
            ),
            *lines,
        ],
        tells=[
            RecordEnded(REGISTER, ref.id, request.on),
            *(changed(one, "relation", request.on) for one in touched),
        ],
    )
