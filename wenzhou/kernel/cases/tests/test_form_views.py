"""The picker of a division: what it lists, and the one answer of its selects."""

from __future__ import annotations

from dataclasses import replace

import pytest

from wenzhou.kernel.base.text import Text
from wenzhou.kernel.cases.declarations import CaseType, Field, FieldKind, Section
from wenzhou.kernel.cases.form_views import picker, raw_answers, sections
from wenzhou.kernel.cases.tests.permit import PERMIT
from wenzhou.kernel.geo.testing import load_city

TOWN, VILLAGE = "330302006", "330302006044"


def asking(*within: str) -> tuple[CaseType, Field]:
    field = Field(code="place", title=Text("地点", "Place"), kind=FieldKind.DIVISION, within=within)
    section = Section(code="one", title=Text("一", "One"), fields=(field,))
    return replace(PERMIT, sections=(section,)), field


@pytest.mark.parametrize(
    ("posted", "answer"),
    [
        ({"place.town": TOWN, "place.village": VILLAGE}, VILLAGE),
        ({"place.town": TOWN, "place.village": ""}, TOWN),
        ({"place.town": "330302001", "place.village": VILLAGE}, "330302001"),  # a town chosen anew
        ({"place.town": "", "place.village": VILLAGE}, VILLAGE),
        ({"place.town": "", "place.village": ""}, ""),
        ({"place.county": "330303", "place.town": TOWN, "place.village": VILLAGE}, "330303"),
        ({"place": VILLAGE}, VILLAGE),
    ],
)
def test_the_selects_make_one_answer(posted: dict[str, str], answer: str) -> None:
    declared, _ = asking("330302")
    assert raw_answers(declared, posted) == {"place": answer}


def test_what_a_post_does_not_carry_is_left_alone() -> None:
    declared, _ = asking("330302")
    assert raw_answers(declared, {"other": "x"}) == {}


@pytest.mark.django_db
def test_towns_and_villages_of_the_offered_county() -> None:
    load_city()
    declared, field = asking("330302")
    empty = picker(declared, field, "")
    assert empty.county is None and empty.fixed == "鹿城区"
    assert f'value="{TOWN}"' in empty.town.control
    assert VILLAGE not in empty.village.control
    chosen = picker(declared, field, VILLAGE)
    assert f'value="{TOWN}" selected' in chosen.town.control
    assert f'value="{VILLAGE}" selected' in chosen.village.control
    assert "/cases/divisions/" in chosen.town.control


@pytest.mark.django_db
def test_without_a_limit_the_county_is_asked_too() -> None:
    load_city()
    declared, field = asking()
    view = picker(declared, field, VILLAGE)
    assert view.county is not None
    assert 'value="330302" selected' in view.county.control


@pytest.mark.django_db
def test_an_error_stands_at_the_select_that_is_missing() -> None:
    load_city()
    declared, field = asking("330302")
    wrong = Text("请选择村", "Choose a village")
    assert picker(declared, field, "", wrong).town.errors
    at_village = picker(declared, field, TOWN, wrong)
    assert at_village.village.errors and not at_village.town.errors
    assert sections(declared, {}, {"place": wrong})[0].wrong == 1
