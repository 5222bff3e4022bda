"""Records of the city's registers for tests of the engine, which knows registers by their declaration alone."""

from __future__ import annotations

import itertools
from datetime import date
from typing import Any

from django.apps import apps

from wenzhou.kernel.identity.testing import make_organisation, make_person
from wenzhou.kernel.registers.declaration import register_of

PERSONS: Any = register_of("person").model
PEOPLE: Any = PERSONS._meta.get_field("person").related_model
ORGANISATIONS: Any = register_of("organisation").model
_serial = itertools.count(1)


def person(*, name="", division="330302001001", phone="13800001234"):
    """A person who stands in the register and lives in the division since 2015."""
    ref = make_person(name=name)
    number = ref.number
    PERSONS.objects.create(
        person_id=ref.id,
        name=ref.name,
        sex="1" if int(number[16]) % 2 else "2",
        born=date(int(number[6:10]), int(number[10:12]), int(number[12:14])),
        phone=phone,
        valid_from=date(2015, 1, 1),
        source="test",
    )
    home = apps.get_model("population", "Household").objects.create(
        number=f"E{next(_serial):09d}", division=division, address="浙江省温州市试验路"
    )
    apps.get_model("population", "Membership").objects.create(
        person_id=ref.id, household=home, valid_from=date(2015, 1, 1), source="test"
    )
    return ref


def organisation():
    """A firm that stands in the register since 2015."""
    ref = make_organisation()
    ORGANISATIONS.objects.create(
        organisation_id=ref.id,
        name=ref.name,
        kind="limited",
        line_code="H6210",
        line_name="正餐服务",
        capital=500_000,
        established=date(2015, 1, 1),
        division="330302001001",
        address="浙江省温州市鹿城区五马街道试验路 1 号",
        legal_representative_id=make_person().id,
        valid_from=date(2015, 1, 1),
        source="test",
    )
    return ref
