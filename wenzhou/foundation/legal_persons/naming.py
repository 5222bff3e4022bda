"""Names of organisations: how they are written, when two are the same, how they sound.

The comparison follows 企业名称登记管理规定 (Provisions on the Registration of Enterprise Names) and the rules on identical
and similar names: width, brackets and the short and long forms of 有限公司 make no difference.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

NAME = re.compile(r"[㐀-鿿\U00020000-\U0003ffffA-Za-z0-9（）·]{4,60}")
"""A name as it is written: Chinese characters, letters, digits, full-width brackets, the middle dot."""

_NOT_COMPARED = re.compile(r"[^0-9A-Z㐀-鿿\U00020000-\U0003ffff]")
_FORMS = (("有限责任公司", "有限公司"), ("股份公司", "股份有限公司"))
_LEGAL_FORM = re.compile(
    "(股份有限公司|集团有限公司|有限公司|集团|专业合作社|普通合伙|特殊普通合伙|有限合伙|合伙企业|分公司|公司)$"
)
_PLACE = re.compile("^(?:中国)?(?:浙江省?)?(?:温州市?)?")


def canonical(name: str) -> str:
    """The name as the register writes it: full-width brackets, everything else of ordinary width, no blanks."""
    narrow = re.sub(r"\s", "", unicodedata.normalize("NFKC", name))
    return re.sub("[•・‧]", "·", narrow.replace("(", "（").replace(")", "）"))


def name_key(name: str) -> str:
    """What two names have in common that count as the same.

    ``温州五马（餐饮）有限责任公司`` and ``温州五马餐饮有限公司`` have one key.
    """
    key = _NOT_COMPARED.sub("", unicodedata.normalize("NFKC", name).upper())
    for long, short in _FORMS:
        key = key.removesuffix(long) + short if key.endswith(long) else key
    return key


def core(name: str, places: tuple[str, ...] = ()) -> str:
    """The key without place and legal form: the trade name (字号) and the line of business.

    ``places`` are names of counties, whole or short, longest first.
    """
    key = _PLACE.sub("", name_key(name), count=1)
    key = next((key.removeprefix(place) for place in places if key.startswith(place)), key)
    while (shorter := _LEGAL_FORM.sub("", key)) and shorter != key:
        key = shorter
    return key


def bigrams(text: str) -> list[str]:
    """All pairs of neighbouring characters, each once."""
    return list(dict.fromkeys(text[at : at + 2] for at in range(len(text) - 1)))


def likeness(one: str, other: str) -> float:
    """How alike two cores are, 0 to 1: Dice's coefficient of their bigrams."""
    first, second = set(bigrams(one)), set(bigrams(other))
    if not first or not second:
        return float(one == other)
    return 2 * len(first & second) / (len(first) + len(second))


def pinyin(name: str) -> str:
    """How a name is searched by sound: whole syllables, a blank, the first letters.

    ``乐清宏达电气`` is ``yueqinghongdadianqi yqhddq``.
    """
    syllables = _syllables(name_key(name))
    return f"{''.join(syllables)} {''.join(one[0] for one in syllables)}"


def sound(text: str) -> str:
    """The syllables alone, for comparing by sound."""
    return "".join(_syllables(text))


@cache
def _words() -> None:
    """Readings of our own places that the general dictionary may lack."""
    from pypinyin import load_phrases_dict

    load_phrases_dict({"乐清": [["yuè"], ["qīng"]], "瓯海": [["ōu"], ["hǎi"]], "洞头": [["dòng"], ["tóu"]]})


def _syllables(text: str) -> list[str]:
    from pypinyin import lazy_pinyin  # a large dictionary: read when the first name is written or searched

    _words()
    return [one.lower() for one in lazy_pinyin(text) if one]
