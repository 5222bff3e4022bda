"""The design system in a real browser: two widths, two languages, keyboard, no network, refusals."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, Page, expect, sync_playwright

from wenzhou.kernel.base.testing import browser_program

ROOT = Path(__file__).resolve().parents[4]
AXE = ROOT / "node_modules/axe-core/axe.min.js"
LAYOUTS = ("", "?layout=portal", "?layout=counter", "?layout=print", "?layout=auth", "?layout=error")
ARGUMENTS = ["--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
# Whether the words of the brand run into the tools beside them.
OVERLAP = """() => {
  const name = document.querySelector(".wz-brand-name"), tools = document.querySelector(".wz-tools");
  if (!name || !tools) return false;
  const words = document.createRange();
  words.selectNodeContents(name);
  return words.getBoundingClientRect().right > tools.getBoundingClientRect().left;
}"""

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(scope="module")
def browser():
    path = browser_program()
    # Django refuses database work in a thread with a running event loop, which playwright keeps.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield started
        started.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


def context(
    browser: Browser, address: str, *, width: int = 1440, language: str = "zh-hans"
) -> BrowserContext:
    made = browser.new_context(viewport={"width": width, "height": 900}, reduced_motion="reduce")
    made.add_cookies([{"name": "wz_language", "value": language, "url": address}])
    return made


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def page(browser, live_server, said):
    with context(browser, live_server.url) as made:
        yield opened(made, live_server.url + "/styleguide/", said)


def opened(made: BrowserContext, address: str, said: list[str]) -> Page:
    """A page at the address; what its console says goes to ``said``."""

    def console(line: ConsoleMessage) -> None:
        if line.type in ("error", "warning"):
            said.append(line.text)

    def broken(error: Error) -> None:
        said.append(str(error))

    page = made.new_page()
    page.on("console", console)
    page.on("pageerror", broken)
    page.goto(address)
    return page


def scroll_through(page: Page) -> None:
    """Charts and maps are drawn when they come near the screen."""
    for element in page.locator("[data-chart], [data-map]").all():
        element.scroll_into_view_if_needed()
        expect(element).to_have_attribute("data-ready", "drawn", timeout=15_000)


@pytest.mark.parametrize(("width", "language"), [(390, "zh-hans"), (1440, "zh-hans"), (390, "en")])
def test_every_layout_is_clean(browser, live_server, width, language, said):
    with context(browser, live_server.url, width=width, language=language) as made:
        for layout in LAYOUTS:
            page = opened(made, f"{live_server.url}/styleguide/{layout}", said)
            scroll_through(page)
            assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, layout
            assert page.evaluate(OVERLAP) is False, layout
            page.evaluate(AXE.read_text(encoding="utf-8"))
            found = page.evaluate(
                "axe.run(document).then(done => done.violations.map(one => [one.id, one.nodes.map(n => n.target)]))"
            )
            assert found == [], layout
            assert said == [], layout
            page.close()


def test_axe_would_find_a_fault(page):
    page.evaluate("document.querySelector('main').append(document.createElement('button'))")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document).then(done => done.violations.map(one => one.id))")
    assert "button-name" in found


def test_inline_script_and_style_are_refused_by_the_policy(page, said):
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<p id=t style=\"color:red\">x</p>')")
    assert page.evaluate("getComputedStyle(document.getElementById('t')).color") != "rgb(255, 0, 0)"
    assert any("Content Security Policy" in line for line in said)


def test_the_first_tab_stop_skips_to_the_content(page):
    # Without the sample of a refused form, which takes the focus to its errors.
    page.goto(page.url + "?layout=portal")
    page.keyboard.press("Tab")
    expect(page.locator(".wz-skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_a_draft_is_saved_kept_offline_and_saved_again(page):
    state = page.locator("[data-autosave-state]")
    page.get_by_label("店名").first.fill("老街面馆")
    expect(state).to_have_text(re.compile(r"已保存 \d\d:\d\d"))
    assert page.evaluate("Object.keys(localStorage).length") == 0
    page.context.set_offline(True)
    page.get_by_label("店名").first.fill("老街面馆二店")
    expect(state).to_contain_text("网络中断")
    assert "老街面馆二店" in page.evaluate("Object.values(localStorage).map(decodeURIComponent).join()")
    page.context.set_offline(False)
    expect(state).to_have_text(re.compile(r"已保存 \d\d:\d\d"), timeout=10_000)
    assert page.evaluate("Object.keys(localStorage).length") == 0


def test_a_copy_left_on_the_device_is_offered_on_the_next_visit(page):
    page.evaluate(
        "localStorage.setItem('wz-draft:/styleguide/try/', JSON.stringify([['shop', '留在本机的店名']]))"
    )
    page.reload()
    page.get_by_role("button", name="恢复").click()
    expect(page.get_by_label("店名").first).to_have_value("留在本机的店名")
    expect(page.locator("[data-autosave-state]")).to_have_text(re.compile(r"已保存"))


def test_a_file_is_taken_or_refused_with_the_reason_beside_it(page):
    zone = page.locator("input[type=file]")
    zone.set_input_files({"name": "平面图.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7"})
    expect(page.locator(".wz-file-name")).to_contain_text("平面图.pdf")
    zone.set_input_files({"name": "big.pdf", "mimeType": "application/pdf", "buffer": b"0" * 1_100_000})
    expect(page.locator("[data-upload-error]")).to_contain_text("超过 1 MB")
    assert page.locator(".wz-file").count() == 1


def test_a_confirmation_can_be_refused_and_given(page):
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if request.method == "POST" else None)
    page.get_by_role("button", name="撤回申请").click()
    expect(page.get_by_role("dialog", name="撤回申请？")).to_be_visible()
    page.get_by_role("button", name="取消").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert asked == []
    page.get_by_role("button", name="撤回申请").click()
    page.get_by_role("dialog").get_by_role("button", name="撤回").click()
    page.wait_for_url("**/styleguide/try/")
    assert len(asked) == 1


def test_the_errors_of_a_refused_form_have_the_focus(page):
    expect(page.locator(".wz-error-summary")).to_be_focused()
    page.get_by_role("link", name="联系电话：请填 11 位手机号码。").click()
    expect(page.locator("#id_wrong-phone")).to_be_focused()


def test_the_diagram_zooms(page):
    drawing = page.locator(".wz-diagram-view svg")
    expect(drawing).to_have_css("width", "720px")
    page.locator(".wz-diagram-tools").get_by_role("button", name="放大").click()
    expect(drawing).to_have_css("width", "900px")


def test_the_language_switch_comes_back_to_the_same_page(page):
    page.get_by_role("link", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Components")
    assert "/styleguide/" in page.url
