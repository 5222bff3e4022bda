"""How fast made persons with their households are loaded."""

from __future__ import annotations

import time

import psycopg

from benchmarks.figures import Plan, Result, figure
from benchmarks.ground import Ground

PERSONS, PERSONS_QUICK = 100_000, 1_000


def run(ground: Ground, plan: Plan) -> Result:
    """Persons per second into an empty register, the start of the process included."""
    persons = PERSONS_QUICK if plan.quick else PERSONS
    url = ground.migrated("bench_load")
    ground.manage(url, "load_city", "--persons", "0", "--only", "geo")
    began = time.perf_counter()
    ground.manage(url, "load_city", "--persons", str(persons), "--only", "population")
    took = time.perf_counter() - began
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT count(*) FROM population_personversion").fetchone()
    ground.drop("bench_load")
    if row is None or row[0] < persons:
        raise RuntimeError(f"{row} of {persons} persons are there")
    return Result("load", figure(persons / took, "persons/s"), note=f"{persons:,} in {took:.1f} s")
