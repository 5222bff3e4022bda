"""Made people for the demonstration, marked as made: resumable, repeatable, the same on every machine."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import date, timedelta

from django.db import connection, transaction

from wenzhou.foundation.population.generator import MadePerson, Population, Village, World
from wenzhou.foundation.population.generator_families import MadeFamily, died, families
from wenzhou.foundation.population.models import (
    EventKind,
    Ground,
    Household,
    HouseholdVersion,
    LifeEvent,
    Marriage,
    Membership,
    Parentage,
    PersonVersion,
)
from wenzhou.foundation.population.sounds import sound_out
from wenzhou.kernel.base import audit
from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.bulk import analyse, copy_rows, made_done
from wenzhou.kernel.base.errors import Conflict
from wenzhou.kernel.base.ids import made_id
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.geo import api as geo
from wenzhou.kernel.identity import api as identity

SEED = 3303_02
AS_OF = date(2026, 1, 1)
"""The day on which the made people have their ages; fixed, so that everybody makes the same people."""

CHUNK = 18_000
"""Households in one transaction, some fifty thousand persons."""

FAULT_EVERY = 401
"""Of so many made persons one has each made fault."""

HOUSEHOLDS, VERSIONS, MEMBERSHIPS = 16, 17, 18
HOMES, MARRIAGES, PARENTAGES, DEATHS = 19, 20, 21, 22
"""Series of the made ids."""

SOURCE = "made"
_LOCK = 3303_01


def world() -> World:
    """The real villages of the city with weights by the census, for the generators."""
    villages = [
        Village(one.code, one.address, one.urban, one.residents, one.plan.text) for one in geo.made_villages()
    ]
    codes = {county: geo.code_history(county) for county in geo.RESIDENTS_2020}
    elsewhere = [code for code in geo.lasting_county_codes() if code[:4] != geo.CITY[:4]]
    return World(villages, codes, elsewhere)


def load(persons: int, say: Callable[[str], None]) -> None:
    """Load made people until there are ``persons``; what is there already is left as it is.

    Raises Conflict when the people in the database were made by another version of the generator.
    """
    if made_done(Membership, MEMBERSHIPS) >= persons:
        _refuse_others(Population(world(), 1, seed=SEED, on=AS_OF), 0)
        return
    start = time.monotonic()
    people = Population(world(), persons, seed=SEED, on=AS_OF)
    loaded = 0
    for first in range(0, people.households, CHUNK):
        last = min(first + CHUNK, people.households)
        added = _load_chunk(people, first, last)
        loaded += added
        if added:
            pace = loaded / (time.monotonic() - start)
            say(f"人口 people: {people.persons_before(last):,} / {people.persons:,} ({pace:,.0f}/s)")
    if loaded:
        identity.analyse_anchors()
        analyse(PersonVersion, Household, HouseholdVersion, Membership, Marriage, Parentage)


def _load_chunk(people: Population, first: int, last: int) -> int:
    """One chunk in one transaction; another process that loads meanwhile waits, then finds it done."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        done = made_done(Household, HOUSEHOLDS)
        if done:
            _refuse_others(people, done - 1)
        if done >= last:
            return 0
        first = max(first, done)
        added = _copy(people, first, last)
        audit.record(Actor.system("population.demo"), "population.load-made", persons=added)
    return added


def _refuse_others(people: Population, household: int) -> None:
    if household >= people.households:
        return
    head = next(people.person_rows(household, household + 1))
    found = identity.person_by_number(head.number)
    if found is None or str(found.id) != identity.made_person_id(head.serial):
        raise Conflict(
            Text(
                "数据库中的虚构人口由其他版本生成，无法续载；请换用新的数据目录。",
                "The made people in this database were made by another version; start with a new data folder.",
            ),
            code="made-by-another-version",
        )


def _copy(people: Population, first: int, last: int) -> int:
    persons = list(people.person_rows(first, last))
    homes = list(people.household_rows(first, last))
    kin = list(families(persons, people.on))
    dead = {p.serial: day for p in persons if (day := died(p, people.on)) is not None}
    identity.copy_people((p.serial, p.number, p.name) for p in persons)
    copy_rows(
        Household,
        ("id", "number", "division", "address", "made"),
        ((made_id(HOUSEHOLDS, h.serial), h.number, h.division, h.address, True) for h in homes),
    )
    copy_rows(
        HouseholdVersion,
        ("id", "household", "division", "address", "valid_from", "source"),
        (
            (made_id(HOMES, h.serial), made_id(HOUSEHOLDS, h.serial), h.division, h.address, f.since, SOURCE)
            for h, f in zip(homes, kin, strict=True)
        ),
    )
    copy_rows(
        PersonVersion,
        (
            "id",
            "person",
            "name",
            "sex",
            "born",
            "ethnicity",
            "phone",
            "made",
            "valid_from",
            "valid_to",
            "source",
        ),
        (_version(p, _until(dead, p)) for p in persons),
    )
    copy_rows(
        Membership,
        ("id", "person", "household", "relation", "valid_from", "valid_to", "source"),
        (_membership(p, _until(dead, p)) for p in persons),
    )
    _copy_kin(kin)
    _copy_deaths(persons, dead)
    sound_out({p.name for p in persons})
    return len(persons)


def _copy_kin(kin: Sequence[MadeFamily]) -> None:
    person = identity.made_person_id
    copy_rows(
        Marriage,
        ("id", "husband", "wife", "valid_from", "valid_to", "source"),
        (
            (made_id(MARRIAGES, m.serial), person(m.husband), person(m.wife), m.since, m.until, SOURCE)
            for family in kin
            for m in family.marriages
        ),
    )
    copy_rows(
        Parentage,
        ("id", "child", "father", "mother", "father_by", "mother_by", "valid_from", "source"),
        (
            (
                made_id(PARENTAGES, p.child),
                person(p.child),
                None if p.father is None else person(p.father),
                None if p.mother is None else person(p.mother),
                "" if p.father is None else Ground.BIRTH.value,
                "" if p.mother is None else Ground.BIRTH.value,
                p.born,
                SOURCE,
            )
            for family in kin
            for p in family.parentages
        ),
    )


def _copy_deaths(persons: Sequence[MadePerson], dead: dict[int, date]) -> None:
    rows = []
    for one in persons:
        if one.serial in dead:
            who = identity.made_person_id(one.serial)
            rows.append(
                LifeEvent(
                    id=made_id(DEATHS, one.serial),
                    key=f"made-death-{one.serial}",
                    fingerprint="",
                    kind=EventKind.DEATH,
                    on=dead[one.serial],
                    person_id=who,
                    people=[who],
                    household_id=made_id(HOUSEHOLDS, one.household),
                )
            )
    LifeEvent.objects.bulk_create(rows)


def _until(dead: dict[int, date], p: MadePerson) -> date | None:
    day = dead.get(p.serial)
    return None if day is None else day + timedelta(days=1)


def _version(p: MadePerson, until: date | None) -> tuple[object, ...]:
    person = identity.made_person_id(p.serial)
    sex, phone = _at_fault(p)
    id_ = made_id(VERSIONS, p.serial)
    return id_, person, p.name, sex, p.born, p.ethnicity, phone, True, p.born, until, SOURCE


def _at_fault(p: MadePerson) -> tuple[str, str]:
    """Sex and telephone; of a few made persons wrong, so that the checks of quality have something to find."""
    if p.serial % FAULT_EVERY == 300:
        return ("1" if p.sex == "2" else "2"), ""
    return p.sex, {301: "1380577", 302: "13805770000"}.get(p.serial % FAULT_EVERY, "")


def _membership(p: MadePerson, until: date | None) -> tuple[object, ...]:
    household = made_id(HOUSEHOLDS, p.household)
    person = identity.made_person_id(p.serial)
    return made_id(MEMBERSHIPS, p.serial), person, household, p.relation, p.moved_in, until, SOURCE
