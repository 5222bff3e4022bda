"""The model of persons as data: comparisons, blocking rules, thresholds, vetoes.

Fellegi and Sunter's model as Splink computes it. Conditions are written in SQL that DuckDB and Spark both read;
characters of Chinese names are compared by place, because DuckDB's edit distances count bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from wenzhou.kernel.base.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """One degree of agreement (比对等级). ``frequency`` names the column whose frequency weighs an agreement.

    ``m`` and ``u`` are fixed where the data cannot teach them: among random pairs hardly two have nearly the same number.
    """

    title: Text
    when: str
    m: float | None = None
    u: float | None = None
    frequency: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One feature that is compared: the first level that holds counts. ``known`` is false where it is missing."""

    code: str
    title: Text
    known: str
    levels: tuple[Level, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """A whole model. A pair at ``match`` or above is one person, from ``grey`` up a clerk looks at it.

    What the weights cannot know stands as conditions on the degrees of agreement (``gamma_…``, the last level is 0,
    unknown is -1): pairs that are ``never`` one person, and pairs that only a ``clerk`` may join. ``teachers`` are the
    blocking rules that expectation maximisation learns under, ``sure`` those that find ``sure_recall`` of all matches.
    Joining a pair with a ``weighty`` (comparison, level) takes two people. Chance agreement is learnt from ``sample_pairs`` random pairs, a teacher shows at most ``teaching_pairs``.
    """

    code: str
    title: Text
    compared: tuple[Compared, ...]
    blocking: tuple[str, ...]
    teachers: tuple[str, ...]
    sure: tuple[str, ...]
    sure_recall: float
    never: tuple[str, ...] = ()
    clerk: tuple[str, ...] = ()
    weighty: tuple[tuple[str, int], ...] = ()
    match: float = 0.98
    grey: float = 0.30
    seed: int = 3303
    sample_pairs: int = 2_000_000
    teaching_pairs: int = 1_000_000

    def is_weighty(self, levels: Sequence[int]) -> bool:
        """Whether two people answer for joining a pair with these degrees of agreement."""
        codes = [compared.code for compared in self.compared]
        return any(levels[codes.index(code)] == level for code, level in self.weighty)


def _both(column: str) -> str:
    return f"{column}_l IS NOT NULL AND {column}_r IS NOT NULL"


def _same(*columns: str) -> str:
    return " AND ".join(f"{column}_l = {column}_r" for column in columns)


def _characters(column: str, places: int) -> str:
    """How many characters agree, place by place."""
    return " + ".join(
        f"(CASE WHEN substr({column}_l, {place}, 1) = substr({column}_r, {place}, 1) THEN 1 ELSE 0 END)"
        for place in range(1, places + 1)
    )


_ELSE = "1 = 1"

NAME = Compared(
    code="name",
    title=Text("姓名", "Name"),
    known=_both("folded"),
    levels=(
        Level(title=Text("完全相同", "The same"), when=_same("name"), frequency="folded"),
        Level(title=Text("异体字或繁体字", "Variant characters"), when=_same("folded"), frequency="folded"),
        Level(title=Text("拼音相同", "The same in pinyin"), when=_same("letters"), frequency="letters"),
        Level(
            title=Text("一字之差", "One character off"),
            when=(
                "(length(folded_l) >= 3 AND length(folded_l) = length(folded_r)"
                f" AND {_characters('folded', 4)} = 3) OR levenshtein(sound_l, sound_r) <= 1"
            ),
        ),
        Level(title=Text("同姓", "The same surname"), when=_same("surname")),
        Level(title=Text("不同", "Different"), when=_ELSE),
    ),
)

_NOT_BOTH_VALID = "NOT (valid_l AND valid_r)"
"""The check character finds every slip and every swap: two valid numbers a slip apart are two people's."""

NUMBER = Compared(
    code="number",
    title=Text("公民身份号码", "Identity number"),
    known=_both("number"),
    levels=(
        Level(title=Text("完全相同", "The same"), when=_same("number"), u=1e-9),
        Level(title=Text("15 位与 18 位相符", "Old 15-digit number agrees"), when=_same("number15"), u=1e-8),
        Level(
            title=Text("错一位或相邻颠倒", "One digit slipped or two swapped"),
            when=(
                f"{_NOT_BOTH_VALID} AND (levenshtein(number_l, number_r) <= 1"
                " OR (digit_sum_l = digit_sum_r AND levenshtein(number_l, number_r) = 2)"
                " OR levenshtein(number15_l, number15_r) <= 1)"
            ),
            u=2e-7,
        ),
        Level(
            title=Text("两个有效号码不同", "Two valid numbers that differ"),
            when="valid_l AND valid_r",
            m=2e-4,
            u=0.8,
        ),
        Level(title=Text("不同", "Different"), when=_ELSE, u=0.2),
    ),
)

BORN = Compared(
    code="born",
    title=Text("出生日期", "Date of birth"),
    known=_both("born"),
    levels=(
        Level(title=Text("相同", "The same"), when=_same("born")),
        Level(
            title=Text("错一位或月日颠倒", "One digit slipped, or month and day swapped"),
            when=(
                "levenshtein(born_l, born_r) <= 1 OR (substr(born_l, 1, 4) = substr(born_r, 1, 4)"
                " AND substr(born_l, 5, 2) = substr(born_r, 7, 2) AND substr(born_l, 7, 2) = substr(born_r, 5, 2))"
            ),
        ),
        Level(title=Text("同年", "The same year"), when="substr(born_l, 1, 4) = substr(born_r, 1, 4)"),
        Level(title=Text("不同", "Different"), when=_ELSE),
    ),
)

SEX = Compared(
    code="sex",
    title=Text("性别", "Sex"),
    known=_both("sex"),
    levels=(
        Level(title=Text("相同", "The same"), when=_same("sex"), m=0.996),
        Level(title=Text("不同", "Different"), when=_ELSE, m=0.004),
    ),
)

PHONE = Compared(
    code="phone",
    title=Text("联系电话", "Telephone"),
    known=_both("phone"),
    levels=(
        # A family has one telephone more often than chance has it: what agreement says is bounded.
        Level(title=Text("相同", "The same"), when=_same("phone"), u=2e-5),
        Level(title=Text("错一位", "One digit slipped"), when="levenshtein(phone_l, phone_r) <= 1", u=2e-6),
        Level(title=Text("不同", "Different"), when=_ELSE),
    ),
)

ADDRESS = Compared(
    code="address",
    title=Text("住址", "Address"),
    known="address_l IS NOT NULL AND address_r IS NOT NULL",
    levels=(
        Level(title=Text("相同", "The same"), when=_same("address"), u=2e-5),
        Level(title=Text("同村（社区）", "The same village"), when=_same("village")),
        Level(title=Text("同乡镇（街道）", "The same town"), when=_same("town")),
        Level(title=Text("同县（市、区）", "The same county"), when=_same("county")),
        Level(title=Text("不同", "Different"), when=_ELSE),
    ),
)

_APART = "NOT (l.solo AND r.solo AND l.source = r.source)"
"""A source that has everybody once is not compared with itself."""


def _block(*columns: str) -> str:
    return " AND ".join([*(f"l.{column} = r.{column}" for column in columns), _APART])


PERSONS = Model(
    code="persons",
    title=Text("自然人", "Persons"),
    compared=(NAME, NUMBER, BORN, SEX, PHONE, ADDRESS),
    blocking=(
        _block("number15"),
        _block("letters", "born"),
        _block("letters", "phone"),
        _block("born", "phone"),
        _block("folded", "town"),
        _block("born", "address"),
        _block("phone", "address"),
    ),
    teachers=(_block("number15"), _block("letters", "born")),
    sure=("l.number15 = r.number15 AND l.letters = r.letters",),
    sure_recall=0.6,
    never=("gamma_name <= 2 AND gamma_number = 1",),
    clerk=(
        # Twins share birth, home and telephone: neither name nor number agreeing, a clerk looks.
        "gamma_name <= 2 AND gamma_number <= 2",
        "gamma_number = 1",
    ),
    weighty=(("number", 1),),
)
