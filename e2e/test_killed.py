"""Killing web server, worker or database at any point of the journey loses nothing and issues nothing twice.

One application goes its way while, at each of its seven points, each kind of process is killed with
SIGKILL in the middle of the act. People do what people do: they try again.
"""

from __future__ import annotations

import json
import random
import re
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import APIResponse, Browser
from playwright.sync_api import Error as PlaywrightError

from e2e.city import City, wait_for
from e2e.people import Someone
from e2e.restaurant import ANSWERS, CHOICES, OFFICES, free_name
from wenzhou.kernel.documents.samples import pdf_of

pytestmark = [pytest.mark.process, pytest.mark.slow]

VICTIMS = {"web": "granian", "worker": "wenzhou.city worker", "database": "postgres"}
PATIENCE = 90
WHAT_STANDS = """
import json
from wenzhou.kernel.base.models import Delivery, OutboxEntry
from wenzhou.kernel.cases.models import Act, Case, Licence, Rating, Task
from wenzhou.kernel.identity.models import Organisation
from wenzhou.kernel.messages.models import Notice, Outgoing
case = Case.objects.get(number="{number}")
print("RESULT" + json.dumps(dict(
    state=case.state,
    cases=Case.objects.filter(account=case.account_id).count(),
    firms=Organisation.objects.filter(name="{firm}").count(),
    licences=sorted(Licence.objects.filter(case=case).values_list("licence_type", flat=True)),
    unprinted=Licence.objects.filter(case=case, file=None).count(),
    tasks=Task.objects.filter(case=case).count(),
    undone=Task.objects.filter(case=case).exclude(state="done").count(),
    decided=OutboxEntry.objects.filter(name="cases.decided", payload__case=str(case.id)).count(),
    submitted=OutboxEntry.objects.filter(name="cases.submitted", payload__case=str(case.id)).count(),
    waiting=Delivery.objects.exclude(state="done").count(),
    told=Notice.objects.filter(recipient=case.account_id, case=case.id).count(),
    unsent=Outgoing.objects.filter(state="waiting").count(),
    ratings=Rating.objects.filter(case=case).count(),
)))
"""


@pytest.fixture
def fragile(tmp_path: Path, browser: Browser) -> Iterator[City]:
    """A city of its own, for it will be hurt."""
    city = City(tmp_path / "data", persons=120, web_processes=1)
    city.start()
    yield city
    city.stop()


class Hand:
    """Does acts over HTTP in a person's session, again and again until the city has answered them."""

    def __init__(self, city: City, browser: Browser, username: str, tmp_path: Path) -> None:
        self.city = city
        self.person = Someone(browser, city, width=1440, language="zh-hans", shots=tmp_path)
        self.person.sign_in(username)

    def get(self, path: str) -> str:
        return self._until_answered(lambda: self.person.context.request.get(self.city.url + path)).text()

    def post(self, path: str, form: dict[str, str], files: dict[str, bytes] | None = None) -> APIResponse:
        cookies = {cookie["name"]: cookie["value"] for cookie in self.person.context.cookies()}
        headers = {"X-CSRFToken": cookies.get("wz_csrf", ""), "Referer": self.city.url + path}

        def act() -> APIResponse:
            if files is None:
                return self.person.context.request.post(
                    self.city.url + path, form=form, headers=headers, timeout=20_000
                )
            parts = {
                name: {"name": f"{name}.pdf", "mimeType": "application/pdf", "buffer": content}
                for name, content in files.items()
            }
            return self.person.context.request.post(
                self.city.url + path, multipart={**form, **parts}, headers=headers, timeout=20_000
            )

        return self._until_answered(act)

    def _until_answered(self, act: Callable[[], APIResponse]) -> APIResponse:
        until = time.monotonic() + PATIENCE
        last = ""
        while time.monotonic() < until:
            try:
                answer = act()
            except PlaywrightError as error:
                last = str(error)
            else:
                if answer.status < 500:
                    return answer
                last = f"{answer.status}: {answer.text()[:300]}"
            time.sleep(0.1)
        raise AssertionError(f"no answer in {PATIENCE} s: {last}")


class Misfortune:
    """Kills each kind of process once while the same act is done again and again."""

    def __init__(self, city: City) -> None:
        self.city = city
        self.killed = 0

    def around(self, act: Callable[[], object]) -> None:
        for words in VICTIMS.values():
            wait_for(f"{words} to run", lambda words=words: self.city.children(words), PATIENCE)
            killer = threading.Thread(target=self._strike, args=(words, random.uniform(0, 0.25)))
            killer.start()
            act()
            killer.join()
        wait_for("the city to answer", self.city.answers, PATIENCE)

    def _strike(self, words: str, after: float) -> None:
        time.sleep(after)
        self.killed += self.city.kill(words)


def task_of(hand: Hand, number: str, element_word: str) -> str:
    page = hand.get(f"/work/?tab=all&number={number}")
    for row in re.findall(r"<tr id=\"task-([0-9a-f-]{36})\">(.*?)</tr>", page, re.S):
        if element_word in row[1]:
            return str(row[0])
    raise AssertionError(f"{element_word} of {number} is not on the worklist")


WORDS = {
    "accept": "受理",
    "business_licence": "营业执照",
    "food_permit": "食品经营许可",
    "fire_check": "消防安全检查",
    "shop_sign": "店招",
}


class Journey:
    """One application and the hands that carry it."""

    def __init__(self, city: City, browser: Browser, folder: Path) -> None:
        names = {"citizen", "lc-market-head", *OFFICES.values()}
        self.people = {name: Hand(city, browser, name, folder) for name in names}
        self.citizen = self.people["citizen"]
        self.misfortune = Misfortune(city)
        self.firm = free_name("打不倒餐馆")
        self.base = ""
        self.number = ""

    def read_the_guide(self) -> None:
        """Point 1."""
        self.misfortune.around(lambda: self.citizen.get("/services/open-restaurant/"))

    def fill_in_the_form(self) -> None:
        """Point 2: begun, saved while things die, given its papers, and all of it is there."""
        begun = self.citizen.post("/services/open-restaurant/apply/", {})
        self.base = first(r"(/cases/[0-9a-f-]{36})/form/", begun.url)
        town = first(r'value="(330302\d{3})"', self.citizen.get(f"{self.base}/form/"))
        listed = self.citizen.get(
            f"/cases/divisions/?type=open-restaurant&field=division&division.town={town}"
        )
        place = {"division.town": town, "division.village": first(r'value="(330302\d{6})"', listed)}
        answers = ANSWERS | CHOICES | {"firm_name": self.firm} | place

        def save() -> None:
            revision = first(r'name="revision" value="(\d+)"', self.citizen.get(f"{self.base}/form/"))
            self.citizen.post(f"{self.base}/save/", {**answers, "revision": revision})

        self.misfortune.around(save)
        for code in ("lease", "layout", "health", "sign-drawing"):
            self.citizen.post(f"{self.base}/papers/{code}/", {}, {f"paper-{code}": pdf_of(code)})
        assert self.firm in self.citizen.get(f"{self.base}/form/")

    def submit(self) -> None:
        """Point 3."""
        reviewed = first(r'name="reviewed" value="(\w+)"', self.citizen.get(f"{self.base}/review/"))
        self.misfortune.around(lambda: self.citizen.post(f"{self.base}/review/", {"reviewed": reviewed}))
        self.number = first(r"(WZ\d{15})", self.citizen.get(f"{self.base}/"))

    def review(self) -> None:
        """Points 4 and 5: claimed, a paper asked for and given, decided by all; the last one grants."""
        self.misfortune.around(self.decide("accept", "accepted"))
        market = self.people[OFFICES["food_permit"]]
        food = task_of(market, self.number, WORDS["food_permit"])
        asked = {"paper": "layout", "reason": "请标明灭火器的位置"}
        market.post(f"/work/tasks/{food}/claim/", {})
        self.misfortune.around(lambda: market.post(f"/work/tasks/{food}/ask/", asked))
        better = {"paper-layout": pdf_of("better")}
        self.misfortune.around(lambda: self.citizen.post(f"{self.base}/papers/layout/", {}, better))
        for element in ("business_licence", "fire_check", "shop_sign"):
            self.decide(element, "approved")()
        self.misfortune.around(self.decide("food_permit", "approved"))

    def decide(self, element: str, outcome: str) -> Callable[[], object]:
        """The act of claiming and deciding one step."""
        clerk = self.people[OFFICES[element]]
        task = task_of(clerk, self.number, WORDS[element])

        def act() -> None:
            clerk.post(f"/work/tasks/{task}/claim/", {})
            clerk.post(f"/work/tasks/{task}/decide/", {"outcome": outcome, "reasons": "", "stay": "1"})

        return act

    def look_back(self) -> None:
        """Points 5 to 7: she rates, sees who used her data; the head sees her figures."""
        self.misfortune.around(
            lambda: self.citizen.post(f"{self.base}/rate/", {"stars": "5", "comment": "快"})
        )
        self.misfortune.around(lambda: self.citizen.get("/my/data-use/"))
        self.misfortune.around(lambda: self.people["lc-market-head"].get("/work/figures/"))


def first(pattern: str, text: str) -> str:
    found = re.search(pattern, text)
    assert found, f"{pattern} is not in {text[:500]!r}"
    return found.group(1)


def test_nothing_is_lost_or_doubled(fragile: City, browser: Browser, tmp_path: Path) -> None:
    journey = Journey(fragile, browser, tmp_path)
    journey.read_the_guide()
    journey.fill_in_the_form()
    journey.submit()
    journey.review()
    journey.look_back()
    stands: dict[str, object] = {}

    def settled() -> bool:
        out = fragile.manage("shell", "-c", WHAT_STANDS.format(number=journey.number, firm=journey.firm))
        stands.update(json.loads(out.split("RESULT")[1]))
        return not (stands["waiting"] or stands["unprinted"] or stands["unsent"])

    wait_for("all events to be delivered", settled, 240)
    assert stands == {
        "state": "granted",
        "cases": 1,
        "firms": 1,
        "licences": ["business-licence", "fire-opinion", "food-permit", "sign-permit"],
        "unprinted": 0,
        "tasks": 5,
        "undone": 0,
        "decided": 1,
        "submitted": 1,
        "waiting": 0,
        "told": 3,  # submitted, paper asked, granted: once each
        "unsent": 0,
        "ratings": 1,
    }
    assert journey.misfortune.killed >= 27
    for hand in journey.people.values():
        hand.person.leave()
