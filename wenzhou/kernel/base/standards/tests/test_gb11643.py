from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wenzhou.kernel.base.standards import gb11643
from wenzhou.kernel.base.standards.errors import StandardError
from wenzhou.kernel.base.standards.gb11643 import Sex

TODAY = date(2026, 11, 23)
numbers = st.builds(
    gb11643.make,
    region=st.integers(110101, 659099).map(str),
    born=st.dates(date(1900, 1, 1), TODAY),
    sex=st.sampled_from(Sex),
    serial=st.integers(0, 499),
)


def refused(value: str, **more) -> str:
    with pytest.raises(StandardError) as caught:
        gb11643.parse(value, on=more.pop("on", TODAY), **more)
    assert caught.value.text.zh and caught.value.text.en
    return caught.value.code


@pytest.mark.parametrize(
    ("number", "region", "born", "sex", "sequence"),
    [  # the two examples printed in GB 11643-1999, annex
        ("11010519491231002X", "110105", date(1949, 12, 31), Sex.FEMALE, 2),
        ("440524188001010014", "440524", date(1880, 1, 1), Sex.MALE, 1),
    ],
)
def test_the_examples_of_the_standard(number, region, born, sex, sequence):
    assert gb11643.parse(number, on=TODAY) == gb11643.CitizenNumber(number, region, born, sex, sequence)


def test_what_people_type_is_forgiven():
    assert gb11643.parse(" 110105 19491231 002x ", on=TODAY).number == "11010519491231002X"
    assert gb11643.parse("１１０１０５１９４９１２３１００２Ｘ", on=TODAY).number == "11010519491231002X"


def test_fifteen_digits_are_converted():
    assert gb11643.parse("110105491231002", on=TODAY).number == "11010519491231002X"
    assert gb11643.parse("440524800101997", on=TODAY).born == date(1880, 1, 1)  # a centenarian then
    with pytest.raises(StandardError):
        gb11643.upgrade("1101054912310")


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("", "length"),
        ("1101051949123100", "length"),
        ("11010519491231002XX", "length"),
        ("11010519491231002A", "characters"),
        ("1101051949123１-02X", "characters"),
        ("1101O519491231002X", "characters"),
        ("X10105194912310021", "characters"),
        ("110105194913310021", "birth-date"),
        ("110105190002290021", "birth-date"),  # 1900 was no leap year
        ("110105179912310021", "birth-date"),
        ("110105202701010021", "birth-in-future"),
        ("110105194912310021", "check"),
        ("110105491331002", "birth-date"),  # old kind
    ],
)
def test_each_error_is_named(value, code):
    assert refused(value) == code


def test_the_region_is_asked_with_the_day():
    number = gb11643.make(region="330383", born=date(2020, 1, 1), sex=Sex.MALE, serial=3)
    asked = []

    def known(code: str, on: date) -> bool:
        asked.append((code, on))
        return on >= date(2019, 8, 16)

    assert gb11643.parse(number, known_region=known, on=TODAY).region == "330383"
    assert asked == [("330383", TODAY)]
    assert refused(number, known_region=lambda code, on: False) == "region"


@given(numbers)
def test_what_is_made_is_read_back(number):
    read = gb11643.parse(number, on=TODAY)
    again = gb11643.make(region=read.region, born=read.born, sex=read.sex, serial=read.sequence // 2)
    assert again == number == read.number


@given(numbers, st.integers(0, 17), st.sampled_from("0123456789X"))
def test_any_single_slip_is_caught(number, place, character):
    slipped = number[:place] + character + number[place + 1 :]
    if slipped != number:
        assert refused(slipped) in {"check", "birth-date", "birth-in-future", "characters"}


@given(numbers, st.integers(0, 16))
def test_any_swap_of_neighbours_is_caught(number, place):
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    if swapped != number:
        assert refused(swapped) in {"check", "birth-date", "birth-in-future", "characters"}


@given(st.text(max_size=20))
def test_no_text_breaks_it(value):
    try:
        gb11643.parse(value, on=TODAY)
    except StandardError as error:
        assert error.code


def test_age_turns_on_the_birthday():
    leap = gb11643.parse(
        gb11643.make(region="330302", born=date(2000, 2, 29), sex=Sex.MALE, serial=1), on=TODAY
    )
    assert [leap.age(date(2018, 2, 28) + timedelta(days=d)) for d in (0, 1)] == [17, 18]
    assert leap.masked() == f"330302********{leap.number[-4:]}"


@pytest.mark.parametrize(("region", "serial"), [("33030", 1), ("330302", 500), ("330302", -1)])
def test_make_refuses_what_cannot_be(region, serial):
    with pytest.raises(ValueError, match="must be"):
        gb11643.make(region=region, born=date(2000, 1, 1), sex=Sex.MALE, serial=serial)
