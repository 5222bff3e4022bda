"""What must be true of the database after the busy day: everything once, nothing lost, nothing left over."""

from __future__ import annotations

import time
from dataclasses import dataclass

import psycopg
from psycopg.types.json import Jsonb

CITIZEN, CLERK = "bench-citizen-", "bench-clerk-"
STEPS = ("accept", "business_licence", "fire_check", "food_permit", "shop_sign")
LICENCES = ("business-licence", "fire-opinion", "food-permit", "sign-permit")
PAPERS = 4
NOTICES = ("cases.granted", "cases.submitted")
EVENTS = {
    "cases.submitted": 1,
    "cases.task-decided": len(STEPS),
    "cases.decided": 1,
    "cases.licence-issued": 4,
}
_SETTLED_IN = 300.0

_DAY = f"""
CREATE TEMPORARY VIEW day AS SELECT c.* FROM cases_case c JOIN identity_account a ON a.id = c.account_id
    WHERE a.username LIKE '{CITIZEN}%';
CREATE TEMPORARY VIEW day_task AS SELECT t.* FROM cases_task t JOIN day ON day.id = t.case_id;
CREATE TEMPORARY VIEW day_licence AS SELECT l.* FROM cases_licence l JOIN day ON day.id = l.case_id;
CREATE TEMPORARY VIEW day_event AS SELECT e.*, day.id AS of FROM base_outboxentry e
    JOIN day ON day.id::text = e.payload->>'case';
"""
"""The day's cases among those of the city, which has made ones as well."""

# Each gives the number of rows that must not be; %(…)s are what the people of the day know.
_CHECKS = {
    "cases missing or too many": "SELECT abs(count(*) - %(cases)s) FROM day WHERE state <> 'draft'",
    "drafts left over": "SELECT count(*) FROM day WHERE state = 'draft'",
    "cases not granted": "SELECT count(*) FROM day WHERE state <> 'granted'",
    "numbers not unique": "SELECT count(*) - count(DISTINCT number) FROM day",
    "applicants without exactly one case": (
        "SELECT %(cases)s - count(*) FROM (SELECT FROM day GROUP BY account_id HAVING count(*) = 1) x"
    ),
    "names lost or doubled": "SELECT %(cases)s - count(DISTINCT form->>'firm_name') FROM day",
    "firms missing from the register, or entered twice": (
        "SELECT count(*) FROM (SELECT FROM day LEFT JOIN legal_persons_organisationversion v"
        " ON v.name = day.form->>'firm_name' AND v.organisation_id = day.organisation_id"
        " GROUP BY day.id HAVING count(v.id) <> 1) x"
    ),
    "cases without exactly their tasks": (
        "SELECT count(*) FROM (SELECT FROM day LEFT JOIN day_task t ON t.case_id = day.id GROUP BY day.id"
        " HAVING array_agg(t.element::text ORDER BY t.element) <> %(steps)s::text[] OR bool_or(t.state <> 'done')) x"
    ),
    "decisions lost or doubled": (
        "SELECT abs(count(*) - %(decided)s) FROM cases_task t JOIN identity_account a ON a.id = t.decided_by_id"
        f" WHERE t.state = 'done' AND a.username LIKE '{CLERK}%%'"
    ),
    "tasks decided by somebody who had not claimed them": (
        "SELECT count(*) FROM day_task WHERE decided_by_id IS DISTINCT FROM claimed_by_id"
    ),
    "tasks not claimed and decided exactly once": (
        "SELECT count(*) FROM (SELECT FROM day_task t LEFT JOIN base_auditentry e"
        " ON e.object_type = 'cases.task' AND e.object_id = t.id::text GROUP BY t.id"
        " HAVING count(*) FILTER (WHERE e.action = 'cases.claim' AND e.actor = t.claimed_by_id) <> 1"
        " OR count(*) FILTER (WHERE e.action = 'cases.claim') <> 1"
        " OR count(*) FILTER (WHERE e.action = 'cases.decide') <> 1) x"
    ),
    "cases not ended exactly once": (
        "SELECT count(*) FROM (SELECT FROM day LEFT JOIN base_auditentry e"
        " ON e.object_type = 'cases.case' AND e.object_id = day.id::text GROUP BY day.id"
        " HAVING count(*) FILTER (WHERE e.action = 'cases.submit') <> 1"
        " OR count(*) FILTER (WHERE e.action = 'cases.decided') <> 1) x"
    ),
    "cases whose history does not say so once": (
        "SELECT count(*) FROM (SELECT FROM day LEFT JOIN cases_act a ON a.case_id = day.id GROUP BY day.id"
        " HAVING count(*) FILTER (WHERE a.kind = 'submitted') <> 1"
        " OR count(*) FILTER (WHERE a.kind = 'granted') <> 1"
        " OR count(*) FILTER (WHERE a.kind = 'decided') <> cardinality(%(steps)s::text[])) x"
    ),
    "cases without exactly their licences": (
        "SELECT count(*) FROM (SELECT FROM day LEFT JOIN day_licence l ON l.case_id = day.id GROUP BY day.id"
        " HAVING array_agg(l.licence_type::text ORDER BY l.licence_type) <> %(licences)s::text[]) x"
    ),
    "licences without exactly one paper, or printed twice": (
        "SELECT count(*) FROM (SELECT FROM day LEFT JOIN day_licence l ON l.case_id = day.id GROUP BY day.id"
        " HAVING count(DISTINCT l.file_id) <> cardinality(%(licences)s::text[]) OR (SELECT count(*) FROM documents_file f"
        " WHERE f.purpose = 'cases.issued' AND f.subject = day.id) <> cardinality(%(licences)s::text[])) x"
    ),
    "cases without exactly their papers": (
        "SELECT count(*) FROM (SELECT FROM day LEFT JOIN cases_casepaper p ON p.case_id = day.id GROUP BY day.id"
        " HAVING count(p.id) <> %(papers)s) x"
    ),
    "applicants not told exactly once": (
        "SELECT count(*) FROM (SELECT FROM day LEFT JOIN notices_notice n"
        ' ON n."case" = day.id AND n.recipient_id = day.account_id GROUP BY day.id'
        " HAVING array_agg(n.template::text ORDER BY n.template) <> %(notices)s::text[]) x"
    ),
    "notices without exactly one e-mail that left": (
        "SELECT count(*) FROM (SELECT FROM notices_notice n LEFT JOIN notices_outgoing o ON o.notice_id = n.id"
        ' WHERE n."case" IN (SELECT id FROM day) GROUP BY n.id'
        " HAVING count(*) FILTER (WHERE o.state IN ('sent', 'captured')) <> 1 OR count(o.id) <> 1) x"
    ),
    "events lost or emitted twice": (
        "SELECT count(*) FROM (SELECT FROM day CROSS JOIN jsonb_each_text(%(events)s::jsonb) wanted"
        " LEFT JOIN day_event e ON e.of = day.id AND e.name = wanted.key"
        " GROUP BY day.id, wanted.key, wanted.value HAVING count(e.id) <> wanted.value::int) x"
    ),
    "events not handled, or only after a failure": (
        "SELECT count(*) FROM day_event e JOIN base_delivery d ON d.entry_id = e.id"
        " WHERE d.state <> 'done' OR d.attempts > 0"
    ),
    "handlers of one event that ran for some of them only": (
        "SELECT count(*) FROM (SELECT FROM day_event e LEFT JOIN base_delivery d ON d.entry_id = e.id"
        " GROUP BY e.id, e.name HAVING count(d.id) <> (SELECT count(DISTINCT handler) FROM base_delivery"
        " JOIN day_event o ON o.id = entry_id WHERE o.name = e.name)) x"
    ),
    "readings of applicants' records not in the journal": (
        "SELECT count(*) FROM day WHERE NOT EXISTS (SELECT FROM registers_accessentry e"
        ' WHERE e.subject_person = day.person_id AND e."case" = day.id)'
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Known:
    """What the people of the day know of it: who applied, and how many decisions the clerks saw accepted."""

    citizens: int
    decided: int


def running(connection: psycopg.Connection[tuple[int]]) -> int:
    """How many of the day's cases have no end yet."""
    query = (
        "SELECT count(*) FROM cases_case c JOIN identity_account a ON a.id = c.account_id"
        " WHERE c.state = 'running' AND a.username LIKE %s"
    )
    row = connection.execute(query, [f"{CITIZEN}%"]).fetchone()
    return row[0] if row else 0


def unsettled(url: str) -> list[str]:
    """Wait until every event is delivered, every licence printed and every message sent; what is not after that."""
    query = (
        "SELECT count(*) FILTER (WHERE state = 'waiting'), count(*) FILTER (WHERE state = 'parked'),"
        " (SELECT count(*) FROM notices_outgoing WHERE state = 'waiting') FROM base_delivery"
    )
    deadline = time.monotonic() + _SETTLED_IN
    with psycopg.connect(url, autocommit=True) as connection:
        while True:
            waiting, parked, unsent = connection.execute(query).fetchone() or (0, 0, 0)
            if parked or waiting == unsent == 0 or time.monotonic() > deadline:
                break
            time.sleep(0.5)
    words = {"deliveries still wait": waiting, "deliveries are parked": parked, "messages still wait": unsent}
    return [f"{count} {word}" for word, count in words.items() if count]


def wrong(url: str, known: Known) -> list[str]:
    """What of the day does not add up."""
    values = {
        "cases": known.citizens,
        "decided": known.decided,
        "steps": list(STEPS),
        "licences": list(LICENCES),
        "papers": PAPERS,
        "notices": list(NOTICES),
        "events": Jsonb(EVENTS),
    }
    found = []
    with psycopg.connect(url) as connection:
        connection.execute(_DAY)
        for name, query in _CHECKS.items():
            row = connection.execute(query, values).fetchone()
            if row is None or row[0]:
                found.append(f"{name}: {row[0] if row else '?'}")
    return found
