"""Papers: printed as typed, fonts embedded, archivable, the same bytes for the same input."""

import io
import shutil
import subprocess
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from typing import Any

import pypdf
import pytest

from wenzhou.kernel.base.text import Text
from wenzhou.kernel.documents import papers, render

AT = datetime(2026, 11, 23, 9, 30, tzinfo=timezone(timedelta(hours=8)))
OFFICE = Text("温州市鹿城区市场监督管理局", "Lucheng District Administration for Market Regulation")
URL = "http://127.0.0.1:8000/verify/3J9K-Q2XM"
LICENCE = papers.Licence(
    title=Text("食品经营许可证", "Food operation permit"),
    number="JY23303020001234",
    code="91330302MA2HXXXX7Q",
    lines=[
        papers.Line(label=Text("经营者名称", "Operator"), value="温州市瓯江味道餐饮有限公司（演示）"),
        papers.Line(label=Text("法定代表人", "Legal representative"), value="王㛃"),
        papers.Line(label=Text("经营项目", "Scope"), value="热食类食品制售；冷食类食品制售", wide=True),
    ],
    office=OFFICE,
    issued=date(2026, 11, 23),
    verify_url=URL,
)
RECEIPT = papers.Receipt(
    number="温开办〔2026〕000123号",
    to="张三（演示）",
    office=OFFICE,
    body=Text("您提交的材料齐全，予以受理。", "Your application is complete and accepted."),
    lines=[papers.Line(label=Text("事项", "Service"), value=["开办餐饮店一件事", "四个部门联办"])],
    papers=[papers.ReceivedPaper(name="平面图.pdf", state=Text("已收", "received"))],
    accepted=date(2026, 11, 23),
    due=date(2026, 11, 30),
    promise=Text("五个工作日内办结。", "Within five working days."),
    contact=Text("咨询 12345", "Enquiries 12345"),
    verify_url=URL,
)
DECISION = papers.Decision(
    number="温鹿市监许准〔2026〕123号",
    title=Text("准予行政许可决定书", "Decision to grant a licence"),
    to="温州市瓯江味道餐饮有限公司（演示）",
    office=OFFICE,
    paragraphs=["经审查，决定准予行政许可。"] * 3,
    english=["The licence is granted."],
    decided=date(2026, 11, 23),
    verify_url=URL,
)


def text_of(pdf: bytes) -> str:
    return "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages).replace(" ", "")


@pytest.fixture(scope="module")
def made() -> dict[str, bytes]:
    return {
        "licence": papers.licence_pdf(LICENCE, made_at=AT),
        "receipt": papers.receipt_pdf(RECEIPT, made_at=AT),
        "decision": papers.decision_pdf(DECISION, made_at=AT),
    }


@pytest.mark.parametrize("which", ["licence", "receipt", "decision"])
def test_each_paper_is_archivable_and_has_its_fonts_inside(made, which):
    reader = pypdf.PdfReader(io.BytesIO(made[which]))
    root: Any = reader.trailer["/Root"]
    xmp = root["/Metadata"].get_data()
    assert b"<pdfaid:part>2" in xmp
    assert b"<pdfaid:conformance>A" in xmp
    assert root["/MarkInfo"]["/Marked"]
    pages: Any = reader.pages
    fonts = [font for page in pages for font in page["/Resources"]["/Font"].values()]
    assert fonts
    for font in fonts:
        below = font.get_object()["/DescendantFonts"][0].get_object()
        assert "/FontFile2" in below["/FontDescriptor"].get_object()
    assert reader.metadata is not None
    assert reader.metadata.creation_date == AT
    assert "演示数据" in text_of(made[which])


@pytest.mark.skipif(shutil.which("pdffonts") is None, reason="poppler-utils is not installed")
def test_poppler_agrees_that_every_font_is_embedded(made, tmp_path):
    path = tmp_path / "licence.pdf"
    path.write_bytes(made["licence"])
    said = subprocess.run(["pdffonts", path], capture_output=True, text=True, check=True).stdout.splitlines()[
        2:
    ]
    assert said
    for line in said:
        assert line.split()[-5:-2] == ["yes", "yes", "yes"], line


def test_same_input_same_bytes_and_another_input_other_bytes(made):
    assert papers.licence_pdf(LICENCE, made_at=AT) == made["licence"]
    assert papers.licence_pdf(LICENCE, made_at=AT + timedelta(seconds=1)) != made["licence"]
    assert papers.licence_pdf(replace(LICENCE, number="X"), made_at=AT) != made["licence"]


@pytest.mark.parametrize(
    "name",
    [
        '#panic("x")',
        "*bold* _i_",
        "$x^2$ `raw`",
        '"; #read("/kernel/x") //',
        "\\u{41} @ref <a> = b",
        "[#sys.inputs]",
    ],
)
def test_a_value_is_never_markup(name):
    line = papers.Line(label=Text("名称", "Name"), value=name)
    pdf = papers.licence_pdf(replace(LICENCE, lines=[line], number=name), made_at=AT)
    assert text_of(pdf).count(name.replace(" ", "")) == 2


RARE = "\U00031350"  # CJK extension H


def test_a_character_that_no_font_has_is_never_printed_as_a_box():
    with pytest.MonkeyPatch.context() as patch, pytest.raises(render.GlyphMissing) as refusal:
        patch.setattr(papers, "ONE_BY_ONE", -1)
        papers.licence_pdf(replace(LICENCE, number=f"王{RARE}"), made_at=AT)
    assert refusal.value.character == RARE


@pytest.mark.parametrize("name", [f"王{RARE}", f"{RARE}\U00031351食", "王\U0001f600", "𠮷野"])
def test_a_rare_character_in_a_name_does_not_withhold_the_paper(name):
    line = papers.Line(label=Text("姓名", "Name"), value=name)
    text = text_of(papers.licence_pdf(replace(LICENCE, lines=[line]), made_at=AT))
    for character in name:
        assert character in text or f"〔U+{ord(character):04X}〕" in text
    assert ("生僻字" in text) == ("〔U+" in text)


def test_even_a_name_of_nothing_but_rare_characters_gets_its_receipt():
    name = "".join(chr(0x31350 + n) for n in range(30))
    text = text_of(papers.receipt_pdf(replace(RECEIPT, to=name), made_at=AT)).replace("\n", "")
    assert all(f"〔U+{ord(character):04X}〕" in text for character in name)


@pytest.mark.parametrize("length", [40, 700, 1500])
def test_a_long_scope_stays_on_the_one_page_of_a_licence(length):
    line = papers.Line(
        label=Text("经营范围", "Business scope"), value="餐饮服务；" * (length // 5), wide=True
    )
    pdf = papers.licence_pdf(replace(LICENCE, lines=[*LICENCE.lines, line]), made_at=AT)
    assert len(pypdf.PdfReader(io.BytesIO(pdf)).pages) == 1


def test_without_made_the_demonstration_mark_is_gone():
    text = text_of(papers.licence_pdf(replace(LICENCE, made=False), made_at=AT))
    assert "演示数据" not in text
    assert "MADEDATA" not in text


def test_fonts_that_are_not_there_and_times_without_zone_are_refused(tmp_path, monkeypatch):
    monkeypatch.setenv("WZ_FONTS", str(tmp_path))
    with pytest.raises(render.FontsMissing, match="npm ci"):
        papers.licence_pdf(LICENCE, made_at=AT)
    monkeypatch.delenv("WZ_FONTS")
    with pytest.raises(ValueError, match="time zone"):
        papers.licence_pdf(LICENCE, made_at=AT.replace(tzinfo=None))
    outside = tmp_path / "x.typ"
    outside.write_text("x")
    with pytest.raises(render.RenderError, match="outside"):
        render.render(outside, {}, title="x", made_at=AT)
