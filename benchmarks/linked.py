"""Tasks of the linkage workload inside the city's Django: made lists with the truth, a run with its clock, the score.

The lists stand in the office lists of the linkage block; the truth, and the lines that come later, in Parquet files.
"""

from __future__ import annotations

import resource
import time
from itertools import islice
from pathlib import Path
from typing import Any

CODES = ("list.insurance", "list.register", "list.relief")
SERIES = 900
SEED = 5


def lists(persons: int, fresh: int, folder: str) -> dict[str, str]:
    """Write the lists of so many people; the last ``fresh`` lines of the careless office are held back."""
    import pyarrow as pa
    import pyarrow.parquet as pq
    from django.db import connection, transaction

    from wenzhou.foundation.population.demo import AS_OF, world
    from wenzhou.foundation.population.demo import SEED as PEOPLE
    from wenzhou.foundation.population.generator import Population
    from wenzhou.foundation.population.made_lists import made_people
    from wenzhou.kernel.base.bulk import copy_rows
    from wenzhou.kernel.base.ids import made_id
    from wenzhou.kernel.linkage.models import ListedPerson
    from wenzhou.kernel.linkage.testing import Listed, Lists

    _offices()
    people = Population(world(), persons, seed=PEOPLE, on=AS_OF)
    homes = list(islice(made_people(people), 50_000))
    rows: list[Listed] = list(Lists(homes, seed=SEED).write(made_people(people)))
    keys = [made_id(SERIES, n) for n in range(len(rows))]
    later = [n for n, row in enumerate(rows) if row.source == "relief"][-fresh:]
    held_back = set(later)
    names = ("id", "list", "reference", "name", "number", "sex", "born", "phone", "address", "division")

    def line(n: int) -> tuple[object, ...]:
        row = rows[n]
        return (
            keys[n],
            row.source,
            str(n),
            row.name,
            row.number,
            row.sex,
            row.born,
            row.phone,
            row.address,
            row.division,
        )

    with transaction.atomic():
        copy_rows(
            ListedPerson,
            (*names, "gone"),
            ((*line(n), False) for n in range(len(rows)) if n not in held_back),
        )
    with connection.cursor() as cursor:  # yesterday, for the overlap of readings not to read all again
        cursor.execute("UPDATE linkage_listedperson SET recorded_at = now() - interval '1 day'")
        cursor.execute("VACUUM (FULL, ANALYSE) linkage_listedperson")
    truth = {
        "key": keys,
        "person": [row.person for row in rows],
        "errors": ["|".join(row.errors) for row in rows],
    }
    pq.write_table(pa.table(truth), Path(folder) / "truth.parquet")
    pq.write_table(
        pa.table(dict(zip(names, zip(*(line(n) for n in later), strict=True), strict=True))),
        Path(folder) / "fresh.parquet",
    )
    _raw(Path(folder) / "raw.csv")
    return {"records": str(len(rows) - len(later))}


def _offices() -> None:
    from wenzhou.kernel.base.actors import Actor
    from wenzhou.kernel.base.text import Text
    from wenzhou.kernel.identity.demo import DATA_BUREAU, load_offices
    from wenzhou.kernel.linkage.api import open_list

    load_offices()
    for code in CODES:
        short = code.removeprefix("list.")
        solo = short == "register"
        open_list(Actor.system("bench"), short, Text(short, short), DATA_BUREAU, solo=solo, made=True)


def _raw(path: Path) -> None:
    """The same records for the peer, in the order in which the block reads them."""
    from django.db import connection

    columns = "id, name, number, sex, born, phone, address, division"
    with connection.cursor() as cursor, path.open("wb") as file:
        statement = (
            f"COPY (SELECT list_id, {columns} FROM linkage_listedperson ORDER BY id) TO STDOUT (FORMAT csv)"
        )
        with cursor.copy(statement) as copy:
            for block in copy:
                file.write(block)


def run(kind: str) -> dict[str, str]:
    """One run over the three lists, from register to register; its seconds, its peak of memory in MiB, and what it counted."""
    from wenzhou.kernel.base.actors import Actor
    from wenzhou.kernel.linkage.models import Run, RunKind
    from wenzhou.kernel.linkage.services import carrying, runs  # noqa: F401 - a worker has loaded the engines long ago

    asked = runs.ask(Actor.system("bench"), CODES, RunKind(kind))
    began = time.perf_counter()
    runs.carry_out(str(asked.id))
    took = time.perf_counter() - began
    row = Run.objects.get(id=asked.id)
    if row.state != "done":
        raise RuntimeError(row.error)
    row.counts.pop("scores", None)
    return {
        **{name: str(value) for name, value in row.counts.items()},
        "steps": str(row.counts["seconds"]),
        "seconds": f"{took:.3f}",
        "peak": f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f}",
    }


def bring(folder: str) -> dict[str, str]:
    """The lines that were held back arrive."""
    import pyarrow.parquet as pq
    from django.db import transaction

    from wenzhou.kernel.base.bulk import copy_rows
    from wenzhou.kernel.linkage.models import ListedPerson

    rows = pq.read_table(Path(folder) / "fresh.parquet")
    with transaction.atomic():
        lines = zip(*(column.to_pylist() for column in rows.columns), strict=True)
        number = copy_rows(ListedPerson, (*rows.column_names, "gone"), ((*line, False) for line in lines))
    return {"lines": str(number)}


def score(folder: str) -> dict[str, str]:
    """The links that stand against the truth, over the records that have been brought."""
    import pyarrow.parquet as pq

    from wenzhou.kernel.linkage.model.evaluation import Truth, judge
    from wenzhou.kernel.linkage.models import ListedPerson, RecordLink, Review

    table = pq.read_table(Path(folder) / "truth.parquet").to_pydict()
    number = {key: n for n, key in enumerate(table["key"])}
    there = {str(key) for key in ListedPerson.objects.values_list("id", flat=True).iterator(50_000)}
    truth = {
        n: Truth(table["person"][n], tuple(filter(None, table["errors"][n].split("|"))))
        for key, n in number.items()
        if key in there
    }
    groups: dict[Any, list[int]] = {}
    for key, entity in (
        RecordLink.objects.filter(superseded_at=None).values_list("key", "entity").iterator(50_000)
    ):
        groups.setdefault(entity, []).append(number[str(key)])
    grey = [
        (number[str(left)], number[str(right)])
        for left, right in Review.objects.values_list("left_key", "right_key")
    ]
    found = judge(groups.values(), truth, grey)
    return {
        "precision": f"{found.precision:.5f}",
        "recall": f"{found.recall:.5f}",
        "f1": f"{found.f1:.5f}",
        "right": str(found.right),
        "wrong": str(found.wrong),
        "missed": str(found.missed),
        "grey": str(found.grey),
        **{f"recall {kind}": f"{found.recall_of(kind):.4f}" for kind in found.by_error},
    }
