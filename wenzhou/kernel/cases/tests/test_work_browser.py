"""An office's pages in a real browser: no violation by axe, no console error, and a claim without reloading."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from wenzhou.kernel.base.actors import AUDITOR, HEAD, OPERATOR, Actor
from wenzhou.kernel.base.testing import browser_program
from wenzhou.kernel.cases.models import Rating, Task
from wenzhou.kernel.cases.services.papers import ask_paper
from wenzhou.kernel.cases.services.tasks import claim, decide
from wenzhou.kernel.cases.testing import clerk_for, make_running_case
from wenzhou.kernel.cases.tests.permit import PERMIT
from wenzhou.kernel.geo.testing import load_city
from wenzhou.kernel.identity.testing import actor_with, client_for

ROOT = Path(__file__).resolve().parents[4]
AXE = ROOT / "node_modules/axe-core/axe.min.js"
FINDINGS = (
    "axe.run(document).then(done => done.violations.map(one => [one.id, one.nodes.map(n => n.target)]))"
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(scope="module")
def browser():
    path = browser_program()
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as driver:
        yield driver.chromium.launch(
            executable_path=path,
            args=["--no-sandbox", "--use-gl=swiftshader", "--enable-unsafe-swiftshader"],
        )
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


def signed_in(
    browser: Browser, address: str, actor: Actor, *, width: int = 1440, language: str = "zh-hans"
) -> BrowserContext:
    context = browser.new_context(viewport={"width": width, "height": 900}, reduced_motion="reduce")
    session = client_for(actor).cookies[settings.SESSION_COOKIE_NAME].value
    cookies = {settings.SESSION_COOKIE_NAME: session, settings.LANGUAGE_COOKIE_NAME: language}
    context.add_cookies([{"name": name, "value": value, "url": address} for name, value in cookies.items()])
    return context


def watched(page: Page) -> list[str]:
    said: list[str] = []
    page.on("console", lambda line: said.append(line.text) if line.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    return said


def a_working_office() -> dict[str, tuple[Actor, str]]:
    """Tasks in every state, and each page with who may open it."""
    load_city()
    tasks = [
        make_running_case(PERMIT, area="330302006", name=f"第{n}号小店").tasks.get(element="health")
        for n in range(5)
    ]
    clerk, head = clerk_for(tasks[0]), clerk_for(tasks[0], HEAD)
    for task in tasks[:3]:
        claim(clerk, task.id)
    decide(clerk, tasks[0].id, "approved")
    ask_paper(clerk, tasks[1].id, "proof", "请补交健康证明")
    Rating.objects.create(case_id=tasks[0].case_id, stars=5)
    Task.objects.filter(id=tasks[4].id).update(deadline=timezone.localdate() - timedelta(days=9))
    return {
        "list": (clerk, reverse("cases:work") + "?tab=all"),
        "in hand": (clerk, reverse("cases:work-task", args=[tasks[2].id])),
        "paused": (clerk, reverse("cases:work-task", args=[tasks[1].id])),
        "to claim": (clerk, reverse("cases:work-task", args=[tasks[3].id])),
        "figures": (head, reverse("cases:figures")),
        "map": (head, reverse("cases:map")),
        "towns": (head, reverse("cases:map") + "?area=330302"),
        "find": (actor_with(AUDITOR), reverse("cases:case-search")),
        "case": (actor_with(AUDITOR), reverse("cases:case-file", args=[tasks[0].case_id])),
        "calendar": (actor_with(OPERATOR), reverse("cases:calendar") + "?year=2027"),
    }


@pytest.mark.parametrize(("width", "language"), [(1440, "zh-hans"), (390, "zh-hans"), (390, "en")])
def test_every_page_is_clean(browser: Browser, live_server, width: int, language: str):
    for name, (actor, path) in a_working_office().items():
        with signed_in(browser, live_server.url, actor, width=width, language=language) as context:
            page = context.new_page()
            said = watched(page)
            page.goto(live_server.url + path)
            for element in page.locator("[data-chart], [data-map]").all():
                element.scroll_into_view_if_needed()
                expect(element).to_have_attribute("data-ready", "drawn", timeout=15_000)
            assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, name
            page.evaluate(AXE.read_text(encoding="utf-8"))
            assert page.evaluate(FINDINGS) == [], name
            assert said == [], name


def test_a_claim_in_the_list_needs_no_reload_and_a_lost_one_is_said(browser: Browser, live_server):
    load_city()
    task = make_running_case(PERMIT, area="330302006").tasks.get(element="health")
    first, second = clerk_for(task), clerk_for(task)
    with (
        signed_in(browser, live_server.url, first) as one,
        signed_in(browser, live_server.url, second) as two,
    ):
        pages = [context.new_page() for context in (one, two)]
        for page in pages:
            page.goto(live_server.url + reverse("cases:work"))
        pages[0].get_by_role("button", name="领取").click()
        expect(pages[0].get_by_role("link", name="办理")).to_be_focused()
        pages[1].get_by_role("button", name="领取").click()
        expect(pages[1].get_by_role("alert")).to_contain_text(first.name)
        pages[0].keyboard.press("Enter")
        expect(pages[0].get_by_role("heading", name="办结")).to_be_focused()  # not twenty tabs away
