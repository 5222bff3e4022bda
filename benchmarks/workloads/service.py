"""The guide to a service beside a bare view that shows one row in a template."""

from __future__ import annotations

import psycopg

from benchmarks.asking import Question, ask
from benchmarks.figures import Plan, Result, in_turns, judged
from benchmarks.ground import Ground
from benchmarks.serving import served

PAGE = "/services/open-restaurant/"


def run(ground: Ground, plan: Plan) -> Result:
    """Requests per second of both; reported, no floor is promised."""
    url = ground.city()
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT id FROM identity_person LIMIT 1").fetchone()
    person = row[0] if row else ""
    with (
        served("wenzhou.city.wsgi:application", ground.environment(url)) as our_port,
        served("benchmarks.peers.bare.wsgi:application", ground.environment(url)) as their_port,
    ):
        paired = in_turns(
            lambda: ask(Question(our_port, [PAGE]), plan.seconds, plan.connections).rate,
            lambda: ask(Question(their_port, [f"/pages/{person}/"]), plan.seconds, plan.connections).rate,
            plan.pairs,
        )
    return judged("service", paired, "requests/s", None)
