"""The bulk load against ``versions.change`` row by row: the same rows leave the same register."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wenzhou.kernel.base.actors import CLERK
from wenzhou.kernel.base.errors import Invalid
from wenzhou.kernel.identity.testing import actor_with, make_office, make_person
from wenzhou.kernel.registers.declaration import register_of
from wenzhou.kernel.registers.transfer.checking import Row
from wenzhou.kernel.registers.transfer.loading import Loader
from wenzhou.kernel.registers.transfer.reading import Line
from wenzhou.kernel.registers.versions import change

pytestmark = pytest.mark.django_db

START = date(2020, 1, 1)
NAMES = ("陈大文", "陈小文", "林建国")


def police(area="3303"):
    make_office("police", function="public-security", area=area)
    return actor_with(CLERK, office="police", area=area)


def rows_of(told, people):
    """(person, day, values) as rows of a file."""
    return [
        Row(Line(number, ()), people[who].number, START + timedelta(days=day), dict(values))
        for number, (who, day, values) in enumerate(told, start=2)
    ]


def state(model, people):
    """The register without ids and instants: instants by their rank for each person."""
    found = []
    for who, person in enumerate(people):
        rows = list(model.objects.filter(person=person.id))
        instants = sorted({i for row in rows for i in (row.recorded_at, row.superseded_at) if i})
        found += [
            (
                who,
                row.valid_from,
                row.valid_to,
                instants.index(row.recorded_at),
                instants.index(row.superseded_at) if row.superseded_at else None,
                row.name,
                row.sex,
                row.born,
                row.ethnicity,
                row.phone,
                row.source,
                row.recorded_by,
            )
            for row in rows
        ]
    return sorted(found, key=repr)


VALUES = st.fixed_dictionaries(
    {},
    optional={
        "name": st.sampled_from(NAMES),
        "sex": st.sampled_from("12"),
        "born": st.just(date(1990, 1, 1)),
        "ethnicity": st.sampled_from(("01", "22")),
    },
).map(lambda values: values or {"name": NAMES[0]})
WHOLE = st.fixed_dictionaries(
    {
        "name": st.sampled_from(NAMES),
        "sex": st.sampled_from("12"),
        "born": st.just(date(1990, 1, 1)),
    }
)
ROWS = st.lists(
    st.tuples(st.integers(0, 2), st.integers(0, 6), st.one_of(WHOLE, VALUES)), min_size=1, max_size=12
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(told=ROWS, size=st.integers(1, 12))
def test_bulk_load_is_change_row_by_row(told, size, django_db_blocker):
    register = register_of("person")
    actor = police()
    fields = [register.field(name) for name in ("number", "name", "sex", "born", "ethnicity")]
    one_by_one = [make_person() for _ in range(3)]
    in_bulk = [make_person() for _ in range(3)]

    refused = set()
    for number, (who, day, values) in enumerate(told, start=2):
        try:
            change(
                register.model,
                one_by_one[who].id,
                START + timedelta(days=day),
                values,
                actor=actor,
                source="public-security",
            )
        except Invalid:
            refused.add(number)

    loader = Loader(actor, register, fields)
    loader.begin()
    rows = rows_of(told, in_bulk)
    outcomes = [loader.load(rows[at : at + size]) for at in range(0, len(rows), size)]
    loader.end()

    assert {row.line.number for outcome in outcomes for row in outcome.bad} == refused
    assert state(register.model, in_bulk) == state(register.model, one_by_one)
    total = sum(o.created + o.changed + o.unchanged + len(o.bad) for o in outcomes)
    assert total == len(told)
