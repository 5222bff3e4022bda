"""Sign-in in a real browser: the whole way by password and code, then a passkey; every page by axe."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page, expect, sync_playwright

from wenzhou.kernel.base.actors import AGENT, OPERATOR
from wenzhou.kernel.base.testing import browser_program
from wenzhou.kernel.identity import demo
from wenzhou.kernel.identity.models import Account, Office
from wenzhou.kernel.identity.testing import PASSWORD, actor_with, client_for, make_organisation

ROOT = Path(__file__).resolve().parents[4]
AXE = ROOT / "node_modules/axe-core/axe.min.js"
# Where to keep pictures of every page, for those who design; nothing is kept when it is not set.
SHOTS = os.environ.get("WZ_SHOTS", "")

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(scope="module")
def browser():
    path = browser_program()
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield started
        started.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def city():
    demo.load(0, lambda line: None)


def watched(page: Page) -> list[str]:
    said: list[str] = []
    page.on("console", lambda line: said.append(line.text) if line.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    return said


def sign_in_by_code(page: Page, address: str, username: str) -> None:
    page.goto(f"{address}/account/login/?next=/account/")
    page.locator("#id_login").fill(username)
    page.locator("#id_password").fill(demo.DEMO_PASSWORD)
    page.get_by_role("button", name="下一步").click()
    with page.expect_popup() as popup:
        page.get_by_role("link", name="查看验证码").click()
    code = popup.value.locator("[data-demo-code]").inner_text()
    popup.value.close()
    page.locator("#id_code").fill(code)
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("我的账户")


def test_a_passkey_from_enrolment_to_sign_in(browser: Browser, live_server, city):
    address = live_server.url
    assert "localhost" in address, "browsers refuse passkeys under an address in numbers"
    with browser.new_context(viewport={"width": 390, "height": 844}, locale="zh-CN") as context:
        page = context.new_page()
        said = watched(page)
        device = context.new_cdp_session(page)
        device.send("WebAuthn.enable")
        device.send(
            "WebAuthn.addVirtualAuthenticator",
            {
                "options": {
                    "protocol": "ctap2",
                    "transport": "internal",
                    "hasResidentKey": True,
                    "hasUserVerification": True,
                    "isUserVerified": True,
                }
            },
        )
        sign_in_by_code(page, address, "citizen")
        page.get_by_role("link", name="通行密钥和验证器").click()
        page.get_by_role("link", name="添加通行密钥").click()
        page.locator("#id_password").fill(demo.DEMO_PASSWORD)  # before security settings change, once more
        page.get_by_role("button", name="确认").click()
        page.get_by_role("button", name="添加", exact=True).click()
        expect(page.get_by_role("heading", level=1)).to_have_text("恢复码")
        assert len(page.locator("main li code").all()) == 10

        page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
        page.goto(f"{address}/account/login/?next=/account/delegations/")
        page.get_by_role("button", name="用通行密钥登录").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("委托代办")
        assert page.url == f"{address}/account/delegations/"

        # The password of that account now leads to the second factor, no longer to the mailbox.
        page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
        page.goto(f"{address}/account/login/?next=/offices/")
        page.locator("#id_login").fill("citizen")
        page.locator("#id_password").fill(demo.DEMO_PASSWORD)
        page.get_by_role("button", name="下一步").click()
        page.get_by_role("button", name="使用通行密钥").click()
        page.wait_for_url(f"{address}/offices/")
        assert said == []


def test_a_passkey_that_is_refused_is_told_on_the_page(browser: Browser, live_server):
    with browser.new_context(locale="zh-CN") as context:
        page = context.new_page()
        said = watched(page)
        device = context.new_cdp_session(page)
        device.send("WebAuthn.enable")
        options = {"protocol": "ctap2", "transport": "usb", "hasResidentKey": False, "isUserVerified": False}
        device.send("WebAuthn.addVirtualAuthenticator", {"options": options})
        page.goto(f"{live_server.url}/account/login/")
        page.get_by_role("button", name="用通行密钥登录").click()
        expect(page.locator("[data-passkey-error]")).to_be_visible(timeout=30_000)
        assert said == []


def test_under_numbers_the_reader_is_told_why_there_is_no_passkey(browser: Browser, live_server):
    with browser.new_context(locale="zh-CN") as context:
        page = context.new_page()
        page.goto(live_server.url.replace("localhost", "127.0.0.1") + "/account/login/")
        expect(page.locator("[data-passkey-host]")).to_be_visible()
        expect(page.get_by_role("button", name="用通行密钥登录")).to_be_disabled()


PUBLIC = [
    "/account/login/",
    "/account/signup/",
    "/account/inactive/",
    "/account/password/reset/",
    "/offices/",
    "/account/demo-accounts/",
    "/account/demo-code/",
]
MINE = [
    "/account/",
    "/account/acting/",
    "/account/delegations/",
    "/account/real-name/",
    "/account/sessions/",
    "/account/email/",
    "/account/reauthenticate/",
    "/account/2fa/",
]


def addresses() -> tuple[list[str], list[tuple[str, object]]]:
    """What the public, an agent and an operator may open, each with whom to open it as."""
    agent = actor_with(AGENT, organisation=make_organisation(name="温州市鹿城区示范餐饮管理有限公司"))
    assert agent.account is not None
    row = Account.objects.get(id=agent.account)
    row.set_password(PASSWORD)
    row.save()
    operator = actor_with(OPERATOR)
    clerk = Account.objects.get(username="lc-market-clerk")
    managing = ["/accounts/", f"/accounts/{clerk.id}/"]
    return PUBLIC, [*((path, agent) for path in MINE), *((path, operator) for path in managing)]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("width", [390, 1440])
def test_pages_are_accessible_and_fit(browser: Browser, live_server, city, width: int, language: str):
    public, private = addresses()
    assert Office.objects.exists()
    found: list[str] = []
    for path, actor in [*((path, None) for path in public), *private]:
        client = client_for(actor, language=language)  # type: ignore[arg-type]
        with browser.new_context(viewport={"width": width, "height": 900}) as context:
            context.add_cookies(
                [
                    {"name": name, "value": morsel.value, "url": live_server.url}
                    for name, morsel in client.cookies.items()
                ]
            )
            page = context.new_page()
            said = watched(page)
            page.goto(live_server.url + path)
            keep(page, f"{path}-{width}-{language}")
            found += [f"{path}: {line}" for line in said]
            wide = page.evaluate(
                "document.documentElement.scrollWidth > document.documentElement.clientWidth"
            )
            found += [f"{path}: wider than the screen"] * wide
            page.evaluate(AXE.read_text())
            violations = page.evaluate(
                "axe.run().then(r => r.violations.map(v => v.id + ' ' + v.nodes[0].html))"
            )
            found += [f"{path}: {one}" for one in violations]
    assert found == []


def keep(page: Page, name: str) -> None:
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/{re.sub(r'[^a-z0-9-]+', '_', name)}.png", full_page=True)
