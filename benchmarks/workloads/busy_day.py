"""A hundred citizens apply at once while eight clerks work: over HTTP, through the forms, all the way to licences."""

from __future__ import annotations

import contextlib
import random
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator

import psycopg

from benchmarks.browsing import REVIEWED, REVISION, Browser, Unexpected
from benchmarks.figures import Plan, Result, figure, quantile
from benchmarks.ground import ROOT, Ground
from benchmarks.serving import served
from wenzhou.kernel.documents.samples import pdf_of

CITIZENS, CLERKS = 100, 8
CITIZENS_QUICK, CLERKS_QUICK = 6, 4
STEPS = ("accept", "business_licence", "fire_check", "food_permit", "shop_sign")
LICENCES = ("business-licence", "fire-opinion", "food-permit", "sign-permit")
PATIENCE = 900.0
ANSWERS = {
    "phone": "13812345678", "email": "", "firm_kind": "individual", "line": "H6291", "capital": "100000",
    "division.county": "330302", "division.town": "330302006", "division.village": "330302006044",
    "address": "公园路 88 号一层", "floor_area": "86.5", "seats": "36", "food": "hot", "kitchen_area": "22",
    "food_staff": "4", "storey": "1", "exits": "1", "gas": "yes", "sprinkler": "no", "sign_text": "瓯味小馆",
    "sign_width": "3.2", "sign_height": "0.8", "sign_lit": "yes",
}  # fmt: skip
_CLAIM = re.compile(r'action="(/work/tasks/([0-9a-f-]{36})/claim/)"')
_OUTCOME = re.compile(
    r'name="outcome"[^>]*value="(accepted|approved)"|value="(accepted|approved)"[^>]*name="outcome"'
)


class Day:
    """What the people of the day share: how far it is, what went wrong, how long requests took."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.applying = 0
        self.applied = 0
        self.decided = 0
        self.lost_races = 0
        self.errors: list[str] = []
        self.took: list[float] = []
        self.ends = time.monotonic() + PATIENCE

    def over(self) -> bool:
        """Whether nothing is left to be done, or it has taken too long."""
        with self.lock:
            done = self.applying == 0 and self.decided >= self.applied * len(STEPS)
            return done or time.monotonic() > self.ends

    def do(self, act: Callable[[Browser], None], browser: Browser) -> None:
        """One person's day; what goes wrong is kept."""
        try:
            act(browser)
        except Exception as error:
            with self.lock:
                self.errors.append(f"{type(error).__name__}: {error}"[:300])
        finally:
            with self.lock:
                self.took += browser.took


def run(ground: Ground, plan: Plan) -> Result:
    """Requests/s, median and 99th percentile; FAIL when an answer was wrong or the database does not add up."""
    citizens, clerks = (CITIZENS_QUICK, CLERKS_QUICK) if plan.quick else (CITIZENS, CLERKS)
    city = ground.city()
    url = ground.copy(city, "bench_busy")
    sessions = ground.prepare(url, "citizens", count=citizens)
    working = ground.prepare(url, "clerks", count=clerks)
    day = Day()
    began = time.perf_counter()
    environment = ground.environment(url)
    with served("wenzhou.city.wsgi:application", environment, workers=2) as port, _worker(environment):
        began = time.perf_counter()
        _play(day, port, list(sessions.values()), list(working.values()))
        took = time.perf_counter() - began
        faults = day.errors + _settled(url, citizens)
    faults += _wrong(url, citizens, day.decided)
    for fault in faults[:5]:
        ground.say(f"  {fault}")
    figures = f"p50 {quantile(day.took, 0.5) * 1000:.0f} ms, p99 {quantile(day.took, 0.99) * 1000:.0f} ms"
    done = f"{citizens} cases, {day.decided} decisions, {day.lost_races} claims lost to a colleague, {took:.0f} s"
    return Result(
        "busy-day",
        figure(len(day.took) / took, "requests/s"),
        note=f"{figures}; {done}"
        + (f"; {len(faults)} FAULTS, first: {faults[0]}" if faults else "; no fault"),
        failed=bool(faults),
    )


@contextlib.contextmanager
def _worker(environment: dict[str, str]) -> Iterator[None]:
    """The process that runs jobs and delivers events."""
    process = subprocess.Popen(
        [sys.executable, "-m", "wenzhou.city", "worker"], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL
    )
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _play(day: Day, port: int, citizens: list[str], clerks: list[str]) -> None:
    day.applying = len(citizens)
    people = [
        threading.Thread(target=_citizen, args=(day, Browser(port, cookie), number), daemon=True)
        for number, cookie in enumerate(citizens)
    ]
    people += [
        threading.Thread(target=_clerk, args=(day, Browser(port, cookie)), daemon=True) for cookie in clerks
    ]
    for person in people:
        person.start()
    for person in people:
        person.join()


def _citizen(day: Day, browser: Browser, number: int) -> None:
    def apply(browser: Browser) -> None:
        browser.get("/services/open-restaurant/")
        browser.get("/services/open-restaurant/apply/")
        form = browser.post("/services/open-restaurant/apply/")
        revision = REVISION.search(browser.get(form))
        if revision is None:
            raise Unexpected(f"no revision on {form}")
        fields = {**ANSWERS, "firm_name": firm_name(number), "revision": revision.group(1), "papers": "1"}
        promises = [("promise", "health"), ("promise", "sign-drawing"), ("go", "next")]
        papers = {
            f"paper-{code}": (f"{code}.pdf", pdf_of(), "application/pdf") for code in ("lease", "layout")
        }
        review = browser.post(form, [*fields.items(), *promises], papers)
        reviewed = REVIEWED.search(browser.get(review))
        if reviewed is None:
            raise Unexpected(f"nothing to submit on {review}")
        browser.get(browser.post(review, {"reviewed": reviewed.group(1)}))
        with day.lock:
            day.applied += 1
        browser.get("/cases/")

    day.do(apply, browser)
    with day.lock:
        day.applying -= 1


def firm_name(number: int) -> str:
    """A name that no other applicant of the day takes."""
    return f"温州市鹿城区演示忙日餐饮店{number:04d}"


def _clerk(day: Day, browser: Browser) -> None:
    def work(browser: Browser) -> None:
        while not day.over():
            claims = _CLAIM.findall(browser.get("/work/"))
            if not claims:
                time.sleep(0.2)
                continue
            address, task = random.choice(claims[:10])
            browser.post(address)
            outcome = _OUTCOME.search(browser.get(f"/work/tasks/{task}/"))
            if outcome is None:  # a colleague was quicker, and the page says so
                with day.lock:
                    day.lost_races += 1
                continue
            browser.post(
                f"/work/tasks/{task}/decide/",
                {"outcome": outcome.group(1) or outcome.group(2), "reasons": ""},
            )
            with day.lock:
                day.decided += 1

    day.do(work, browser)


def _settled(url: str, citizens: int) -> list[str]:
    """Wait until every event is delivered; what is not."""
    query = (
        "SELECT count(*) FILTER (WHERE state = 'waiting'), count(*) FILTER (WHERE state = 'parked'),"
        " (SELECT count(*) FROM cases_licence WHERE file_id IS NULL) FROM base_delivery"
    )
    deadline = time.monotonic() + 300
    with psycopg.connect(url, autocommit=True) as connection:
        while True:
            row = connection.execute(query).fetchone() or (0, 0, 0)
            if (row[0] == 0 and row[2] == 0) or row[1] or time.monotonic() > deadline:
                break
            time.sleep(0.5)
    words = ("deliveries still wait", "deliveries are parked", "licences have no paper")
    return [f"{count} {word}" for count, word in zip(row, words, strict=True) if count]


# Each gives the number of rows that must not be; %(…)s are what the people of the day know.
CHECKS = {
    "cases missing or too many": "SELECT abs(count(*) - %(cases)s) FROM cases_case WHERE state <> 'draft'",
    "drafts left over": "SELECT count(*) FROM cases_case WHERE state = 'draft'",
    "cases not granted": "SELECT count(*) FROM cases_case WHERE state <> 'granted'",
    "numbers not unique": "SELECT count(*) - count(DISTINCT number) FROM cases_case",
    "applicants with more or fewer than one case": (
        "SELECT count(*) FROM (SELECT FROM cases_case GROUP BY account_id HAVING count(*) <> 1) x"
    ),
    "names lost or doubled": "SELECT %(cases)s - count(DISTINCT form->>'firm_name') FROM cases_case",
    "cases without exactly their tasks": (
        "SELECT count(*) FROM (SELECT FROM cases_case c LEFT JOIN cases_task t ON t.case_id = c.id GROUP BY c.id"
        " HAVING array_agg(t.element::text ORDER BY t.element) <> %(steps)s) x"
    ),
    "decisions lost or doubled": "SELECT abs(count(*) - %(decided)s) FROM cases_task WHERE state = 'done'",
    "tasks decided by somebody who had not claimed them": (
        "SELECT count(*) FROM cases_task WHERE state = 'done' AND decided_by_id IS DISTINCT FROM claimed_by_id"
    ),
    "cases without exactly their licences": (
        "SELECT count(*) FROM (SELECT FROM cases_case c LEFT JOIN cases_licence l ON l.case_id = c.id GROUP BY c.id"
        " HAVING array_agg(l.licence_type::text ORDER BY l.licence_type) <> %(licences)s) x"
    ),
    "cases without exactly their papers": (
        "SELECT count(*) FROM (SELECT FROM cases_case c LEFT JOIN cases_casepaper p ON p.case_id = c.id GROUP BY c.id"
        " HAVING count(p.id) <> 4) x"
    ),
    "readings of applicants' records not in the journal": (
        "SELECT count(*) FROM cases_case c WHERE NOT EXISTS (SELECT FROM registers_accessentry e"
        ' WHERE e.subject_person = c.person_id AND e."case" = c.id)'
    ),
}


def _wrong(url: str, citizens: int, decided: int) -> list[str]:
    """What of the day does not add up."""
    values = {"cases": citizens, "decided": decided, "steps": list(STEPS), "licences": list(LICENCES)}
    found = []
    with psycopg.connect(url) as connection:
        for name, query in CHECKS.items():
            row = connection.execute(query, values).fetchone()
            if row is None or row[0]:
                found.append(f"{name}: {row[0] if row else '?'}")
    return found
