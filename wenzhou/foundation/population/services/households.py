"""A household as a whole: opened, moved, another head; and what becomes of it when somebody leaves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import connection

from wenzhou.foundation.population.kinship import relation_after, relation_to
from wenzhou.foundation.population.models import (
    EventKind,
    Household,
    HouseholdVersion,
    Membership,
    PersonVersion,
    Relation,
)
from wenzhou.foundation.population.services.common import (
    SOURCE,
    by_number,
    check_day,
    check_place,
    hold,
    hold_households,
    household_by_number,
    invalid,
    may_write,
    members,
    nothing_later,
)
from wenzhou.foundation.population.services.once import Done, Outcome, changed, once
from wenzhou.foundation.population.words import RELATIONS
from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.errors import Conflict
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.registers.api import as_of, change, end, mask_address, mask_name
from wenzhou.kernel.registers.events import RecordChanged

HOUSEHOLDS = "household"
"""The register's code in events; the record is the household's id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehousing:
    """A whole household moves (整户迁移) to a village, by its 12 digits, and an address."""

    household: str
    on: date
    division: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Succession:
    """Another member becomes the head (户主变更)."""

    household: str
    on: date
    successor_number: str


def move_household(actor: Actor, request: Rehousing, *, key: str, case: UUID | None = None) -> Done:
    """From a day on the household is elsewhere, its members with it. Raises Refused, Invalid, Conflict.

    Competent is the office for both places: that of the county, or for a move between counties that of the city.
    """
    may_write(actor)
    return once(actor, EventKind.HOUSEHOLD_MOVE, key, request, lambda: _rehouse(actor, request, case), case)


def change_head(actor: Actor, request: Succession, *, key: str, case: UUID | None = None) -> Done:
    """From a day on another member heads the household; the others' relations follow. Raises Refused, Invalid, Conflict."""
    may_write(actor)
    return once(actor, EventKind.HEAD, key, request, lambda: _succeed(actor, request, case), case)


def _rehouse(actor: Actor, request: Rehousing, case: UUID | None) -> Outcome:
    check_day(request.on, field="on")
    check_place(request.division, request.address, request.on)
    home = household_by_number(request.household)
    home = hold_households(home.id)[home.id]
    for place in (home.division, request.division):
        may_write(actor, SOURCE, place)
    there = members(home.id, request.on)
    if not there:
        raise invalid("household", Text("该户当日没有成员", "The household has no member on that day"))
    versions = HouseholdVersion.objects.filter(household=home.id)
    nothing_later(versions, request.on, Text("住址", "Another address"))
    address = request.address.strip()
    before = as_of(versions, request.on).first()
    if before is not None and (before.division, before.address) == (request.division, address):
        raise invalid("address", Text("与现住址相同", "The household is there already"))
    _place(actor, home, request.division, address, request.on, case)
    return Outcome(
        on=request.on,
        people=[one.person_id for one in there],
        household=home.id,
        changes=[
            Text(
                f"户号 {home.number}（{len(there)} 人）自 {request.on:%Y-%m-%d} 起迁至 {address}",
                f"Household {home.number} ({len(there)} persons) is at {address} from {request.on:%Y-%m-%d} on",
            ),
            Text(f"原住址 {mask_address(home.address)}", f"It was at {mask_address(home.address)}"),
        ],
        tells=[RecordChanged(HOUSEHOLDS, home.id, ("address", "division"), request.on)],
    )


def _place(actor: Actor, home: Household, division: str, address: str, on: date, case: UUID | None) -> None:
    values = {"division": division, "address": address}
    change(HouseholdVersion, home.id, on, values, actor=actor, source=SOURCE, case=case)
    Household.objects.filter(id=home.id).update(**values)


def open_household(actor: Actor, division: str, address: str, on: date, case: UUID | None) -> Household:
    """A new household (立户) with its number, in the transaction of the event that opens it. Raises Invalid."""
    check_place(division, address, on)
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('population_household_number')")
        serial: int = cursor.fetchone()[0]
    home = Household.objects.create(
        number=f"{division[:6]}{serial:012d}", division=division, address=address.strip()
    )
    _place(actor, home, division, home.address, on, case)
    return home


def _succeed(actor: Actor, request: Succession, case: UUID | None) -> Outcome:
    check_day(request.on, field="on")
    home = household_by_number(request.household)
    successor = by_number(request.successor_number, "successor_number").id
    hold(*(one.person_id for one in members(home.id, request.on)), successor)
    hold_households(home.id)
    may_write(actor, SOURCE, home.division)
    there = members(home.id, request.on)
    lines = hand_over(actor, there, successor, request.on, case, field="successor_number")
    return Outcome(
        on=request.on,
        person=successor,
        people=[one.person_id for one in there],
        household=home.id,
        changes=lines,
        tells=[
            RecordChanged(HOUSEHOLDS, home.id, ("head",), request.on),
            *(changed(one.person_id, "relation", request.on) for one in there),
        ],
    )


def hand_over(
    actor: Actor,
    there: Sequence[Membership],
    successor: UUID,
    on: date,
    case: UUID | None,
    *,
    field: str,
    leaving: UUID | None = None,
) -> list[Text]:
    """The successor heads the household from a day on; what each member is to her, by kinship or by what she was before.

    ``leaving`` goes on that day and gets no relation. The caller holds the members and the household. Gives what changed.
    """
    new = next((one for one in there if one.person_id == successor), None)
    if new is None or successor == leaving:
        raise invalid(field, Text("此人当日不是该户成员", "She is no member of this household on that day"))
    if new.relation == Relation.HEAD:
        raise invalid(field, Text("此人已是户主", "She heads it already"))
    for one in there:
        nothing_later(
            Membership.objects.filter(person=one.person_id), on, Text("户籍变动", "Another registration")
        )
    staying = [one for one in there if one.person_id != leaving]
    versions = as_of(PersonVersion.objects.filter(person__in=[one.person_id for one in staying]), on)
    sexes = dict(versions.values_list("person_id", "sex"))
    lines = []
    # The old head first: at no moment has the household two.
    for one in sorted(staying, key=lambda row: row.person_id == successor):
        relation = Relation.HEAD
        if one.person_id != successor:
            sex = sexes.get(one.person_id, "")
            found = relation_to(successor, one.person_id, sex, on)
            relation = Relation(found or relation_after(new.relation, one.relation, sex))
        change(Membership, one.person_id, on, {"relation": relation}, actor=actor, source=SOURCE, case=case)
        lines.append(_line(one, relation))
    return lines


def _line(one: Membership, relation: str) -> Text:
    before, after, name = RELATIONS[one.relation], RELATIONS[relation], mask_name(one.person.name)
    return Text(f"{name}：{before.zh} → {after.zh}", f"{name}: {before.en} → {after.en}")


def leave(
    actor: Actor,
    person: UUID,
    present: Membership,
    on: date,
    successor_number: str,
    case: UUID | None,
) -> tuple[list[Text], list[UUID]]:
    """What a household does when a member leaves it on a day: if she heads it and others stay, another must head it.

    The caller holds the people and the household. Gives what changed and whom it touched. Raises Conflict, Invalid.
    """
    if present.relation != Relation.HEAD:
        return [], []
    there = members(present.household_id, on)
    others = [one.person_id for one in there if one.person_id != person]
    if not others:
        return [], []
    if not successor_number:
        text = Text(
            "此人是户主且户内还有其他成员，请填写继任户主的号码",
            "She heads a household with other members; give the number of who is to head it",
        )
        raise Conflict(text, code="successor-needed", fields={"successor_number": text})
    successor = by_number(successor_number, "successor_number").id
    # She goes first, so that the household never has two heads; the successor's day is the same.
    end(Membership, person, on)
    return hand_over(actor, there, successor, on, case, field="successor_number", leaving=person), others
