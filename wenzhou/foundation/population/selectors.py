"""Reads of the population register, scoped by the posts of the actor."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import product
from typing import Any
from uuid import UUID

from django.utils import timezone

from wenzhou.foundation.population.models import Membership, PersonVersion
from wenzhou.foundation.population.permissions import SEE_STATISTICS
from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.errors import Invalid, NotFound
from wenzhou.kernel.base.permissions import require
from wenzhou.kernel.base.statements import first, run
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.geo.api import placed_table
from wenzhou.kernel.registers.api import as_of, timeline
from wenzhou.kernel.registers.contracts import PersonProfile, PersonQuery

NUMBER = re.compile(r"[0-9]{17}[0-9X]")
PAGE = 20


def profile(query: PersonQuery, *, known_at: datetime | None = None) -> PersonProfile:
    """The whole record of one person as of a day, in one statement. Raises NotFound, Invalid.

    For those who have been authorised already; see ``reading`` for an official's.
    """
    statement, values = question(query, known_at=known_at)
    return profile_of(first(statement, values))


def question(
    query: PersonQuery, *, within: tuple[str, ...] | None = None, known_at: datetime | None = None
) -> tuple[str, dict[str, Any]]:
    """The statement that answers a query, and its values; ``within``: only who lives in these divisions (prefixes).

    Raises Invalid.
    """
    if query.id is None and not query.number:
        raise Invalid(
            Text("请给出公民身份号码。", "Give an identity number."),
            fields={"number": Text("请填写 18 位公民身份号码", "Enter the 18 characters")},
        )
    which = ("id", query.id) if query.id else ("number", query.number.upper())
    values: dict[str, Any] = {"who": which[1], "on": query.on or timezone.localdate()}
    if known_at is not None:
        values["known_at"] = known_at
    if within is not None:
        values["within"] = list(within)
    return _STATEMENTS[which[0], known_at is None, within is not None], values


def profile_of(found: tuple[Any, ...] | None) -> PersonProfile:
    """The row of ``question``'s statement as a profile. Raises NotFound for None."""
    if found is None:
        raise _unknown()
    person_id, number, name, sex, born, ethnicity, phone, made, address, division = found
    return PersonProfile(
        id=person_id,
        number=number,
        name=name,
        sex=sex,
        born=born,
        ethnicity=ethnicity,
        address=address,
        division=division,
        phone=phone or None,
        made=made,
    )


# The most frequent read of the city, written out: building it anew by the ORM takes ten times as
# long as running it. The conditions are those of ``registers.versions.valid`` and ``known``.
_VALID = "{0}.valid_from <= %(on)s AND ({0}.valid_to IS NULL OR {0}.valid_to > %(on)s)"
_KNOWN = {
    True: "{0}.superseded_at IS NULL",
    False: "{0}.recorded_at <= %(known_at)s AND ({0}.superseded_at IS NULL OR {0}.superseded_at > %(known_at)s)",
}


def _statement(column: str, now: bool, scoped: bool) -> str:
    holds = f"{_VALID} AND {_KNOWN[now]}"
    columns = (
        "v.person_id, p.number, v.name, v.sex, v.born, v.ethnicity, v.phone, v.made, h.address, h.division"
    )
    return (
        f"SELECT {columns} FROM identity_person p "  # noqa: S608 - made of the constants above alone
        f"JOIN population_personversion v ON v.person_id = p.id AND {holds.format('v')} "
        f"LEFT JOIN population_membership m ON m.person_id = p.id AND {holds.format('m')} "
        f"LEFT JOIN population_householdversion h ON h.household_id = m.household_id AND {holds.format('h')} "
        f"WHERE p.{column} = %(who)s{_WITHIN if scoped else ''}"
    )


_WITHIN = " AND EXISTS (SELECT FROM unnest(%(within)s::text[]) area WHERE starts_with(h.division, area))"
_STATEMENTS = {key: _statement(*key) for key in product(("id", "number"), (True, False), (True, False))}


def _unknown() -> NotFound:
    return NotFound(
        Text(
            "人口库中没有这个人在该日期的记录，或者不在您的管辖区域；请核对号码和日期。",
            "The register has no such person for that day, or not in your area; check the number and the day.",
        )
    )


@dataclass(frozen=True, slots=True)
class Resident:
    """A member of a household on a day."""

    person: UUID
    name: str
    relation: str


def household_of(person_id: UUID, on: date, known_at: datetime | None = None) -> Membership | None:
    """The membership of a person on a day, with its household."""
    rows = as_of(Membership.objects.filter(person=person_id), on, known_at)
    return rows.select_related("household").first()


def residents(household_id: UUID, on: date) -> list[Resident]:
    """Who is registered in a household on a day, the head first; two statements."""
    members = list(
        as_of(Membership.objects.filter(household=household_id), on)
        .order_by("relation", "valid_from")
        .values_list("person_id", "relation")
    )
    names = dict(
        as_of(PersonVersion.objects.filter(person__in=[p for p, _ in members]), on).values_list(
            "person_id", "name"
        )
    )
    return [Resident(p, names.get(p, ""), relation) for p, relation in members]


def history(
    person_id: UUID, known_at: datetime | None = None
) -> tuple[Sequence[PersonVersion], Sequence[Membership]]:
    """All periods as known now or at an instant, newest first: of the person, and of where she was registered."""
    homes = timeline(Membership, person_id, known_at).select_related("household")
    return list(timeline(PersonVersion, person_id, known_at)), list(homes)


@dataclass(frozen=True, slots=True)
class AreaCount:
    """How many persons and households an area has."""

    division: str
    persons: int
    households: int


def by_area(actor: Actor, *, digits: int = 6, within: str = "", on: date | None = None) -> list[AreaCount]:
    """Persons and households on a day by the first ``digits`` of their division, inside ``within``.

    Figures only, so they are of the whole city for everybody who may see statistics.
    """
    require(actor, SEE_STATISTICS)
    counted = run(
        f"SELECT left(h.division, %(digits)s) area, count(*), count(DISTINCT m.household_id)"  # noqa: S608 - constants alone
        f" FROM population_membership m JOIN population_householdversion h ON h.household_id = m.household_id"
        f" WHERE {_holds('m')} AND {_holds('h')} AND starts_with(h.division, %(within)s) GROUP BY area ORDER BY area",
        {"digits": digits, "within": within, "on": on or timezone.localdate()},
    )
    return [AreaCount(*row) for row in counted]


def placed_by_area(
    actor: Actor, *, digits: int, within: str, on: date, shown_on: date
) -> tuple[list[AreaCount], tuple[int, ...]]:
    """``by_area`` with the divisions of another day; and the persons and households that could not be placed."""
    villages = by_area(actor, digits=12, on=on)
    figures = {one.division: (one.persons, one.households) for one in villages}
    found, lost = placed_table(figures, on, shown_on, digits=digits, within=within)
    return [AreaCount(code, *row) for code, row in found.items()], lost


def by_age_and_sex(actor: Actor, *, within: str = "", on: date | None = None) -> dict[tuple[int, str], int]:
    """Persons on a day by (start of the five years of age, sex), inside ``within``; 100 is everybody from there on."""
    require(actor, SEE_STATISTICS)
    homes = (
        f" JOIN population_membership m ON m.person_id = v.person_id AND {_holds('m')}"
        f" JOIN population_householdversion h ON h.household_id = m.household_id AND {_holds('h')}"
        " AND starts_with(h.division, %(within)s)"
    )
    counted = run(
        "SELECT least(extract(year FROM age(%(on)s::date, v.born))::int / 5 * 5, 100) band, v.sex, count(*)"  # noqa: S608
        f" FROM population_personversion v{homes if within else ''} WHERE {_holds('v')} GROUP BY band, v.sex",
        {"within": within, "on": on or timezone.localdate()},
    )
    return {(band, sex): number for band, sex, number in counted}


def _holds(alias: str) -> str:
    """That a row is known now and so on the day."""
    return f"{_VALID} AND {_KNOWN[True]}".format(alias)
