"""The bulk load against ``versions.change`` row by row: the same rows leave the same register."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.apps import apps
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wenzhou.kernel.base.actors import CLERK
from wenzhou.kernel.base.errors import Invalid
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.identity.testing import actor_with, make_office, make_person
from wenzhou.kernel.registers.declaration import register_of
from wenzhou.kernel.registers.declarations import Reference, Rule, Severity, Shared
from wenzhou.kernel.registers.quality import judging, writing
from wenzhou.kernel.registers.tests.records import person
from wenzhou.kernel.registers.transfer import admitting
from wenzhou.kernel.registers.transfer.checking import Row
from wenzhou.kernel.registers.transfer.loading import Loader
from wenzhou.kernel.registers.transfer.reading import Line
from wenzhou.kernel.registers.transfer.stepwise import Stepwise
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
    for who, one in enumerate(people):
        rows = list(model.objects.filter(person=one.id))
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

    loader = Loader(actor, register, fields, rules=())  # of versions alone; the rules are compared below
    loader.begin()
    rows = rows_of(told, in_bulk)
    outcomes = [loader.load(rows[at : at + size]) for at in range(0, len(rows), size)]
    loader.end()

    assert {row.line.number for outcome in outcomes for row in outcome.bad} == refused
    assert state(register.model, in_bulk) == state(register.model, one_by_one)
    total = sum(o.created + o.changed + o.unchanged + len(o.bad) for o in outcomes)
    assert total == len(told)


ANY = Text("任意", "Any")
NEW_NAMES = tuple(f"陈{word}" for word in "文明强伟")


def stricter() -> Iterator[Rule]:
    """Rules that look beyond the row: one name, one person; a code in force; a home among other rows of the city."""
    yield from judging.rules_of("person")
    yield Shared(
        code="person.name-once", register="person", field="name", title=ANY, remedy=ANY,
        severity=Severity.ERROR, key=lambda column: column("name"),
    )  # fmt: skip
    yield Reference(
        code="person.ethnicity-known", register="person", field="ethnicity", title=ANY, remedy=ANY,
        known=lambda day: {"01", "22"},
    )  # fmt: skip
    home = next(rule for rule in judging.rules_of("person") if rule.code == "person.home")
    yield replace(home, code="person.home-first", severity=Severity.ERROR, reads=("ethnicity",))


@pytest.fixture
def strict(monkeypatch):
    rules = tuple(stricter())
    for module in (judging, writing, admitting):
        monkeypatch.setattr(module, "rules_of", lambda code: rules)


def known_people():
    """Four, of whom one has no home."""
    people = [person(name=f"林{word}") for word in "文明强伟"]
    apps.get_model("population", "Membership").objects.filter(person=people[3].id).delete()
    return people


def refused(rows):
    return {row.line.number: {fault.field for fault in row.faults} for row in rows if row.faults}


def mixed(chance):
    """Rows of a file: (person, day, values), some of them refused whichever way they come."""
    for _ in range(10):
        values = {
            "name": chance.choice(NEW_NAMES[:3]),
            "sex": chance.choice("12"),
            "ethnicity": chance.choice(("01", "22", "02")),
        }
        told = chance.sample(sorted(values), chance.choice((1, 1, 2, 3)))
        yield chance.randrange(4), chance.choice((0, 0, 40)), {name: values[name] for name in told}


@pytest.mark.parametrize("seed", range(6))
def test_bulk_load_refuses_what_a_single_write_refuses(seed, strict):
    register = register_of("person")
    actor = police("3303")
    fields = [register.field(name) for name in ("number", "name", "sex", "ethnicity")]
    people = known_people()
    told = list(mixed(random.Random(seed)))
    one_by_one, in_bulk = rows_of(told, people), rows_of(told, people)
    with transaction.atomic():
        Stepwise(actor, register, fields, refuse_foreign=True, dry=False, reason="").load(one_by_one)
        expected = (refused(one_by_one), state(register.model, people))
        transaction.set_rollback(True)
    loader = Loader(actor, register, fields)
    loader.begin()
    loader.load(in_bulk)
    loader.end()
    assert (refused(in_bulk), state(register.model, people)) == expected
    assert 0 < len(expected[0]) < len(told)


def test_a_new_record_is_held_to_every_rule_and_a_good_one_beside_it_is_taken(strict):
    actor = police()
    register = register_of("person")
    fields = [register.field(name) for name in ("number", "name", "sex", "born", "ethnicity")]
    taken = person(name="陈文")
    new = [make_person() for _ in range(4)]

    def row(place, **values):
        number = new[place].number
        own = {
            "sex": "1" if int(number[16]) % 2 else "2",
            "born": date(int(number[6:10]), int(number[10:12]), int(number[12:14])),
        }
        return Row(Line(place + 2, ()), number, date(2026, 1, 1), {**own, **values})

    other_sex = "2" if int(new[1].number[16]) % 2 else "1"
    rows = [
        row(0, name="陈文"), row(1, name="陈明", sex=other_sex), row(2, name="陈强"), row(3, name="陈强"),
    ]  # fmt: skip
    loader = Loader(actor, register, fields)
    loader.begin()
    outcome = loader.load(rows)
    loader.end()
    homeless = {"household"}
    assert outcome.created == 0
    assert refused(rows) == {2: {"name", *homeless}, 3: {"sex", *homeless}, 4: homeless, 5: homeless}
    homes = apps.get_model("population", "Membership").objects
    for one in new:
        homes.create(
            person_id=one.id,
            household=homes.get(person=taken.id).household,
            valid_from=date(2026, 1, 1),
            source="test",
        )
    rows = [replace(one, faults=[]) for one in rows]
    loader.begin()
    outcome = loader.load(rows)
    loader.end()
    assert outcome.created == 1
    assert refused(rows) == {2: {"name"}, 3: {"sex"}, 5: {"name"}}
