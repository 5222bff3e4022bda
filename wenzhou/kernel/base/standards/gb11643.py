"""Citizen identity number (公民身份号码): GB 11643-1999, check character by ISO 7064 MOD 11-2.

Eighteen characters: six of the division where the number was first registered (GB/T 2260), eight
of the date of birth (GB/T 7408, YYYYMMDD), three of sequence (odd for men, even for women),
one check character. The fifteen-digit numbers of GB 11643-1989 lack the century and the check.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from wenzhou.kernel.base.standards.errors import KnownRegion, StandardError
from wenzhou.kernel.base.text import Text

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
"""2^(17-i) mod 11 of the i-th character (GB 11643-1999, annex A)."""

CHECK_CHARACTERS = "10X98765432"
"""The check character for each remainder 0…10 of the weighted sum."""

EARLIEST_BIRTH = date(1800, 1, 1)

_NEW = re.compile(r"[0-9]{17}[0-9X]")
_OLD = re.compile(r"[0-9]{15}")
# GB 11643-1989: sequence numbers 996 to 999 were kept for people of a hundred years and more.
_CENTENARIAN_SEQUENCES = frozenset({"996", "997", "998", "999"})


class Sex(StrEnum):
    """Sex as the number carries it; the values are the codes of GB/T 2261.1."""

    MALE = "1"
    FEMALE = "2"


@dataclass(frozen=True, slots=True)
class CitizenNumber:
    """A checked citizen identity number and what it says."""

    number: str
    region: str
    born: date
    sex: Sex
    sequence: int

    def age(self, on: date) -> int:
        """Full years of age (周岁) on a day; who is born on 29 February ages on 1 March in common years."""
        return on.year - self.born.year - ((on.month, on.day) < (self.born.month, self.born.day))

    def masked(self) -> str:
        """For display to those who need not see it whole: ``330302********0011`` keeps ends only."""
        return f"{self.number[:6]}********{self.number[-4:]}"


def check_character(digits: str) -> str:
    """The eighteenth character for seventeen digits. Raises ValueError for anything else."""
    if not re.fullmatch(r"[0-9]{17}", digits):
        raise ValueError("seventeen digits are needed")
    return CHECK_CHARACTERS[sum(w * int(c) for w, c in zip(WEIGHTS, digits, strict=True)) % 11]


def parse(value: str, *, known_region: KnownRegion | None = None, on: date) -> CitizenNumber:
    """Read a number as typed (blanks, full-width digits and small x are forgiven).

    ``on`` is the day of the check: nobody is born after it, and the division must have been in force at
    some time up to it. Without ``known_region`` the division is not checked. Raises StandardError with code
    ``length``, ``characters``, ``region``, ``birth-date``, ``birth-in-future`` or ``check``.
    """
    number = _normalised(value)
    if len(number) == 15 and _OLD.fullmatch(number):
        number = upgrade(number)
    _check_form(number)
    region, born = number[:6], _birth(number[6:14], on)
    # The check character comes before the table look-up: a slip of a digit is the likelier cause.
    if check_character(number[:17]) != number[17]:
        raise StandardError(
            "check",
            Text(
                "身份证号码校验位不符，请对照证件逐位核对，常见原因是输错或颠倒了数字。",
                "The check character does not fit. Compare digit by digit with the card: "
                "most often one was mistyped or two were swapped.",
            ),
        )
    if known_region is not None and not known_region(region, on):
        raise StandardError(
            "region",
            Text(
                f"身份证号码前六位 {region} 不是已知的县级行政区划代码，请核对；确认无误的请到窗口办理。",
                f"The first six digits {region} are no known county. Compare them with the card; "
                "if they are right, come to the counter.",
            ),
        )
    sequence = int(number[14:17])
    return CitizenNumber(number, region, born, Sex.MALE if sequence % 2 else Sex.FEMALE, sequence)


def upgrade(old: str) -> str:
    """The eighteen-character number for one of fifteen digits (GB 11643-1989 to 1999)."""
    if not _OLD.fullmatch(old):
        raise StandardError(
            "length", Text("旧号码应为 15 位数字。", "A number of the old kind has fifteen digits.")
        )
    century = "18" if old[12:] in _CENTENARIAN_SEQUENCES else "19"
    body = old[:6] + century + old[6:]
    return body + check_character(body)


def make(*, region: str, born: date, sex: Sex, serial: int) -> str:
    """The number of the ``serial``-th (0…499) man or woman registered in a division for one day of birth."""
    if not re.fullmatch(r"[0-9]{6}", region):
        raise ValueError("region must be six digits")
    if not 0 <= serial < 500:
        raise ValueError("serial must be in 0…499: 500 numbers a day, sex and division")
    body = f"{region}{born:%Y%m%d}{serial * 2 + (sex is Sex.MALE):03d}"
    return body + check_character(body)


def _normalised(value: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", value)).upper()


def _check_form(number: str) -> None:
    if len(number) != 18:
        raise StandardError(
            "length",
            Text(
                f"身份证号码应为 18 位，现为 {len(number)} 位，请补全或删去多余字符。",
                f"An identity number has 18 characters, this has {len(number)}. "
                "Add what is missing or remove what is too much.",
            ),
        )
    if not _NEW.fullmatch(number):
        raise StandardError(
            "characters",
            Text(
                "身份证号码前 17 位只能是数字，末位为数字或 X，请改正其他字符。",
                "The first 17 characters are digits, the last is a digit or X. Correct any other character.",
            ),
        )


def _birth(digits: str, on: date) -> date:
    try:
        born = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        born = None
    if born is None or born < EARLIEST_BIRTH:
        raise StandardError(
            "birth-date",
            Text(
                f"身份证号码第 7 至 14 位 {digits} 不是有效的出生日期，请核对年月日。",
                f"Characters 7 to 14, {digits}, are no date of birth. Check year, month and day.",
            ),
        )
    if born > on:
        raise StandardError(
            "birth-in-future",
            Text(
                f"身份证号码中的出生日期 {born:%Y-%m-%d} 晚于今天，请核对年份。",
                f"The date of birth {born:%Y-%m-%d} lies in the future. Check the year.",
            ),
        )
    return born
