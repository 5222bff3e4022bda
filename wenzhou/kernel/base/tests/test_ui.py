"""The components: what they say, what they escape, and that the security policy can hold."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest
from django import forms
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation

from wenzhou.kernel.base.charts import Chart, Series

ROOT = Path(__file__).resolve().parents[4]


def render(source: str, **context) -> str:
    return Template("{% load ui %}" + source).render(Context(context))


class Sample(forms.Form):
    name = forms.CharField(label="店名", help_text="与招牌一致")
    kind = forms.ChoiceField(label="类型", widget=forms.RadioSelect, choices=[("a", "甲"), ("b", "乙")])


def test_a_field_with_an_error_is_described_by_help_and_error():
    page = render("{% for item in form %}{% field item %}{% endfor %}", form=Sample({}))
    assert 'aria-describedby="id_name_help id_name_error"' in page
    assert 'aria-invalid="true"' in page
    assert "请填写此项。" in page
    assert "<fieldset" in page
    assert "请选择一项。" in page


def test_a_field_without_an_error_says_nothing_of_one():
    page = render("{% field form.name %}", form=Sample())
    assert "aria-invalid" not in page
    assert "id_name_error" not in page


def test_the_error_summary_links_to_the_fields():
    page = render("{% error_summary form %}", form=Sample({"kind": "z"}))
    assert 'href="#id_name"' in page
    assert 'href="#id_kind"' in page
    assert render("{% error_summary form %}", form=Sample()).strip() == ""


def test_the_error_summary_takes_the_fields_of_a_problem():
    page = render("{% error_summary fields %}", fields={"phone": "请填 <11> 位"})
    assert 'href="#id_phone"' in page
    assert "请填 &lt;11&gt; 位" in page


@pytest.mark.parametrize("kind", ["text", "textarea", "select", "radio", "checkboxes", "checkbox", "date"])
def test_plain_inputs_escape_what_they_show(kind):
    evil = '"><script>alert(1)</script>'
    page = render(
        "{% form_input 'x' evil kind=kind value=evil choices=choices help=evil error=evil source=evil %}",
        evil=evil,
        kind=kind,
        choices=[(evil, evil)],
    )
    assert "<script>" not in page


def test_attributes_of_a_plain_input():
    page = render("{% form_input 'tel' '电话' kind='tel' required=True autocomplete='tel' %}")
    assert 'type="tel"' in page
    assert 'autocomplete="tel"' in page
    assert " required" in page


@pytest.mark.parametrize(
    ("left", "level", "words"),
    [
        (5, "green", "剩 5 个工作日"),
        (2, "amber", "剩 2 个工作日"),
        (0, "amber", "今天到期"),
        (-3, "red", "超期 3 个工作日"),
    ],
)
def test_the_deadline_light_says_its_colour_in_words(left, level, words):
    page = render("{% deadline due left %}", due=date(2026, 11, 27), left=left)
    assert f"wz-light-{level}" in page
    assert words in page
    assert 'datetime="2026-11-27"' in page


def test_a_stopped_clock_is_neither_green_nor_red():
    assert "计时已停" in render("{% deadline due -1 stopped=True %}", due=date(2026, 11, 27))


def test_the_pager_keeps_the_filter():
    request = RequestFactory().get("/list/", {"state": "open", "page": "old"})
    page = render("{% pager rows %}", request=request, rows=SimpleNamespace(next="NEXT", previous=""))
    assert "state=open&amp;page=NEXT" in page
    assert "old" not in page
    assert 'aria-disabled="true"' in page


def test_the_pager_of_one_page_is_not_there():
    assert render("{% pager rows %}", rows=SimpleNamespace(next="", previous="")).strip() == ""


def test_a_chart_carries_its_table_and_its_data():
    chart = Chart("bar", "办件", ["鹿城", "</script>"], [Series("收件", [1, None])], unit="件")
    page = render("{% chart chart %}", chart=chart)
    assert '<th scope="row">鹿城</th>' in page
    assert page.count("</script>") == 1


def test_a_chart_that_does_not_add_up_is_refused():
    with pytest.raises(ValueError, match="one value for each category"):
        Chart("bar", "x", ["a", "b"], [Series("s", [1])])
    with pytest.raises(ValueError, match="chart kind"):
        Chart("tower", "x", [], [])


def test_both_languages():
    with translation.override("en"):
        assert "3 working day(s) late" in render("{% deadline due -3 %}", due=date(2026, 11, 27))
        assert "Very dissatisfied" in render("{% rating 'stars' 'How was it?' %}")


INLINE = re.compile(
    r"<[^>]+\s(style|on[a-z]+)\s*=|<style|<script(?![^>]*\b(src|type=\"application/json\"))|hx-on|javascript:"
)


def test_no_template_needs_what_the_security_policy_forbids():
    found = [
        f"{path.relative_to(ROOT)}: {match.group()}"
        for path in sorted((ROOT / "wenzhou").rglob("templates/**/*.html"))
        for match in INLINE.finditer(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_every_icon_a_template_names_is_in_the_sprite():
    names = {
        line.split("#")[0].strip()
        for line in (ROOT / "wenzhou/kernel/base/assets/icons.txt").read_text(encoding="utf-8").splitlines()
    }
    used = {
        (path.name, name)
        for path in (ROOT / "wenzhou").rglob("templates/**/*.html")
        for name in re.findall(r'(?:{% icon |symbol=)"([\w-]+)"', path.read_text(encoding="utf-8"))
    }
    assert {(page, name) for page, name in used if name not in names} == set()


@pytest.mark.django_db
def test_a_page_that_is_not_there_says_what_to_do_and_gives_a_reference(client):
    answer = client.get("/no/such/page/", headers={"accept": "text/html"})
    page = answer.content.decode()
    assert answer.status_code == 404
    assert "未找到" in page
    assert "请检查地址是否完整" in page
    assert answer.headers["X-Request-Id"] in page
