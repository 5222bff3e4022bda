from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wenzhou.kernel.base.standards import gb32100
from wenzhou.kernel.base.standards.errors import StandardError

TODAY = date(2026, 11, 23)
codes = st.builds(
    gb32100.make,
    region=st.integers(110000, 659099).map(str),
    serial=st.integers(0, 31**6 - 1),
    kind=st.sampled_from(gb32100.MarketKind),
)


def refused(value: str, **more) -> str:
    with pytest.raises(StandardError) as caught:
        gb32100.parse(value, on=TODAY, **more)
    assert caught.value.text.zh and caught.value.text.en
    return caught.value.code


def test_published_examples():
    # GB 11714-1997's own example, and codes printed in public notices of registration
    assert gb32100.organisation_check_character("D2143569") == "X"
    read = gb32100.parse("91350100M000100Y43", on=TODAY)
    assert (read.department, read.kind, read.region) == ("9", "1", "350100")
    assert read.organisation_code == "M000100Y-4"
    assert gb32100.parse("9111 0000 6000 3734 1l", on=TODAY).code == "91110000600037341L"


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("91350100M000100Y4", "length"),
        ("91350100M000100Y433", "length"),
        ("9135O100M000100Y43", "characters"),
        ("9135A100M000100Y43", "characters"),
        ("91350100M000100Y44", "check"),
        ("", "length"),
    ],
)
def test_each_error_is_named(value, code):
    assert refused(value) == code


def test_the_organisation_code_has_its_own_check():
    body = "91350100M000100Y5"
    assert refused(body + gb32100.check_character(body)) == "organisation-check"


def test_the_region_is_checked():
    assert refused("91350100M000100Y43", known_region=lambda code, on: code != "350100") == "region"


@given(codes)
def test_what_is_made_is_read_back(code):
    read = gb32100.parse(code, on=TODAY)
    serial = 0
    for character in read.organisation[2:8]:
        serial = serial * 31 + gb32100.ALPHABET.index(character)
    assert gb32100.make(region=read.region, serial=serial, kind=read.kind) == code


@given(codes, st.integers(0, 17), st.sampled_from(gb32100.ALPHABET))
def test_any_single_slip_is_caught(code, place, character):
    slipped = code[:place] + character + code[place + 1 :]
    if slipped != code:
        assert refused(slipped) in {"check", "characters"}


@given(codes, st.integers(0, 16))
def test_any_swap_of_neighbours_is_caught(code, place):
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    if swapped != code:
        assert refused(swapped) in {"check", "characters"}


@given(st.text(max_size=20))
def test_no_text_breaks_it(value):
    try:
        gb32100.parse(value, on=TODAY)
    except StandardError as error:
        assert error.code


def test_make_refuses_what_cannot_be():
    with pytest.raises(ValueError, match="must be"):
        gb32100.make(region="330302", serial=31**6)
    with pytest.raises(ValueError, match="must be"):
        gb32100.make(region="33O302", serial=1)
