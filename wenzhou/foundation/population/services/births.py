"""Birth: a new person with a number, parents and a household."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from wenzhou.foundation.population.kinship import relation_to, spouse_of
from wenzhou.foundation.population.models import (
    EventKind,
    Ground,
    Household,
    LifeEvent,
    Membership,
    Parentage,
    PersonVersion,
    Relation,
    Sex,
)
from wenzhou.foundation.population.services.common import (
    REGISTER,
    SOURCE,
    Party,
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
    party,
    years,
)
from wenzhou.foundation.population.services.once import Done, Outcome, changed, once
from wenzhou.foundation.population.sounds import sound_out
from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.errors import Conflict
from wenzhou.kernel.base.standards import gb11643
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.identity.api import PersonRef, add_person, next_number
from wenzhou.kernel.registers.api import as_of, mask_name
from wenzhou.kernel.registers.events import RecordCreated

YOUNGEST_PARENT = 12
"""Full years. Children of younger mothers are known to medicine, but one case in millions of births: at the counter a
smaller gap is a slip of a digit or of the person, and the rare true case goes through a correction with its proof."""

LONGEST_PREGNANCY = timedelta(days=300)
"""A father may have died before the birth, but not longer ago than a child is carried."""

BETWEEN_BIRTHS = timedelta(days=150)
"""A mother's children are born within two days (twins) or at least so far apart."""

CERTIFICATE = re.compile(r"[A-Z][0-9]{9}")
"""A birth certificate (出生医学证明): a letter and nine digits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Birth:
    """What is registered of a birth. ``household`` is the number of the mother's or father's household.

    A parent from elsewhere is given with her name, ``reference`` is the number of the birth certificate.
    """

    name: str
    sex: str
    born: date
    mother_number: str = ""
    father_number: str = ""
    reference: str
    ethnicity: str = "01"
    household: str = ""
    mother_name: str = ""
    father_name: str = ""


def register_birth(actor: Actor, request: Birth, *, key: str, case: UUID | None = None) -> Done:
    """Enter a newborn: number, version, parents, household; the same key gives the same child.

    Raises Refused, Invalid (each field that cannot be), Conflict (registered already).
    """
    may_write(actor)
    request = replace(request, reference=request.reference.strip().upper())
    return once(actor, EventKind.BIRTH, key, request, lambda: _enter(actor, request, case), case)


def _enter(actor: Actor, request: Birth, case: UUID | None) -> Outcome:
    _check(request)
    mother_ref = _parent(request.mother_number, request.mother_name, "mother_number")
    father_ref = _parent(request.father_number, request.father_name, "father_number")
    hold(*(one.id for one in (mother_ref, father_ref) if one))
    mother = _mother(mother_ref, request) if mother_ref else None
    father = _father(father_ref, request) if father_ref else None
    home = _home(request, mother, father)
    may_write(actor, SOURCE, home.division)
    _not_registered(request, mother)
    number = next_number(home.division[:6], request.born, gb11643.Sex(request.sex))
    child = add_person(number, request.name)
    _write(actor, request, child, mother, father, case)
    relation = _relation(home, child, request.sex, request.born)
    Membership.objects.create(
        person_id=child.id,
        household=home,
        relation=relation,
        valid_from=request.born,
        source=SOURCE,
        recorded_by=actor.account,
        case=case,
    )
    parents = [one for one in (mother, father) if one is not None]
    return Outcome(
        on=request.born,
        person=child.id,
        people=[child.id, *(one.id for one in parents)],
        household=home.id,
        reference=request.reference,
        changes=[
            Text(
                f"新登记 {request.name}，公民身份号码 {number}",
                f"{request.name} is entered with the identity number {number}",
            ),
            *(
                Text(f"登记为{mask_name(one.name)}的子女", f"Entered as a child of {mask_name(one.name)}")
                for one in parents
            ),
            Text(f"入户号为 {home.number} 的户", f"Joins the household {home.number}"),
        ],
        tells=[
            RecordCreated(REGISTER, child.id, request.born),
            *(changed(one.id, "children", request.born) for one in parents if one.registered),
        ],
    )


def _check(request: Birth) -> None:
    check_values({"name": request.name, "sex": request.sex, "ethnicity": request.ethnicity})
    check_day(request.born, field="born")
    if not (request.mother_number or request.father_number):
        raise invalid(
            "mother_number", Text("至少填写一位父母的号码", "Give the number of one parent at least")
        )
    if request.mother_number and request.mother_number == request.father_number:
        raise invalid("father_number", Text("父亲与母亲不能是同一人", "Father and mother are not one person"))
    if not CERTIFICATE.fullmatch(request.reference):
        raise invalid(
            "reference",
            Text("出生医学证明编号为一个字母加九位数字", "A birth certificate has a letter and nine digits"),
        )
    if LifeEvent.objects.filter(kind=EventKind.BIRTH, reference=request.reference).exists():
        raise _registered("reference")


def _registered(field: str) -> Conflict:
    text = Text("该出生已经登记", "This birth is registered already")
    return Conflict(text, code="already-registered", fields={field: text})


def _parent(number: str, name: str, field: str) -> PersonRef | None:
    return by_number(number, field, name=name) if number else None


def _mother(ref: PersonRef, request: Birth) -> Party:
    found = party(ref, request.born, "mother_number", outsiders=True)
    if found.sex != Sex.FEMALE:
        raise invalid("mother_number", Text("此人不是女性", "She is not a woman"))
    old_enough(found.born, request.born, "mother_number")
    return found


def _father(ref: PersonRef, request: Birth) -> Party:
    died = day_of_death(ref.id)
    if died is not None and request.born > died + LONGEST_PREGNANCY:
        raise invalid(
            "father_number",
            Text(
                f"此人已于 {died:%Y-%m-%d} 死亡，超过 {LONGEST_PREGNANCY.days} 天",
                f"He died on {died:%Y-%m-%d}, more than {LONGEST_PREGNANCY.days} days before",
            ),
        )
    found = party(ref, request.born, "father_number", outsiders=True, alive=False)
    if found.sex != Sex.MALE:
        raise invalid("father_number", Text("此人不是男性", "He is not a man"))
    old_enough(found.born, request.born, "father_number")
    return found


def old_enough(parent_born: date, child_born: date, field: str) -> None:
    """Raises Invalid for a parent who is younger than the child, or too young to be believed."""
    if parent_born >= child_born:
        raise invalid(
            field,
            Text(
                f"子女（{child_born:%Y-%m-%d}）不能比父母（{parent_born:%Y-%m-%d}）年长",
                f"A child ({child_born:%Y-%m-%d}) is not older than its parent ({parent_born:%Y-%m-%d})",
            ),
        )
    if years(parent_born, child_born) < YOUNGEST_PARENT:
        raise invalid(
            field,
            Text(
                f"父母在子女出生时不满 {YOUNGEST_PARENT} 周岁，请核对号码和出生日期",
                f"The parent was not {YOUNGEST_PARENT} years old at the birth; check number and day",
            ),
        )


def _home(request: Birth, mother: Party | None, father: Party | None) -> Household:
    """The household joined, held until the end: the mother's or the father's; the mother's where none is named."""
    wanted = household_by_number(request.household).id if request.household.strip() else None
    for one in (mother, father):
        row = one and as_of(Membership.objects.filter(person=one.id), request.born).first()
        if row and wanted in (None, row.household_id):
            return hold_households(row.household_id)[row.household_id]
    raise invalid(
        "household",
        Text(
            "新生儿应随父或随母入户；请填写其中一方的户号",
            "A newborn joins the household of mother or father; give the number of one of them",
        ),
    )


def _not_registered(request: Birth, mother: Party | None) -> None:
    if mother is None:
        return
    rows = Parentage.objects.filter(mother=mother.id, mother_by=Ground.BIRTH, superseded_at=None)
    for number, name in set(rows.values_list("child__number", "child__name")):
        before = citizen(number, "mother_number").born
        apart = abs(before - request.born)
        if apart <= timedelta(days=2) and name == request.name:
            raise _registered("name")
        if timedelta(days=2) < apart < BETWEEN_BIRTHS:
            raise invalid(
                "born",
                Text(
                    f"母亲在 {before:%Y-%m-%d} 已有一名子女出生，两次生育间隔不可能如此之短",
                    f"The mother bore a child on {before:%Y-%m-%d}; births cannot be so close",
                ),
            )


def _write(
    actor: Actor,
    request: Birth,
    child: PersonRef,
    mother: Party | None,
    father: Party | None,
    case: UUID | None,
) -> None:
    provenance = {
        "valid_from": request.born,
        "source": SOURCE,
        "recorded_by": actor.account,
        "case": case,
    }
    PersonVersion.objects.create(
        person_id=child.id,
        name=request.name,
        sex=request.sex,
        born=request.born,
        ethnicity=request.ethnicity,
        **provenance,
    )
    sound_out([request.name])
    Parentage.objects.create(
        child_id=child.id,
        father_id=father.id if father else None,
        mother_id=mother.id if mother else None,
        father_by=_fathers_ground(mother, father, request.born),
        mother_by=Ground.BIRTH if mother else "",
        **provenance,
    )


def _fathers_ground(mother: Party | None, father: Party | None, born: date) -> str:
    """The husband is the father by the birth; any other man by recognising the child."""
    if father is None:
        return ""
    if mother is None:
        return Ground.RECOGNITION
    days = (born, born - LONGEST_PREGNANCY)
    return Ground.BIRTH if any(spouse_of(mother.id, day) == father.id for day in days) else Ground.RECOGNITION


def _relation(home: Household, child: PersonRef, sex: str, on: date) -> str:
    head = (
        as_of(Membership.objects.filter(household=home, relation=Relation.HEAD), on)
        .values_list("person", flat=True)
        .first()
    )
    return (head and relation_to(head, child.id, sex, on)) or Relation.OTHER
