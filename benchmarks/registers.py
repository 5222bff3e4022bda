"""Tasks of the registers workload inside the city's Django: made files, the first load, searches, figures, entries.

The files are made by the server from numbers (``generate_series``): surnames by their weights, days of birth over ninety years,
valid identity numbers, households of three in the real villages, of which some are large. A quarter of the persons has two
versions: half of those a change in valid time, half a correction.
"""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

STREAMS = 2
_ID = "('01942a00-0000-7000-{series}-' || lpad(to_hex({number}), 12, '0'))"
PERSON, VERSION, SECOND, HOUSEHOLD, MEMBERSHIP, HOME = "8000", "8001", "8002", "8003", "8004", "8005"
_SIZE = 3
"""Persons in a household."""

_PEOPLE = """
SELECT i, {id} AS person, born, sex, seventeen || substr('10X98765432', ({sum}) % 11 + 1, 1) AS number,
    ({surnames})[a % {surname_count} + 1] || CASE WHEN b % 6 = 0 THEN '' ELSE substr(fore, b % length(fore) + 1, 1) END
        || substr(aft, c % length(aft) + 1, 1) AS name
FROM (SELECT *, hashint8(i) & 2147483647 AS a, hashint8(i + 77) & 2147483647 AS b, hashint8(i + 991) & 2147483647 AS c,
        CASE sex WHEN 1 THEN '{male}' ELSE '{female}' END AS fore, CASE sex WHEN 1 THEN '{male_last}' ELSE '{female_last}' END AS aft,
        ({counties})[i / 32000 % {county_count} + 1] || to_char(born, 'YYYYMMDD') || lpad((i / 384000 * 2 + sex % 2)::text, 3, '0') AS seventeen
    FROM (SELECT i, (hashint8(i + 5) & 1) + 1 AS sex, date '1936-01-01' + (i * 7919 % 32000)::int AS born
        FROM generate_series({low}::bigint, {high}::bigint - 1) i) numbered) drawn
"""
_PERSONS = "SELECT person, number, name, true FROM ({people}) p"
_VERSIONS = """
SELECT CASE n WHEN 1 THEN {first} ELSE {second} END, person, name, sex, born, '01',
    CASE n WHEN 1 THEN '138' ELSE '139' END || lpad((i * 7919 % 100000000)::text, 8, '0'), true,
    CASE WHEN n = 2 AND i % 8 = 4 THEN born + 200 ELSE born END, CASE WHEN n = 1 AND i % 8 = 4 THEN born + 200 END,
    CASE n WHEN 1 THEN timestamptz '2020-01-01' ELSE timestamptz '2022-01-01' END,
    CASE WHEN n = 1 AND i % 8 = 0 THEN timestamptz '2022-01-01' END, 'made'
FROM ({people}) p CROSS JOIN LATERAL generate_series(1, CASE WHEN i % 4 = 0 THEN 2 ELSE 1 END) n
"""
_DIVISION = (
    "({villages})[(power((hashint8(i) & 65535) / 65536.0, 1.6) * {village_count})::int % {village_count} + 1]"
)
_OF_RANGE = (
    "FROM generate_series({low}::bigint / {size}, ({high}::bigint - 1) / {size}) i WHERE i * {size} >= {low}"
)
_HOUSEHOLDS = f"""
SELECT {{household}}, 'B' || lpad(i::text, 12, '0'), {_DIVISION}, '温州市测试路' || i || '号', true {_OF_RANGE}
"""
_HOMES = f"""
SELECT {{home_version}}, {{household}}, {_DIVISION}, '温州市测试路' || i || '号', date '1936-01-01', 'made' {_OF_RANGE}
"""
_MEMBERSHIPS = """
SELECT {membership}, {person}, {home}, CASE i % {size} WHEN 0 THEN '01' WHEN 1 THEN '10' ELSE '90' END,
    date '1936-01-01' + (i * 7919 % 32000)::int, 'made'
FROM generate_series({low}::bigint, {high}::bigint - 1) i
"""
COLUMNS = {
    "persons": ("id", "number", "name", "made"),
    "versions": (
        *("id", "person", "name", "sex", "born", "ethnicity", "phone", "made", "valid_from", "valid_to"),
        *("recorded_at", "superseded_at", "source"),
    ),
    "households": ("id", "number", "division", "address", "made"),
    "homes": ("id", "household", "division", "address", "valid_from", "source"),
    "memberships": ("id", "person", "household", "relation", "valid_from", "source"),
}  # fmt: skip


def say(text: str) -> None:
    """For the person who waits; standard output is the answer."""
    print(f"   {time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)


def files(persons: int, folder: str) -> dict[str, str]:
    """The files, one for each stream and table; gives their size in bytes."""
    from wenzhou.kernel.registers.first_load import session

    place = Path(folder)
    place.mkdir(parents=True, exist_ok=True)
    words = _words()
    step = -(-persons // STREAMS // 12) * 12
    bounds = [(low, min(low + step, persons)) for low in range(0, persons, step)]

    def write(task: tuple[str, int]) -> None:
        table, number = task
        low, high = bounds[number]
        people = _PEOPLE.format(**words, low=low, high=high)
        query = {
            "persons": _PERSONS,
            "versions": _VERSIONS,
            "households": _HOUSEHOLDS,
            "homes": _HOMES,
            "memberships": _MEMBERSHIPS,
        }[table]
        text = query.format(**words, people=people, low=low, high=high)
        with (
            session() as own,
            own.cursor() as cursor,
            _path(place, table, number).open("wb") as target,
            cursor.copy(f"COPY ({text}) TO STDOUT") as copy,
        ):
            for block in copy:
                target.write(block)
        say(f"made {table} {number + 1} of {len(bounds)}")

    with ThreadPoolExecutor(STREAMS) as pool:
        list(pool.map(write, [(table, n) for table in COLUMNS for n in range(len(bounds))]))
    return {"bytes": str(sum(path.stat().st_size for path in place.iterdir()))}


def _path(folder: Path, table: str, number: int) -> Path:
    return folder / f"{table}.{number}"


def _found(folder: str, table: str) -> tuple[Path, ...]:
    return tuple(sorted(Path(folder).glob(f"{table}.*")))


def _words() -> dict[str, object]:
    from wenzhou.foundation.population import names
    from wenzhou.kernel.geo import api as geo

    villages = [one.code for one in geo.made_villages()]
    counties = sorted({code[:6] for code in villages})[:12]
    surnames = [
        word
        for word, share in zip(*names.weighted(names.SURNAMES), strict=True)
        for _ in range(round(share * 400) or 1)
    ]
    return {
        "id": _ID.format(series=PERSON, number="i"),
        "person": _ID.format(series=PERSON, number="i"),
        "first": _ID.format(series=VERSION, number="i"),
        "second": _ID.format(series=SECOND, number="i"),
        "membership": _ID.format(series=MEMBERSHIP, number="i"),
        "household": _ID.format(series=HOUSEHOLD, number="i"),
        "home_version": _ID.format(series=HOME, number="i"),
        "home": _ID.format(series=HOUSEHOLD, number=f"i / {_SIZE}"),
        "sum": " + ".join(f"substr(seventeen, {n + 1}, 1)::int * {2 ** (17 - n) % 11}" for n in range(17)),
        "surnames": _array(surnames),
        "surname_count": len(surnames),
        "counties": _array(counties),
        "county_count": len(counties),
        "villages": _array(villages),
        "village_count": len(villages),
        "size": _SIZE,
        "male": names.MALE_OLD + names.MALE_YOUNG,
        "female": names.FEMALE_OLD + names.FEMALE_YOUNG,
        "male_last": names.MALE_OLD_LAST + names.MALE_YOUNG_LAST,
        "female_last": names.FEMALE_OLD_LAST + names.FEMALE_YOUNG_LAST,
    }


def _array(words: Sequence[str]) -> str:
    return "ARRAY[" + ",".join(f"'{word}'" for word in words) + "]"


def plain(folder: str) -> dict[str, str]:
    """The peer: two streams of plain COPY of the same files into copies of the tables without indexes and keys."""
    from django.db import connection

    from wenzhou.kernel.registers.first_load import copy_files

    parts = _parts(folder)[:2]
    with connection.cursor() as cursor:
        for part in parts:
            cursor.execute(f"DROP TABLE IF EXISTS plain_{part.table}")
            cursor.execute(f"CREATE TABLE plain_{part.table} (LIKE {part.table} INCLUDING DEFAULTS)")
        cursor.execute("CHECKPOINT")
        began = time.perf_counter()
        rows = copy_files(parts, STREAMS, say, prefix="plain_")
        took = time.perf_counter() - began
        for part in parts:
            cursor.execute(f"DROP TABLE plain_{part.table}")
    say(f"plain COPY {took:.1f} s")
    return {"seconds": f"{took:.3f}", "rows": str(rows)}


def load(folder: str) -> dict[str, str]:
    """Ours: the register's first load of the same files, with all indexes, keys and proofs, and ANALYZE."""
    from django.db import connection

    from wenzhou.kernel.base.actors import Actor
    from wenzhou.kernel.registers.first_load import first_load

    persons, versions, households, homes, memberships = _parts(folder)
    actor = Actor.system("benchmarks.registers")
    with connection.cursor() as cursor:
        cursor.execute("CHECKPOINT")
    began = time.perf_counter()
    rows = first_load(actor, "person", [persons, versions], streams=STREAMS, say=say)
    took = time.perf_counter() - began
    say(f"first load {took:.1f} s; now households, which are not in the figure")
    first_load(actor, "household", [households, homes, memberships], streams=STREAMS, say=say)
    with connection.cursor() as cursor:
        cursor.execute(
            "VACUUM (ANALYZE) population_membership, population_household, population_personversion, identity_person"
        )
        cursor.execute("SELECT pg_database_size(current_database())")
        size = cursor.fetchone()[0]
    return {
        "seconds": f"{took:.3f}",
        "rows": str(rows),
        "bytes": str(size),
        "memory": str(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024),
    }


def _parts(folder: str) -> list[Any]:
    from wenzhou.foundation.population.models import Household, HouseholdVersion, Membership, PersonVersion
    from wenzhou.kernel.registers.first_load import Part

    person: Any = PersonVersion._meta.get_field("person").related_model
    models = {
        "persons": person,
        "versions": PersonVersion,
        "households": Household,
        "homes": HouseholdVersion,
        "memberships": Membership,
    }
    return [Part(model, COLUMNS[table], _found(folder, table)) for table, model in models.items()]


def search(times: int) -> dict[str, str]:
    """Milliseconds of the register's own search, 99 of 100 within: common beginnings, rare whole names, within one town."""
    from wenzhou.foundation.population.models import Household, PersonVersion
    from wenzhou.foundation.population.searching import search as find
    from wenzhou.kernel.base.actors import CLERK, DATA_OFFICER

    town = Household.objects.filter(number__startswith="B").values_list("division", flat=True)[1000][:9]
    city, local = _actor(DATA_OFFICER), _actor(CLERK, office="bench-town", area=town)
    names = list(
        PersonVersion.objects.filter(superseded_at=None)
        .order_by("id")
        .values_list("name", flat=True)[: times * 97 : 97]
    )
    common = sorted(names, key=len)[-times // 2 :]
    beginnings = [name[:2] for name in common]
    kinds = {
        "beginning": (city, beginnings),
        "whole": (city, names),
        "beginning-town": (local, beginnings),
        "whole-town": (local, names),
    }
    found = {}
    for kind, (actor, texts) in kinds.items():
        find(actor, texts[0])
        taken = sorted(_timed(partial(find, actor, text)) for text in texts)
        found[kind] = f"{taken[min(len(taken) - 1, int(len(taken) * 0.99))] * 1000:.2f}"
        say(f"search {kind}: p99 {found[kind]} ms of {len(taken)}")
    return found


def _actor(role: Any, *, office: str = "", area: str | None = None) -> Any:
    """Somebody new: each task is a process of its own, and names of accounts are taken once."""
    from uuid import uuid4

    from wenzhou.kernel.identity.testing import actor_of_account, make_account

    return actor_of_account(make_account(role, office=office, area=area, username=f"bench-{uuid4()}"))


def _timed(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def figures(turns: int) -> dict[str, str]:
    """Seconds of the statistics by town, and by age and sex; and that they are right after a write."""
    from wenzhou.foundation.population.selectors import by_age_and_sex, by_area
    from wenzhou.kernel.base.actors import DATA_OFFICER

    actor = _actor(DATA_OFFICER)
    before = sum(row.persons for row in by_area(actor, digits=9))
    arrive(1, 900)
    if sum(row.persons for row in by_area(actor, digits=9)) != before + 1:
        raise RuntimeError("the figures have not seen a person who arrived")
    towns = sorted(_timed(lambda: by_area(actor, digits=9)) for _ in range(turns))
    ages = sorted(_timed(lambda: by_age_and_sex(actor)) for _ in range(turns))
    return {
        "towns": f"{towns[len(towns) // 2]:.3f}",
        "ages": f"{ages[len(ages) // 2]:.3f}",
        "persons": str(before),
    }


def arrive(count: int, start: int = 0) -> dict[str, str]:
    """Persons entered each by the register's own service (arrival in a household): event, audit, life event; a second each."""
    from django.utils import timezone

    from wenzhou.foundation.population.models import Household
    from wenzhou.foundation.population.services.migration import Arrival, register_arrival
    from wenzhou.kernel.base.actors import CLERK
    from wenzhou.kernel.base.standards import gb11643
    from wenzhou.kernel.identity.testing import make_office

    household = Household.objects.values_list("number", flat=True).order_by("id")[0]
    make_office("bench-police", function="public-security", area="3303")
    actor = _actor(CLERK, office="bench-police", area="3303")
    born, today = date(1980, 1, 1), timezone.localdate()
    requests = []
    for n in range(start, start + count):
        day = born + timedelta(days=n // 400)
        number = gb11643.make(region="110101", born=day, sex=gb11643.Sex.MALE, serial=n % 400)
        requests.append(Arrival(number=number, name="陈海", on=today, household=household, relation="90"))
    began = time.perf_counter()
    for n, request in enumerate(requests, start):
        register_arrival(actor, request, key=f"bench-{n}")
    return {"seconds": f"{(time.perf_counter() - began) / count:.6f}"}


TASKS = {f"registers-{one.__name__}": one for one in (files, plain, load, search, figures, arrive)}
