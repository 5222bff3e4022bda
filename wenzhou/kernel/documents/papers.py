"""The papers every office issues, typed: electronic licence, acceptance receipt, decision, extract of a register.

Each `*_pdf` gives a PDF/A-2a file. `made=True` marks the paper as a demonstration's (演示数据) in its face; a city
with real data passes False. The round seal is a picture only: what proves the paper is the verification address in
its QR code (and, later, the signature put on by `kernel.trust`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.utils import timezone

from wenzhou.kernel.base.text import Text
from wenzhou.kernel.documents.render import JSON, TEMPLATES, GlyphMissing, render
from wenzhou.kernel.registers.contracts import ExtractPaper
from wenzhou.kernel.registers.declarations import ExtractPrinter

_MONTHS: Final = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]


def long_date(day: date) -> Text:
    """`2026年11月23日` and `23 November 2026`, the long forms for papers."""
    return Text(
        f"{day.year}年{day.month}月{day.day}日",
        f"{day.day} {_MONTHS[day.month - 1]} {day.year}",
    )


ONE_BY_ONE: Final = 4
"""So many times a paper is tried again for one more rare character; then everything outside GBK is spelled."""

RECEIPT_TITLE: Final = Text("受理通知书", "Notice of acceptance")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One labelled value; `wide` lines take the whole width of a licence."""

    label: Text
    value: str | Sequence[str]
    wide: bool = False

    def as_json(self) -> dict[str, JSON]:
        """The shape that the templates read."""
        value = self.value if isinstance(self.value, str) else list(self.value)
        return {"label": self.label.as_json(), "value": value, "wide": self.wide}


@dataclass(frozen=True, slots=True, kw_only=True)
class Licence:
    """Electronic licence 电子证照.

    `code` is the holder's unified social credit code 统一社会信用代码 (GB 32100), where it has one; `verify_url` the
    public address where anyone can check the licence; `issued` the day on its face.
    """

    title: Text
    number: str
    lines: Sequence[Line]
    office: Text
    issued: date
    verify_url: str
    code: str = ""
    made: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedPaper:
    """One paper on a receipt and what became of it: received, or promised by a day (容缺)."""

    name: str
    state: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """Notice of acceptance 受理通知书 (Administrative Licensing Law 行政许可法, Article 32).

    `due` is the promised day 承诺办结日期; `promise` says how it is counted.
    """

    number: str
    to: str
    office: Text
    body: Text
    lines: Sequence[Line]
    papers: Sequence[ReceivedPaper]
    accepted: date
    due: date
    promise: Text
    contact: Text
    verify_url: str
    title: Text = RECEIPT_TITLE
    made: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Decision 决定书 as a red-headed document 红头文件 (page form of GB/T 9704-2012).

    `number` is the document number 发文字号, such as ``温鹿市监许准〔2026〕123号``; `english` is a short rendering that
    stands below the Chinese text, which alone has legal force.
    """

    number: str
    title: Text
    to: str
    office: Text
    paragraphs: Sequence[str]
    english: Sequence[str]
    decided: date
    verify_url: str
    made: bool = True


def licence_pdf(paper: Licence, *, made_at: datetime) -> bytes:
    """The licence as PDF. Raises `RenderError`."""
    data: dict[str, JSON] = {
        "title": paper.title.as_json(),
        "number": paper.number,
        "fields": [line.as_json() for line in paper.lines],
        "code": None,
        "office": paper.office.as_json(),
        "date": long_date(paper.issued).as_json(),
        "verify_url": paper.verify_url,
        "seal": paper.office.zh,
        "made": paper.made,
    }
    if paper.code:
        label = Text("统一社会信用代码", "Unified social credit code")
        data["code"] = {"label": label.as_json(), "value": paper.code}
    title = f"{paper.title.zh} {paper.number}"
    return _printed("licence.typ", data, title=title, made_at=made_at, qr=paper.verify_url)


def receipt_pdf(paper: Receipt, *, made_at: datetime) -> bytes:
    """The receipt as PDF. Raises `RenderError`."""
    data: dict[str, JSON] = {
        "title": paper.title.as_json(),
        "number": paper.number,
        "office": paper.office.as_json(),
        "to": paper.to,
        "body": paper.body.as_json(),
        "facts": [line.as_json() for line in paper.lines],
        "papers": [{"name": p.name, "state": p.state.as_json()} for p in paper.papers],
        "promise": {**paper.promise.as_json(), "due": long_date(paper.due).as_json()},
        "date": long_date(paper.accepted).as_json(),
        "contact": paper.contact.as_json(),
        "verify_url": paper.verify_url,
        "seal": paper.office.zh,
        "made": paper.made,
    }
    title = f"{paper.title.zh} {paper.number}"
    return _printed("receipt.typ", data, title=title, made_at=made_at, qr=paper.verify_url)


def decision_pdf(paper: Decision, *, made_at: datetime) -> bytes:
    """The decision as PDF. Raises `RenderError`."""
    data: dict[str, JSON] = {
        "head": paper.office.as_json(),
        "number": paper.number,
        "title": paper.title.as_json(),
        "to": paper.to,
        "paragraphs": list(paper.paragraphs),
        "english": list(paper.english),
        "office": paper.office.as_json(),
        "date": long_date(paper.decided).as_json(),
        "verify_url": paper.verify_url,
        "seal": paper.office.zh,
        "made": paper.made,
    }
    title = f"{paper.title.zh} {paper.number}"
    return _printed("notice.typ", data, title=title, made_at=made_at, qr=paper.verify_url)


def extract_pdf(paper: ExtractPaper) -> bytes:
    """The extract of a register (登记查询单) as PDF. Raises `RenderError`."""
    made_at = paper.issued_at.replace(microsecond=0)
    data: dict[str, JSON] = {
        "title": paper.title.as_json(),
        "number": paper.code,
        "fields": [Line(label=label, value=value).as_json() for label, value in paper.facts],
        "on": long_date(paper.on).as_json(),
        "issued": long_date(timezone.localdate(paper.issued_at)).as_json(),
        "expires": long_date(paper.expires).as_json(),
        "purpose": paper.purpose.as_json(),
        "taken_by": paper.taken_by.as_json(),
        "office": paper.office.as_json(),
        "basis": paper.basis.as_json(),
        "notes": [note.as_json() for note in paper.notes],
        "verify_url": paper.verify_url,
        "seal": paper.office.zh,
        "made": paper.made,
    }
    title = f"{paper.title.zh} {paper.code}"
    return _printed("extract.typ", data, title=title, made_at=made_at, qr=paper.verify_url)


EXTRACT_PRINTER = ExtractPrinter(code="documents.extract-printer", pdf=extract_pdf)


def _printed(template: str, data: dict[str, JSON], *, title: str, made_at: datetime, qr: str) -> bytes:
    """The paper, with every character that no font can print (rare characters 生僻字) spelled by its code.

    Nobody can change her name to fit our fonts, and a paper that is never made helps her less than one that says
    〔U+2B740〕 and leads to the verification page, where her reader's own fonts may show it.
    """
    rare: set[str] = set()
    for tries in range(ONE_BY_ONE + 2):
        try:
            return render(TEMPLATES / template, data, title=title, made_at=made_at, qr=qr)
        except GlyphMissing as missing:
            if tries > ONE_BY_ONE:
                raise
            found = {one for one in missing.character if not one.isascii()}
            if tries == ONE_BY_ONE:
                found |= {one for one in _characters(data) if not _in_gbk(one)}
            rare |= found
            data = {name: _spelled(value, found) for name, value in data.items()}
            _explain(data, rare)
    raise AssertionError("the last try returns or raises")


def _code(character: str) -> str:
    return f"〔U+{ord(character):04X}〕"


def _in_gbk(character: str) -> bool:
    """Whether it is of those 21,000 that every Chinese font has."""
    try:
        character.encode("gbk")
    except UnicodeEncodeError:
        return False
    return True


def _characters(value: JSON) -> set[str]:
    """All that stand in the texts of the value."""
    if isinstance(value, str):
        return set(value)
    inside = value.values() if isinstance(value, Mapping) else value if isinstance(value, Sequence) else ()
    return set().union(*(_characters(one) for one in inside))


def _spelled(value: JSON, rare: Set[str]) -> JSON:
    """The same value, with the rare characters in its texts replaced."""
    if isinstance(value, str):
        return "".join(_code(one) if one in rare else one for one in value)
    if isinstance(value, Mapping):
        return {name: _spelled(one, rare) for name, one in value.items()}
    if isinstance(value, Sequence):
        return [_spelled(one, rare) for one in value]
    return value


def _explain(data: dict[str, JSON], rare: Set[str]) -> None:
    """One line, on papers that have lines, says what the codes are."""
    name = next((name for name in ("fields", "facts") if name in data), None)
    lines = data.get(name) if name else None
    if name is None or not isinstance(lines, list):
        return
    label = Text("生僻字", "Rare characters")
    text = f"{' '.join(_code(one) for one in sorted(rare)[:8])} 为 GB 18030（ISO/IEC 10646）字符编码 character codes of GB 18030"
    line: JSON = Line(label=label, value=text, wide=True).as_json()
    data[name] = [*(one for one in lines if not _is_about(one, label)), line]


def _is_about(line: JSON, label: Text) -> bool:
    return isinstance(line, Mapping) and line.get("label") == label.as_json()
