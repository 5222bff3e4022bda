"""The form in a real browser when the session ends under the citizen's hands."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast

from django.conf import settings
from django.urls import reverse
from playwright.sync_api import Browser, expect

from wenzhou.kernel.cases.services.drafts import open_draft
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
