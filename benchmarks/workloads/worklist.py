"""The worklist page of an office with 100,000 open tasks beside itself with 1,000."""

from __future__ import annotations

import statistics

import psycopg

from benchmarks.asking import Question, ask
from benchmarks.figures import Floor, Plan, Result, in_turns, judged
from benchmarks.ground import Ground
from benchmarks.serving import served

FLOOR = Floor("≤", 1.5)
MANY, FEW = 100_000, 1_000
MANY_QUICK, FEW_QUICK = 2_000, 200
OFFICE, CLERK, APPLICANT = "lucheng-market-supervision", "lc-market-clerk", "citizen"
PAGES = ("/work/", "/work/?tab=all", "/work/?tab=mine")

# Set by set, marked as made: a service would take an hour for as many. Deadlines spread over a year;
# every hundredth task is in the clerk's hands.
CASES = """
INSERT INTO cases_case (id, number, case_type, state, account_id, person_id, area, title, form, revision,
    submitted_at, promised_for, made)
SELECT gen_random_uuid(), 'BENCH' || lpad(n::text, 10, '0'), 'open-restaurant', 'running', a.id, a.person_id,
    '330302006044', '温州市鹿城区演示餐饮店' || n, '{}', 1, now() - n %% 90 * interval '1 day',
    current_date + n %% 365, true
FROM generate_series(1, %(count)s) n, identity_account a WHERE a.username = %(applicant)s
"""
TASKS = """
INSERT INTO cases_task (id, case_id, element, name_zh, name_en, office_id, area, state, claimed_by_id, promise_days,
    deadline, outcome, reasons)
SELECT gen_random_uuid(), c.id, 'business_licence', '营业执照审核', 'Business licence', %(office)s, '330302',
    CASE WHEN c.n %% 100 = 0 THEN 'claimed' ELSE 'open' END, CASE WHEN c.n %% 100 = 0 THEN k.id END, 5,
    c.promised_for, '', ''
FROM (SELECT *, row_number() OVER (ORDER BY number) n FROM cases_case WHERE number LIKE 'BENCH%%') c,
    identity_account k WHERE k.username = %(clerk)s
"""


def run(ground: Ground, plan: Plan) -> Result:
    """Median seconds for a page over one connection, in turns over three tabs."""
    many, few = (MANY_QUICK, FEW_QUICK) if plan.quick else (MANY, FEW)
    city = ground.city()
    questions = {}
    urls = {count: ground.copy(city, f"bench_work_{count}") for count in (many, few)}
    cookies = {}
    for count, url in urls.items():
        _fill(url, count)
        cookies[count] = ground.prepare(url, "sessions", usernames=[CLERK])[CLERK]
    application = "wenzhou.city.wsgi:application"
    with (
        served(application, ground.environment(urls[many])) as port_many,
        served(application, ground.environment(urls[few])) as port_few,
    ):
        for count, port in ((many, port_many), (few, port_few)):
            questions[count] = Question(port, PAGES, {"wz_session": cookies[count]})

        def page(count: int) -> float:
            return statistics.median(ask(questions[count], plan.seconds, 1).seconds) * 1000

        paired = in_turns(lambda: page(many), lambda: page(few), plan.pairs)
    for count in urls:
        ground.drop(f"bench_work_{count}")
    return judged("worklist", paired, "ms", FLOOR, note=f"{many:,} beside {few:,} open tasks of one office")


def _fill(url: str, count: int) -> None:
    values = {"count": count, "applicant": APPLICANT, "office": OFFICE, "clerk": CLERK}
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(CASES, values)
        connection.execute(TASKS, values)
        connection.execute("VACUUM ANALYZE")
        row = connection.execute(
            "SELECT count(*) FROM cases_task WHERE state IN ('open', 'claimed')"
        ).fetchone()
    if row is None or row[0] < count:
        raise RuntimeError(f"{row} of {count} tasks are there")
