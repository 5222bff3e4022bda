"""Standard addresses written in the forms that people use, and spoiled: what the matching is tested and measured by."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

from wenzhou.foundation.places.matching.text import in_numerals
from wenzhou.foundation.places.models import Level
from wenzhou.foundation.places.selectors import AddressRecord
from wenzhou.kernel.geo.api import path, postal_prefix

_WIDE = {ord(narrow): ord(narrow) + 0xFEE0 for narrow in "0123456789-"}


def whole(address: AddressRecord) -> str:
    """As the register has it."""
    return address.full


def without_city(address: AddressRecord) -> str:
    """Province and city left out."""
    return re.sub(r"^浙江省(温州市)?", "", address.full)


def city_repeated(address: AddressRecord) -> str:
    """The city said twice, as forms that prefill it bring about."""
    return "浙江省温州市" + re.sub(r"^浙江省(温州市)?", "温州市", address.full)


def without_village(address: AddressRecord) -> str:
    """County and road only, as on a parcel."""
    county = postal_prefix(address.division[:6])
    return county + address.words


def short_county(address: AddressRecord) -> str:
    """The county without its last word: 鹿城五马街道…"""
    places = [place for place in path(address.division) if "直辖" not in place.name.zh]
    names = [place.name.zh for place in places]
    names[0] = re.sub(r"(?:区|县|市)$", "", names[0])
    return "".join(names) + address.words


def dashed(address: AddressRecord) -> str:
    """Building, stair and room as 3-2-501."""
    above = [name for level, _, name in address.parts if level in (Level.ROAD, Level.LANE, Level.NUMBER)]
    bare = [key for level, key, _ in address.parts if level in (Level.BUILDING, Level.UNIT, Level.ROOM)]
    return postal_prefix(address.division) + "".join(above) + "-".join(bare)


def in_characters(address: AddressRecord) -> str:
    """Numbers below a thousand in Chinese numerals: 十二号."""
    words = re.sub(
        r"[0-9]+",
        lambda n: in_numerals(int(n.group())) if int(n.group()) < 1000 else n.group(),
        address.words,
    )
    return postal_prefix(address.division) + words


def full_width(address: AddressRecord) -> str:
    """Digits as wide as characters."""
    return address.full.translate(_WIDE)


def with_blanks(address: AddressRecord) -> str:
    """Blanks and commas between the parts."""
    return f"{postal_prefix(address.division)}， " + " ".join(name for _, _, name in address.parts)


def other_words(address: AddressRecord) -> str:
    """栋 for 幢, 房 for 室."""
    return address.full.replace("幢", "栋").replace("室", "房")


FORMS: dict[str, Callable[[AddressRecord], str]] = {
    form.__name__: form
    for form in (
        whole,
        without_city,
        city_repeated,
        without_village,
        short_county,
        dashed,
        in_characters,
        full_width,
        with_blanks,
        other_words,
    )
}
"""What is found again with a confidence of 0.9 or more."""


def wrong_character(text: str, address: AddressRecord, dice: random.Random) -> str:
    """One character of the road's name is another."""
    road = address.parts[0][2]
    at = dice.randrange(len(road) - 1)
    spoiled = road[:at] + dice.choice("甲乙丙丁戊己庚辛") + road[at + 1 :]
    return text.replace(road, spoiled, 1)


def missing_character(text: str, address: AddressRecord, dice: random.Random) -> str:
    """One character of the road's name is missing."""
    road = address.parts[0][2]
    at = dice.randrange(len(road))
    return text.replace(road, road[:at] + road[at + 1 :], 1)


def other_type(text: str, address: AddressRecord, dice: random.Random) -> str:
    """路 for 街, and the like."""
    road = address.parts[0][2]
    other = dice.choice([word for word in "路街巷" if not road.endswith(word)])
    return text.replace(road, road[:-1] + other, 1)


def unknown_number(text: str, address: AddressRecord, dice: random.Random) -> str:
    """A number that the road does not have."""
    for level, _, name in address.parts:
        if level == Level.NUMBER:
            return text.replace(name, f"{dice.randrange(5_000, 9_000)}号", 1)
    return text


def with_landmark(text: str, address: AddressRecord, dice: random.Random) -> str:
    """Something after the address that is no part of it."""
    return text + dice.choice(["旁边", "对面小店", "（请放门口）", "农贸市场北门"])


SPOILED: dict[str, Callable[[str, AddressRecord, random.Random], str]] = {
    spoil.__name__: spoil
    for spoil in (wrong_character, missing_character, other_type, unknown_number, with_landmark)
}
"""What is found, if at all, with less confidence than the same address well written."""
