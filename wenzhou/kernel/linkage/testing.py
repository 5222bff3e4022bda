"""For the tests, demonstrations and benchmarks of other modules: made people, and made lists with the truth."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta

from wenzhou.kernel.base.standards import gb11643
from wenzhou.kernel.linkage.made import REGISTER, Listed, Lists, MadePerson, Office, phone

__all__ = ["REGISTER", "Listed", "Lists", "MadePerson", "Office", "made_people", "phone"]

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
