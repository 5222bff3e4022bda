from __future__ import annotations

import pytest
from django.db import DatabaseError, transaction

from wenzhou.kernel.base.actors import CLERK
from wenzhou.kernel.base.permissions import Purpose
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.identity.testing import actor_with, make_office, make_person
from wenzhou.kernel.registers.api import journal, journal_many
from wenzhou.kernel.registers.contracts import Subject
from wenzhou.kernel.registers.models import AccessEntry

pytestmark = pytest.mark.django_db
PURPOSE = Purpose("test", Text("测试", "Test"))


def _write(actor, subject):
    journal(
        actor, subject, resource="r", consumer="c", purpose=PURPOSE, fields=("name", "phone"), masked=True
    )


def test_a_line_says_who_read_what_of_whom_and_why():
    make_office("urban")
    actor = actor_with(CLERK, office="urban", name="王明")
    person = make_person()
    _write(actor, Subject(person=person.id))
    line = AccessEntry.objects.get()
    assert (line.subject_person, line.reader, line.reader_name) == (person.id, actor.account, "王明")
    assert line.reader_offices == ["urban"]
    assert line.fields == ["name", "phone"]
    assert (line.purpose_zh, line.purpose_en, line.masked) == ("测试", "Test", True)


def test_a_line_can_be_neither_changed_nor_removed():
    _write(actor_with(CLERK), Subject(person=make_person().id))
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        AccessEntry.objects.update(masked=False)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        AccessEntry.objects.all().delete()
    assert AccessEntry.objects.get().masked


def test_a_list_is_one_line_for_each_in_one_statement(django_assert_num_queries):
    actor = actor_with(CLERK)
    people = [Subject(person=make_person().id) for _ in range(5)]
    with django_assert_num_queries(1):
        written = journal_many(
            actor, people, resource="r", consumer="c", purpose=PURPOSE, fields=("name",), masked=True
        )
    assert written == AccessEntry.objects.count() == 5
