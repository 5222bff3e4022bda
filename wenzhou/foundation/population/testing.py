"""Factories of the population register for everybody's tests."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import date
from uuid import UUID

from wenzhou.foundation.population.models import (
    Ground,
    Household,
    HouseholdVersion,
    Marriage,
    Membership,
    Parentage,
    PersonVersion,
    Relation,
)
from wenzhou.foundation.population.services.common import SOURCE
from wenzhou.foundation.population.sounds import sound_out
from wenzhou.kernel.base.actors import CLERK, Actor
from wenzhou.kernel.base.testing import Sample
from wenzhou.kernel.identity.contracts import PersonRef
from wenzhou.kernel.identity.testing import actor_with, make_office, make_person

_serial = itertools.count(1)
VILLAGE = "330302001001"


def registrar(function: str = SOURCE, area: str = "3303") -> Actor:
    """A clerk of the office that answers: public security unless another function is named."""
    office = make_office(f"{function}-{area}", function=function, area=area)
    return actor_with(CLERK, office=office.code)


def make_household(*, division: str = VILLAGE, address: str = "", number: str = "") -> Household:
    """A made household."""
    serial = next(_serial)
    home = Household.objects.create(
        number=number or f"T{serial:09d}",
        division=division,
        address=address or f"浙江省温州市鹿城区五马街道测试路{serial}号",
        made=True,
    )
    HouseholdVersion.objects.create(
        household=home,
        division=home.division,
        address=home.address,
        valid_from=date(1950, 1, 1),
        source="test",
    )
    return home


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
    sound_out([name or person.name])
    Membership.objects.create(
        person_id=person.id,
        household=household or make_household(division=division),
        relation=relation,
        valid_from=since,
        source="test",
    )
    return person


def marry(husband: PersonRef, wife: PersonRef, since: date = date(2015, 1, 1)) -> Marriage:
    """Two people married since a day."""
    return Marriage.objects.create(
        husband_id=husband.id, wife_id=wife.id, valid_from=since, source="civil-affairs"
    )


def parents_of(
    child: PersonRef, *, father: PersonRef | None = None, mother: PersonRef | None = None
) -> Parentage:
    """The parents of a child by birth."""
    number = child.number
    return Parentage.objects.create(
        child_id=child.id,
        father_id=father.id if father else None,
        mother_id=mother.id if mother else None,
        father_by=Ground.BIRTH if father else "",
        mother_by=Ground.BIRTH if mother else "",
        valid_from=date(int(number[6:10]), int(number[10:12]), int(number[12:14])),
        source=SOURCE,
    )


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
