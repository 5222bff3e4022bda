"""The bitemporal algorithm of kernel/registers, on the rows of this register."""

from __future__ import annotations

from datetime import date, timedelta
from threading import Thread

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import Max
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wenzhou.foundation.population.models import PersonVersion
from wenzhou.foundation.population.testing import register
from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.errors import Invalid, NotFound
from wenzhou.kernel.base.ids import uuid7
from wenzhou.kernel.base.testing import at_once
from wenzhou.kernel.identity.testing import make_person
from wenzhou.kernel.registers.api import as_of, change, correct, end, timeline

ACTOR = Actor.system("test")
START = date(2020, 1, 1)
FULL = {"name": "陈一", "sex": "1", "born": date(1990, 1, 1), "phone": "1"}


def day(number: int) -> date:
    return START + timedelta(days=number)


def _change(person, on, **values):
    return change(PersonVersion, person.id, on, values, actor=ACTOR, source="test")


def _said(person, on, known_at=None):
    rows = list(as_of(PersonVersion.objects.filter(person=person.id), on, known_at))
    assert len(rows) <= 1
    return (rows[0].name, rows[0].phone) if rows else None


@pytest.mark.django_db
def test_a_change_splits_the_version_and_erases_nothing():
    person = make_person()
    first = _change(person, day(0), **FULL)
    second = _change(person, day(10), phone="2")
    assert _said(person, day(9)) == ("陈一", "1")
    assert _said(person, day(10)) == ("陈一", "2")
    assert _said(person, day(10), known_at=first.recorded_at) == ("陈一", "1")
    assert _said(person, day(10), known_at=first.recorded_at - timedelta(seconds=1)) is None
    assert PersonVersion.objects.filter(person=person.id).count() == 3
    assert [row.valid_to for row in timeline(PersonVersion, person.id)] == [None, day(10)]
    assert second.valid_to is None


@pytest.mark.django_db
def test_a_change_in_the_past_lasts_until_the_next_one():
    person = make_person()
    _change(person, day(0), **FULL)
    _change(person, day(20), phone="3")
    _change(person, day(10), phone="2")
    assert [_said(person, day(d))[1] for d in (5, 15, 25)] == ["1", "2", "3"]


@pytest.mark.django_db
def test_the_same_change_again_adds_nothing():
    person = make_person()
    _change(person, day(0), **FULL)
    one = _change(person, day(10), phone="2")
    assert _change(person, day(10), phone="2").id == one.id
    assert PersonVersion.objects.filter(person=person.id).count() == 3


@pytest.mark.django_db
def test_a_correction_reaches_every_version_of_its_period():
    person = make_person()
    _change(person, day(0), **FULL)
    _change(person, day(10), phone="2")
    correct(PersonVersion, person.id, day(5), day(15), {"name": "陈二"}, actor=ACTOR, source="test")
    assert [_said(person, day(d)) for d in (4, 5, 10, 15)] == [
        ("陈一", "1"),
        ("陈二", "1"),
        ("陈二", "2"),
        ("陈一", "2"),
    ]
    with pytest.raises(NotFound):
        correct(PersonVersion, person.id, day(-9), day(-5), {"name": "x"}, actor=ACTOR, source="test")


@pytest.mark.django_db
def test_an_end_leaves_nothing_after_it():
    person = make_person()
    _change(person, day(0), **FULL)
    _change(person, day(10), phone="2")
    assert end(PersonVersion, person.id, day(5)) == 2
    assert _said(person, day(4)) == ("陈一", "1")
    assert _said(person, day(5)) is None
    assert end(PersonVersion, person.id, day(5)) == 0


@pytest.mark.django_db
def test_what_cannot_be_is_said():
    person = make_person()
    with pytest.raises(Invalid) as missing:
        _change(person, day(0), name="陈一")
    assert set(missing.value.fields) == {"sex", "born"}
    with pytest.raises(Invalid) as foreign:
        _change(person, day(0), **FULL, colour="red")
    assert set(foreign.value.fields) == {"colour"}
    with pytest.raises(NotFound):
        change(PersonVersion, uuid7(), day(0), FULL, actor=ACTOR, source="test")


@pytest.mark.django_db
def test_the_database_refuses_overlaps_and_empty_periods():
    person = register()
    row = PersonVersion.objects.get(person=person.id)
    same = {f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields} | {"id": uuid7()}
    with pytest.raises(IntegrityError, match="person_version_no_overlap"), transaction.atomic():
        PersonVersion.objects.create(**same)
    with pytest.raises(IntegrityError, match="person_version_period"), transaction.atomic():
        PersonVersion.objects.create(**same | {"valid_to": row.valid_from, "superseded_at": row.recorded_at})


@pytest.mark.django_db
def test_a_statement_of_many_rows_is_refused_whole_and_what_is_superseded_counts_for_nothing():
    person = register()
    row = PersonVersion.objects.get(person=person.id)
    same = {f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields}
    later = [same | {"id": uuid7(), "valid_from": day(n), "valid_to": day(n + 2)} for n in (0, 1)]
    with pytest.raises(IntegrityError, match="person_version_no_overlap"), transaction.atomic():
        PersonVersion.objects.update(valid_to=day(0))
        PersonVersion.objects.bulk_create([PersonVersion(**columns) for columns in later])
    PersonVersion.objects.create(**later[0] | {"superseded_at": row.recorded_at})
    with pytest.raises(IntegrityError, match="person_version_no_overlap"), transaction.atomic():
        PersonVersion.objects.update(superseded_at=None)
    assert PersonVersion.objects.filter(person=person.id).count() == 2


@pytest.mark.django_db(transaction=True)
def test_of_two_past_the_services_at_once_one_is_refused():
    person = register()
    PersonVersion.objects.update(valid_to=day(0))
    row = PersonVersion.objects.get(person=person.id)
    same = {f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields}

    def write(number):
        columns = same | {"id": uuid7(), "valid_from": day(number), "valid_to": None}
        try:
            with transaction.atomic():
                PersonVersion.objects.create(**columns)
        except IntegrityError as error:
            return "person_version_no_overlap" in str(error)
        return False

    assert sorted(at_once(lambda: write(1), lambda: write(2))) == [False, True]
    with connection.cursor() as cursor, pytest.raises(DatabaseError, match="REPEATABLE READ"):
        cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
        try:
            cursor.execute("UPDATE population_personversion SET phone = '1'")
        finally:
            cursor.execute("ROLLBACK")


@pytest.mark.django_db
def test_an_as_of_read_is_one_index_scan():
    people = [register() for _ in range(300)]
    query = as_of(PersonVersion.objects.filter(person=people[0].id), date(2026, 1, 1)).order_by(
        "-valid_from"
    )[:1]
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE population_personversion")
    plan = query.explain()
    assert "Index Scan using person_version_as_of" in plan, plan


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("change"), st.integers(0, 30), st.integers(1, 5)),
        st.tuples(st.just("correct"), st.integers(0, 30), st.integers(1, 5), st.integers(1, 20)),
        st.tuples(st.just("end"), st.integers(0, 30)),
    ),
    max_size=8,
)


def _play(person, step):
    kind, on = step[0], day(step[1])
    if kind == "change":
        _change(person, on, **FULL | {"phone": str(step[2])})
    elif kind == "end":
        end(PersonVersion, person.id, on)
    else:
        values = {"phone": str(step[2])}
        try:
            correct(PersonVersion, person.id, on, day(step[1] + step[3]), values, actor=ACTOR, source="test")
        except NotFound:
            return


def _model(said, step):
    """The same on a plain dictionary of days: the oracle."""
    on = step[1]
    if step[0] == "end":
        return {d: v for d, v in said.items() if d < on}
    if step[0] == "correct":
        return {d: (str(step[2]) if on <= d < on + step[3] else v) for d, v in said.items()}
    return said


DAYS = range(-2, 55)


def _all_said(person, known_at=None):
    """What is said of each day, from the rows and without ``as_of``: {day: telephone}."""
    said = {}
    for row in PersonVersion.objects.filter(person=person.id):
        if known_at is None:
            known = row.superseded_at is None
        else:
            known = row.recorded_at <= known_at and (not row.superseded_at or row.superseded_at > known_at)
        for number in DAYS if known else ():
            if row.valid_from <= day(number) and (row.valid_to is None or day(number) < row.valid_to):
                assert number not in said, "two versions known for one day"
                said[number] = row.phone
    return said


def _last_mark(person):
    marks = PersonVersion.objects.filter(person=person.id).aggregate(Max("recorded_at"), Max("superseded_at"))
    return max((mark for mark in marks.values() if mark), default=None)


@pytest.mark.django_db
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_versions_never_overlap_and_the_past_is_answered_the_same(steps):
    person = make_person()
    answers = []
    before: dict[int, str] = {}
    for step in steps:
        _play(person, step)
        now = _all_said(person)
        if step[0] == "change":
            assert now[step[1]] == str(step[2])
            assert {d: v for d, v in now.items() if d < step[1]} == {
                d: v for d, v in before.items() if d < step[1]
            }
        else:
            assert now == _model(before, step)
        found = _said(person, day(step[1]))
        assert (found[1] if found else None) == now.get(step[1])
        if mark := _last_mark(person):
            answers.append((mark, step[1], now))
        before = now
    for known_at, on, said in answers:
        assert _all_said(person, known_at) == said
        found = _said(person, day(on), known_at)
        assert (found[1] if found else None) == said.get(on)


@pytest.mark.django_db(transaction=True)
def test_two_at_once_are_both_kept_one_after_the_other():
    person = make_person()
    _change(person, day(0), **FULL)
    failures = []

    def work(number):
        try:
            _change(person, day(number), phone=str(number))
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [Thread(target=work, args=(n,)) for n in (5, 10, 15, 20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert [_said(person, day(d))[1] for d in (0, 5, 10, 15, 20)] == ["1", "5", "10", "15", "20"]
