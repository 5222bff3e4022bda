from __future__ import annotations

import string
from datetime import date

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wenzhou.kernel.base.standards import gb11643, gb32100
from wenzhou.kernel.base.standards.errors import StandardError

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)
together = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)

numbers = st.builds(
    gb11643.make,
    region=st.integers(110101, 659099).map(str),
    born=st.dates(date(1790, 1, 1), date(2030, 1, 1)),
    sex=st.sampled_from(gb11643.Sex),
    serial=st.integers(0, 499),
)
codes = st.builds(
    gb32100.make,
    region=st.integers(110101, 659099).map(str),
    serial=st.integers(0, 31**6 - 1),
    department=st.sampled_from([*gb32100.Department]),
)


@st.composite
def slipped(draw, good):
    """A good text with some characters replaced, swapped or lost."""
    text = list(draw(good))
    for _ in range(draw(st.integers(0, 2))):
        at = draw(st.integers(0, len(text) - 1))
        text[at] = draw(st.sampled_from(string.digits + string.ascii_uppercase + "x０ \n'"))
    return "".join(text[: draw(st.sampled_from([17, 18, 18, 18, 19]))])


def by_the_database(function: str, texts: list[str]) -> list[bool]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {function}(text, %s) FROM unnest(%s::text[]) WITH ORDINALITY AS t(text, n) ORDER BY n",
            [TODAY, texts],
        )
        return [row[0] for row in cursor.fetchall()]


def by_python(module, texts: list[str]) -> list[bool]:
    def good(text: str) -> bool:
        try:
            found = module.parse(text, on=TODAY)
        except StandardError:
            return False
        return bool(text == (found.number if module is gb11643 else found.code))

    return [good(text) for text in texts]


@together
@given(
    st.lists(
        st.one_of(numbers, slipped(numbers), st.text("0123456789X", max_size=20)), min_size=20, max_size=60
    )
)
def test_the_database_accepts_the_numbers_that_the_module_accepts(texts):
    assert by_the_database("wz_gb11643", texts) == by_python(gb11643, texts)


@together
@given(
    st.lists(
        st.one_of(codes, slipped(codes), st.text(gb32100.ALPHABET, max_size=20)), min_size=20, max_size=60
    )
)
def test_the_database_accepts_the_codes_that_the_module_accepts(texts):
    assert by_the_database("wz_gb32100", texts) == by_python(gb32100, texts)


def test_examples_of_both_verdicts():
    assert by_the_database(
        "wz_gb11643", ["11010519491231002X", "110105194912310020", "", "34052419800101001X"]
    ) == [
        True,
        False,
        False,
        True,
    ]
    assert by_the_database("wz_gb32100", ["91350100M000100Y43", "91350100M000100Y44"]) == [True, False]
