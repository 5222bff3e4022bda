"""The home page beside the home page of Wagtail's starter project."""

from __future__ import annotations

import tempfile
from pathlib import Path

from benchmarks.asking import Question, ask
from benchmarks.figures import Floor, Plan, Result, in_turns, judged
from benchmarks.ground import Ground
from benchmarks.peers import starter
from benchmarks.serving import served

FLOOR = Floor("≥", 5.0)


def run(ground: Ground, plan: Plan) -> Result:
    """Requests per second of both."""
    ours = ground.city()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        peer = starter.make(folder, ground.make("bench_starter"))
        with (
            served("wenzhou.city.wsgi:application", ground.environment(ours)) as our_port,
            served("starter.wsgi:application", peer, folder=folder) as their_port,
        ):
            paired = in_turns(
                lambda: ask(Question(our_port, ["/"]), plan.seconds, plan.connections).rate,
                lambda: ask(Question(their_port, ["/"]), plan.seconds, plan.connections).rate,
                plan.pairs,
            )
    ground.drop("bench_starter")
    return judged("home", paired, "requests/s", FLOOR)
