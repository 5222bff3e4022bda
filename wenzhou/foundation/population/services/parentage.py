"""Parentage (亲子关系) beside the birth: a father recognises a child, adoption (收养)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from wenzhou.foundation.population.kinship import ancestors, parentage_of, spouse_of
from wenzhou.foundation.population.models import EventKind, Ground, Parentage, Sex
from wenzhou.foundation.population.services.births import old_enough
from wenzhou.foundation.population.services.common import (
    CIVIL_AFFAIRS,
    SOURCE,
    Party,
    by_number,
    check_day,
    hold,
    invalid,
    may_write,
    nothing_later,
    party,
    years,
)
from wenzhou.foundation.population.services.once import Done, Outcome, changed, once
from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.errors import Conflict
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.registers.api import change, mask_name

ADULT = 18
ADOPTER = 30
BETWEEN_SEXES = 40
"""Full years: who is adopted is a minor, who adopts is thirty, and alone a child of the other sex is forty years younger
(民法典 第一千零九十三条、第一千零九十八条、第一千一百零二条, Civil Code art. 1093, 1098, 1102)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognition:
    """A man recognises a child (认领) that has no father in the register. ``reference``: report of kinship or judgment."""

    child_number: str
    father_number: str
    on: date
    reference: str = ""
    father_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Adoption:
    """One or two adopt a child; who adopts the spouse's child is alone (继子女). ``reference``: adoption certificate."""

    child_number: str
    on: date
    father_number: str = ""
    mother_number: str = ""
    reference: str = ""


def register_recognition(actor: Actor, request: Recognition, *, key: str, case: UUID | None = None) -> Done:
    """The child has this father from its birth on. Raises Refused, Invalid, Conflict (it has a father)."""
    may_write(actor)
    return once(actor, EventKind.RECOGNITION, key, request, lambda: _recognise(actor, request, case), case)


def register_adoption(actor: Actor, request: Adoption, *, key: str, case: UUID | None = None) -> Done:
    """From a day on the child has these parents and no others. Raises Refused, Invalid, Conflict."""
    may_write(actor, CIVIL_AFFAIRS)
    return once(actor, EventKind.ADOPTION, key, request, lambda: _adopt(actor, request, case), case)


def _recognise(actor: Actor, request: Recognition, case: UUID | None) -> Outcome:
    check_day(request.on, field="on")
    child_ref = by_number(request.child_number, "child_number")
    father_ref = by_number(request.father_number, "father_number", name=request.father_name or None)
    hold(child_ref.id, father_ref.id)
    child = party(child_ref, request.on, "child_number")
    may_write(actor, SOURCE, child.division)
    father = party(father_ref, request.on, "father_number", outsiders=True)
    _can_be_parent(father, child, Sex.MALE, "father_number")
    old_enough(father.born, child.born, "father_number")
    present = parentage_of(child.id, request.on)
    if present is not None and present.father_id is not None:
        text = Text("登记簿中已有父亲，须先更正", "The register has a father; that has to be corrected first")
        raise Conflict(text, code="has-a-father", fields={"child_number": text})
    nothing_later(
        Parentage.objects.filter(child=child.id), request.on, Text("亲子关系", "Another parentage"), "on"
    )
    # Recognition says who the father is: from the birth on, or from where the register begins to say anything.
    since = present.valid_from if present is not None else child.born
    values = _values(present) | {"father_id": father.id, "father_by": Ground.RECOGNITION}
    change(Parentage, child.id, since, values, actor=actor, source=SOURCE, case=case)
    return _outcome(request.on, child, [father], request.reference)


def _adopt(actor: Actor, request: Adoption, case: UUID | None) -> Outcome:
    check_day(request.on, field="on")
    child_ref = by_number(request.child_number, "child_number")
    refs = {
        field: by_number(number, field)
        for field, number in (
            ("father_number", request.father_number),
            ("mother_number", request.mother_number),
        )
        if number
    }
    if not refs:
        raise invalid("father_number", Text("至少填写一位收养人", "Give one adopter at least"))
    hold(child_ref.id, *(one.id for one in refs.values()))
    child = party(child_ref, request.on, "child_number")
    parents = {field: party(ref, request.on, field) for field, ref in refs.items()}
    present = parentage_of(child.id, request.on)
    kept = _stepchild(parents, present, request.on)
    _may_adopt(parents, child, request.on, step=kept is not None)
    nothing_later(Parentage.objects.filter(child=child.id), request.on, Text("亲子关系", "Another parentage"))
    values: dict[str, object] = {"father_id": None, "mother_id": None, "father_by": "", "mother_by": ""}
    if kept is not None and present is not None:
        values |= {name: value for name, value in _values(present).items() if name.startswith(kept)}
    for field, one in parents.items():
        who = field.removesuffix("_number")
        values |= {f"{who}_id": one.id, f"{who}_by": Ground.ADOPTION}
    change(Parentage, child.id, request.on, values, actor=actor, source=CIVIL_AFFAIRS, case=case)
    return _outcome(request.on, child, list(parents.values()), request.reference)


def _stepchild(parents: dict[str, Party], present: Parentage | None, on: date) -> str | None:
    """``mother`` or ``father`` who stays, when her or his spouse adopts the child alone."""
    if len(parents) != 1 or present is None:
        return None
    field, one = next(iter(parents.items()))
    stays = "mother" if field == "father_number" else "father"
    other = getattr(present, f"{stays}_id")
    return stays if other is not None and spouse_of(one.id, on) == other else None


def _may_adopt(parents: dict[str, Party], child: Party, on: date, *, step: bool) -> None:
    for field, one in parents.items():
        _can_be_parent(one, child, Sex.MALE if field == "father_number" else Sex.FEMALE, field)
        if one.born >= child.born:
            old_enough(one.born, child.born, field)
        if not step and years(one.born, on) < ADOPTER:
            raise invalid(
                field,
                Text(
                    f"收养人应年满 {ADOPTER} 周岁（民法典第一千零九十八条）",
                    f"Who adopts is {ADOPTER} years old (Civil Code art. 1098)",
                ),
            )
    if years(child.born, on) >= ADULT:
        raise invalid(
            "child_number",
            Text(
                "被收养人应为未成年人（民法典第一千零九十三条）",
                "Who is adopted is a minor (Civil Code art. 1093)",
            ),
        )
    if not step:
        _together(parents, child, on)


def _together(parents: dict[str, Party], child: Party, on: date) -> None:
    """Spouses adopt together; who adopts alone a child of the other sex is forty years older."""
    field, one = next(iter(parents.items()))
    spouse = spouse_of(one.id, on)
    others = {other.id for other in parents.values()} - {one.id}
    if (spouse is not None and spouse not in others) or (others and spouse not in others):
        raise invalid(
            field,
            Text(
                "有配偶者应夫妻共同收养（民法典第一千一百零一条）",
                "Spouses adopt together, and only spouses (Civil Code art. 1101)",
            ),
        )
    if not others and one.sex != child.sex and years(one.born, child.born) < BETWEEN_SEXES:
        raise invalid(
            field,
            Text(
                f"无配偶者收养异性子女，年龄应相差 {BETWEEN_SEXES} 周岁以上（民法典第一千一百零二条）",
                f"Who adopts alone a child of the other sex is {BETWEEN_SEXES} years older (Civil Code art. 1102)",
            ),
        )


def _can_be_parent(one: Party, child: Party, sex: str, field: str) -> None:
    if one.sex != sex:
        raise invalid(field, Text("性别与父母身份不符", "Father and mother are a man and a woman"))
    if one.id == child.id or child.id in ancestors(one.id):
        raise invalid(
            field,
            Text(
                "此人是该子女本人或其后代，不能成为其父母",
                "This is the child herself or a descendant: nobody is her own ancestor",
            ),
        )


def _values(row: Parentage | None) -> dict[str, object]:
    names = ("father_id", "mother_id", "father_by", "mother_by")
    if row is None:
        return {name: None if name.endswith("_id") else "" for name in names}
    return {name: getattr(row, name) for name in names}


def _outcome(on: date, child: Party, parents: list[Party], reference: str) -> Outcome:
    return Outcome(
        on=on,
        person=child.id,
        people=[child.id, *(one.id for one in parents)],
        reference=reference,
        changes=[
            Text(
                f"{mask_name(child.name)}登记为{mask_name(one.name)}的子女",
                f"{mask_name(child.name)} is entered as a child of {mask_name(one.name)}",
            )
            for one in parents
        ],
        tells=[
            changed(child.id, "parents", on),
            *(changed(one.id, "children", on) for one in parents if one.registered),
        ],
    )
