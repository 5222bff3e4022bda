"""The first load of the register of persons: all of it or nothing, with everything the tables had before."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from wenzhou.foundation.population.models import PersonVersion
from wenzhou.foundation.population.testing import make_household
from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.errors import Conflict
from wenzhou.kernel.base.ids import made_id
from wenzhou.kernel.identity.testing import make_person
from wenzhou.kernel.registers.testing import FirstLoad, Part, first_load, recover

ACTOR = Actor.system("test")
PERSON: Any = PersonVersion._meta.get_field("person").related_model
SAID: list[str] = []


def _parts(folder, people=40, spoilt=False):
    """Files of so many persons for two streams; when spoilt the last has two versions for one day."""
    anchors, versions = [], []
    for n in range(people):
        anchors.append(f"{made_id(900, n)}\t33100019900101{n:04d}\t陈{n}\tt")
        versions.append(
            f"{made_id(901, n)}\t{made_id(900, n)}\t陈{n}\t1\t1990-01-01\t01\t\tt\t1990-01-01\tmade"
        )
    if spoilt:
        versions.append(
            versions[-1]
            .replace(made_id(901, people - 1), made_id(902, 0))
            .replace("\t1990-01-01\tmade", "\t2020-01-01\tmade")
        )
    parts = []
    for model, names, lines in (
        (PERSON, ("id", "number", "name", "made"), anchors),
        (
            PersonVersion,
            ("id", "person", "name", "sex", "born", "ethnicity", "phone", "made", "valid_from", "source"),
            versions,
        ),
    ):
        files = []
        for number, half in enumerate((lines[: people // 2], lines[people // 2 :])):
            files.append(folder / f"{model._meta.model_name}.{number}")
            files[-1].write_text("".join(f"{line}\n" for line in half), "utf-8")
        parts.append(Part(model, names, tuple(files)))
    return parts


def _has():
    """Everything the two tables have beside rows."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexdef FROM pg_indexes WHERE tablename IN ('identity_person', 'population_personversion')"
            " UNION ALL SELECT conname || pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE conrelid IN ('identity_person'::regclass, 'population_personversion'::regclass)"
            " UNION ALL SELECT pg_get_triggerdef(oid) FROM pg_trigger"
            " WHERE tgrelid = 'population_personversion'::regclass AND NOT tgisinternal"
        )
        return sorted(row[0] for row in cursor.fetchall())


@pytest.mark.django_db(transaction=True)
def test_all_is_loaded_or_nothing_and_the_tables_are_as_they_were(tmp_path):
    before = _has()
    somebody = make_person()
    with pytest.raises(IntegrityError, match="person_version_no_overlap"):
        first_load(ACTOR, "person", _parts(tmp_path, spoilt=True), say=SAID.append)
    assert (PersonVersion.objects.count(), list(PERSON.objects.values_list("id", flat=True))) == (
        0,
        [somebody.id],
    )
    assert _has() == before and not FirstLoad.objects.exists()

    assert first_load(ACTOR, "person", _parts(tmp_path), say=SAID.append) == 80
    assert (PersonVersion.objects.count(), PERSON.objects.count()) == (40, 41)
    assert _has() == before
    row = PersonVersion.objects.earliest("id")
    with pytest.raises(IntegrityError, match="person_version_no_overlap"), transaction.atomic():
        row.id = made_id(903, 0)
        row.save(force_insert=True)
    with pytest.raises(Conflict):
        first_load(ACTOR, "person", _parts(tmp_path), say=SAID.append)


@pytest.mark.django_db(transaction=True)
def test_a_load_that_was_killed_is_undone_by_the_next(tmp_path, monkeypatch):
    before = _has()
    make_household()
    monkeypatch.setattr(
        "wenzhou.kernel.registers.first_load.recover", lambda say: None
    )  # as by a kill: nobody tidies up
    with pytest.raises(IntegrityError):
        first_load(ACTOR, "person", _parts(tmp_path, spoilt=True), say=SAID.append)
    assert FirstLoad.objects.count() == 1 and _has() != before
    monkeypatch.undo()
    recover(SAID.append)
    assert _has() == before
    assert first_load(ACTOR, "person", _parts(tmp_path), say=SAID.append) == 80
