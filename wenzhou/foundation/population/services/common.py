"""What the writes share: who may, who the people are on a day, locks in one order, how a refusal is put."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from wenzhou.foundation.population.models import (
    EventKind,
    Household,
    LifeEvent,
    Membership,
    PersonVersion,
)
from wenzhou.foundation.population.permissions import MAINTAIN_PERSONS
from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.errors import Conflict, Invalid, NotFound, Problem, Refused
from wenzhou.kernel.base.permissions import require
from wenzhou.kernel.base.standards import gb11643
from wenzhou.kernel.base.standards.errors import StandardError
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.geo.api import village_codes
from wenzhou.kernel.identity.api import PersonRef, add_person, lock_people, person, person_by_number
from wenzhou.kernel.registers.api import areas, as_of, functions
from wenzhou.kernel.registers.declarations import (
    ETHNIC_GROUP,
    HOME_ADDRESS,
    PERSON_NAME,
    PERSON_NUMBER,
    PERSON_SEX,
    TELEPHONE,
    DataElement,
)

REGISTER = "person"
"""The register's code in events."""
SOURCE = "public-security"
CIVIL_AFFAIRS = "civil-affairs"
OWNERS = {"phone": "government-services"}
"""Offices, by function, that answer for a field; for all others it is ``SOURCE``."""
ELEMENTS: Mapping[str, DataElement] = {
    "name": PERSON_NAME,
    "sex": PERSON_SEX,
    "ethnicity": ETHNIC_GROUP,
    "phone": TELEPHONE,
}
"""The data elements of what changes in a life; the register's declaration and these services check by the same."""
OPTIONAL = frozenset({"phone", "ethnicity"})
DAY = timedelta(days=1)
EARLIEST = date(1900, 1, 1)


@dataclass(frozen=True, slots=True)
class Party:
    """A person whom an event concerns, as the register has her on a day, or by her number alone.

    ``registered``: she stands in this register on that day. ``ended``: the day from which she does no more.
    """

    id: UUID
    number: str
    name: str
    sex: str
    born: date
    registered: bool
    division: str = ""
    ended: date | None = None


def may_write(actor: Actor, function: str = SOURCE, division: str | None = None) -> None:
    """The office that answers, for the place where it is competent; nobody else, whatever the post. Raises Refused.

    Another office proposes a correction through the register engine.
    """
    require(actor, MAINTAIN_PERSONS)
    if function not in functions(actor, MAINTAIN_PERSONS):
        raise another_office()
    if division is not None and function not in functions(actor, MAINTAIN_PERSONS, area=division):
        raise Refused(
            Text(
                "所涉户籍地不在您的管辖区域，请由其户籍地的登记机关办理。",
                "The place of registration is outside your area; the office of that place is competent.",
            )
        )


def may_maintain(actor: Actor, fields: Iterable[str] = ()) -> None:
    """The offices that answer for all these fields."""
    require(actor, MAINTAIN_PERSONS)
    needed = {OWNERS.get(name, SOURCE) for name in fields} or {SOURCE}
    if not functions(actor, MAINTAIN_PERSONS) >= needed:
        raise another_office()


def another_office() -> Problem:
    """The answer to an office that does not answer for this."""
    return Refused(
        Text(
            "此项人口信息由其他部门负责登记，请将申请转交该部门，或提出更正建议。",
            "Another office keeps this; pass the request on to it, or propose a correction.",
        )
    )


def in_area(actor: Actor, division: str) -> None:
    """Raises Refused for a place outside the actor's posts."""
    scope = areas(actor, MAINTAIN_PERSONS)
    if scope is not None and not division.startswith(scope):
        raise Refused(
            Text(
                "此人户籍不在您的管辖区域，请由其户籍地公安机关办理。",
                "She is registered outside your area; the office of her place of registration is competent.",
            )
        )


def party(
    found: PersonRef, on: date, field: str = "", *, outsiders: bool = False, alive: bool = True
) -> Party:
    """Who a person is on a day. Raises Invalid when she is dead then, or not registered here and not ``outsiders``."""
    rows = PersonVersion.objects.filter(person=found.id, superseded_at=None).order_by("-valid_from")
    versions = list(rows)
    row = next((v for v in versions if v.valid_from <= on and (v.valid_to is None or v.valid_to > on)), None)
    if alive:
        _lives(found.id, on, field)
    if row is None:
        if versions and on < versions[-1].born:
            raise invalid(field, before_birth(versions[-1].born))
        if not outsiders:
            raise invalid(
                field,
                Text("此人在该日期没有本市户籍", "She is not registered in this city on that day"),
            )
        read = citizen(found.number, field)
        ended = versions[0].valid_to if versions else None
        return Party(found.id, found.number, found.name, str(read.sex), read.born, False, ended=ended)
    home = as_of(Membership.objects.filter(person=found.id), on).select_related("household").first()
    return Party(
        found.id,
        found.number,
        row.name,
        row.sex,
        row.born,
        True,
        home.household.division if home else "",
        row.valid_to,
    )


def _lives(person_id: UUID, on: date, field: str) -> None:
    died = day_of_death(person_id)
    if died is not None and on > died:
        raise invalid(
            field,
            Text(
                f"此人已于 {died:%Y-%m-%d} 死亡，此后不能办理",
                f"She died on {died:%Y-%m-%d}; nothing can happen to her after that",
            ),
        )


def day_of_death(person_id: UUID) -> date | None:
    """When the person died, as registered."""
    return (
        LifeEvent.objects.filter(person=person_id, kind=EventKind.DEATH).values_list("on", flat=True).first()
    )


def by_number(number: str, field: str, *, name: str | None = None) -> PersonRef:
    """The person of this number; with a ``name`` she is taken in when nobody here knows her (外地人员).

    Raises Invalid: not a number, nobody has it, or another name.
    """
    number = number.strip().upper()
    citizen(number, field)
    found = person_by_number(number)
    if found is None and name:
        check_values({"name": name}, {"name": f"{field.removesuffix('number')}name"})
        return add_person(number, name)
    if found is None:
        raise invalid(
            field,
            Text(
                "库中没有此号码；外地人员请同时填写姓名",
                "Nobody here has this number; for somebody from elsewhere give the name too",
            ),
        )
    if name and found.name != name:
        raise invalid(
            f"{field.removesuffix('number')}name",
            Text("姓名与号码不符", "The name is not that of this number"),
        )
    return found


def citizen(number: str, field: str) -> gb11643.CitizenNumber:
    """What a number says. Raises Invalid with the reason."""
    try:
        PERSON_NUMBER.validate(number)
        return gb11643.parse(number, on=timezone.localdate())
    except StandardError as error:
        raise invalid(field, error.text) from error
    except ValueError as error:
        raise invalid(field, PERSON_NUMBER.remedy) from error


def anchor(person_id: UUID) -> PersonRef:
    """The anchor of a person. Raises NotFound."""
    found = person(person_id)
    if found is None:
        raise NotFound(Text("人口库中没有这个人。", "The register has no such person."))
    return found


def hold(*people: UUID | None) -> None:
    """Hold these people until the transaction ends, in the order of their ids."""
    lock_people({one for one in people if one is not None})


def hold_households(*households: UUID | None) -> dict[UUID, Household]:
    """Hold these households until the transaction ends, in the order of their ids; after the people."""
    wanted = {one for one in households if one is not None}
    rows = Household.objects.select_for_update(no_key=True).filter(id__in=wanted).order_by("id")
    return {row.id: row for row in rows}


def household_by_number(number: str, field: str = "household") -> Household:
    """The household of this number. Raises Invalid."""
    found = Household.objects.filter(number=number.strip()).first()
    if found is None:
        raise invalid(
            field,
            Text(f"没有户号为 {number.strip()} 的户", f"There is no household with number {number.strip()}"),
        )
    return found


def members(household: UUID, on: date) -> list[Membership]:
    """Who belongs to a household on a day, the head first."""
    rows = as_of(Membership.objects.filter(household=household), on).select_related("person")
    return list(rows.order_by("relation", "valid_from", "id"))


def check_values(values: Mapping[str, Any], called: Mapping[str, str] | None = None) -> None:
    """Each value by its data element. ``called``: under which name a form has it. Raises Invalid, naming each."""
    called = called or {}
    wrong = {}
    for name, value in values.items():
        if name not in ELEMENTS:
            wrong[name] = Text("此项不能在这里变更", "This cannot be changed here")
        elif not _allowed(name, value):
            wrong[called.get(name, name)] = ELEMENTS[name].remedy
    if not values:
        wrong["name"] = Text("至少填写一项变更", "Enter at least one change")
    if wrong:
        raise Invalid(
            Text("有的内容不能登记，见各项说明。", "Some values cannot be taken; see each."), fields=wrong
        )


def _allowed(name: str, value: Any) -> bool:
    if value in (None, ""):
        return name in OPTIONAL
    try:
        ELEMENTS[name].validate(value)
    except ValueError:
        return False
    return True


def check_place(division: str, address: str, on: date) -> None:
    """A village of that day and an address. Raises Invalid."""
    wrong = {}
    if division not in village_codes(on):
        wrong["division"] = Text(
            "请填写当日在用的 12 位村（居）委会代码",
            "The 12-digit code of a village or community in force on that day",
        )
    if not 4 <= len(address.strip()) <= HOME_ADDRESS.length:
        wrong["address"] = HOME_ADDRESS.remedy
    if wrong:
        raise Invalid(
            Text("地址不能登记，见各项说明。", "The place cannot be taken; see each."), fields=wrong
        )


def check_day(day: date, *, not_before: date | None = None, field: str = "valid_from") -> None:
    """Not in the future, not before the birth, and not before anybody alive was born. Raises Invalid."""
    if day < EARLIEST:
        raise invalid(field, Text(f"日期不能早于 {EARLIEST}", f"The day cannot be before {EARLIEST}"))
    if day > timezone.localdate():
        raise invalid(field, Text("日期不能晚于今天", "The day cannot be later than today"))
    if not_before is not None and day < not_before:
        raise invalid(field, before_birth(not_before))


def before_birth(born: date) -> Text:
    """Something before the birth."""
    return Text(
        f"日期不能早于出生日期（{born:%Y-%m-%d}）", f"The day cannot be before the birth ({born:%Y-%m-%d})"
    )


def nothing_later(rows: Any, on: date, what: Text, field: str = "on") -> None:
    """Raises Conflict when the register already says something that begins after this day, which would be cut off."""
    later = rows.filter(superseded_at=None, valid_from__gt=on).order_by("valid_from").first()
    if later is not None:
        text = Text(
            f"{later.valid_from:%Y-%m-%d} 起已登记{what.zh}，日期不能早于该日；确有错误请先更正",
            f"{what.en} from {later.valid_from:%Y-%m-%d} on is registered; correct that first if it is wrong",
        )
        raise Conflict(text, code="later-entry", fields={field: text})


def years(born: date, on: date) -> int:
    """Full years of age (周岁) on a day."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def married(person_id: UUID) -> Q:
    """Marriages of a person."""
    return Q(husband=person_id) | Q(wife=person_id)


def invalid(field: str, text: Text) -> Invalid:
    """What is wrong with one field."""
    return Invalid(text, fields={field: text} if field else {})
