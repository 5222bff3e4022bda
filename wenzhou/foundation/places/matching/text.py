"""Addresses as people write them, brought to one form before they are read."""

from __future__ import annotations

import re
import unicodedata

DIGITS = dict(zip("零〇一二三四五六七八九", (0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9), strict=True)) | {
    "两": 2,
    "廿": 20,
}
_TENS = {"十": 10, "百": 100, "千": 1000}
_NUMERAL = "零〇一二三四五六七八九两廿十百千"

UNITS = ("号楼", "单元", "号", "弄", "幢", "栋", "座", "楼", "层", "室", "房", "门", "户")
"""Words that follow a number in an address; longer ones first."""

_BEFORE_UNIT = re.compile(rf"([{_NUMERAL}]+)(?=(?:{'|'.join(UNITS)})(?!路|街|巷|桥|村|社区|大道))")
_DASHES = re.compile(r"[\-‐‑‒–—―−－ーˉ~～至]+(?=[0-9A-Z])")
_NOISE = re.compile(r"[\s,，.。、;；:：|/\\\"'“”‘’（）()\[\]【】<>《》·_*]+")
_LONG_FORMS = (
    (re.compile(r"(?<=[0-9A-Z])(?:号楼|栋|座|#楼)"), "幢"),
    (re.compile(r"#"), "号"),
    (re.compile(r"(?<=[0-9A-Z])门(?=[0-9])"), "单元"),
    (re.compile(r"(?<=[0-9])(?:房|户)(?![室间])"), "室"),
    (re.compile(r"(?<=[0-9A-Z])(?:号门牌|门牌号)"), "号"),
)


def normalise(text: str) -> str:
    """Half width, capitals, no blanks or punctuation, Arabic numbers before units, one word for each unit."""
    text = unicodedata.normalize("NFKC", text).upper()
    text = _DASHES.sub("-", text)
    text = _NOISE.sub("", text)
    text = _BEFORE_UNIT.sub(lambda found: str(number(found.group(1))), text)
    for form, plain in _LONG_FORMS:
        text = form.sub(plain, text)
    return text.strip("-")


def number(numeral: str) -> int:
    """A Chinese numeral, by place (五〇二) or by words (一百零三): 502, 103."""
    if not any(character in _TENS for character in numeral):
        return int("".join(str(DIGITS[character]) for character in numeral.replace("廿", "2")))
    total = current = 0
    for character in numeral:
        if character in _TENS:
            total += (current or 1) * _TENS[character]
            current = 0
        else:
            current = current + DIGITS[character] if character == "廿" else DIGITS[character]
    return total + current


def in_numerals(value: int) -> str:
    """The inverse for 0 … 999: 12 → 十二, 103 → 一百零三. For those who render addresses in other forms."""
    names = "零一二三四五六七八九"
    hundreds, rest = divmod(value, 100)
    tens, ones = divmod(rest, 10)
    text = f"{names[hundreds]}百" if hundreds else ""
    if tens:
        text += ("" if tens == 1 and not hundreds else names[tens]) + "十"
    elif hundreds and ones:
        text += "零"
    return text + (names[ones] if ones or not value else "")


def pairs(name: str) -> list[str]:
    """A name in pairs of neighbouring characters, each once; one character alone is a pair with nothing."""
    return sorted({name[at : at + 2] for at in range(len(name) - 1)}) or [name]


def alike(one: str, other: str) -> float:
    """How alike two short names are, 0 … 1: one less the edit distance (with neighbours swapped) by the longer one."""
    if one == other:
        return 1.0
    rows = _distance(one, other)
    return 1.0 - rows / max(len(one), len(other), 1)


def _distance(one: str, other: str) -> int:
    """Optimal string alignment: insertions, deletions, changes, swaps of neighbours."""
    before: list[int] = []
    last = list(range(len(other) + 1))
    for i, left in enumerate(one, 1):
        row = [i]
        for j, right in enumerate(other, 1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (left != right))
            if i > 1 and j > 1 and left == other[j - 2] and one[i - 2] == right:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        before, last = last, row
    return last[-1]
