"""Record linkage of three made lists, from register to register, beside Splink alone on the same records.

Ours reads the lists from PostgreSQL and leaves pairs, links and doubtful pairs there; Splink alone reads the same
records from a file, makes the same features, trains and scores the same model, clusters, and writes files. Both have
the same threads and memory, and neither counts the start of Python. Then 10,000 new records are linked with all.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

from benchmarks.figures import Floor, Paired, Plan, Result, figure
from benchmarks.ground import ROOT, Ground

PERSONS, PERSONS_QUICK = 1_000_000, 4_000
FRESH, FRESH_QUICK = 10_000, 50
TURNS = 2
MEMORY = "4GB"
LEAST_F1 = 0.97
MOST_OF_A_RUN = 0.08


def run(ground: Ground, plan: Plan) -> Result:
    """The ratio of ours to Splink alone; F1 against the truth, and the increment's share of a whole run, in the note."""
    persons, fresh = (PERSONS_QUICK, FRESH_QUICK) if plan.quick else (PERSONS, FRESH)
    os.environ.setdefault("WZ_LINKAGE_MEMORY", MEMORY)
    folder = ground.data / "linked"
    folder.mkdir(parents=True, exist_ok=True)
    url = _made(ground, persons, fresh, str(folder))
    ours, peer = [], []
    for _ in range(1 if plan.quick else TURNS):
        shutil.rmtree(ground.data / "linkage", ignore_errors=True)  # the working stores of the turn before
        turn = ground.copy(url, "bench_linkage_turn")
        whole = ground.prepare(turn, "linked-run", kind="full")
        ground.say(f"ours {whole}")
        ours.append(float(whole["seconds"]))
        took, peak = _alone(ground, str(folder))
        peer.append(took)
    score = ground.prepare(turn, "linked-score", folder=str(folder))
    ground.say(f"score {score}")
    ground.prepare(turn, "linked-bring", folder=str(folder))
    later = ground.prepare(turn, "linked-run", kind="increment")
    ground.say(f"increment {later}")
    shutil.rmtree(folder)
    ground.drop("bench_linkage_turn")
    share = float(later["seconds"]) / ours[-1]
    paired = Paired(tuple(ours), tuple(peer))
    note = (
        f"{persons:,} people, {int(whole['records']):,} records; F1 {score['f1']} (≥ {LEAST_F1}), precision"
        f" {score['precision']}, recall {score['recall']}, {score['grey']} pairs for clerks; {fresh:,} new against all in"
        f" {float(later['seconds']):.1f} s, {share:.1%} of a whole run (≤ {MOST_OF_A_RUN:.0%}); peak {whole['peak']} MiB, Splink alone {peak} MiB"
    )
    wrong = float(score["f1"]) < LEAST_F1 or (share > MOST_OF_A_RUN and not plan.quick)
    return Result(
        "linkage",
        figure(paired.ours[-1], "s"),
        figure(paired.peer[-1], "s"),
        ratio=paired.ratio,
        spread=(min(paired.ratios), max(paired.ratios)),
        floor=None if plan.quick else Floor("≤", 1.5),
        note=note,
        failed=wrong,
    )


def _made(ground: Ground, persons: int, fresh: int, folder: str) -> str:
    """A database with the lists; made each time, since the truth is not kept in it."""
    url = ground.make("bench_linkage")
    ground.manage(url, "migrate", "--noinput", "-v", "0")
    ground.manage(url, "load_city", "--persons", "0", "--only", "geo")
    ground.say(f"lists of {persons:,} people")
    ground.prepare(url, "linked-lists", persons=persons, fresh=fresh, folder=folder)
    return url


def _alone(ground: Ground, folder: str) -> tuple[float, int]:
    threads = os.environ.get("WZ_LINKAGE_THREADS") or str(os.cpu_count() or 1)
    command = [sys.executable, "-m", "benchmarks.peers.splink_alone", f"{folder}/raw.csv", folder, threads]
    done = subprocess.run(
        [*command, os.environ["WZ_LINKAGE_MEMORY"]], check=True, cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    ground.say(f"Splink alone {done.stdout.strip()}")
    took, peak, *_ = done.stdout.split()
    return float(took), int(peak)
