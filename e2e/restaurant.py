"""What the people of the restaurant journey do, page by page."""

from __future__ import annotations

import random
import re
from pathlib import Path

from playwright.sync_api import expect

from e2e.people import Someone

ANSWERS = {
    "phone": "13812345678",
    "firm_name": "",
    "capital": "100000",
    "address": "公园路 88 号一层",
    "floor_area": "86.5",
    "seats": "36",
    "kitchen_area": "22",
    "food_staff": "4",
    "storey": "1",
    "exits": "1",
    "sign_text": "瓯味小馆",
    "sign_width": "3.2",
    "sign_height": "0.8",
}
CHOICES = {
    "firm_kind": "individual",
    "line": "H6291",
    "food": "hot",
    "gas": "yes",
    "sprinkler": "no",
    "sign_lit": "yes",
}
OFFICES = {
    "accept": "lc-window",
    "business_licence": "lc-market-clerk",
    "food_permit": "lc-market-clerk",
    "fire_check": "lc-fire-clerk",
    "shop_sign": "lc-urban-clerk",
}


def free_name(name: str) -> str:
    """A name that no firm has, also when the journey is played again in the same city."""
    return (
        "温州市鹿城区" + "".join(random.choices("甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥", k=4)) + name
    )


def begin(citizen: Someone) -> str:
    """From the guide to the form; gives the path of the form."""
    citizen.go("/services/open-restaurant/")
    citizen.look("guide")
    citizen.page.get_by_role("button", name=re.compile("在线办理|Apply on line")).click()
    citizen.page.wait_for_url(re.compile(r"/cases/[0-9a-f-]+/form/"))
    return citizen.page.url.removeprefix(citizen.city.url)


def fill(citizen: Someone, firm_name: str) -> None:
    """Answer every question of the form that is open."""
    page = citizen.page
    for name, answer in (ANSWERS | {"firm_name": firm_name}).items():
        page.fill(f"[name={name}]", answer)
    for name, answer in CHOICES.items():
        control = page.locator(f"[name={name}]").first
        if control.evaluate("node => node.tagName") == "SELECT":
            control.select_option(answer)
        else:
            page.locator(f"[name={name}][value='{answer}']").check()
    pick_division(citizen)


def pick_division(citizen: Someone) -> None:
    """Street, then community, from two lists."""
    page = citizen.page
    with page.expect_response(lambda answer: "/cases/divisions/" in answer.url):
        page.locator("select[name='division.town']").select_option(index=2)
    village = page.locator("select[name='division.village']")
    expect(village.locator("option").nth(1)).to_be_attached()
    village.select_option(index=1)


def attach(citizen: Someone, code: str, file: Path) -> None:
    """Choose a file for a paper of the form; it is sent at once."""
    page = citizen.page
    with page.expect_response(
        lambda answer: answer.request.method == "POST" and "paper" in answer.url
    ) as sent:
        page.set_input_files(f"input[type=file][name='paper-{code}']", str(file))
    assert sent.value.status == 200, sent.value.text()[:300]


def submit(citizen: Someone) -> str:
    """Check and submit; gives the receipt number."""
    page = citizen.page
    page.get_by_role("button", name=re.compile("下一步|Next")).click()
    page.wait_for_url(re.compile("/review/"))
    citizen.look("review")
    page.get_by_role("button", name=re.compile("^提交申请|^Submit the application")).click()
    page.wait_for_selector("text=/WZ\\d{15}/")
    citizen.look("receipt")
    found = re.search(r"WZ\d{15}", page.inner_text("main"))
    assert found
    return found.group()


def open_task(clerk: Someone, number: str, step: str) -> None:
    """Find a step of the case on the worklist and open it."""
    clerk.go(f"/work/?tab=all&number={number}")
    row = clerk.page.locator("tbody tr", has_text=re.compile(step))
    row.get_by_role("link").first.click()
    clerk.page.wait_for_url(re.compile("/work/tasks/"))


def claim(clerk: Someone) -> None:
    """Take the task that is open."""
    clerk.page.get_by_role("button", name=re.compile("领取并办理|Claim and work")).click()
    clerk.page.wait_for_selector("[name=outcome]")


def decide(clerk: Someone, outcome: str = "approved") -> None:
    """Decide the task that is open."""
    clerk.page.check(f"[name=outcome][value={outcome}]")
    clerk.page.click("button[name=stay]")
    clerk.page.wait_for_load_state("networkidle")
