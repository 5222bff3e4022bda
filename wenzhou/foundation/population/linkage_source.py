"""The population register as a source of record linkage: a key is the id of the person, and everybody is in it once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from uuid import UUID

from django.db import connection

from wenzhou.kernel.base.text import Text
from wenzhou.kernel.identity.api import competent_office, competent_offices
from wenzhou.kernel.linkage.contracts import Record
from wenzhou.kernel.linkage.declarations import LinkageSource, MadeLine, MadeLists

INSURANCE, ASSISTANCE = "social-insurance", "social-assistance"
"""Codes of the made lists of the demonstration."""

OWNER = "public-security"
"""The function that answers for the register."""

_SELECT = """
SELECT person.id AS key, said.recorded, version.person_id IS NULL AS gone, version.name, person.number, version.sex,
    to_char(version.born, 'YYYYMMDD') AS born, version.phone, household.address, household.division
FROM (
    SELECT person_id, max(recorded) AS recorded FROM (
        SELECT person_id, greatest(recorded_at, superseded_at) AS recorded FROM population_personversion
        UNION ALL SELECT person_id, greatest(recorded_at, superseded_at) FROM population_membership
    ) AS rows GROUP BY person_id HAVING max(recorded) >= {since}
) AS said
JOIN identity_person AS person ON person.id = said.person_id
LEFT JOIN population_personversion AS version ON version.person_id = person.id AND version.superseded_at IS NULL
    AND version.valid_from <= current_date AND (version.valid_to IS NULL OR version.valid_to > current_date)
LEFT JOIN population_membership AS member ON member.person_id = person.id AND member.superseded_at IS NULL
    AND member.valid_from <= current_date AND (member.valid_to IS NULL OR member.valid_to > current_date)
LEFT JOIN population_household AS household ON household.id = member.household_id
"""

_SHOWN = """
SELECT person.id, version.name, person.number, version.sex, to_char(version.born, 'YYYYMMDD'), version.phone,
    coalesce(household.address, ''), coalesce(household.division, ''), version.made
FROM identity_person AS person
JOIN population_personversion AS version ON version.person_id = person.id AND version.superseded_at IS NULL
    AND version.valid_from <= current_date AND (version.valid_to IS NULL OR version.valid_to > current_date)
LEFT JOIN population_membership AS member ON member.person_id = person.id AND member.superseded_at IS NULL
    AND member.valid_from <= current_date AND (member.valid_to IS NULL OR member.valid_to > current_date)
LEFT JOIN population_household AS household ON household.id = member.household_id
WHERE person.id = ANY(%s)
"""


def show(keys: Collection[UUID]) -> Mapping[UUID, Record]:
    """The persons as they are today; those whom the register does not have are left out."""
    with connection.cursor() as cursor:
        cursor.execute(_SHOWN, [list(keys)])
        return {
            key: Record(
                name=name,
                number=number,
                sex=sex,
                born=born,
                phone=phone,
                address=address,
                division=division,
                person=key,
                made=made,
            )
            for key, name, number, sex, born, phone, address, division, made in cursor.fetchall()
        }


def office(area: str) -> str:
    """Who looks at doubtful pairs: the competent office of public security, or the data bureau where there is none.

    Raises NotFound where there is neither.
    """
    found = competent_offices((OWNER,), area).get(OWNER) or competent_office("data", area)
    return found.code


SOURCE = LinkageSource(
    code="population",
    title=Text("人口基础信息库", "Population database"),
    office=office,
    select=_SELECT,
    show=show,
    solo=True,
    anchored=True,
)


def _made_lines(persons: int) -> Iterable[MadeLine]:
    # Here, not above: reading names loads tables of characters, which the web server never needs.
    from wenzhou.foundation.population import made_lists

    return made_lists.lines(persons)


LISTS = MadeLists(
    code="population.made-lists",
    lists={
        INSURANCE: (
            Text("社会保险参保人员名单（虚构）", "People with social insurance (made)"),
            "lucheng-human-resources",
        ),
        ASSISTANCE: (
            Text("社会救助对象名单（虚构）", "People with social assistance (made)"),
            "lucheng-civil-affairs",
        ),
    },
    lines=_made_lines,
    link=("population", f"list.{INSURANCE}", f"list.{ASSISTANCE}"),
)
