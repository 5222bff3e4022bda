"""Every rule of every register says one thing: in bulk, of one record in the database, and before it is written."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, models, transaction
from django.utils import timezone

from wenzhou.foundation.legal_persons.testing import register_firm
from wenzhou.foundation.population.testing import make_household, register
from wenzhou.kernel.geo.testing import load_city
from wenzhou.kernel.identity.testing import make_person
from wenzhou.kernel.registers.api import register_of
from wenzhou.kernel.registers.testing import verdicts

pytestmark = pytest.mark.django_db

ODD_TEXTS = (
    "",
    "陈",
    "１３８00001234",
    "13800001234",
    "13800001235",
    "3",
    "9",
    "01",
    "57",
    "X",
    "a b",
    "A1",
    "H6210",
    "·",
)
ODD_NAMES = (
    "温州试验（餐饮）有限公司",
    "温州试验(餐饮)有限公司",
    "温州试验 餐饮有限公司",
    "欧阳·明",
    "Anna-Maria O'Neil",
)
DIVISIONS = ("330302001001", "330302006044", "999999999999", "330399001001")
DAYS = (date(1890, 1, 1), date(1999, 12, 31), date(2024, 2, 29), date(2090, 1, 1))


def odd(column: Any, chance: random.Random):
    """Some value for a column that may or may not be right."""
    if isinstance(column, models.DateField):
        return chance.choice(DAYS)
    if isinstance(column, models.DecimalField):
        return chance.choice((Decimal("0.00"), Decimal("1.50"), Decimal("500000.00")))
    if column.name == "division":
        return chance.choice(DIVISIONS)
    return chance.choice(ODD_NAMES if column.name == "name" else ODD_TEXTS)


def spoil(code: str, chance: random.Random) -> None:
    """Put odd values into about half of the fields of half of the records, where the database lets them in."""
    one = register_of(code)
    for row in one.model._default_manager.order_by("pk"):
        for field in one.fields:
            *steps, name = field.column.split("__")
            target: Any = getattr(row, steps[0]) if steps else row
            column = target._meta.get_field(name)
            if chance.random() < 0.3:
                try:
                    with transaction.atomic():
                        type(target).objects.filter(pk=target.pk).update(**{name: odd(column, chance)})
                except DatabaseError:
                    continue  # the database holds this one itself


def people(chance: random.Random) -> list[Any]:
    found = []
    for number in range(40):
        home = make_household(division=chance.choice(DIVISIONS))
        phone = chance.choice(("13800001234", f"1390000{number:04d}"))
        person = make_person(born=chance.choice(("19500101", "19991231", "20150601")))
        found.append(register(person, household=home, relation=chance.choice(("01", "90")), phone=phone))
    return found


def plant() -> None:
    """What chance may not bring."""
    persons: Any = register_of("person").model._default_manager
    swapped, old = (persons.filter(person=register(name="陈大文").id) for _ in range(2))
    swapped.update(sex="1" if swapped.get().sex == "2" else "2")
    old.update(born=DAYS[0])
    firms: Any = register_of("organisation").model._default_manager
    firms.filter(organisation=register_firm().id).update(established=DAYS[-1])
    firms.filter(organisation=register_firm().id).update(line_code="6210")


@pytest.mark.parametrize("seed", range(3))
def test_one_verdict_three_ways(seed):
    load_city()
    chance = random.Random(seed)
    known = people(chance)
    for number in range(30):
        register_firm(
            representative=chance.choice([make_person(), *known]),
            division=f"3303{2 + number % 8:02d}001001",
        )
    firms = register_of("organisation")
    holders = firms.model._meta.apps.get_model("legal_persons", "Shareholding").objects.order_by("pk")
    for holding in holders[:10]:
        holders.filter(pk=holding.pk).update(amount=Decimal("1.50"))
    spoil("person", chance)
    spoil("organisation", chance)
    plant()
    ever_broken = set()
    for code in ("person", "organisation"):
        for rule, (in_bulk, alone, before) in verdicts(register_of(code), timezone.localdate()).items():
            assert in_bulk == alone, rule
            assert in_bulk == before, rule
            if in_bulk:
                ever_broken.add(rule)
    expected = {
        "person.number.format",
        "person.name.format",
        "person.sex.format",
        "person.ethnicity.format",
        "person.phone.format",
        "person.number-birth",
        "person.number-sex",
        "person.age",
        "person.born-day",
        "person.phone-shared",
        "person.home-division",
        "organisation.code.format",
        "organisation.division-in-force",
        "organisation.representative-registered",
        "organisation.representative-age",
        "organisation.capital-holders",
        "organisation.established-day",
        "organisation.line_code.format",
    }
    assert expected <= ever_broken, expected - ever_broken


def test_the_day_decides_which_codes_are_in_force():
    load_city()
    register(name="陈大文", household=make_household(division="330302006044"), relation="01")
    person = register_of("person")
    today = timezone.localdate()
    assert not any(map(any, verdicts(person, today).values()))
    before_the_city = verdicts(person, today - timedelta(days=3650))["person.home-division"]
    assert before_the_city[0] == before_the_city[1] == before_the_city[2]
