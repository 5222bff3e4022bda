"""Made places for the demonstration, marked as made: resumable, repeatable, the same on every machine."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from wenzhou.foundation.places import generator
from wenzhou.foundation.places.generator import NODES, ROADS, VERSIONS, MadeAddress, MadeGround, MadePlaces
from wenzhou.foundation.places.matching.text import pairs
from wenzhou.foundation.places.models import AddressVersion, BuildingVersion, Level, ParcelVersion
from wenzhou.kernel.base import audit
from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.bulk import analyse, copy_rows, made_done
from wenzhou.kernel.base.errors import Conflict
from wenzhou.kernel.base.ids import made_id
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.geo import api as geo

CHUNK = 40_000
"""Addresses in one transaction, or a village more."""

SOURCE = "made"
_LOCK = 3303_03


def load(persons: int, say: Callable[[str], None]) -> None:
    """Load the roads of the city and dwellings for ``persons`` made people; what is there is left as it is.

    Raises Conflict when the made places in the database were made by another version of the generator.
    """
    start = time.monotonic()
    villages = geo.made_villages()
    loaded = _load_roads(villages)
    numbers, blocks = generator.road_ids(villages), _blocks(villages)
    done, wanted = _done(len(villages)), geo.dwellings_for(persons)
    waiting: list[tuple[int, MadePlaces]] = []
    for index, village in enumerate(villages):
        # Counting is half as long as making: where nothing is yet, it is made at once.
        if not done[index] or sum(1 for _ in village.plan.nodes(wanted[index])) > done[index]:
            found = generator.places(village, index, wanted[index], numbers, blocks[index])
            waiting.append((index, found))
        if sum(len(found.addresses) for _, found in waiting) >= CHUNK or index == len(villages) - 1:
            added = _load_chunk(waiting)
            loaded += added
            waiting = []
            if added:
                say(f"地址 addresses: {loaded:,} ({loaded / (time.monotonic() - start):,.0f}/s)")
    if loaded:
        geo.analyse_locations()
        analyse(AddressVersion, ParcelVersion, BuildingVersion)


def _blocks(villages: tuple[geo.MadeVillage, ...]) -> list[tuple[int, int]]:
    """Cadastral district and sub-district of each village: its town in the county, itself in the town."""
    towns: dict[str, dict[str, int]] = defaultdict(dict)
    seen: dict[str, int] = defaultdict(int)
    found = []
    for village in villages:
        town = village.code[:9]
        district = towns[town[:6]].setdefault(town, len(towns[town[:6]]) + 1)
        seen[town] += 1
        found.append((district, seen[town]))
    return found


def _done(villages: int) -> list[int]:
    """How many made addresses each village has, by one index probe each."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT (
                SELECT v.id FROM places_addressversion v
                WHERE v.id BETWEEN bounds.low AND bounds.high ORDER BY v.id DESC LIMIT 1
            ) FROM unnest(%s::uuid[], %s::uuid[]) WITH ORDINALITY AS bounds (low, high, at) ORDER BY bounds.at
            """,
            [
                [_version_id(index, 0) for index in range(villages)],
                [_version_id(index, 2**32 - 1) for index in range(villages)],
            ],
        )
        return [int(found.hex[-8:], 16) + 1 if found else 0 for (found,) in cursor.fetchall()]


def _version_id(village: int, serial: int) -> str:
    return made_id(NODES + VERSIONS, generator.village_serial(village, serial))


def _load_roads(villages: tuple[geo.MadeVillage, ...]) -> int:
    """All roads, at once: they are there whether houses stand on them or not."""
    with _alone():
        done = made_done(AddressVersion, ROADS + VERSIONS)
        found = list(generator.roads(villages))
        _refuse_others(found[done - 1] if done else None)
        missing = found[done:]
        _copy_addresses(missing)
        return len(missing)


def _load_chunk(chunk: list[tuple[int, MadePlaces]]) -> int:
    """Some villages in one transaction; another process that loads meanwhile waits, then finds it done."""
    if not chunk:
        return 0
    with _alone():
        done = _done(chunk[-1][0] + 1)
        index, first = chunk[0]
        _refuse_others(first.addresses[done[index] - 1] if done[index] else None)
        addresses = [one for at, found in chunk for one in found.addresses[done[at] :]]
        _copy_addresses(addresses)
        _copy_parcels([one for at, found in chunk for one in found.parcels if one.door >= done[at]])
        _copy_buildings([one for at, found in chunk for one in found.buildings if one.door >= done[at]])
        if addresses:
            audit.record(Actor.system("places.demo"), "places.load-made", addresses=len(addresses))
    return len(addresses)


@contextmanager
def _alone() -> Iterator[None]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        yield


def _refuse_others(last: MadeAddress | None) -> None:
    """Raises Conflict when the last address that is there is not the one that would be made now."""
    if last is None:
        return
    found = AddressVersion.objects.filter(id=last.version).values_list("name", "division", "lon").first()
    if found is None or found != (last.name, last.division, last.lon):
        raise Conflict(
            Text(
                "数据库中的虚构地址由其他版本生成，无法续载；请换用新的数据目录。",
                "The made places in this database were made by another version; start with a new data folder.",
            ),
            code="made-by-another-version",
        )


def _copy_addresses(rows: list[MadeAddress]) -> None:
    geo.copy_locations(geo.LocationKind.ADDRESS, ((row.id, row.code) for row in rows))
    copy_rows(
        AddressVersion,
        (
            "id", "location", "level", "name", "key", "ordinal", "parent", "division", "lon", "lat", "pairs",
            "made", "valid_from", "source",
        ),
        (
            (
                row.version, row.id, row.level, row.name, row.key, row.ordinal, row.parent, row.division, row.lon,
                row.lat, pairs(row.key) if row.level == Level.ROAD else None, True, row.since, SOURCE,
            )
            for row in rows
        ),
    )  # fmt: skip


_SHAPE = ("geometry", "min_lon", "min_lat", "max_lon", "max_lat")
_GROUND = ("id", "location", "division", "made", "valid_from", "source", *_SHAPE)


def _copy_parcels(rows: list[MadeGround]) -> None:
    geo.copy_locations(geo.LocationKind.PARCEL, ((row.id, row.code) for row in rows))
    copy_rows(
        ParcelVersion,
        (*_GROUND, "area", "use", "situated"),
        (
            (*_ground(row), wkb, *box, area, row.values["use"], row.values["situated"])
            for row, (wkb, box, area) in zip(rows, generator.shapes(rows), strict=True)
        ),
    )


def _copy_buildings(rows: list[MadeGround]) -> None:
    geo.copy_locations(geo.LocationKind.BUILDING, ((row.id, row.code) for row in rows))
    names = ("parcel", "address", "use", "storeys", "built")
    copy_rows(
        BuildingVersion,
        (*_GROUND, *names, "name"),
        (
            (*_ground(row), wkb, *box, *(row.values[name] for name in names), "")
            for row, (wkb, box, _) in zip(rows, generator.shapes(rows), strict=True)
        ),
    )


def _ground(row: MadeGround) -> tuple[object, ...]:
    return row.version, row.id, row.division, True, row.since, SOURCE
