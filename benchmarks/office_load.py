"""An office with very much work: cases set by set, marked as made, since services would take an hour for as many."""

from __future__ import annotations

import psycopg

from benchmarks.ground import Ground

OFFICE, OTHER = "lucheng-market-supervision", "lucheng-fire-brigade"
CLERK, HEAD, APPLICANT = "lc-market-clerk", "lc-market-head", "citizen"
RARE = 60
"""So many tasks have the rare name and the rare step, whatever the number of cases: more than one page shows."""
RARE_NAME, RARE_STEP = "瓯江茶馆", "site_visit"

# Running cases came in the last 45 days and were promised in thirty, so that a third is overdue; numbers and
# deadlines go with the time of submission, as they do in life. A half is in the clerk's hands, a tenth waits for
# papers, and what is rare came last. As many cases were granted in the last year; three of five are rated.
_FILL = """
CREATE TEMPORARY TABLE n ON COMMIT DROP AS
    SELECT n, uuidv7() AS id, n > {count} - {rare} AS rare, (n::float - 1) / {count} AS part
    FROM generate_series(1, {count}) n;
CREATE TEMPORARY TABLE village ON COMMIT DROP AS
    SELECT code, row_number() OVER (ORDER BY code) - 1 AS i, count(*) OVER () AS of FROM geo_division
    WHERE code LIKE '330302%' AND length(code) = 12 AND upper_inf(valid);

INSERT INTO cases_case (id, number, case_type, state, account_id, person_id, area, title, form, revision,
    submitted_at, promised_for, made)
SELECT n.id, to_char(at, '"WZ"YYYYMMDD"B"') || lpad(n::text, 6, '0'),
    'open-restaurant', 'running', a.id, a.person_id, v.code,
    CASE WHEN rare THEN '{rare_name}' ELSE '温州市鹿城区演示餐饮店' END || n, '{{}}', 1,
    at, at::date + 30, true
FROM n JOIN village v ON v.i = n.n % v.of, identity_account a,
    LATERAL (SELECT now() - (1 - part) * interval '45 days' AS at) x
WHERE a.username = '{applicant}';

INSERT INTO cases_task (id, case_id, number, title, element, name_zh, name_en, office_id, area, state, claimed_by_id, opened_at,
    promise_days, deadline, outcome, reasons)
SELECT uuidv7(), c.id, c.number, c.title,
    CASE WHEN rare THEN '{rare_step}' WHEN n % 3 = 0 THEN 'food_permit' ELSE 'business_licence' END,
    CASE WHEN rare THEN '现场核查' WHEN n % 3 = 0 THEN '食品经营许可审查' ELSE '营业执照审查' END,
    CASE WHEN rare THEN 'Site visit' WHEN n % 3 = 0 THEN 'Food operation permit' ELSE 'Business licence' END,
    '{office}', c.area, CASE WHEN n % 2 = 0 THEN 'claimed' WHEN n % 10 = 1 THEN 'paused' ELSE 'open' END,
    CASE WHEN n % 2 = 0 OR n % 10 = 1 THEN k.id END, c.submitted_at, 5, c.promised_for, '', ''
FROM n JOIN cases_case c ON c.id = n.id, identity_account k WHERE k.username = '{clerk}';

INSERT INTO cases_task (id, case_id, number, title, element, name_zh, name_en, office_id, area, state, opened_at, promise_days,
    deadline, outcome, reasons)
SELECT uuidv7(), c.id, c.number, c.title, 'fire_check', '消防安全检查', 'Fire-safety check', '{other}', c.area, 'open', c.submitted_at, 5,
    c.promised_for, '', ''
FROM n JOIN cases_case c ON c.id = n.id;

UPDATE n SET id = uuidv7();
INSERT INTO cases_case (id, number, case_type, state, account_id, person_id, area, title, form, revision,
    submitted_at, promised_for, decided_at, made)
SELECT n.id, to_char(at - interval '5 days', '"WZ"YYYYMMDD"D"') || lpad(n::text, 6, '0'), 'open-restaurant', 'granted', a.id, a.person_id, v.code,
    CASE WHEN rare THEN '{rare_name}' ELSE '温州市鹿城区演示餐饮店' END || n, '{{}}', 1,
    at - interval '5 days', (at + interval '2 days')::date, at, true
FROM n JOIN village v ON v.i = n.n % v.of, identity_account a,
    LATERAL (SELECT now() - (1 - part) * interval '365 days' AS at) x
WHERE a.username = '{applicant}';

INSERT INTO cases_task (id, case_id, number, title, element, name_zh, name_en, office_id, area, state, claimed_by_id, decided_by_id,
    opened_at, decided_at, days_used, promise_days, deadline, outcome, reasons)
SELECT uuidv7(), c.id, c.number, c.title,
    CASE WHEN rare THEN '{rare_step}' WHEN n % 3 = 0 THEN 'food_permit' ELSE 'business_licence' END,
    CASE WHEN rare THEN '现场核查' WHEN n % 3 = 0 THEN '食品经营许可审查' ELSE '营业执照审查' END,
    CASE WHEN rare THEN 'Site visit' WHEN n % 3 = 0 THEN 'Food operation permit' ELSE 'Business licence' END,
    '{office}', c.area, 'done', k.id, k.id, c.submitted_at, c.decided_at, n % 6, 5,
    c.promised_for - CASE WHEN n % 20 = 0 THEN 5 ELSE 0 END, 'approved', ''
FROM n JOIN cases_case c ON c.id = n.id, identity_account k WHERE k.username = '{clerk}';

INSERT INTO cases_rating (case_id, stars, comment, at)
SELECT c.id, 1 + n % 5, '', c.decided_at + interval '3 hours' FROM n JOIN cases_case c ON c.id = n.id WHERE n % 5 < 3;
"""


def office(ground: Ground, count: int) -> str:
    """The address of a city in which so many running and as many granted cases of one office stand; made once a run."""
    return ground.enlarged(ground.city(), f"bench_office_{count}", lambda url: _fill(ground, url, count))


def _fill(ground: Ground, url: str, count: int) -> None:
    ground.say(f"an office with {count:,} open tasks")
    statements = _FILL.format(
        count=count,
        rare=RARE,
        rare_name=RARE_NAME,
        rare_step=RARE_STEP,
        applicant=APPLICANT,
        office=OFFICE,
        other=OTHER,
        clerk=CLERK,
    )
    with psycopg.connect(url) as connection:
        connection.execute(statements)
    ground.prepare(url, "count_days")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
        row = connection.execute(
            "SELECT count(*) FROM cases_task WHERE office_id = %s AND state IN ('open', 'claimed', 'paused')",
            [OFFICE],
        ).fetchone()
    if row is None or row[0] < count:
        raise RuntimeError(f"{row} of {count} tasks are there")
