import random
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wenzhou.foundation.places import demo
from wenzhou.foundation.places.matching.forms import FORMS, SPOILED
from wenzhou.foundation.places.matching.match import match
from wenzhou.foundation.places.matching.measure import measure, sample
from wenzhou.foundation.places.matching.tail import tails
from wenzhou.foundation.places.matching.text import alike, in_numerals, normalise, number, pairs
from wenzhou.foundation.places.models import AddressVersion, Level
from wenzhou.kernel.base.errors import Invalid
from wenzhou.kernel.base.testing import at_most_queries
from wenzhou.kernel.geo.testing import load_city

RELAXED = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture
def city(few, db):
    load_city()
    demo.load(30, lambda _: None)
    return sample(10_000, random.Random(1))


@RELAXED
@given(data=st.data())
def test_an_address_in_any_form_is_found_again(city, data):
    address = data.draw(st.sampled_from(city))
    form = data.draw(st.sampled_from(sorted(FORMS)))
    found = match(FORMS[form](address))
    assert found[0].address.id == address.id, (form, FORMS[form](address))
    assert found[0].confidence >= 0.9


@RELAXED
@given(data=st.data())
def test_a_spoiled_address_is_found_with_less_confidence(city, data):
    address = data.draw(st.sampled_from(city))
    spoil = data.draw(st.sampled_from(sorted(SPOILED)))
    dice = random.Random(data.draw(st.integers(0, 1_000)))
    text = SPOILED[spoil](FORMS["whole"](address), address, dice)
    found = match(text)
    assert not found or found[0].confidence < 0.9, (spoil, text)


@given(st.integers(0, 999))
def test_numerals_are_read_as_they_are_written(value):
    assert number(in_numerals(value)) == value


@given(st.text(max_size=60))
def test_any_text_can_be_normalised_and_read(text):
    assert tails(normalise(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("人民路 十二号，3栋 二单元 五〇二室", "人民路12号3幢2单元502室"),
        ("人民路１２号３—２—５０１", "人民路12号3-2-501"),
        ("五一路三号路12#", "五一路三号路12号"),
        ("一百零三号", "103号"),
        ("人民路12号3号楼502房", "人民路12号3幢502室"),
    ],
)
def test_one_form(text, expected):
    assert normalise(text) == expected


@pytest.mark.parametrize(
    ("text", "road", "keys"),
    [
        ("人民路12号3-2-501", "人民路", ["number:12", "building:3", "unit:2", "room:501"]),
        ("人民路12-3-2-501", "人民路", ["number:12", "building:3", "unit:2", "room:501"]),
        ("人民路25弄3号", "人民路", ["lane:25", "number:3"]),
        ("人民路12-1号", "人民路", ["number:12-1"]),
        ("104国道12号5层501室", "104国道", ["number:12", "room:501"]),
        ("人民路12号A幢", "人民路", ["number:12", "building:A"]),
        ("人民路", "人民路", []),
    ],
)
def test_tails(text, road, keys):
    tail = tails(text)[0]
    assert (tail.road, [f"{level}:{key}" for level, key in tail.keys]) == (road, keys)


def test_likeness():
    assert alike("人民路", "人民路") == 1.0
    assert alike("人民路", "民人路") == alike("人民路", "人民街") == pytest.approx(2 / 3)
    assert pairs("人民路") == ["人民", "民路"]
    assert pairs("路") == ["路"]


def test_reasons_say_what_was_found_and_what_not(city):
    address = next(a for a in city if a.level == Level.NUMBER)
    found = match(FORMS["whole"](address) + "999室")[0]
    assert found.address.id == address.id
    assert found.confidence < 0.9
    reasons = {part.level: part.how.en for part in found.parts}
    assert reasons["road"] == reasons["number"] == reasons["county"] == "exact"
    assert reasons["room"] == "not in the register"


def test_the_wrong_town_is_said(city):
    address = next(a for a in city if a.division.startswith("330302"))
    right = match(FORMS["without_village"](address))[0]
    wrong = match("鹿城区藤桥镇" + address.words)[0]
    assert wrong.address.id == right.address.id == address.id
    assert wrong.confidence < right.confidence - 0.1
    assert "division" in {part.level for part in wrong.parts}


def test_an_address_that_has_ended_is_found_as_such(city):
    address = next(a for a in city if a.level == Level.ROOM)
    AddressVersion.objects.filter(location=address.id).update(valid_to=date(2020, 1, 1))
    found = match(FORMS["whole"](address))[0]
    assert found.address.ended == date(2020, 1, 1)
    assert found.confidence < 0.95
    assert match(FORMS["whole"](address), on=date(2019, 1, 1))[0].address.ended is None


@pytest.mark.parametrize("text", ["", "路", "x" * 201])
def test_texts_that_cannot_be(text):
    with pytest.raises(Invalid):
        match(text)


def test_few_statements_whatever_the_text(city):
    match("鹿城区")  # the index of names
    with at_most_queries(14):
        match(FORMS["dashed"](city[0]))


def test_the_measure_counts_what_is_right(city):
    done = measure(8, 1)
    assert all(done.figures[form].sure == 8 for form in FORMS)
    assert all(done.figures[spoil].sure == 0 for spoil in SPOILED)
