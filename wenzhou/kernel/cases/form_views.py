"""A case type's questions as inputs, and what was typed into them as answers.

A DIVISION is asked by dependent selects: county (only where several are offered), town, village. Their
names are ``CODE.county``, ``CODE.town`` and ``CODE.village``; together they make the one answer ``CODE``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from wenzhou.kernel.base.form_fields import FieldView, plain
from wenzhou.kernel.base.text import Text, t
from wenzhou.kernel.cases.answers import shown
from wenzhou.kernel.cases.declarations import CaseType, Field, FieldKind
from wenzhou.kernel.geo.api import CITY, Place, children, division

FEW = 3
"""Up to so many choices are shown at once, more of them in a select."""
TOWN_DIGITS = 9
COUNTY_DIGITS = 6

INPUTS: dict[FieldKind, tuple[str, dict[str, object]]] = {
    FieldKind.TEXT: ("text", {}),
    FieldKind.LONG_TEXT: ("textarea", {}),
    FieldKind.NUMBER: ("text", {"inputmode": "decimal", "autocomplete": "off"}),
    FieldKind.MONEY: ("text", {"inputmode": "decimal", "autocomplete": "off"}),
    FieldKind.DATE: ("date", {}),
    FieldKind.PHONE: ("tel", {"autocomplete": "tel"}),
    FieldKind.EMAIL: ("email", {"autocomplete": "email"}),
}


@dataclass(frozen=True, slots=True)
class Picker:
    """The selects of a division: ``top`` chooses what ``towns`` and ``villages`` then list."""

    county: FieldView | None
    fixed: str
    town: FieldView
    village: FieldView


@dataclass(frozen=True, slots=True)
class Question:
    """One question as it is shown: a plain input, or the picker of a division."""

    code: str
    title: str
    view: FieldView | None = None
    picker: Picker | None = None


@dataclass(frozen=True, slots=True)
class SectionView:
    """Questions under one heading; ``wrong`` counts those with an error."""

    code: str
    title: str
    questions: tuple[Question, ...]
    wrong: int


def sections(
    case_type: CaseType, answers: Mapping[str, object], errors: Mapping[str, object]
) -> tuple[SectionView, ...]:
    """The whole form with what is known and what is wrong (by field code)."""
    return tuple(
        SectionView(
            section.code,
            str(section.title),
            tuple(question(case_type, field, answers, errors) for field in section.fields),
            sum(field.code in errors for field in section.fields),
        )
        for section in case_type.sections
    )


def question(
    case_type: CaseType, field: Field, answers: Mapping[str, object], errors: Mapping[str, object]
) -> Question:
    """One field as it is shown."""
    value = answers.get(field.code, "")
    wrong = errors.get(field.code)
    title = str(field.title)
    if field.kind is FieldKind.DIVISION and not field.fixed:
        return Question(field.code, title, picker=picker(case_type, field, str(value), wrong))
    return Question(field.code, title, view=_input(field, value, wrong))


def _input(field: Field, value: object, wrong: object) -> FieldView:
    kind, attributes = INPUTS.get(field.kind, ("text", {}))
    choices: tuple[tuple[object, object], ...] = ()
    if field.kind is FieldKind.CHOICE:
        kind = "radio" if len(field.choices) <= FEW else "select"
        choices = field.choices if kind == "radio" else (("", t("请选择", "Choose")), *field.choices)
    elif field.kind is FieldKind.YES_NO:
        kind, value = "radio", _yes_or_no(value)
        choices = (("yes", t("是", "Yes")), ("no", t("否", "No")))
    if field.fixed:
        kind, choices = "text", ()
        attributes = {"readonly": True, "data-no-autosave": True}
        value = shown(field, value) if value else ""
    return plain(
        field.code,
        str(field.title),
        kind=kind,
        value=value,
        choices=choices,
        help=str(field.help or ""),
        errors=(wrong,) if wrong else (),
        # The server checks: a half-filled draft must be savable, so the browser does not insist.
        required=False,
        source=str(field.source) if field.source is not None and value else "",
        attributes=attributes,
    )


def _yes_or_no(value: object) -> str:
    return {"True": "yes", "False": "no"}.get(str(value), str(value))


def picker(case_type: CaseType, field: Field, code: str, wrong: object = None) -> Picker:
    """The selects for a division of which ``code`` (of any level, or empty) is chosen so far."""
    counties = offered(field)
    county = counties[0].code if len(counties) == 1 else code[:COUNTY_DIGITS]
    town = code[:TOWN_DIGITS] if len(code) >= TOWN_DIGITS and code.startswith(county) else ""
    county_view = None
    if len(counties) != 1:
        county_view = _select(case_type, field, "county", counties, county, t("县（市、区）", "County"))
    missing_village = bool(wrong) and bool(town)
    return Picker(
        county=county_view,
        fixed=str(counties[0].name) if len(counties) == 1 else "",
        town=_select(
            case_type,
            field,
            "town",
            children(county) if county else (),
            town,
            t("街道（镇、乡）", "Street or town"),
            () if missing_village else (wrong,) if wrong else (),
        ),
        village=_select(
            case_type,
            field,
            "village",
            children(town) if town else (),
            code,
            t("村（社区）", "Village or community"),
            (wrong,) if missing_village else (),
        ),
    )


def offered(field: Field) -> tuple[Place, ...]:
    """The counties in which the answer may lie."""
    if not field.within:
        return children(CITY)
    return tuple(place for code in field.within if (place := division(code)) is not None)


def areas_of(case_type: CaseType) -> str:
    """The counties in which the service is offered; empty when that is the whole city."""
    field = case_type.field(case_type.area_field)
    return t("、", ", ").join(str(place.name) for place in offered(field)) if field.within else ""


def unread(case_type: CaseType, answers: Mapping[str, object]) -> str:
    """The questions that a register should have answered and has not."""
    missing = [
        field for field in case_type.fields if field.source is not None and not answers.get(field.code)
    ]
    return t("、", ", ").join(str(field.title) for field in missing)


def _select(
    case_type: CaseType,
    field: Field,
    level: str,
    places: Iterable[Place],
    chosen: str,
    label: str,
    errors: tuple[object, ...] = (),
) -> FieldView:
    below = {"county": "towns", "town": "villages"}.get(level)
    # The error summary leads to ``id_CODE``: that is the town, which is always there.
    name = field.code if level == "town" else f"{field.code}-{level}"
    attributes: dict[str, object] = {"name": f"{field.code}.{level}"}
    if below is not None:
        query = urlencode({"type": case_type.code, "field": field.code})
        attributes |= {
            "hx-get": f"{reverse('cases:divisions')}?{query}",
            "hx-trigger": "change",
            "hx-target": f"#{below}-{field.code}",
            "hx-swap": "innerHTML",
        }
    listed = [(place.code, place.name) for place in places]
    empty = t("请选择", "Choose") if listed else t("请先选择上一级", "Choose the one above first")
    return plain(
        name,
        label,
        kind="select",
        value=chosen,
        choices=(("", empty), *listed),
        errors=errors,
        attributes=attributes,
    )


def raw_answers(case_type: CaseType, posted: Mapping[str, str]) -> dict[str, str]:
    """What a POST says of each question; questions that it does not carry are left out."""
    raw: dict[str, str] = {}
    for field in case_type.fields:
        if field.fixed:
            continue
        if field.kind is FieldKind.DIVISION:
            picked = _picked(field, posted)
            if picked is not None:
                raw[field.code] = picked
        elif field.code in posted:
            raw[field.code] = posted[field.code]
    return raw


def _picked(field: Field, posted: Mapping[str, str]) -> str | None:
    """The narrowest of the selects that lies within the ones above it."""
    levels = [posted.get(f"{field.code}.{level}") for level in ("county", "town", "village")]
    if all(level is None for level in levels):
        return posted.get(field.code)
    code = ""
    for level in levels:
        if level and level.startswith(code):
            code = level
        elif level is not None and code:
            break
    return code


def read_sections(
    case_type: CaseType, answers: Mapping[str, object]
) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """The answers for reading: (code, title, [(question, answer)]) of each section."""
    empty = t("未填写", "Not filled in")
    return [
        (
            section.code,
            str(section.title),
            [
                (str(field.title), shown(field, answers[field.code]) if answers.get(field.code) not in ("", None) else empty)
                for field in section.fields
            ],
        )
        for section in case_type.sections
    ]  # fmt: skip


def error_list(
    case_type: CaseType, errors: Mapping[str, Text], answers: Mapping[str, object]
) -> dict[str, str]:
    """The errors for the summary on top, each with the question it is about, in the order of the form."""
    listed: dict[str, str] = {}
    colon = t("：", ": ")
    for field in case_type.fields:
        if field.code in errors:
            target = field.code
            if field.kind is FieldKind.DIVISION and len(str(answers.get(field.code, ""))) >= TOWN_DIGITS:
                target = f"{field.code}-village"
            title, told = str(field.title), str(errors[field.code])
            listed[target] = told if title in told else f"{title}{colon}{told}"
    return listed | {
        code: str(text) for code, text in errors.items() if code not in {f.code for f in case_type.fields}
    }
