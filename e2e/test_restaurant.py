"""The whole journey "open a restaurant" with five people, in Chinese and in English, on a desk and on a phone."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from e2e.people import Someone
from e2e.restaurant import OFFICES, attach, begin, claim, decide, fill, free_name, open_task, submit
from wenzhou.kernel.documents.samples import pdf_of, png_of

Meet = Callable[..., Someone]

STEPS = {
    "zh-hans": {
        "accept": "受理",
        "business_licence": "营业执照",
        "food_permit": "食品经营许可",
        "fire_check": "消防安全检查",
        "shop_sign": "店招",
    },
    "en": {
        "accept": "Accept",
        "business_licence": "business licence",
        "food_permit": "food operation permit",
        "fire_check": "Fire-safety",
        "shop_sign": "shop sign",
    },
}


@pytest.fixture
def papers(tmp_path: Path) -> dict[str, Path]:
    """Files to hand in, and one that no office takes."""
    found = {}
    for code in ("lease", "layout", "health"):
        found[code] = tmp_path / f"{code}.pdf"
        found[code].write_bytes(pdf_of(code))
    found["program"] = tmp_path / "layout.pdf.exe"
    found["program"].write_bytes(b"MZ\x90\x00" + bytes(200))
    found["picture"] = tmp_path / "drawing.png"
    found["picture"].write_bytes(png_of(64, 64))
    return found


@pytest.mark.parametrize(
    ("username", "language", "width", "firm"),
    [
        ("citizen", "zh-hans", 390, "温州市鹿城区瓯味小馆"),
        ("citizen2", "en", 1440, "温州市鹿城区江心屿咖啡馆"),
    ],
)
def test_open_a_restaurant(
    meet: Meet, papers: dict[str, Path], username: str, language: str, width: int, firm: str
) -> None:
    firm = free_name(firm)
    citizen = meet(username, width=width, language=language)
    steps = STEPS[language]

    form = begin(citizen)
    fill(citizen, firm)
    expect(citizen.page.locator("[data-autosave-state], .wz-autosave").last).to_contain_text(
        re.compile("已保存|Saved")
    )
    citizen.look("form")

    other_device = meet(username, width=1440, language=language, fresh=True)
    other_device.go(form)
    expect(other_device.page.locator("[name=firm_name]")).to_have_value(firm)
    other_device.go("/cases/")
    other_device.look("my-cases")

    for code in ("lease", "layout", "health"):
        attach(citizen, code, papers[code])
    citizen.page.check("[name=promise][value=sign-drawing]")
    citizen.look("form-with-papers")
    number = submit(citizen)

    clerks = {}
    for element, clerk_name in OFFICES.items():
        if clerk_name not in clerks:
            clerks[clerk_name] = meet(clerk_name, language=language)
        clerk = clerks[clerk_name]
        open_task(clerk, number, steps[element])
        claim(clerk)
        if element == "accept":
            clerk.look("task")
            decide(clerk, "accepted")
        elif element == "food_permit":
            ask_for_a_better_layout(clerk, citizen, number, papers)
            open_task(clerk, number, steps[element])
            decide(clerk)
        else:
            decide(clerk)
    clerk.go("/work/")
    clerk.look("worklist")

    the_citizen_has_her_licences(citizen, number, firm)
    head = meet("lc-market-head", language=language)
    for path, name in (("/work/figures/", "figures"), ("/work/map/", "map")):
        head.go(path)
        head.look(name)


def ask_for_a_better_layout(clerk: Someone, citizen: Someone, number: str, papers: dict[str, Path]) -> None:
    """The clock stops, she is told, she gives it, the clock runs."""
    page = clerk.page
    page.get_by_text(re.compile("要求补交|Ask for a paper|Ask the applicant|补正")).first.click()
    page.select_option("[name=paper]", "layout")
    page.fill("[name=reason]", "请标明灭火器的位置 Please mark the extinguishers")
    page.get_by_role("button", name=re.compile("通知申请人|Tell the applicant")).click()
    page.wait_for_load_state("networkidle")
    clerk.look("task-paused")

    citizen.go("/messages/mine/")
    expect(citizen.page.locator("main")).to_contain_text(number)
    citizen.look("notices")
    citizen.go("/cases/")
    citizen.page.get_by_role("link", name=re.compile(number)).first.click()
    citizen.page.wait_for_url(re.compile(r"/cases/[0-9a-f-]+/$"))
    citizen.look("case-paper-asked")
    with citizen.page.expect_response(lambda answer: answer.request.method == "POST") as sent:
        citizen.page.set_input_files("main input[type=file] >> nth=0", str(papers["layout"]))
    assert sent.value.status == 200


def the_citizen_has_her_licences(citizen: Someone, number: str, firm: str) -> None:
    """Four licences, each verified by anybody; she rates; she sees who read her record."""
    page = citizen.page
    citizen.go("/cases/")
    page.get_by_role("link", name=re.compile(number)).first.click()
    page.wait_for_url(re.compile(r"/cases/[0-9a-f-]+/$"))
    case_url = page.url
    for _ in range(60):
        if page.locator("a[href*='/files/'][href*='-']").filter(has_text=re.compile("PDF")).count() >= 4:
            break
        page.wait_for_timeout(500)
        page.reload()
    # Until it is printed, the button of the paper leads to the same page as that of the check.
    expect(page.locator("main a[href*='/licences/']")).to_have_count(4)
    citizen.look("case-granted")
    page.locator(".wz-rating input[value='5']").check(force=True)
    page.get_by_role("button", name=re.compile("提交评价|Send the rating")).click()
    expect(page.locator("#rating")).to_contain_text("5")
    citizen.go("/my/data-use/")
    expect(page.locator("main")).to_contain_text(re.compile("预填|fill in the form"))
    citizen.look("who-used-my-data")
    page.goto(case_url)
    page.locator("main a[href*='/licences/']").first.click()
    page.wait_for_url(re.compile("/licences/"))
    expect(page.locator("main")).to_contain_text(firm)
    citizen.look("verify")


def test_errors_stand_beside_their_fields(meet: Meet, papers: dict[str, Path]) -> None:
    citizen = meet("agent", width=390)
    begin(citizen)
    page = citizen.page
    citizen.expected = {422}
    page.fill("[name=firm_name]", "小馆")
    page.fill("[name=phone]", "12")
    page.get_by_role("button", name=re.compile("下一步")).click()
    page.wait_for_load_state("networkidle")
    expect(page.locator("#id_phone_error, [id$=phone_error]").first).to_contain_text("手机号")
    expect(page.locator("[name=firm_name]")).to_have_value("小馆")
    citizen.look("form-errors")
    page.set_input_files("input[type=file][name='paper-layout']", str(papers["program"]))
    expect(page.locator("#paper-layout")).to_contain_text(re.compile("不|类型|格式"))


def test_two_clerks_claim_one_task(meet: Meet, papers: dict[str, Path]) -> None:
    """The slower one is told who was first."""
    citizen = meet("agent")
    begin(citizen)
    fill(citizen, free_name("两人抢办餐厅"))
    for code in ("lease", "layout", "health"):
        attach(citizen, code, papers[code])
    citizen.page.check("[name=promise][value=sign-drawing]")
    number = submit(citizen)
    window = meet("lc-window")
    open_task(window, number, "受理")
    claim(window)
    decide(window, "accepted")
    first, second = meet("lc-market-clerk"), meet("lc-market-clerk2")
    for clerk in (first, second):
        open_task(clerk, number, "营业执照")
    claim(first)
    second.expected = {409}
    second.page.get_by_role("button", name=re.compile("领取并办理")).click()
    expect(second.page.locator("main")).to_contain_text("黄志远")
