"""For the tests, demonstrations and benchmarks of other modules: made people, and made lists with the truth."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from wenzhou.kernel.base.actors import CLERK, DATA_OFFICER, Actor
from wenzhou.kernel.base.standards import gb11643
from wenzhou.kernel.base.testing import Sample
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.identity.testing import actor_with, make_office
from wenzhou.kernel.linkage.demo import load as load_made_lists
from wenzhou.kernel.linkage.made import CAREFUL, CARELESS, REGISTER, Listed, Lists, MadePerson, Office, phone
from wenzhou.kernel.linkage.models import ListedPerson, MadeTruth, Review, Run, RunKind, RunState
from wenzhou.kernel.linkage.selectors import entity_of
from wenzhou.kernel.linkage.services.links import join
from wenzhou.kernel.linkage.services.lists import open_list, take_in
from wenzhou.kernel.linkage.services.review import ends

__all__ = [
    "CAREFUL",
    "CARELESS",
    "REGISTER",
    "SAMPLES",
    "Listed",
    "ListedPerson",
    "Lists",
    "MadePerson",
    "MadeTruth",
    "Office",
    "Run",
    "load_made_lists",
    "made_doubt",
    "made_list",
    "made_people",
    "phone",
]

_serial = itertools.count(1)

_SURNAMES = "陈林王张李黄叶郑周金吴徐胡朱潘杨夏项戴谢蔡董刘赵章苏邱施余何倪缪方卢姜杜温曾吕许柯钱高虞"
_FIRST = "国建志永家学光明子浩宇俊嘉梓秀爱美玉丽春彩素雨欣思若佳语艺静晓海文"
_LAST = "华平强生荣林元轩然涵豪杰睿辰英兰芬珍琴花萱怡妍琪悦彤峰伟燕洁敏军"
_TOWNS = tuple(f"3303{county:02d}{town:03d}" for county in (2, 3, 4, 81) for town in range(1, 13))


def made_people(number: int, *, seed: int = 1) -> Iterator[MadePerson]:
    """People in households of one to four, with valid numbers that are theirs alone; the same for the same seed."""
    drawn = random.Random(seed)
    taken: set[str] = set()
    serial = 0
    while serial < number:
        town = drawn.choice(_TOWNS)
        home = f"浙江省温州市测试{town[4:6]}区第{int(town[6:])}街道{drawn.randint(1, 400)}号{drawn.randint(1, 18)}幢{drawn.randint(101, 1804)}室"
        surname = drawn.choice(_SURNAMES)
        for _ in range(min(drawn.randint(1, 4), number - serial)):
            yield _person(drawn, taken, serial, surname, home, town)
            serial += 1


def _person(
    drawn: random.Random, taken: set[str], serial: int, surname: str, home: str, town: str
) -> MadePerson:
    born = date(1935, 1, 1) + timedelta(days=drawn.randrange(88 * 365))
    sex = drawn.choice((gb11643.Sex.MALE, gb11643.Sex.FEMALE))
    number = ""
    while not number or number in taken:
        number = gb11643.make(region=town[:6], born=born, sex=sex, serial=drawn.randrange(250))
    taken.add(number)
    given = drawn.choice(_LAST) if drawn.random() < 0.15 else drawn.choice(_FIRST) + drawn.choice(_LAST)
    village = f"{town}{drawn.randint(1, 12):03d}"
    return MadePerson(
        serial,
        surname + given,
        number,
        sex.value,
        f"{born:%Y%m%d}",
        phone(drawn.getrandbits(40)),
        home,
        village,
    )


def made_list(code: str, office: str, lines: list[dict[str, str]]) -> list[UUID]:
    """A made list of an office, with these lines; their keys in order."""
    make_office(office, area="3303")
    actor = Actor.system("linkage.testing")
    open_list(actor, code, Text(f"名单 {code}", f"List {code}"), office, made=True)
    take_in(actor, code, [{"reference": str(n), **line} for n, line in enumerate(lines)])
    keys = dict(ListedPerson.objects.filter(list=code).values_list("reference", "id"))
    return [keys[str(n)] for n in range(len(lines))]


def made_doubt(office: str = "data", *, area: str = "330302001", **given: Any) -> Review:
    """A doubtful pair of records on two made lists, for an office to review."""
    serial = next(_serial)
    line = {
        "name": "陈海燕",
        "number": "330302199001011234",
        "born": "19900101",
        "sex": "2",
        "phone": "12345678901",
        "address": "浙江省温州市鹿城区五马街道测试路1号",
        "division": "330302001001",
    }
    (left,) = made_list(f"walk-a{serial}", office, [line])
    (right,) = made_list(
        f"walk-b{serial}", office, [line | {"name": "陈海艳", "number": "330302199001011324", "phone": ""}]
    )
    values = {
        "left_source": f"list.walk-a{serial}",
        "left_key": left,
        "right_source": f"list.walk-b{serial}",
        "right_key": right,
        "reason": "grey",
        "probability": 0.7,
        "levels": [2, 2, 3, 1, -1, 4],
        "office_id": office,
        "area": area,
        "due": timezone.localdate(),
        "weighty": False,
    }
    return Review.objects.create(**(values | given))


def _pair() -> Sample:
    row = made_doubt()
    return Sample(kwargs={"review_id": row.id}, account=actor_with(CLERK, office="data", area="3303").account)


def _run() -> Sample:
    scores = [[-2, 0, 5], [4, 10, 2], [20, 80, 0]]
    row = Run.objects.create(
        lists="list.a+list.b",
        kind=RunKind.FULL,
        state=RunState.DONE,
        finished_at=timezone.now(),
        read_until=timezone.now(),
        counts={"records": 100, "pairs": 97, "scores": scores},
    )
    return Sample(kwargs={"run_id": row.id})


def _entity() -> Sample:
    row = made_doubt()
    who = actor_with(DATA_OFFICER, office="data", area="3303")
    with transaction.atomic():
        join(who, *ends(row), reason="同一人")
    entity = entity_of(ends(row)[0])
    return Sample(kwargs={"entity_id": entity}, account=who.account)


SAMPLES: dict[str, Callable[[], Sample]] = {"pair": _pair, "run": _run, "entity": _entity}
