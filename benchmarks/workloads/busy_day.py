"""A hundred citizens apply at once while eight clerks work: over HTTP, through the forms, all the way to licences."""

from __future__ import annotations

import contextlib
import random
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg

from benchmarks.browsing import REVIEWED, REVISION, Browser, Unexpected
from benchmarks.figures import Plan, Result, figure, quantile
from benchmarks.ground import ROOT, Ground
from benchmarks.serving import served
from benchmarks.workloads.busy_checks import Known, running, unsettled, wrong
from wenzhou.kernel.documents.samples import pdf_of

CITIZENS, CLERKS = 100, 8
CITIZENS_QUICK, CLERKS_QUICK = 6, 4
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
        self.over = threading.Event()
        self.decided = 0
        self.lost_races = 0
        self.errors: list[str] = []
        self.took: list[float] = []

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
    """Requests/s, median and 99th percentile; FAIL when an answer was wrong or the database does not add up.

    One day, played once, whatever the number of pairs.
    """
    citizens, clerks = (CITIZENS_QUICK, CLERKS_QUICK) if plan.quick else (CITIZENS, CLERKS)
    url = ground.copy(ground.city(), "bench_busy")
    sessions = ground.prepare(url, "citizens", count=citizens)
    working = ground.prepare(url, "clerks", count=clerks)
    day = Day()
    environment = ground.environment(url)
    with tempfile.TemporaryDirectory() as folder:
        logs = [Path(folder) / name for name in ("web.log", "worker.log")]
        application = "wenzhou.city.wsgi:application"
        with served(application, environment, workers=2, log=logs[0]) as port, _worker(environment, logs[1]):
            began = time.perf_counter()
            _play(day, port, url, list(sessions.values()), list(working.values()))
            took = time.perf_counter() - began
            faults = day.errors + unsettled(url)
            settled = time.perf_counter() - began
        faults += [fault for log in logs for fault in _errors_in(log)]
    faults += wrong(url, Known(citizens, day.decided))
    for fault in faults[:5]:
        ground.say(f"  {fault}")
    figures = f"p50 {quantile(day.took, 0.5) * 1000:.0f} ms, p99 {quantile(day.took, 0.99) * 1000:.0f} ms"
    done = f"{citizens} cases, {clerks} clerks, {day.decided} decisions, {day.lost_races} claims lost to a colleague"
    times = f"all granted in {took:.0f} s, all licences printed and events handled in {settled:.0f} s"
    return Result(
        "busy-day",
        figure(len(day.took) / took, "requests/s"),
        note=f"{figures}; {done}; {times}"
        + (
            f"; {len(faults)} FAULTS, first: {faults[0]}" if faults else "; no error, nothing lost or doubled"
        ),
        failed=bool(faults),
    )


@contextlib.contextmanager
def _worker(environment: dict[str, str], log: Path) -> Iterator[None]:
    """The process that runs jobs and delivers events."""
    command = [sys.executable, "-m", "wenzhou.city", "worker"]
    with log.open("wb") as written:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=written, stderr=written)
        try:
            yield
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _errors_in(log: Path) -> list[str]:
    """What a process called an error, though everybody may have had a good answer."""
    lines = log.read_text("utf-8", "replace").splitlines()
    return [
        f"{log.name}: {line}"[:300] for line in lines if re.search(r"\b(ERROR|CRITICAL)\b|^Traceback", line)
    ]


def _play(day: Day, port: int, url: str, citizens: list[str], clerks: list[str]) -> None:
    """Everybody at once, until the last citizen has applied and the last case has ended."""
    applying = [
        threading.Thread(target=_citizen, args=(day, Browser(port, cookie), number), daemon=True)
        for number, cookie in enumerate(citizens)
    ]
    working = [
        threading.Thread(target=_clerk, args=(day, Browser(port, cookie)), daemon=True) for cookie in clerks
    ]
    ends = time.monotonic() + PATIENCE
    for person in applying + working:
        person.start()
    for person in applying:
        person.join(max(0.0, ends - time.monotonic()))
    with psycopg.connect(url, autocommit=True) as connection:
        while running(connection) and time.monotonic() < ends:
            time.sleep(0.5)
    day.over.set()
    for person in working:
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
        browser.get("/cases/")

    day.do(apply, browser)


def firm_name(number: int) -> str:
    """A name that no other applicant of the day takes."""
    return f"温州市鹿城区演示忙日餐饮店{number:04d}"


def _clerk(day: Day, browser: Browser) -> None:
    def work(browser: Browser) -> None:
        while not day.over.is_set():
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
