"""Made firms for the demonstration, one for ten made people, marked as made: resumable and repeatable."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable
from datetime import date
from functools import cache
from itertools import batched
from uuid import UUID

import numpy as np
from django.db import connection, transaction

from wenzhou.foundation.legal_persons.generator import Adult, Firms, MadeFirm, Village, World
from wenzhou.foundation.legal_persons.generator_networks import (
    MadeBranch,
    MadeHolding,
    MadeOfficer,
    MadeRecord,
    records,
)
from wenzhou.foundation.legal_persons.models import (
    Appointment,
    Branch,
    Kind,
    Officer,
    OrganisationVersion,
    Shareholding,
    Status,
)
from wenzhou.foundation.legal_persons.naming import name_key, pinyin
from wenzhou.kernel.base import audit
from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.bulk import analyse, copy_rows, made_done
from wenzhou.kernel.base.errors import Conflict
from wenzhou.kernel.base.ids import made_id
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.geo import api as geo
from wenzhou.kernel.identity import api as identity

SEED = 3303
AS_OF = date(2026, 1, 1)
PERSONS_PER_FIRM = 10
CHUNK = 10_000
"""Firms in one transaction."""

BORN_BETWEEN = (1950, 2005)
"""Years of birth of those who hold firms: of age, not too old."""

VERSIONS, SHARES, OFFICERS, BRANCHES, BRANCH_VERSIONS = 32, 33, 37, 38, 39
"""Series of the made ids."""

SOURCE = "made"
BRANCH_INDEX = 2**40
"""Made branches are numbered from here among the made organisations."""
_LOCK = 3303_02


def load(persons: int, say: Callable[[str], None]) -> None:
    """Load made firms for ``persons`` made people; what is there already is left as it is.

    The people must be there. Raises Conflict when the firms in the database were made by another version.
    """
    start = time.monotonic()
    if made_done(OrganisationVersion, VERSIONS) >= persons // PERSONS_PER_FIRM:
        return
    firms = Firms(world(persons), persons // PERSONS_PER_FIRM, seed=SEED, on=AS_OF)
    loaded = 0
    for number, chunk in enumerate(batched(records(firms), CHUNK)):
        added = _load_chunk(chunk)
        loaded += added
        if added:
            seen = number * CHUNK + len(chunk)
            pace = loaded / (time.monotonic() - start)
            say(f"企业 firms: {seen:,} / {firms.number:,} ({pace:,.0f}/s)")
    if loaded:
        identity.analyse_anchors()
        analyse(OrganisationVersion, Shareholding, Officer, Branch)


def world(persons: int) -> World:
    """Real villages, and the made people who can hold firms, by the county of their number.

    Only the first ``persons`` people are looked at: a load that was interrupted goes on with the same ones.
    """
    villages = []
    for county, residents in geo.RESIDENTS_2020.items():
        places = geo.villages(county)
        weights = [float(np.random.default_rng(int(p.code) + 1).lognormal(0.0, 0.8)) for p in places]
        villages += [
            Village(place.code, geo.postal_prefix(place.code), residents * weight / sum(weights))
            for place, weight in zip(places, weights, strict=True)
        ]
    codes = {county: geo.code_history(county) for county in geo.RESIDENTS_2020}
    return World(villages, codes, _adults(persons))


def _adults(persons: int) -> dict[str, list[Adult]]:
    home: dict[str, list[Adult]] = defaultdict(list)
    low, high = BORN_BETWEEN
    for index, number in identity.made_numbers(persons):
        born = int(number[6:10])
        if low <= born <= high:
            home[_county(number[:6])].append(Adult(index, born))
    return home


@cache
def _county(region: str) -> str:
    """Today's county for the region of a number; Lucheng for people from elsewhere."""
    place = geo.resolve(region, AS_OF)
    return place.code if place else "330302"


def _load_chunk(chunk: tuple[MadeRecord, ...]) -> int:
    """One chunk in one transaction; another process that loads meanwhile waits, then finds it done."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        done = made_done(OrganisationVersion, VERSIONS)
        present = [record.firm for record in chunk if record.firm.serial < done]
        if present:
            _refuse_others(present[-1])
        missing = [record for record in chunk if record.firm.serial >= done]
        if missing:
            _copy(missing)
            audit.record(Actor.system("legal_persons.demo"), "legal_persons.load-made", firms=len(missing))
    return len(missing)


def _refuse_others(firm: MadeFirm) -> None:
    found = identity.organisation(UUID(identity.made_organisation_id(firm.serial)))
    if found is None or (found.code, found.name) != (firm.code, firm.name):
        raise Conflict(
            Text(
                "数据库中的虚构企业由其他版本生成，无法续载；请换用新的数据目录。",
                "The made firms in this database were made by another version; start with a new data folder.",
            ),
            code="made-by-another-version",
        )


_VERSION = (
    "id",
    "organisation",
    "name",
    "name_key",
    "pinyin",
    "kind",
    "line_code",
    "line_name",
    "capital",
    "established",
    "status",
    "division",
    "address",
    "legal_representative",
    "made",
    "valid_from",
    "source",
)


def _copy(rows: list[MadeRecord]) -> None:
    branches = [(branch, record.firm) for record in rows for branch in record.branches]
    identity.copy_organisations((r.firm.serial, r.firm.code, r.firm.name) for r in rows)
    identity.copy_organisations((BRANCH_INDEX + b.serial, b.code, b.name) for b, _ in branches)
    copy_rows(OrganisationVersion, _VERSION, (_version(record.firm) for record in rows))
    copy_rows(OrganisationVersion, _VERSION, (_branch_version(*pair) for pair in branches))
    copy_rows(
        Shareholding,
        (
            "id",
            "organisation",
            "holder",
            "person",
            "holding_organisation",
            "amount",
            "valid_from",
            "valid_to",
            "source",
        ),
        (_share(share, place) for record in rows for place, share in enumerate(record.holdings)),
    )
    copy_rows(
        Officer,
        ("id", "organisation", "person", "role", "how", "valid_from", "source"),
        (_officer(officer, place) for record in rows for place, officer in enumerate(record.officers)),
    )
    copy_rows(
        Branch,
        ("id", "branch", "parent", "valid_from", "source"),
        (
            (
                made_id(BRANCHES, branch.serial),
                identity.made_organisation_id(BRANCH_INDEX + branch.serial),
                identity.made_organisation_id(branch.parent),
                branch.since,
                SOURCE,
            )
            for branch, _ in branches
        ),
    )


def _version(firm: MadeFirm) -> tuple[object, ...]:
    return (
        made_id(VERSIONS, firm.serial),
        identity.made_organisation_id(firm.serial),
        firm.name,
        name_key(firm.name),
        pinyin(firm.name),
        firm.kind,
        firm.line.code,
        firm.line.title,
        firm.capital,
        firm.established,
        Status.ACTIVE.value,
        firm.division,
        firm.address,
        identity.made_person_id(firm.representative),
        True,
        firm.established,
        SOURCE,
    )


def _branch_version(branch: MadeBranch, firm: MadeFirm) -> tuple[object, ...]:
    values = dict(zip(_VERSION, _version(firm), strict=True))
    values |= {
        "id": made_id(BRANCH_VERSIONS, branch.serial),
        "organisation": identity.made_organisation_id(BRANCH_INDEX + branch.serial),
        "name": branch.name,
        "name_key": name_key(branch.name),
        "pinyin": pinyin(branch.name),
        "kind": Kind.BRANCH.value,
        "capital": 0,
    }
    return tuple(values.values())


def _share(share: MadeHolding, place: int) -> tuple[object, ...]:
    person = None if share.by_firm else identity.made_person_id(share.holder)
    firm = identity.made_organisation_id(share.holder) if share.by_firm else None
    # Sixteen places for the holders of each firm.
    return (
        made_id(SHARES, share.firm * 16 + place),
        identity.made_organisation_id(share.firm),
        person or firm,
        person,
        firm,
        share.amount,
        share.since,
        share.until,
        SOURCE,
    )


def _officer(officer: MadeOfficer, place: int) -> tuple[object, ...]:
    return (
        made_id(OFFICERS, officer.firm * 8 + place),
        identity.made_organisation_id(officer.firm),
        identity.made_person_id(officer.person),
        officer.role,
        Appointment.ELECTED.value,
        officer.since,
        SOURCE,
    )
