"""The picture says what the file and the run say, to the eye, to the ear, and within our CSP."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from wenzhou.kernel.cases.process.diagram import StepState, draw, steps
from wenzhou.kernel.cases.process.drawing import read_drawing
from wenzhou.kernel.cases.process.engine import load, start
from wenzhou.kernel.cases.process.lettering import ELLIPSIS, width, wrap
from wenzhou.kernel.cases.process.problems import ProcessInvalid
from wenzhou.kernel.cases.tests.bpmn import RESTAURANT, process

SVG = "{http://www.w3.org/2000/svg}"
CSS = (Path(__file__).parents[1] / "static" / "cases" / "process.css").read_text(encoding="utf-8")


def halfway():
    run = start(load(RESTAURANT), {})
    run.complete("accept", {"outcome": "accepted"})
    run.complete("fire_check", {"outcome": "approved"})
    return {"done": run.done_elements(), "current": run.current_elements()}


def picture(**options) -> etree._Element:
    return etree.fromstring(draw(RESTAURANT, **{"english": False, **options}))


def classes(svg, element_id) -> set[str]:
    (found,) = svg.xpath(f"//*[@data-element='{element_id}']")
    return set(found.get("class").split())


def texts(svg) -> list[str]:
    return ["".join(text.itertext()) for text in svg.iter(f"{SVG}text")]


def test_every_element_of_the_file_is_drawn_once():
    svg = picture()
    definition = load(RESTAURANT).definition
    drawn = svg.xpath("//@data-element")
    assert len(drawn) == len(set(drawn))
    assert set(drawn) >= set(definition.nodes) | {flow.id for flow in definition.flows}
    assert set(drawn) >= {"pool", "lane_window", "lane_market", "lane_fire", "lane_urban"}


def test_states_are_classes_and_marks():
    svg = picture(**halfway())
    assert {"bpmn-task", "bpmn-userTask", "is-done"} <= classes(svg, "fire_check")
    assert "is-current" in classes(svg, "shop_sign")
    assert "is-waiting" in classes(svg, "issue")
    assert "is-waiting" in classes(svg, "review_join")
    marked = {
        group.getparent().get("data-element") for group in svg.iterfind(f".//{SVG}g[@class='bpmn-mark']")
    }
    assert marked == {"accept", "fire_check", "business_licence", "food_permit", "shop_sign"}


def test_taken_flows():
    svg = picture(**halfway())
    taken = {e for e in svg.xpath("//@data-element") if "is-taken" in classes(svg, e)}
    assert taken == {
        "to_accept", "to_is_accepted", "if_accepted", "to_business_licence", "to_food_permit", "to_fire_check",
        "to_shop_sign", "from_fire_check",
    }  # fmt: skip


def test_a_step_in_its_second_round_is_current():
    both = {"done": {"accept"}, "current": {"accept"}}
    assert steps(RESTAURANT, **both)[0].state is StepState.CURRENT
    assert "is-done" not in classes(picture(**both), "accept")


def test_both_languages():
    chinese, english = texts(picture()), texts(picture(english=True))
    assert "食品经营许可审查" in chinese
    assert "公众聚集场所消防安全检查" in chinese  # broken over two lines, whole when read
    assert "综合行政执法局" in chinese
    assert "Fire-safety check" in english
    assert "All approved?" in english
    assert not [text for text in english if re.search(r"[\u4e00-\u9fff]", text)]
    assert picture(english=True).get("lang") == "en"


def test_nothing_that_the_csp_forbids():
    svg = picture(**halfway())
    assert not svg.xpath("//@style")
    assert {etree.QName(element).localname for element in svg.iter()} == {
        "svg", "title", "desc", "defs", "marker", "g", "path", "rect", "circle", "text", "tspan",
    }  # fmt: skip
    assert not [name for element in svg.iter() for name in element.attrib if name.startswith("on")]
    assert not svg.xpath("//@*[local-name()='href']")


def test_named_for_screen_readers():
    svg = picture(uid="case-7", **halfway())
    assert svg.get("role") == "img"
    named = [svg.xpath(f"//*[@id='{part}']")[0].text for part in svg.get("aria-labelledby").split()]
    assert named[0] == "开办餐饮店一件事"
    assert named[1] == "共 7 个环节，已办 2 个；在办：营业执照审核、食品经营许可审查、店招设置审查。"


def test_two_diagrams_on_a_page_do_not_share_ids():
    first, second = picture(uid="a"), picture(uid="b")
    assert not set(first.xpath("//@id")) & set(second.xpath("//@id"))
    for svg, uid in ((first, "a"), (second, "b")):
        ids = set(svg.xpath("//@id"))
        wanted = set(re.findall(r"url\(#(.*?)\)", " ".join(svg.xpath("//@marker-end"))))
        assert wanted
        assert wanted <= ids
        assert all(each.startswith(uid) for each in ids)


def test_everything_lies_within_the_view():
    svg = picture()
    left, top, across, down = map(float, svg.get("viewBox").split())
    for rect in svg.iter(f"{SVG}rect"):
        assert left < float(rect.get("x"))
        assert float(rect.get("x")) + float(rect.get("width")) < left + across
        assert top < float(rect.get("y"))
        assert float(rect.get("y")) + float(rect.get("height")) < top + down


@pytest.mark.parametrize("english", [False, True])
def test_names_fit_their_tasks(english):
    svg = picture(english=english)
    for group in svg.iterfind(f".//{SVG}g"):
        if "bpmn-task" not in group.get("class", "").split():
            continue
        box = group.find(f"{SVG}rect")
        for span in group.iter(f"{SVG}tspan"):
            assert ELLIPSIS not in span.text
            assert width(span.text) * 13 <= float(box.get("width")) - 10
            baseline = float(span.get("y"))
            assert float(box.get("y")) + 13 < baseline < float(box.get("y")) + float(box.get("height")) - 4


def test_steps_in_the_order_of_the_flows_with_their_offices():
    listed = steps(RESTAURANT, **halfway())
    assert [step.element_id for step in listed] == [
        "accept", "business_licence", "food_permit", "fire_check", "shop_sign", "issue", "refuse",
    ]  # fmt: skip
    assert [step.lane.zh for step in listed][:4] == [
        "综合窗口", "市场监督管理局", "市场监督管理局", "消防救援大队",
    ]  # fmt: skip
    assert [step.state.value for step in listed] == [
        "is-done", "is-current", "is-current", "is-done", "is-current", "is-waiting", "is-waiting",
    ]  # fmt: skip
    assert listed[1].state_name.en == "In progress"


def test_a_file_without_a_diagram_is_refused_with_the_remedy():
    with pytest.raises(ProcessInvalid) as refusal:
        draw(process("s>a a>e"))
    assert "BPMN DI" in refusal.value.problem.en
    assert "modeller" in refusal.value.remedy.en


@pytest.mark.parametrize("element_id", ["fire_check", "to_accept"])
def test_an_element_that_is_not_drawn_is_named(element_id):
    xml = RESTAURANT.replace(f'bpmnElement="{element_id}"'.encode(), b'bpmnElement="nothing"')
    with pytest.raises(ProcessInvalid) as refusal:
        draw(xml)
    assert refusal.value.element_id == element_id


@pytest.mark.parametrize("number", [b"NaN", b"inf", b"1e300", b"-1", b"wide", b""])
def test_sizes_that_are_no_sizes_are_refused(number):
    xml = RESTAURANT.replace(
        b'<dc:Bounds x="320" y="130" width="140"', b'<dc:Bounds x="320" y="130" width="' + number + b'"'
    )
    assert xml != RESTAURANT
    with pytest.raises(ProcessInvalid) as refusal:
        draw(xml)
    assert refusal.value.element_id == "accept"


def test_names_cannot_break_out_of_the_picture():
    evil = '&lt;/text&gt;&lt;script&gt;alert(1)&lt;/script&gt;" onload="x'.replace('"', "&quot;")
    svg = draw(RESTAURANT.replace("店招设置审查".encode(), evil.encode()), english=False)
    assert "<script" not in svg
    root = etree.fromstring(svg)
    assert not root.xpath("//@onload")
    assert any("alert(1)" in (title.text or "") for title in root.iter(f"{SVG}title"))


def test_elements_that_are_drawn_but_not_run():
    """A timer on the border of a task, a note, a collapsed sub-process: shown, though load() refuses them."""
    extra = (
        '<bpmn:boundaryEvent id="late" name="超时" cancelActivity="false" attachedToRef="accept">'
        "<bpmn:timerEventDefinition/></bpmn:boundaryEvent>"
        '<bpmn:textAnnotation id="note"><bpmn:text>一个工作日内</bpmn:text></bpmn:textAnnotation>'
        '<bpmn:subProcess id="inner" name="子流程"/></bpmn:process>'
    )
    shape = (
        '<bpmndi:BPMNShape id="{0}_di" bpmnElement="{0}"><dc:Bounds x="{1}" y="192" width="{2}" height="36"/>'
        "</bpmndi:BPMNShape>"
    )
    xml = RESTAURANT.decode().replace("</bpmn:process>", extra)
    drawn = "".join(
        shape.format(*place) for place in (("late", 400, 36), ("note", 700, 120), ("inner", 830, 100))
    )
    xml = xml.replace("</bpmndi:BPMNPlane>", drawn + "</bpmndi:BPMNPlane>")
    svg = etree.fromstring(draw(xml.encode(), english=False))
    assert svg.xpath("//*[@data-element='late']//*[@stroke-dasharray]")
    assert {"超时", "一个工作日内"} <= set(texts(svg))
    with pytest.raises(ProcessInvalid):
        load(xml.encode())


def test_every_class_with_a_state_is_coloured():
    for name in ("is-done", "is-current", "is-taken", "bpmn-field", "bpmn-label", "bpmn-mark-field"):
        assert f".{name}" in CSS


@settings(deadline=None)
@given(
    st.text(alphabet="开办餐饮店一件事审查，。（）《》 abcdefgHIJ wm-Ω\n", max_size=60),
    st.floats(1.5, 20),
    st.integers(1, 5),
)
def test_wrapped_lines_fit_and_lose_nothing(text, ems, lines):
    found = wrap(text, ems, lines)
    assert len(found) <= lines
    assert all(line.strip() for line in found)
    loose = 3  # punctuation that may not begin a line can hang over its end
    assert all(width(line) <= ems or len(line.strip()) <= 1 + loose for line in found)
    whole = re.sub(r"\s", "", "".join(found))
    expected = re.sub(r"\s", "", text)
    assert whole == expected or (found[-1].endswith(ELLIPSIS) and expected.startswith(whole[:-1]))


def test_punctuation_stays_with_its_word():
    lines = wrap("受理（综合窗口），审查。", 4, 9)
    assert not [line for line in lines if line[0] in "），。"]
    assert not [line for line in lines if line[-1] in "（"]


def test_drawings_are_cached_by_content():
    assert read_drawing(RESTAURANT) is read_drawing(bytes(bytearray(RESTAURANT)))
