"""Search for persons by what people say at a counter: a number, a name or its sound, a telephone, an address."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from enum import StrEnum

from django.db.models import Case, Exists, IntegerField, OuterRef, Q, QuerySet, Value, When
from django.utils import timezone

from wenzhou.foundation.population.models import HouseholdVersion, Membership, NameSound, PersonVersion
from wenzhou.foundation.population.permissions import SEARCH_PERSONS
from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.errors import Invalid
from wenzhou.kernel.base.pagination import Slice, keyset
from wenzhou.kernel.base.permissions import require
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.geo.api import CITY, Place, children
from wenzhou.kernel.registers.api import areas, as_of
from wenzhou.kernel.registers.declarations import PERSON_NUMBER, TELEPHONE

PAGE = 20
NAMES = 400
"""Names that sound alike and are looked for; who types more letters finds the rest."""

HOMES = 100
"""Households at an address that are looked into; beyond that the address says too little."""


class By(StrEnum):
    """What the text of a search is."""

    NUMBER = "number"
    NAME = "name"
    PINYIN = "pinyin"
    PHONE = "phone"
    ADDRESS = "address"


BY: Mapping[By, Text] = {
    By.NUMBER: Text("公民身份号码", "Identity number"),
    By.NAME: Text("姓名", "Name"),
    By.PINYIN: Text("姓名拼音或首字母", "Sound or initials of the name"),
    By.PHONE: Text("联系电话", "Telephone"),
    By.ADDRESS: Text("户籍地址", "Address"),
}

_LETTERS = re.compile(r"[a-z]+")
_OF_ADDRESSES = re.compile("[0-9]|浙江省|温州市|[区县市镇乡村路街巷弄号幢]|街道|社区|小区")
_LEADING = re.compile("^(浙江省)?(温州市)?")


def search(
    actor: Actor, text: str, *, by: By | None = None, token: str = "", on: date | None = None
) -> Slice[PersonVersion]:
    """Persons of the actor's area on a day, by name. ``by`` None: what the text looks like.

    Raises Refused, and Invalid for a text that is too short or an address that says too little.
    """
    require(actor, SEARCH_PERSONS)
    text = unicodedata.normalize("NFKC", text).strip()
    on = on or timezone.localdate()
    rows = as_of(PersonVersion.objects.select_related("person"), on)
    found = _FOUND[by or looks_like(text)](rows, text, on)
    return keyset(_in_scope(found, actor), "name", "id", token=token, size=PAGE)


def looks_like(text: str) -> By:
    """What somebody means who types this."""
    plain = re.sub(r"[\s'’·.]", "", text)
    if re.fullmatch(PERSON_NUMBER.pattern, plain.upper()):
        return By.NUMBER
    if re.fullmatch(TELEPHONE.pattern, plain):
        return By.PHONE
    if plain.isdigit():
        return By.NUMBER
    if plain.isascii() and plain.isalpha():
        return By.PINYIN
    # Names have four characters at most but for a few; an address of four has a word that names have not.
    if len(plain) > 3 and _OF_ADDRESSES.search(plain):
        return By.ADDRESS
    return By.NAME


type Rows = QuerySet[PersonVersion]


def _by_number(rows: Rows, text: str, _on: date) -> Rows:
    number = re.sub(r"\s", "", text).upper()
    if not re.fullmatch(PERSON_NUMBER.pattern, number):
        raise _invalid(
            Text(
                "请输入完整的 18 位公民身份号码，或至少两个字的姓名。",
                "Enter a whole identity number (18 characters), or at least two characters of a name.",
            ),
            Text("至少两个字，或 18 位号码", "Two characters or more, or 18 of a number"),
        )
    return rows.filter(person__number=number)


def _by_name(rows: Rows, text: str, _on: date) -> Rows:
    if len(text) < 2:
        raise _invalid(
            Text(
                "请输入完整的 18 位公民身份号码，或至少两个字的姓名。",
                "Enter a whole identity number (18 characters), or at least two characters of a name.",
            ),
            Text("至少两个字，或 18 位号码", "Two characters or more, or 18 of a number"),
        )
    return rows.filter(name__startswith=text)


def _by_sound(rows: Rows, text: str, _on: date) -> Rows:
    letters = re.sub(r"[\s'’·.-]", "", text.lower().replace("ü", "v"))
    if len(letters) < 2 or not _LETTERS.fullmatch(letters):
        raise _invalid(
            Text(
                "请输入至少两个字母的拼音或首字母。",
                "Enter two letters or more of the sound or the initials.",
            ),
            Text("如 linxiaohui 或 lxh", "Such as linxiaohui or lxh"),
        )
    nearest = Case(
        When(pinyin=letters, then=Value(0)),
        When(initials=letters, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    names = NameSound.objects.filter(Q(pinyin__startswith=letters) | Q(initials=letters))
    # The names as a list: the planner then walks the index of names in their order and stops with the page.
    return rows.filter(name__in=list(names.order_by(nearest, "name").values_list("name", flat=True)[:NAMES]))


def _by_phone(rows: Rows, text: str, _on: date) -> Rows:
    phone = re.sub(r"\s", "", text)
    if not re.fullmatch(TELEPHONE.pattern, phone):
        raise _invalid(Text("请输入完整的电话号码。", "Enter a whole telephone number."), TELEPHONE.remedy)
    return rows.filter(phone=phone).exclude(phone="")


def _by_address(rows: Rows, text: str, on: date) -> Rows:
    places = _places(re.sub(r"\s", "", text), on)
    if not places:
        raise _invalid(
            Text(
                "请在地址中写明乡镇（街道），如“五马街道”。",
                "The address names a town or street office, such as 五马街道.",
            ),
            Text("写明乡镇（街道），再写村居、路名和门牌", "Town first, then village, road and number"),
        )
    inside = Q()
    for code, rest in places:
        inside |= Q(division__startswith=code, address__contains=rest)
    homes = as_of(HouseholdVersion.objects.filter(inside), on).values_list("household", flat=True)
    found = list(homes[: HOMES + 1])
    if len(found) > HOMES:
        raise _invalid(
            Text(
                f"该地址下超过 {HOMES} 户，请补充路名和门牌号。",
                f"More than {HOMES} households there; add the road and the number.",
            ),
            Text("请补充路名和门牌号", "Add the road and the number"),
        )
    people = as_of(Membership.objects.filter(household__in=found), on).values_list("person", flat=True)
    return rows.filter(person__in=list(people))


def _places(text: str, on: date) -> list[tuple[str, str]]:
    """Towns (by code) with which the text begins, each with what is left of it; a county before them may be left out."""
    text = _LEADING.sub("", text)
    counties = children(CITY, on)
    named = [one for one in counties if text.startswith(one.name.zh)]
    found = []
    for county in named or counties:
        rest = text.removeprefix(county.name.zh)
        found += list(_town(children(county.code, on), rest))
    return found


def _town(towns: tuple[Place, ...], text: str) -> Iterator[tuple[str, str]]:
    for town in towns:
        if text.startswith(town.name.zh):
            yield town.code[:9], text.removeprefix(town.name.zh)


_FOUND: Mapping[By, Callable[[Rows, str, date], Rows]] = {
    By.NUMBER: _by_number,
    By.NAME: _by_name,
    By.PINYIN: _by_sound,
    By.PHONE: _by_phone,
    By.ADDRESS: _by_address,
}


def _in_scope(rows: Rows, actor: Actor) -> Rows:
    scope = areas(actor, SEARCH_PERSONS)
    if scope is None:
        return rows
    inside = Q()
    for area in scope:
        inside |= Q(household__division__startswith=area)
    homes = as_of(Membership.objects.filter(inside, person=OuterRef("person")), timezone.localdate())
    return rows.filter(Exists(homes))


def _invalid(detail: Text, field: Text) -> Invalid:
    return Invalid(detail, fields={"q": field})
