"""Moves of a person between households (市内移居), also into one of her own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import IntegrityError, transaction

from wenzhou.foundation.population.models import EventKind, Household, Membership, Relation
from wenzhou.foundation.population.selectors import household_of, profile
from wenzhou.foundation.population.services.common import (
    REGISTER,
    SOURCE,
    by_number,
    check_day,
    hold,
    hold_households,
    household_by_number,
    in_area,
    invalid,
    may_maintain,
    may_write,
    members,
    nothing_later,
    party,
)
from wenzhou.foundation.population.services.households import leave, open_household
from wenzhou.foundation.population.services.once import Done, Outcome, changed, once
from wenzhou.foundation.population.words import RELATIONS
from wenzhou.kernel.base import audit
from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.errors import Conflict, NotFound
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.registers.api import as_of, change, lock, mask_name, tell_changed
from wenzhou.kernel.registers.contracts import PersonQuery


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A person moves: into a household (its number and her relation to the head), or into a new one at a place.

    ``successor_number``: who heads the household she leaves, where she headed one with others.
    """

    number: str
    on: date
    household: str = ""
    relation: str = Relation.OTHER
    division: str = ""
    address: str = ""
    successor_number: str = ""


def register_move(actor: Actor, request: Move, *, key: str, case: UUID | None = None) -> Done:
    """From a day on she belongs to another household. Raises Refused, Invalid, Conflict."""
    may_write(actor)
    return once(actor, EventKind.MOVE, key, request, lambda: _move(actor, request, case), case)


def _move(actor: Actor, request: Move, case: UUID | None) -> Outcome:
    ref = by_number(request.number, "number")
    check_day(request.on, field="on")
    present = household_of(ref.id, request.on)
    others = members(present.household_id, request.on) if present else []
    hold(ref.id, *(one.person_id for one in others))
    who = party(ref, request.on, "number")
    may_write(actor, SOURCE, who.division)
    nothing_later(Membership.objects.filter(person=ref.id), request.on, Text("户籍变动", "Another move"))
    target = household_by_number(request.household) if request.household.strip() else None
    hold_households(present.household_id if present else None, target.id if target else None)
    if present is not None and target is not None and target.id == present.household_id:
        raise invalid(
            "household", Text("此人已在该户，如需改变关系请办理户主变更", "She belongs to this household")
        )
    lines, touched = (
        leave(actor, ref.id, present, request.on, request.successor_number, case) if present else ([], [])
    )
    relation = check_joining(target, request.relation, request.on)
    target = target or open_household(actor, request.division, request.address, request.on, case)
    _write(actor, ref.id, target, relation, request.on, SOURCE, case)
    return Outcome(
        on=request.on,
        person=ref.id,
        people=[ref.id, *touched],
        household=target.id,
        changes=[joined(mask_name(who.name), target, relation, request.on), *lines],
        tells=[changed(one, "household", request.on) for one in (ref.id, *touched)],
    )


def check_joining(target: Household | None, relation: str, on: date) -> str:
    """The relation in which somebody joins a household; who opens one heads it. Raises Invalid, Conflict."""
    if target is None:
        return Relation.HEAD
    if relation not in Relation.values:
        raise invalid("relation", Text("与户主关系不在代码表中", "Not a relation of the code table"))
    heads = as_of(Membership.objects.filter(household=target, relation=Relation.HEAD), on)
    if relation == Relation.HEAD and heads.exists():
        raise _has_a_head()
    if relation == Relation.SPOUSE and _has_a_spouse(target, on):
        text = Text("该户户主已有配偶在户", "The head's spouse is in this household already")
        raise Conflict(text, code="has-a-spouse", fields={"relation": text})
    if relation != Relation.HEAD and not heads.exists():
        text = Text("该户当日没有户主，请以户主身份入户", "The household has no head; join it as its head")
        raise Conflict(text, code="no-head", fields={"relation": text})
    return relation


def _has_a_spouse(target: Household, on: date) -> bool:
    return as_of(Membership.objects.filter(household=target, relation=Relation.SPOUSE), on).exists()


def _has_a_head() -> Conflict:
    text = Text(
        "该户已有户主。请改选其他关系，或先办理户主变更。",
        "This household has a head already. Choose another relation, or change the head first.",
    )
    return Conflict(text, code="has-a-head", fields={"relation": text})


def joined(name: str, target: Household, relation: str, on: date) -> Text:
    """That somebody joins a household, for the confirmation."""
    title = RELATIONS[relation]
    return Text(
        f"{name}自 {on:%Y-%m-%d} 起登记在户号 {target.number}，与户主关系：{title.zh}",
        f"{name} is registered in household {target.number} from {on:%Y-%m-%d} on, as {title.en.lower()}",
    )


def move(
    actor: Actor,
    person_id: UUID,
    household_number: str,
    valid_from: date,
    *,
    relation: str = Relation.OTHER,
    source: str = SOURCE,
    case: UUID | None = None,
) -> Membership:
    """From a day on the person is registered in another household, or otherwise in hers; the same again does nothing.

    Raises Refused, NotFound (person or household), Invalid (day, relation), Conflict (she heads a
    household with others in it, or the new one has a head).
    """
    may_maintain(actor)
    if relation not in Relation.values:
        raise invalid("relation", Text("与户主关系不在代码表中", "Not a relation of the code table"))
    with transaction.atomic():
        lock(Membership, person_id)
        current = profile(PersonQuery(id=person_id))
        in_area(actor, current.division or "")
        check_day(valid_from, not_before=current.born)
        present = household_of(person_id, valid_from)
        found = Household.objects.filter(number=household_number.strip()).first()
        if found is None:
            raise NotFound(
                Text(
                    f"没有户号为 {household_number} 的户。",
                    f"There is no household with number {household_number}.",
                )
            )
        hold_households(found.id, present.household_id if present else None)
        if present is not None and present.household_id != found.id:
            leave(actor, person_id, present, valid_from, "", case)
        row = _write(actor, person_id, found, relation, valid_from, source, case)
        audit.record(
            actor,
            "population.move",
            row,
            person=str(person_id),
            household=found.number,
            since=str(valid_from),
        )
        tell_changed(actor, REGISTER, person_id, {"household": found.id}, valid_from)
    return row


def _write(
    actor: Actor,
    person_id: UUID,
    target: Household,
    relation: str,
    valid_from: date,
    source: str,
    case: UUID | None,
) -> Membership:
    values = {"household_id": target.id, "relation": relation}
    try:
        with transaction.atomic():
            return change(Membership, person_id, valid_from, values, actor=actor, source=source, case=case)
    except IntegrityError as error:
        if "household_one_head" not in str(error):
            raise
        raise _has_a_head() from error
