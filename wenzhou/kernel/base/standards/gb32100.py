"""Unified social credit code (统一社会信用代码): GB 32100-2015, with the organisation code of GB 11714.

Eighteen characters: one of the registering department, one of the kind of organisation, six of
the division of registration (GB/T 2260), nine of organisation code (GB 11714-1997: eight and
its check character), one check character (modulus 31).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from wenzhou.kernel.base.standards.errors import KnownRegion, StandardError
from wenzhou.kernel.base.text import Text

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""The 31 characters in the order of their values: no I, O, S, V, Z (GB 32100-2015, table 2)."""

WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
"""3^(i-1) mod 31 of the i-th character (GB 32100-2015, clause 5)."""

ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
"""Weights of the organisation code (GB 11714-1997, clause 4)."""

_VALUES = {character: value for value, character in enumerate(ALPHABET)}
_FORM = re.compile(rf"[{ALPHABET}]{{2}}[0-9]{{6}}[{ALPHABET}]{{10}}")


class Department(StrEnum):
    """Who registered the organisation (登记管理部门, table 1): the common ones; others are read too."""

    STAFFING = "1"
    FOREIGN_AFFAIRS = "2"
    JUSTICE = "3"
    CULTURE = "4"
    CIVIL_AFFAIRS = "5"
    TOURISM = "6"
    RELIGION = "7"
    UNION = "8"
    MARKET = "9"
    MILITARY = "A"
    AGRICULTURE = "N"
    OTHER = "Y"


class MarketKind(StrEnum):
    """Kinds of organisation registered by market supervision (department 9)."""

    COMPANY = "1"
    SOLE_TRADER = "2"
    COOPERATIVE = "3"


class StaffingKind(StrEnum):
    """Kinds of organisation registered by the offices of organisation establishment (department 1)."""

    AGENCY = "1"
    INSTITUTION = "2"
    MASS_ORGANISATION = "3"


class CivilKind(StrEnum):
    """Kinds of organisation registered by civil affairs (department 5)."""

    SOCIETY = "1"
    SERVICE = "2"
    FOUNDATION = "3"


FIRST_LETTERS: dict[str, str] = {
    Department.MARKET: "MA",
    Department.STAFFING: "MB",
    Department.CIVIL_AFFAIRS: "MJ",
}
"""How the organisation codes begin that departments have given since the unified code began in 2015."""


@dataclass(frozen=True, slots=True)
class CreditCode:
    """A checked unified social credit code and its parts."""

    code: str
    department: str
    kind: str
    region: str
    organisation: str

    @property
    def organisation_code(self) -> str:
        """The organisation code as printed on old certificates: ``M000100Y-4``."""
        return f"{self.organisation[:8]}-{self.organisation[8]}"


def check_character(body: str) -> str:
    """The eighteenth character for seventeen of the alphabet. Raises ValueError for anything else."""
    if len(body) != 17 or not _VALUES.keys() >= set(body):
        raise ValueError("seventeen characters of the alphabet are needed")
    total = sum(w * _VALUES[c] for w, c in zip(WEIGHTS, body, strict=True))
    return ALPHABET[-total % 31]


def organisation_check_character(body: str) -> str:
    """The ninth character for eight digits or capitals (GB 11714): A is 10 … Z is 35; 10 is written X."""
    if not re.fullmatch(r"[0-9A-Z]{8}", body):
        raise ValueError("eight digits or capitals are needed")
    total = sum(w * int(c, 36) for w, c in zip(ORGANISATION_WEIGHTS, body, strict=True))
    return "0123456789X"[-total % 11]


def parse(value: str, *, known_region: KnownRegion | None = None, on: date) -> CreditCode:
    """Read a code as typed (blanks, full-width and small letters are forgiven).

    Raises StandardError with code ``length``, ``characters``, ``check``, ``organisation-check`` or
    ``region``.
    """
    code = re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", value)).upper()
    _check_form(code)
    if check_character(code[:17]) != code[17]:
        raise StandardError(
            "check",
            Text(
                "统一社会信用代码校验码不符，请对照营业执照逐位核对。",
                "The check character does not fit. Compare character by character with the licence.",
            ),
        )
    if organisation_check_character(code[8:16]) != code[16]:
        raise StandardError(
            "organisation-check",
            Text(
                "统一社会信用代码第 9 至 17 位（组织机构代码）校验不符，请核对这九位。",
                "Characters 9 to 17 (the organisation code) fail their own check. Compare these nine.",
            ),
        )
    region = code[2:8]
    if known_region is not None and not known_region(region, on):
        raise StandardError(
            "region",
            Text(
                f"统一社会信用代码第 3 至 8 位 {region} 不是已知的行政区划代码，请核对这六位。",
                f"Characters 3 to 8, {region}, are no known division. Compare these six.",
            ),
        )
    return CreditCode(code, code[0], code[1], region, code[8:17])


def make(*, region: str, serial: int, department: str = Department.MARKET, kind: str = "1") -> str:
    """The code of the ``serial``-th organisation (0 ≤ serial < 31^6) of a department; see FIRST_LETTERS."""
    if not re.fullmatch(r"[0-9]{6}", region):
        raise ValueError("region must be six digits")
    if not 0 <= serial < 31**6:
        raise ValueError("serial must be in 0…31^6-1")
    organisation = FIRST_LETTERS.get(department, "MA")
    for place in range(5, -1, -1):
        organisation += ALPHABET[serial // 31**place % 31]
    body = f"{department}{kind}{region}{organisation}{organisation_check_character(organisation)}"
    return body + check_character(body)


def _check_form(code: str) -> None:
    if len(code) != 18:
        raise StandardError(
            "length",
            Text(
                f"统一社会信用代码应为 18 位，现为 {len(code)} 位，请补全或删去多余字符。",
                f"A credit code has 18 characters, this has {len(code)}. "
                "Add what is missing or remove what is too much.",
            ),
        )
    wrong = sorted(set(code) - _VALUES.keys())
    if wrong:
        raise StandardError(
            "characters",
            Text(
                f"统一社会信用代码不使用 {'、'.join(wrong)}；不含字母 I、O、S、V、Z，请检查是否应为数字。",
                f"A credit code has no {', '.join(wrong)}. The letters I, O, S, V and Z never occur: "
                "look whether 1, 0, 5, U or 2 is meant.",
            ),
        )
    if not _FORM.fullmatch(code):
        raise StandardError(
            "characters",
            Text(
                "统一社会信用代码第 3 至 8 位应为数字，请改正。",
                "Characters 3 to 8 of a credit code are digits. Correct them.",
            ),
        )
