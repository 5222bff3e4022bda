"""Made lists of offices, with the truth beside them: what the model is measured by.

From made people (nobody is real) each office's list draws some and writes them down as clerks do: variant
characters, pinyin, slips of digits, old numbers of fifteen digits, moved homes, empty fields; and beside them
those who are easily taken for one another: twins, namesakes born on one day, families with one telephone.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from wenzhou.kernel.base.standards.gb11643 import check_character
from wenzhou.kernel.linkage.model.chinese import sounds, surname_of, variants

REGISTER = "register"
"""The list that has everybody once, without slips."""


class MadePerson(NamedTuple):
    """One made person with a home and a telephone; ``born`` is YYYYMMDD."""

    serial: int
    name: str
    number: str
    sex: str
    born: str
    phone: str
    address: str
    division: str


class Listed(NamedTuple):
    """One record of one list, the person it is truly about, and what is wrong with it."""

    source: str
    person: int
    name: str
    number: str
    sex: str
    born: str
    phone: str
    address: str
    division: str
    errors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Office:
    """A list: the share of people on it, of them twice on it, and how often each thing goes wrong."""

    code: str
    share: float
    twice: float
    rates: dict[str, float] = field(default_factory=dict)


CAREFUL = {
    "variant": 0.05,
    "pinyin": 0.02,
    "homophone": 0.02,
    "slip": 0.04,
    "swap": 0.02,
    "old-number": 0.05,
    "no-number": 0.06,
    "born-slip": 0.01,
    "no-born": 0.02,
    "new-phone": 0.12,
    "no-phone": 0.12,
    "moved": 0.12,
    "no-address": 0.06,
}
CARELESS = {
    "variant": 0.07,
    "pinyin": 0.05,
    "homophone": 0.04,
    "slip": 0.06,
    "swap": 0.03,
    "old-number": 0.10,
    "no-number": 0.15,
    "born-slip": 0.02,
    "no-born": 0.04,
    "new-phone": 0.15,
    "no-phone": 0.20,
    "moved": 0.15,
    "no-address": 0.10,
}
OFFICES = (Office("insurance", 0.25, 0.01, CAREFUL), Office("relief", 0.10, 0.03, CARELESS))
TWINS = 0.006
"""Share of people to whom a twin is added."""


class Lists:
    """Writes lists of made people; the same people in the same order and the same seed give the same lists."""

    def __init__(
        self, homes: Sequence[MadePerson], *, seed: int, offices: Sequence[Office] = OFFICES
    ) -> None:
        """``homes`` are some of the people, from whom new addresses and characters that sound alike are taken."""
        self.random = random.Random(seed)  # noqa: S311 - made data
        self.offices = offices
        self.twins = TWINS
        self._homes = homes
        self._alike = _alike(homes)
        self._acts: dict[str, Callable[[dict[str, str]], bool]] = {
            "variant": self._variant,
            "pinyin": self._pinyin,
            "homophone": self._homophone,
            "slip": self._slip,
            "swap": self._swap,
            "old-number": self._old_number,
            "no-number": lambda row: _emptied(row, "number"),
            "born-slip": self._born_slip,
            "no-born": lambda row: _emptied(row, "born"),
            "new-phone": self._new_phone,
            "no-phone": lambda row: _emptied(row, "phone"),
            "moved": self._moved,
            "no-address": lambda row: _emptied(row, "address", "division"),
        }

    def write(self, people: Iterable[MadePerson]) -> Iterator[Listed]:
        """Everybody and the added twins in the register, and in the lists who is drawn; twins count on from 10⁹."""
        for person in people:
            yield from self._of(person)
            if self.random.random() < self.twins:
                yield from self._of(self._twin(person), drawn=3.0)

    def _of(self, person: MadePerson, drawn: float = 1.0) -> Iterator[Listed]:
        yield Listed(REGISTER, person.serial, *person[1:], ())
        for office in self.offices:
            if self.random.random() < office.share * drawn:
                yield self._listed(office, person)
                if self.random.random() < office.twice:
                    yield self._listed(office, person)

    def _listed(self, office: Office, person: MadePerson) -> Listed:
        row = dict(zip(MadePerson._fields[1:], person[1:], strict=True))
        wrong = [
            name
            for name, rate in office.rates.items()
            if self.random.random() < rate and self._acts[name](row)
        ]
        return Listed(office.code, person.serial, **row, errors=tuple(wrong))

    def _twin(self, person: MadePerson) -> MadePerson:
        # Half the numbers of a day away: of the same sex, and nobody else's while a day has few births.
        serial = (int(person.number[14:17]) + 500) % 1000
        body = f"{person.number[:14]}{serial:03d}"
        last = self.random.choice([char for char in self._alike if char != person.name[-1]])
        name = person.name[:-1] + last if len(person.name) > 2 else person.name + last
        return person._replace(serial=10**9 + person.serial, name=name, number=body + check_character(body))

    def _variant(self, row: dict[str, str]) -> bool:
        table = variants()
        known = [place for place, char in enumerate(row["name"]) if char in table]
        if not known:
            return False
        place = self.random.choice(known)
        row["name"] = _put(row["name"], place, table[row["name"][place]])
        return True

    def _pinyin(self, row: dict[str, str]) -> bool:
        surname = surname_of(row["name"])
        given = row["name"][len(surname) :].translate(sounds()).capitalize()
        family = surname.translate(sounds()).capitalize()
        row["name"] = self.random.choice(
            (f"{family} {given}", f"{given} {family}", f"{family}{given}".upper())
        )
        return True

    def _homophone(self, row: dict[str, str]) -> bool:
        others = [char for char in self._alike.get(row["name"][-1], ()) if char != row["name"][-1]]
        if not others:
            return False
        row["name"] = row["name"][:-1] + self.random.choice(others)
        return True

    def _slip(self, row: dict[str, str]) -> bool:
        place = self.random.randrange(17)
        digits = "0123456789".replace(row["number"][place], "")
        row["number"] = _put(row["number"], place, self.random.choice(digits))
        return True

    def _swap(self, row: dict[str, str]) -> bool:
        number = row["number"]
        places = [place for place in range(16) if number[place] != number[place + 1]]
        place = self.random.choice(places)
        row["number"] = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
        return True

    def _old_number(self, row: dict[str, str]) -> bool:
        if not "1920" < row["born"][:4] < "1999":
            return False
        row["number"] = row["number"][:6] + row["number"][8:17]
        return True

    def _born_slip(self, row: dict[str, str]) -> bool:
        born = row["born"]
        if born[4:6] != born[6:] <= "12" and self.random.random() < 0.4:
            row["born"] = born[:4] + born[6:] + born[4:6]
            return True
        place = self.random.choice((3, 5, 7))
        row["born"] = _put(born, place, self.random.choice("123456789".replace(born[place], "")))
        return True

    def _new_phone(self, row: dict[str, str]) -> bool:
        row["phone"] = phone(self.random.getrandbits(40))
        return True

    def _moved(self, row: dict[str, str]) -> bool:
        home = self.random.choice(self._homes)
        row["address"], row["division"] = home.address, home.division
        return True


def phone(number: int) -> str:
    """A made mobile number: eleven digits that begin with 12, as no mobile number in service does."""
    return f"12{number % 10**9:09d}"


def _alike(people: Sequence[MadePerson]) -> dict[str, list[str]]:
    """Characters at the end of names → those that sound the same."""
    seen = sorted({person.name[-1] for person in people} | set("玮炜婷廷颖莹宇雨明鸣俊峻林琳英瑛"))
    by_sound: dict[str, list[str]] = {}
    for char in seen:
        by_sound.setdefault(char.translate(sounds()), []).append(char)
    return {char: by_sound[char.translate(sounds())] for char in seen}


def _put(text: str, place: int, char: str) -> str:
    return text[:place] + char + text[place + 1 :]


def _emptied(row: dict[str, str], *names: str) -> bool:
    for name in names:
        row[name] = ""
    return True
