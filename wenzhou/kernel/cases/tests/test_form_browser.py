"""The form in a real browser when the session ends under the citizen's hands."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import Browser, expect

from wenzhou.kernel.cases.services.drafts import open_draft, save_draft
from wenzhou.kernel.cases.tests.conftest import People
from wenzhou.kernel.cases.tests.test_work_browser import browser, pytestmark, signed_in
from wenzhou.kernel.geo.testing import load_city

if TYPE_CHECKING:
    from playwright._impl._api_structures import SetCookieParam

__all__ = ["browser", "pytestmark"]


def test_what_was_typed_survives_the_end_of_the_session(browser: Browser, live_server, people: People):
    load_city()
    draft = open_draft(people.citizen, "test-permit")
    address = live_server.url + reverse("cases:form", kwargs={"case_id": draft.case})
    with signed_in(browser, live_server.url, people.citizen, width=390) as context:
        page = context.new_page()
        page.goto(address)
        session = next(c for c in context.cookies() if c["name"] == settings.SESSION_COOKIE_NAME)
        context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
        page.locator("[name=name]").fill("断线以后的小店")
        expect(page.get_by_role("button", name="重新登录")).to_be_visible()
        page.get_by_role("button", name="下一步").click()
        page.wait_for_url(re.compile("/account/login/"))
        context.add_cookies([cast("SetCookieParam", session)])
        page.goto(address)
        expect(page.locator("[name=name]")).to_have_value("")
        page.get_by_role("button", name="恢复").click()
        expect(page.locator("[data-autosave-state]")).to_contain_text("已保存")
        page.reload()
        expect(page.locator("[name=name]")).to_have_value("断线以后的小店")
        assert page.evaluate("Object.keys(localStorage).length") == 0


SEEN = """() => {
  const at = document.activeElement;
  const bar = document.querySelector(".cases-bar");
  if (!at.closest("#application") || bar.contains(at)) return null;
  const error = document.getElementById(`${at.id}_error`);
  const line = Math.min(innerHeight, bar.getBoundingClientRect().top);
  const parts = [at, at.labels?.[0], error].filter((one) => one && !one.matches("[type=file], .visually-hidden"));
  const hidden = parts.map((one) => one.getBoundingClientRect()).filter((box) => box.top < 0 || box.bottom > line);
  return {name: at.name || at.id, error: Boolean(error), hidden: hidden.length};
}"""


@pytest.mark.parametrize("height", [844, 640])
@pytest.mark.parametrize("key", ["Tab", "Shift+Tab"])
def test_what_has_the_focus_is_not_behind_the_bar(
    browser: Browser, live_server, people: People, key: str, height: int
):
    load_city()
    draft = open_draft(people.citizen, "test-permit")
    save_draft(people.citizen, draft.case, {"name": "长" * 21, "phone": "1", "opens": "明天"}, revision=0)
    with signed_in(browser, live_server.url, people.citizen, width=390) as context:
        page = context.new_page()
        page.set_viewport_size({"width": 390, "height": height})
        page.goto(f"{live_server.url}{reverse('cases:form', kwargs={'case_id': draft.case})}?check=1")
        target = page.locator(".wz-error-summary a[href='#id_phone']")
        target.click()
        assert page.evaluate(SEEN) == {"name": "phone", "error": True, "hidden": 0}, "from the list of errors"
        page.locator("[name=applicant_name]" if key == "Tab" else ".cases-bar button >> nth=-1").focus()
        seen = []
        for _ in range(16):
            page.keyboard.press(key)
            found = page.evaluate(SEEN)
            seen += [found] if found else []
        assert {one["name"] for one in seen} >= {"name", "phone", "opens", "size"}
        assert [one for one in seen if one["hidden"]] == []
        assert any(one["error"] for one in seen)


def test_a_sign_in_in_another_tab_does_not_spoil_the_form(browser: Browser, live_server, people: People):
    load_city()
    draft = open_draft(people.citizen, "test-permit")
    with signed_in(browser, live_server.url, people.citizen) as context:
        page = context.new_page()
        page.goto(live_server.url + reverse("cases:form", kwargs={"case_id": draft.case}))
        context.add_cookies([{"name": "wz_csrf", "value": "k" * 32, "url": live_server.url}])  # renewed
        page.locator("[name=name]").fill("两个标签页")
        expect(page.locator("[data-autosave-state]")).to_contain_text("已保存")
        page.locator(".cases-bar").get_by_role("button", name="保存草稿").click()
        expect(page.locator("#id_saved")).to_contain_text("草稿已保存")
