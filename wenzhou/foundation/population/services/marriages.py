"""Marriage and divorce (婚姻登记): civil affairs answers, of any county, because both may register anywhere (2025)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from wenzhou.foundation.population.kinship import close_kin
from wenzhou.foundation.population.models import EventKind, Marriage, Sex
from wenzhou.foundation.population.services.common import (
    CIVIL_AFFAIRS,
    DAY,
    Party,
    by_number,
    check_day,
    hold,
    invalid,
    married,
    may_write,
    nothing_later,
    party,
    years,
)
from wenzhou.foundation.population.services.once import Done, Outcome, changed, once
from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.errors import Conflict
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.identity.api import PersonRef
from wenzhou.kernel.registers.api import as_of, change, end, mask_name
from wenzhou.kernel.registers.events import RecordCreated, RecordEnded

LEGAL_AGE = {Sex.MALE: 22, Sex.FEMALE: 20}
"""Full years (民法典 第一千零四十七条, Civil Code art. 1047)."""

MARRIAGES = "marriage"
"""The register's code in events; the record is the version's id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wedding:
    """A marriage to be registered; one from elsewhere is given with the name. ``reference``: number of the certificate."""

    husband_number: str
    wife_number: str
    on: date
    reference: str = ""
    husband_name: str = ""
    wife_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Divorce:
    """A divorce to be registered, or one by judgment (``reference``: number of certificate or judgment)."""

    husband_number: str
    wife_number: str
    on: date
    reference: str = ""


def register_marriage(actor: Actor, request: Wedding, *, key: str, case: UUID | None = None) -> Done:
    """From a day on two are married. Raises Refused, Invalid (age, kin, a dead or unknown person), Conflict (married)."""
    may_write(actor, CIVIL_AFFAIRS)
    return once(actor, EventKind.MARRIAGE, key, request, lambda: _marry(actor, request, case), case)


def register_divorce(actor: Actor, request: Divorce, *, key: str, case: UUID | None = None) -> Done:
    """From a day on two are no longer married. Raises Refused, Invalid (not married to each other then)."""
    may_write(actor, CIVIL_AFFAIRS)
    return once(actor, EventKind.DIVORCE, key, request, lambda: _part(actor, request), case)


def _marry(actor: Actor, request: Wedding, case: UUID | None) -> Outcome:
    check_day(request.on, field="on")
    refs = (
        by_number(request.husband_number, "husband_number", name=request.husband_name or None),
        by_number(request.wife_number, "wife_number", name=request.wife_name or None),
    )
    hold(*(one.id for one in refs))
    husband = party(refs[0], request.on, "husband_number", outsiders=True)
    wife = party(refs[1], request.on, "wife_number", outsiders=True)
    _may_marry(husband, wife, request.on)
    row = change(
        Marriage,
        {"husband": husband.id, "wife": wife.id},
        request.on,
        {},
        actor=actor,
        source=CIVIL_AFFAIRS,
        case=case,
    )
    both = (husband, wife)
    return Outcome(
        on=request.on,
        person=husband.id,
        people=[one.id for one in both],
        reference=request.reference,
        changes=[
            Text(
                f"{mask_name(husband.name)}与{mask_name(wife.name)}自 {request.on:%Y-%m-%d} 起登记为夫妻",
                f"{mask_name(husband.name)} and {mask_name(wife.name)} are married from {request.on:%Y-%m-%d} on",
            )
        ],
        tells=[
            RecordCreated(MARRIAGES, row.id, request.on),
            *(changed(one.id, "spouse", request.on) for one in both if one.registered),
        ],
    )


def _may_marry(husband: Party, wife: Party, on: date) -> None:
    for one, sex, field in ((husband, Sex.MALE, "husband_number"), (wife, Sex.FEMALE, "wife_number")):
        if one.sex != sex:
            text = (
                Text("男方应为男性", "The husband is a man")
                if sex == Sex.MALE
                else Text("女方应为女性", "The wife is a woman")
            )
            raise invalid(field, text)
        if years(one.born, on) < LEGAL_AGE[sex]:
            raise invalid(
                field,
                Text(
                    f"未满 {LEGAL_AGE[sex]} 周岁，不到法定婚龄（民法典第一千零四十七条）",
                    f"Not {LEGAL_AGE[sex]} years old: under the legal age (Civil Code art. 1047)",
                ),
            )
        _is_free(one, on, field)
    if not (husband.registered or wife.registered):
        raise invalid(
            "husband_number",
            Text(
                "双方当日均无本市户籍，不在本库登记",
                "Neither is registered in this city; this is not the place",
            ),
        )
    kin = close_kin(husband.id, wife.id)
    if kin is not None:
        raise invalid(
            "wife_number",
            Text(
                f"{kin.zh}，禁止结婚（民法典第一千零四十八条）",
                f"{kin.en}: they may not marry (Civil Code art. 1048)",
            ),
        )


def _is_free(one: Party, on: date, field: str) -> None:
    if as_of(Marriage.objects.filter(married(one.id)), on).exists():
        text = Text(
            "此人当日已有配偶，须先登记离婚或配偶死亡",
            "She is married on that day; register the divorce or the spouse's death first",
        )
        raise Conflict(text, code="married", fields={field: text})
    nothing_later(Marriage.objects.filter(married(one.id)), on, Text("婚姻", "A marriage"), "on")


def _part(actor: Actor, request: Divorce) -> Outcome:
    check_day(request.on, field="on")
    husband = by_number(request.husband_number, "husband_number")
    wife = by_number(request.wife_number, "wife_number")
    hold(husband.id, wife.id)
    row = _marriage(husband, wife, request.on)
    end(Marriage, {"husband": husband.id, "wife": wife.id}, request.on)
    return Outcome(
        on=request.on,
        person=husband.id,
        people=[husband.id, wife.id],
        reference=request.reference,
        changes=[
            Text(
                f"{mask_name(husband.name)}与{mask_name(wife.name)}的婚姻（{row.valid_from:%Y-%m-%d} 起）自 "
                f"{request.on:%Y-%m-%d} 起终止",
                f"The marriage of {mask_name(husband.name)} and {mask_name(wife.name)} (since "
                f"{row.valid_from:%Y-%m-%d}) ends on {request.on:%Y-%m-%d}",
            )
        ],
        tells=[
            RecordEnded(MARRIAGES, row.id, request.on),
            changed(husband.id, "spouse", request.on),
            changed(wife.id, "spouse", request.on),
        ],
    )


def _marriage(husband: PersonRef, wife: PersonRef, on: date) -> Marriage:
    """Their marriage, which began before the day and still stood on the day before. Raises Invalid."""
    both = Marriage.objects.filter(husband=husband.id, wife=wife.id)
    found = as_of(both, on - DAY).first() if on > date.min else None
    if found is None or (found.valid_to is not None and found.valid_to <= on):
        raise invalid(
            "on",
            Text(
                "双方在该日期之前没有有效的婚姻登记，请核对双方号码和日期",
                "They are not married to each other before that day; check both numbers and the day",
            ),
        )
    return found
