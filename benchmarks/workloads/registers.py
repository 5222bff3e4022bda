"""The registers at the size of a city: first load, reads, entries, searches and figures of ten million persons.

One database is filled by the register's own first load and measured by the register's own functions; it is dropped at the end.
Each line stands for itself: one that breaks fails alone.
"""

from __future__ import annotations

import shutil
import statistics
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.figures import Floor, Paired, Plan, Result, figure, in_turns, judged
from benchmarks.ground import Ground
from benchmarks.peers import tryton_party
from benchmarks.workloads.as_of_read import latency, script

PERSONS, PERSONS_QUICK = 10_000_000, 60_000
DATABASE = "bench_registers"
PARTY = "bench_tryton"
NAMES = ("registers-load", "registers-read", "registers-create", "registers-search", "registers-figures")
SAMPLE = "01942a00-0000-7000-{}-000000000018"


def run(ground: Ground, plan: Plan) -> list[Result]:
    """The lines, in the order of ``NAMES``."""
    persons = plan.persons or (PERSONS_QUICK if plan.quick else PERSONS)
    folder = ground.data / "registers"
    try:
        return list(_lines(ground, plan, persons, folder))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        ground.drop(DATABASE)
        ground.drop(PARTY)


def _lines(ground: Ground, plan: Plan, persons: int, folder: Path) -> Iterator[Result]:
    url = ground.url(DATABASE)
    steps: tuple[Callable[[], Result], ...] = (
        lambda: _load(ground, url, persons, folder),
        lambda: _read(ground, url, persons, plan),
        lambda: _create(ground, url, plan),
        lambda: _search(ground, url, persons, plan),
        lambda: _figures(ground, url, plan),
    )
    for name, step in zip(NAMES, steps, strict=True):
        began = time.monotonic()
        try:
            yield step()
        except Exception as error:  # whatever it was
            traceback.print_exc()
            yield Result(name, "-", note=f"{type(error).__name__}: {error}".splitlines()[0], failed=True)
        ground.say(f"   {name}: {time.monotonic() - began:.0f} s")


def _load(ground: Ground, url: str, persons: int, folder: Path) -> Result:
    """Rows a second of the first load beside those of a plain COPY of the same files, which runs before and after it."""
    ground.make(DATABASE)
    ground.manage(url, "migrate", "--noinput", "-v", "0")
    ground.manage(url, "load_city", "--persons", "0", "--only", "geo")
    ground.say(f"files of {persons:,} persons")
    made = ground.prepare(url, "registers-files", persons=persons, folder=str(folder))
    before = ground.prepare(url, "registers-plain", folder=str(folder))
    ours = ground.prepare(url, "registers-load", folder=str(folder))
    after = ground.prepare(url, "registers-plain", folder=str(folder))
    shutil.rmtree(folder)
    rows = int(ours["rows"])
    if rows != int(before["rows"]) or rows < persons * 2:
        raise RuntimeError(f"{rows} rows of {before['rows']} were loaded")
    rate = rows / float(ours["seconds"])
    peers = [rows / float(one["seconds"]) for one in (before, after)]
    paired = Paired((rate, rate), (peers[0], peers[1]))
    note = (
        f"{persons:,} persons, {rows:,} rows in {float(ours['seconds']):.0f} s; database {int(ours['bytes']) / 1e9:.1f} GB with"
        f" households, files {int(made['bytes']) / 1e9:.1f} GB, loader {int(ours['memory']) / 1e6:.0f} MB and two indexes at a time"
        " with 1 GB each"
    )
    return Result(
        "registers-load",
        figure(rate, "rows/s"),
        figure(statistics.mean(peers), "rows/s"),
        ratio=paired.ratio,
        spread=(min(paired.ratios), max(paired.ratios)),
        floor=Floor("≥", 0.4),
        measured=paired.ratio,
        note=note,
    )


def _read(ground: Ground, url: str, persons: int, plan: Plan) -> Result:
    person, version = SAMPLE.format("8000"), SAMPLE.format("8001")
    statements = ground.prepare(url, "as_of_statements", person=person, version=version)
    with TemporaryDirectory() as temporary:
        scripts = {
            "as_of": script(Path(temporary), "as_of", statements["as_of"], person, persons),
            "point": script(Path(temporary), "point", statements["point"], version, persons),
        }
        paired = in_turns(
            lambda: latency(url, scripts["as_of"], plan.seconds),
            lambda: latency(url, scripts["point"], plan.seconds),
            plan.pairs,
        )
    return judged(
        "registers-read", paired, "µs", Floor("≤", 1.3), note=f"{persons:,} persons, prepared, 2 clients"
    )


def _create(ground: Ground, url: str, plan: Plan) -> Result:
    python = tryton_party.make(ground.data / "tryton")
    peer_url = ground.make(PARTY)
    count = 20 if plan.quick else 300
    began = [0]

    def ours() -> float:
        began[0] += count
        return 1 / float(ground.prepare(url, "registers-arrive", count=count, start=began[0])["seconds"])

    first = 1 / tryton_party.measured(python, peer_url, count)
    rates = [ours() for _ in range(2)]
    last = 1 / tryton_party.measured(python, peer_url, count)
    paired = Paired((rates[0], rates[1]), (first, last))
    note = "an arrival with life event, audit and event to be told; Tryton: name and address"
    return judged("registers-create", paired, "persons/s", Floor("≥", 8), note=note)


def _search(ground: Ground, url: str, persons: int, plan: Plan) -> Result:
    found = ground.prepare(url, "registers-search", times=40 if plan.quick else 400)
    slowest = max(found, key=lambda kind: float(found[kind]))
    worst = float(found[slowest])
    told = ", ".join(f"{kind} {found[kind]} ms" for kind in found)
    return Result(
        "registers-search",
        figure(worst, "ms"),
        floor=Floor("≤", 50, "ms"),
        measured=worst,
        note=f"p99 of {persons:,} persons: {told}",
    )


def _figures(ground: Ground, url: str, plan: Plan) -> Result:
    found = ground.prepare(url, "registers-figures", turns=1 if plan.quick else 3)
    towns = float(found["towns"])
    note = f"{int(found['persons']):,} persons; by age and sex {found['ages']} s; right after a write"
    return Result(
        "registers-figures", figure(towns, "s"), floor=Floor("≤", 2, "s"), measured=towns, note=note
    )
