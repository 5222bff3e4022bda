"""A person by number over HTTP, with its line in the access journal, beside a bare view of one row."""

from __future__ import annotations

import psycopg

from benchmarks.asking import Question, ask
from benchmarks.figures import Floor, Plan, Result, in_turns, judged
from benchmarks.ground import Ground
from benchmarks.serving import served

FLOOR = Floor("≥", 0.6)
READER = "data-officer"
PURPOSE = "population.verify"
NUMBERS = 500


def run(ground: Ground, plan: Plan) -> Result:
    """Requests per second of both on the same persons; then counts that no reading went unwritten."""
    url = ground.city()
    cookie = ground.prepare(url, "sessions", usernames=[READER])[READER]
    with psycopg.connect(url) as connection:
        rows = connection.execute(
            "SELECT number FROM identity_person TABLESAMPLE BERNOULLI (20) WHERE id::text LIKE '01942a00-%%'"
            " AND EXISTS (SELECT FROM population_personversion v WHERE v.person_id = identity_person.id) LIMIT %s",
            [NUMBERS],
        ).fetchall()
    numbers = [number for (number,) in rows]
    before = _lines(url)
    asked = 0
    with (
        served("wenzhou.city.wsgi:application", ground.environment(url)) as our_port,
        served("benchmarks.peers.bare.wsgi:application", ground.environment(url)) as their_port,
    ):
        ours = Question(
            our_port,
            [f"/api/population/persons/{number}?purpose={PURPOSE}" for number in numbers],
            {"wz_session": cookie},
        )
        theirs = Question(their_port, [f"/persons/{number}" for number in numbers])

        def read() -> float:
            nonlocal asked
            answers = ask(ours, plan.seconds, plan.connections)
            asked += len(answers.seconds)
            return answers.rate

        paired = in_turns(read, lambda: ask(theirs, plan.seconds, plan.connections).rate, plan.pairs)
    written = _lines(url) - before
    result = judged("register-read", paired, "requests/s", FLOOR, note=f"{written:,} journal lines")
    if written != asked:
        raise RuntimeError(f"{asked} readings, {written} lines in the journal")
    return result


def _lines(url: str) -> int:
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT count(*) FROM registers_accessentry").fetchone()
        return int(row[0]) if row else 0
