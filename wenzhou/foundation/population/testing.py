"""Factories of the population register for everybody's tests."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import date
from uuid import UUID

from wenzhou.foundation.population.models import Household, Membership, PersonVersion, Relation
from wenzhou.kernel.base.testing import Sample
from wenzhou.kernel.identity.contracts import PersonRef
from wenzhou.kernel.identity.testing import make_person

_serial = itertools.count(1)
VILLAGE = "330302001001"


def make_household(*, division: str = VILLAGE, address: str = "", number: str = "") -> Household:
    """A made household."""
    serial = next(_serial)
    return Household.objects.create(
        number=number or f"T{serial:09d}",
        division=division,
        address=address or f"浙江省温州市鹿城区五马街道测试路{serial}号",
        made=True,
    )


def register(
    person: PersonRef | None = None,
    *,
    name: str = "",
    division: str = VILLAGE,
    household: Household | None = None,
    relation: str = Relation.OTHER,
    phone: str = "13800001234",
    since: date = date(2015, 1, 1),
) -> PersonRef:
    """A person (made when not given) entered in the register, living in a household."""
    person = person or make_person(name=name)
    number = person.number
    PersonVersion.objects.create(
        person_id=person.id,
        name=name or person.name,
        sex="1" if int(number[16]) % 2 else "2",
        born=date(int(number[6:10]), int(number[10:12]), int(number[12:14])),
        phone=phone,
        valid_from=since,
        source="test",
        made=True,
    )
    Membership.objects.create(
        person_id=person.id,
        household=household or make_household(division=division),
        relation=relation,
        valid_from=since,
        source="test",
    )
    return person


def _person() -> Sample:
    return Sample({"person_id": register().id})


def _person_by_number() -> Sample:
    return Sample({"number": register().number}, query="?purpose=population.verify")


SAMPLES: dict[str, Callable[[], Sample]] = {
    "person": _person,
    "GET /persons/{number}": _person_by_number,
}

RECORDS: dict[str, Callable[[], UUID]] = {"person": lambda: register().id}
"""A record of each register of this module, for the walk through the engine's pages."""
