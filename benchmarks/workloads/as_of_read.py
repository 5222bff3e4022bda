"""The statement of the as-of selector beside the point read by primary key on the same rows, by pgbench."""

from __future__ import annotations

import re
import subprocess
import tempfile
from pathlib import Path

import psycopg

from benchmarks.figures import Floor, Plan, Result, in_turns, judged
from benchmarks.ground import Ground
from wenzhou.city.launch.cluster import binaries, clean_environment

FLOOR = Floor("≤", 1.5)
PERSONS, PERSONS_QUICK = 1_000_000, 100_000
CLIENTS = 2
HISTORY = """
INSERT INTO population_personversion
    (id, person_id, name, sex, born, ethnicity, phone, made, valid_from, recorded_at, superseded_at, source)
SELECT overlay(id::text PLACING '7001' FROM 15)::uuid, person_id, name, sex, born, ethnicity, phone, made, valid_from,
    now() - interval '90 days', now() - interval '30 days', 'made'
FROM population_personversion WHERE ('x' || right(id::text, 8))::bit(32)::int % 5 = 0
ON CONFLICT DO NOTHING
"""
_LATENCY = re.compile(r"latency average = ([0-9.]+) ms")


def run(ground: Ground, plan: Plan) -> Result:
    """Mean latency (µs) of both; a fifth of the persons have an earlier, superseded version as well."""
    persons = PERSONS_QUICK if plan.quick else PERSONS
    url = ground.city(persons, without=("places",))
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(HISTORY)
        connection.execute("VACUUM ANALYZE population_personversion")
        first = connection.execute(
            "SELECT v.person_id::text, v.id::text FROM population_personversion v"
            " WHERE superseded_at IS NULL AND id::text LIKE '01942a00-%' ORDER BY id LIMIT 1"
        ).fetchone()
    if first is None:
        raise RuntimeError("no persons were loaded")
    person, version = first
    statements = ground.prepare(url, "as_of_statements", person=person, version=version)
    with tempfile.TemporaryDirectory() as temporary:
        scripts = {
            "as_of": script(Path(temporary), "as_of", statements["as_of"], person, persons),
            "point": script(Path(temporary), "point", statements["point"], version, persons),
        }
        paired = in_turns(
            lambda: latency(url, scripts["as_of"], plan.seconds),
            lambda: latency(url, scripts["point"], plan.seconds),
            plan.pairs,
        )
    return judged("as-of-read", paired, "µs", FLOOR, note=f"{persons:,} persons, prepared, {CLIENTS} clients")


def script(folder: Path, name: str, statement: str, sample: str, persons: int) -> Path:
    """A pgbench script that reads a random made row where the statement has the ``sample``'s id."""
    anyone = f"('{sample[:24]}' || lpad(to_hex(:row::int), 12, '0'))::uuid"
    quoted = f"'{sample}'"
    if statement.count(quoted) != 1:
        raise RuntimeError(f"the id stands not once in: {statement}")
    path = folder / f"{name}.sql"
    path.write_text(f"\\set row random(0, {persons - 1})\n{statement.replace(quoted, anyone)};\n")
    return path


def latency(url: str, script: Path, seconds: float) -> float:
    """Mean latency in µs. Raises RuntimeError."""
    command = [str(binaries() / "pgbench"), "-n", "-M", "prepared", "-c", str(CLIENTS), "-j", str(CLIENTS)]
    command += ["-T", str(max(1, round(seconds))), "-f", str(script), url]
    done = subprocess.run(command, check=False, capture_output=True, text=True, env=clean_environment())
    found = _LATENCY.search(done.stdout)
    if found is None or " 0 (0.000%)" not in done.stdout.partition("failed transactions:")[2]:
        raise RuntimeError(done.stdout + done.stderr)
    return float(found.group(1)) * 1000
