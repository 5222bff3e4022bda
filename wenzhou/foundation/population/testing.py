"""Factories of the population register for everybody's tests."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import date
from typing import Any
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
from wenzhou.kernel.base.standards import gb11643
from wenzhou.kernel.base.testing import Sample
from wenzhou.kernel.geo.testing import load_city
from wenzhou.kernel.identity.api import next_number
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


def _event() -> Sample:
    return Sample({"kind": "birth"})


def _household() -> Sample:
    return Sample({"household_id": make_household().id})


def citizen_number(sex: str, born: date = date(1990, 5, 1)) -> str:
    """A number that nobody has yet."""
    return next_number("330302", born, gb11643.Sex(sex))


def _adult(sex: str, born: date = date(1990, 5, 1), **more: Any) -> PersonRef:
    return register(make_person(number=citizen_number(sex, born)), **more)


def _couple() -> tuple[Household, PersonRef, PersonRef]:
    home = make_household()
    man = _adult("1", household=home, relation=Relation.HEAD)
    wife = _adult("2", household=home, relation=Relation.SPOUSE)
    marry(man, wife)
    return home, man, wife


_ON = "2026-02-01"


def _bodies() -> dict[str, Callable[[], dict[str, str]]]:
    """For each event a body that can be registered."""

    def child(**parents: PersonRef) -> PersonRef:
        found = _adult("2", date(2018, 1, 1))
        parents_of(found, **parents)
        return found

    def birth() -> dict[str, str]:
        _, man, wife = _couple()
        both = {"mother_number": wife.number, "father_number": man.number}
        return {"name": "陈小宝", "sex": "1", "born": _ON, "reference": f"U{next(_serial):09d}", **both}

    def pair() -> dict[str, str]:
        _, man, wife = _couple()
        return {"husband_number": man.number, "wife_number": wife.number}

    def succession() -> dict[str, str]:
        home, _, wife = _couple()
        return {"household": home.number, "successor_number": wife.number}

    def adoption() -> dict[str, str]:
        _, man, wife = _couple()
        number = child(mother=_adult("2")).number
        return {"child_number": number, "father_number": man.number, "mother_number": wife.number}

    return {
        "birth": birth,
        "death": lambda: {"number": register().number, "on": _ON},
        "marriage": lambda: {
            "husband_number": _adult("1").number,
            "wife_number": _adult("2").number,
            "on": _ON,
        },
        "divorce": lambda: {**pair(), "on": _ON},
        "recognition": lambda: {
            "child_number": child(mother=_adult("2")).number,
            "father_number": _adult("1").number,
            "on": _ON,
        },
        "adoption": lambda: {**adoption(), "on": _ON},
        "move": lambda: {"number": register().number, "household": _couple()[0].number, "on": _ON},
        "household-move": lambda: {
            "household": _couple()[0].number,
            "division": "330302006044",
            "address": "浙江省温州市鹿城区新路 1 号",
            "on": _ON,
        },
        "head": lambda: {**succession(), "on": _ON},
        "arrival": lambda: {
            "number": citizen_number("2", date(1991, 1, 1)),
            "name": "王晓燕",
            "household": _couple()[0].number,
            "on": _ON,
        },
        "departure": lambda: {"number": register().number, "destination": "浙江省杭州市", "on": _ON},
    }


BODIES = _bodies()
_CIVIL = frozenset({"marriage", "divorce", "adoption"})


def _posted(kind: str) -> Callable[[], Sample]:
    def make() -> Sample:
        load_city()
        account = registrar("civil-affairs" if kind in _CIVIL else SOURCE).account
        return Sample(account=account, body={"key": f"sample-{next(_serial)}", "event": BODIES[kind]()})

    return make


SAMPLES: dict[str, Callable[[], Sample]] = {
    "person": _person,
    "household": _household,
    "event": _event,
    "GET /persons/{number}": _person_by_number,
    **{f"POST /events/{kind}": _posted(kind) for kind in BODIES},
}

RECORDS: dict[str, Callable[[], UUID]] = {"person": lambda: register().id}
"""A record of each register of this module, for the walk through the engine's pages."""
