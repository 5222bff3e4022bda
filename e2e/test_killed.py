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
    told=Notice.objects.filter(recipient=case.account_id, title_zh__contains=case.number).count(),
    unsent=Outgoing.objects.filter(state="waiting").count(),
    ratings=Rating.objects.filter(case=case).count(),
)))
"""


@pytest.fixture
def fragile(tmp_path: Path, browser: Browser) -> Iterator[City]:
    """A city of its own, for it will be hurt."""
    city = City(tmp_path / "data", persons=120)
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
            time.sleep(0.5)
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


def test_nothing_is_lost_or_doubled(fragile: City, browser: Browser, tmp_path: Path) -> None:
    people = {
        name: Hand(fragile, browser, name, tmp_path)
        for name in {"citizen", "lc-market-head", *OFFICES.values()}
    }
    citizen = people["citizen"]
    misfortune = Misfortune(fragile)
    firm = free_name("打不倒餐馆")

    # 1. The guide is read.
    misfortune.around(lambda: citizen.get("/services/open-restaurant/"))

    # 2. The form is begun, saved and given its papers.
    begun = citizen.post("/services/open-restaurant/apply/", {})
    case = re.search(r"/cases/([0-9a-f-]{36})/form/", begun.url)
    assert case, begun.url
    base = f"/cases/{case.group(1)}"
    form = citizen.get(f"{base}/form/")
    village = re.search(r'value="(330302\d{3})"', form)
    assert village
    town = village.group(1)
    listed = citizen.get(f"/cases/divisions/?type=open-restaurant&field=division&division.town={town}")
    found = re.search(r'value="(330302\d{6})"', listed)
    assert found
    answers = (
        ANSWERS | CHOICES | {"firm_name": firm, "division.town": town, "division.village": found.group(1)}
    )

    def save() -> None:
        page = citizen.get(f"{base}/form/")
        revision = re.search(r'name="revision" value="(\d+)"', page)
        assert revision
        citizen.post(f"{base}/save/", {**answers, "revision": revision.group(1)})

    misfortune.around(save)
    for code in ("lease", "layout", "health", "sign-drawing"):
        citizen.post(f"{base}/papers/{code}/", {}, {f"paper-{code}": pdf_of(code)})
    assert firm in citizen.get(f"{base}/form/"), "what was saved is there after all that"

    # 3. It is submitted.
    misfortune.around(lambda: citizen.post(f"{base}/review/", {}))
    numbers = re.search(r"WZ\d{15}", citizen.get(f"{base}/"))
    assert numbers, "submitted"
    number = numbers.group()

    # 4. Offices claim, ask for a paper, get it, and decide.
    def work(element: str, outcome: str) -> None:
        clerk = people[OFFICES[element]]
        task = task_of(clerk, number, WORDS[element])

        def claim_and_decide() -> None:
            clerk.post(f"/work/tasks/{task}/claim/", {})
            clerk.post(f"/work/tasks/{task}/decide/", {"outcome": outcome, "reasons": "", "stay": "1"})

        if element == "accept":
            misfortune.around(claim_and_decide)
        else:
            claim_and_decide()

    work("accept", "accepted")
    market = people[OFFICES["food_permit"]]
    food = task_of(market, number, WORDS["food_permit"])
    market.post(f"/work/tasks/{food}/claim/", {})
    misfortune.around(
        lambda: market.post(f"/work/tasks/{food}/ask/", {"paper": "layout", "reason": "请标明灭火器的位置"})
    )
    misfortune.around(lambda: citizen.post(f"{base}/papers/layout/", {}, {"paper-layout": pdf_of("better")}))
    for element in ("business_licence", "fire_check", "shop_sign"):
        work(element, "approved")

    # 5. The last office approves: firm, licences, event, notices.
    misfortune.around(
        lambda: market.post(
            f"/work/tasks/{food}/decide/", {"outcome": "approved", "reasons": "", "stay": "1"}
        )
    )
    misfortune.around(lambda: citizen.post(f"{base}/rate/", {"stars": "5", "comment": "很快"}))

    # 6. and 7. Who used my data; the head's figures.
    misfortune.around(lambda: citizen.get("/my/data-use/"))
    misfortune.around(lambda: people["lc-market-head"].get("/work/figures/"))

    stands: dict[str, object] = {}

    def settled() -> bool:
        out = fragile.manage("shell", "-c", WHAT_STANDS.format(number=number, firm=firm))
        stands.update(json.loads(out.split("RESULT")[1]))
        return not (stands["waiting"] or stands["unprinted"] or stands["unsent"])

    wait_for("all events to be delivered", settled, 240)
    told = stands.pop("told")
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
        "unsent": 0,
        "ratings": 1,
    }
    assert told == 3, "submitted, paper asked, granted: once each"
    assert misfortune.killed >= 27
    for hand in people.values():
        hand.person.leave()
