"""What must hold of persons beyond the form of each field."""

from __future__ import annotations

import re
from datetime import date

from django.db.models import Exists, F, Func, OuterRef, Q, TextField, Value
from django.db.models.functions import Substr
from django.db.models.lookups import Exact, In

from wenzhou.foundation.population.models import Membership, Relation, Sex
from wenzhou.foundation.population.services import SOURCE
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.geo.api import village_codes
from wenzhou.kernel.registers.api import as_of
from wenzhou.kernel.registers.declarations import Condition, Dimension, Draft, Severity, Shared

SHARED_BY = 5
"""Persons who may have one telephone: a large household."""

OLDEST = 120
"""Years of age from which somebody looks whether the person lives."""

_FORM = r"[0-9]{17}[0-9X]"
_ODD = ("1", "3", "5", "7", "9")
_MANS_NUMBER = Q(In(Substr("person__number", 17, 1), _ODD))
_READABLE = Q(person__number__regex=f"^{_FORM}$")
"""A number that has not the form of one says nothing of birth and sex; that is another rule's."""


def _number(draft: Draft) -> str:
    number: str = draft["person__number"] or ""
    return number if re.fullmatch(_FORM, number) else ""


def _another_birth(draft: Draft) -> bool:
    number, born = _number(draft), draft["born"]
    return bool(number) and born is not None and number[6:14] != f"{born:%Y%m%d}"


def _another_sex(draft: Draft) -> bool:
    number, sex = _number(draft), draft["sex"]
    return bool(number) and sex in Sex.values and (number[16] in _ODD) != (sex == Sex.MALE)


def _oldest(day: date) -> date:
    """Who was born before this day is too old."""
    return date(day.year - OLDEST, day.month, min(day.day, 28))


def _at_home(draft: Draft, **which: str) -> list[str]:
    """The divisions of the households in which the person is registered."""
    rows = as_of(Membership.objects.filter(person=draft.anchor, **which), draft.day)
    return list(rows.values_list("household__division", flat=True))


def _homes(day: date, **which: str) -> Exists:
    return Exists(as_of(Membership.objects.filter(person=OuterRef("person"), **which), day))


def _heads_a_lost_home(day: date) -> Q:
    heads = as_of(Membership.objects.filter(person=OuterRef("person"), relation=Relation.HEAD), day)
    return Q(Exists(heads.exclude(household__division__in=list(village_codes(day)))))


BIRTH = Condition(
    code="person.number-birth",
    register="person",
    field="born",
    title=Text("出生日期与公民身份号码不一致", "The date of birth is not the one in the identity number"),
    remedy=Text(
        "请对照户口簿核实，更正有误的一项", "Compare both with the household booklet; correct the wrong one"
    ),
    severity=Severity.ERROR,
    reads=("person__number", "born"),
    broken=lambda day: (
        _READABLE
        & ~Q(
            Exact(
                Substr("person__number", 7, 8),
                Func(F("born"), Value("YYYYMMDD"), function="to_char", output_field=TextField()),
            )
        )
    ),
    breaks_it=_another_birth,
)
SEX = Condition(
    code="person.number-sex",
    register="person",
    field="sex",
    title=Text("性别与公民身份号码不一致", "The sex is not the one in the identity number"),
    remedy=Text(
        "第 17 位单数为男、双数为女；请对照户口簿核实",
        "The 17th character is odd for men; compare with the booklet",
    ),
    severity=Severity.ERROR,
    reads=("person__number", "sex"),
    broken=lambda day: _READABLE & (Q(sex=Sex.MALE) & ~_MANS_NUMBER | Q(sex=Sex.FEMALE) & _MANS_NUMBER),
    breaks_it=_another_sex,
)
FUTURE = Condition(
    code="person.born-day",
    register="person",
    field="born",
    title=Text("出生日期晚于当天", "The date of birth lies in the future"),
    remedy=Text("请核对年份", "Check the year"),
    severity=Severity.ERROR,
    reads=("born",),
    broken=lambda day: Q(born__gt=day),
    breaks_it=lambda draft: draft["born"] is not None and draft["born"] > draft.day,
)
AGE = Condition(
    code="person.age",
    register="person",
    field="born",
    title=Text(f"年龄超过 {OLDEST} 岁", f"Older than {OLDEST} years"),
    remedy=Text(
        "请核实出生日期；已去世的，办理死亡登记",
        "Check the date of birth; register the death of who has died",
    ),
    dimension=Dimension.ACCURACY,
    reads=("born",),
    broken=lambda day: Q(born__lt=_oldest(day)),
    breaks_it=lambda draft: draft["born"] is not None and draft["born"] < _oldest(draft.day),
)
PHONE = Shared(
    code="person.phone-shared",
    register="person",
    field="phone",
    title=Text(f"超过 {SHARED_BY} 人登记同一电话", f"More than {SHARED_BY} persons have this telephone"),
    remedy=Text("请与本人核实号码", "Ask the person which number is hers"),
    severity=Severity.NOTICE,
    most=SHARED_BY,
    key=lambda column: column("phone"),
)
HOME = Condition(
    code="person.home",
    register="person",
    field="household",
    owner=SOURCE,
    title=Text("没有户籍所在户", "Registered in no household"),
    remedy=Text("请核实其户籍地，办理入户", "Find out where the person belongs and enter the household"),
    dimension=Dimension.COMPLETENESS,
    reads=("household",),
    local=False,
    broken=lambda day: ~Q(_homes(day)),
    breaks_it=lambda draft: not _at_home(draft),
)
HOME_DIVISION = Condition(
    code="person.home-division",
    register="person",
    field="household",
    owner=SOURCE,
    title=Text("户的行政区划代码当日不在用", "The household's division is not in force on that day"),
    remedy=Text(
        "请按区划变更改为现行的村（居）委会代码；由户主记录提示",
        "Enter the code that is in force now; shown at the head of the household",
    ),
    reads=("household",),
    local=False,
    broken=_heads_a_lost_home,
    breaks_it=lambda draft: not village_codes(draft.day).issuperset(_at_home(draft, relation=Relation.HEAD)),
)

RULES = (BIRTH, SEX, FUTURE, AGE, PHONE, HOME, HOME_DIVISION)
