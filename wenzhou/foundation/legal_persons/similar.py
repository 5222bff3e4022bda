"""Checking a name before it is applied for (企业名称自主申报查重): free or borne, what is like it, and why it is refused.

Sources: 企业名称登记管理规定 (Provisions on the Registration of Enterprise Names), Articles 6 to 17; 企业名称禁限用规则.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import QuerySet

from wenzhou.foundation.legal_persons.models import Bigrams, OrganisationVersion, Status
from wenzhou.foundation.legal_persons.naming import bigrams, canonical, core, likeness, name_key, sound
from wenzhou.foundation.legal_persons.selectors import name_check
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.geo.api import CITY, children, name_of
from wenzhou.kernel.registers.contracts import NameCheck

LOOKED_AT = 400
"""Names that are compared one by one; the indexes give those that share two characters or the sound."""
SHOWN = 10
ALIKE = 0.5
RESERVED = re.compile("国家级|最高级|最佳|党政|政协|部队|驰名商标")


class Why(StrEnum):
    """In what a name is like another."""

    SAME = "same"
    SOUND = "sound"
    TRADE = "trade"
    LOOKS = "looks"


WHY: dict[str, Text] = {
    Why.SAME: Text("视为相同", "Counts as the same"),
    Why.SOUND: Text("读音相同", "Sounds the same"),
    Why.TRADE: Text("字号相同", "The same trade name"),
    Why.LOOKS: Text("用字相近", "Much the same characters"),
}
_ORDER = list(Why)


@dataclass(frozen=True, slots=True)
class Similar:
    """A name in the register that is like the one asked for; ``likeness`` from 0 to 1."""

    name: str
    county: str
    status: str
    why: Why
    likeness: float


@dataclass(frozen=True, slots=True)
class Checked:
    """The answer: ``reason`` says why it cannot be used; ``hints`` what to look to."""

    name: str
    county: str
    free: bool
    reason: Text | None
    similar: tuple[Similar, ...]
    hints: tuple[Text, ...]


def check(name: str, county: str, kind: str = "") -> Checked:
    """Whether the name can be used in the county, and what is like it there. Raises Invalid for the county."""
    name = canonical(name)[:60]
    result = name_check(NameCheck(name=name, area=county, kind=kind))
    reserved = RESERVED.search(name)
    reason = result.reason
    if reason is None and reserved:
        reason = Text(
            f"名称含有禁止使用的“{reserved.group()}”",
            f"The name has “{reserved.group()}”, which is not allowed",
        )
    found = similar(name, county)
    return Checked(name, county, reason is None, reason, found, _hints(name, county, found))


def similar(name: str, county: str) -> tuple[Similar, ...]:
    """Names in force in the county that are like this one, the most alike first; two statements."""
    wanted = core(name, _places())
    if len(wanted) < 2:
        return ()
    found = [one for row in _candidates(wanted, county) if (one := _compared(name, wanted, row)) is not None]
    return tuple(
        sorted(found, key=lambda one: (one.why != Why.SAME, -one.likeness, _ORDER.index(one.why), one.name))[
            :SHOWN
        ]
    )


def _candidates(wanted: str, county: str) -> Iterable[OrganisationVersion]:
    rows: QuerySet[OrganisationVersion] = (
        OrganisationVersion.objects.filter(superseded_at=None, valid_to=None, division__startswith=county[:6])
        .exclude(status=Status.DEREGISTERED)
        .only("name", "name_key", "division", "status")
    )
    # The trade name stands first: whoever shares it, or all but its first character, shares one of these pairs.
    shared = rows.alias(pairs=Bigrams("name_key")).filter(pairs__overlap=bigrams(wanted)[:2])
    heard = rows.filter(pinyin__contains=sound(wanted[:2]))
    met = {row.pk: row for row in (*shared[:LOOKED_AT], *heard[:LOOKED_AT])}
    return met.values()


def _compared(name: str, wanted: str, row: OrganisationVersion) -> Similar | None:
    other = core(row.name, _places())
    alike = round(likeness(wanted, other), 2)
    if name_key(name) == row.name_key:
        why = Why.SAME
    elif wanted != other and sound(wanted) == sound(other):
        why = Why.SOUND
    elif wanted[:2] == other[:2] and alike >= ALIKE / 2:
        why = Why.TRADE
    elif alike >= ALIKE:
        why = Why.LOOKS
    else:
        return None
    return Similar(row.name, row.division[:6], row.status, why, alike)


def _places() -> tuple[str, ...]:
    """Names of the counties, whole and short, longest first."""
    names = [place.name.zh for place in children(CITY)]
    short = [name[:-1] for name in names if len(name) > 2]
    return tuple(sorted({*names, *short}, key=len, reverse=True))


def _hints(name: str, county: str, found: tuple[Similar, ...]) -> tuple[Text, ...]:
    hints = []
    place = name_of(county)  # in the reader's language
    if not any(name.startswith(one) for one in ("浙江", "温州", *_places())):
        hints.append(
            Text(
                f"名称一般由行政区划、字号、行业和组织形式组成，如“温州市{place}”开头。",
                "A name is made of place, trade name, line of business and legal form; it begins with the place.",
            )
        )
    if len(core(name, _places())) < 4:
        hints.append(
            Text(
                "字号应有两个以上汉字，并写明行业。",
                "The trade name has two characters or more, and the line of business follows it.",
            )
        )
    if any(one.why in {Why.SAME, Why.SOUND, Why.TRADE} for one in found):
        hints.append(
            Text(
                "与同行业企业字号相同或读音相同的名称可能构成近似，建议更换字号。",
                "A trade name that others of the line bear, or that sounds the same, may be refused; take another.",
            )
        )
    return tuple(hints)
