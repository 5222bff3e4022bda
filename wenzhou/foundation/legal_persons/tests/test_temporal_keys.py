"""The database itself refuses what cannot be of a firm in time, with the SQL of PostgreSQL 18 and with that of 17."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from wenzhou.foundation.legal_persons.models import Branch, Officer, OrganisationVersion, Role, Shareholding
from wenzhou.foundation.legal_persons.testing import make_branch, register_firm
from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.ids import uuid7
from wenzhou.kernel.identity.testing import make_person
from wenzhou.kernel.registers.api import as_of, change, end

ACTOR = Actor.system("test")
SERVER: Any = connection


def _again(row, **other):
    """The same version once more, written past the services."""
    columns = {f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields if not f.generated}
    return type(row).objects.create(**columns | {"id": uuid7()} | other)


def _constraint(name):
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = %s", [name])
        found = cursor.fetchone()
    return found[0] if found else ""


class EarlierServer:
    """A schema editor that takes the server for PostgreSQL 17."""

    def __init__(self, editor):
        self.connection = SimpleNamespace(pg_version=17_00_05)
        self.quote_name = editor.quote_name


@pytest.mark.django_db
def test_two_versions_known_for_one_day_are_refused_and_superseded_ones_are_not():
    firm = register_firm()
    row = OrganisationVersion.objects.get(organisation=firm.id)
    with pytest.raises(IntegrityError, match="organisation_version_no_overlap"), transaction.atomic():
        _again(row, valid_from=date(2020, 1, 1), valid_to=date(2020, 1, 2))
    _again(row, superseded_at=row.recorded_at)
    assert OrganisationVersion.objects.filter(organisation=firm.id).count() == 2


@pytest.mark.django_db
def test_the_key_is_the_one_of_the_server():
    key = _constraint("organisation_version_no_overlap")
    period = _constraint("officer_while_registered")
    if SERVER.pg_version >= 18_00_00:
        assert key == "UNIQUE (organisation_id, current_period WITHOUT OVERLAPS)"
        assert "PERIOD current_period) REFERENCES legal_persons_organisationversion" in period
    else:
        assert key == "EXCLUDE USING gist (organisation_id WITH =, current_period WITH &&)"
        assert not period


@pytest.mark.django_db
def test_on_postgresql_17_the_same_is_refused_by_exclusion():
    firm = register_firm()
    row = OrganisationVersion.objects.get(organisation=firm.id)
    keys: dict[str, Any] = {
        one.name: one for one in (*OrganisationVersion._meta.constraints, *Officer._meta.constraints)
    }
    key = keys["organisation_version_no_overlap"]
    connection.check_constraints()
    with connection.schema_editor(atomic=False) as editor, connection.cursor() as cursor:
        earlier = EarlierServer(editor)
        assert keys["officer_while_registered"].create_sql(Officer, earlier) is None
        cursor.execute(f"{key.remove_sql(OrganisationVersion, earlier)} CASCADE")
        cursor.execute(key.create_sql(OrganisationVersion, earlier))
    with pytest.raises(IntegrityError, match="organisation_version_no_overlap"), transaction.atomic():
        _again(row, valid_from=date(2020, 1, 1), valid_to=date(2020, 1, 2))
    _again(row, superseded_at=row.recorded_at)


def _orphans(firm):
    """Each a version for days on which its organisation is not in the register."""
    holder = make_person()
    early = {"valid_from": date(2014, 12, 31), "source": "test"}
    yield Shareholding, early | {
        "organisation_id": firm.id, "holder": holder.id, "person_id": holder.id, "amount": 1
    }  # fmt: skip
    yield Officer, early | {"organisation_id": firm.id, "person_id": holder.id, "role": Role.MANAGER}
    yield Branch, early | {"branch_id": firm.id, "parent_id": register_firm(since=date(2010, 1, 1)).id}
    yield Branch, early | {"branch_id": register_firm(since=date(2010, 1, 1)).id, "parent_id": firm.id}


@pytest.mark.django_db
def test_a_period_without_the_one_it_rests_on_is_refused():
    if SERVER.pg_version < 18_00_00:
        pytest.skip("PERIOD came with PostgreSQL 18")
    for model, columns in _orphans(register_firm()):
        with pytest.raises(IntegrityError, match=r"registered"), transaction.atomic():
            model.objects.create(**columns)
            connection.check_constraints()
        model.objects.create(**columns | {"valid_from": date(2015, 1, 1)})
        connection.check_constraints()


@pytest.mark.django_db
def test_what_others_rest_on_changes_in_one_transaction_but_does_not_go():
    if SERVER.pg_version < 18_00_00:
        pytest.skip("PERIOD came with PostgreSQL 18")
    firm = register_firm()
    branch = make_branch(firm)
    values = {"name": f"{firm.name}新"}
    change(OrganisationVersion, firm.id, date(2020, 1, 1), values, actor=ACTOR, source="test")
    connection.check_constraints()
    with pytest.raises(IntegrityError, match="registered"), transaction.atomic():
        end(OrganisationVersion, branch.id, date(2021, 1, 1))
        connection.check_constraints()


@pytest.mark.django_db
def test_an_as_of_read_goes_by_its_index_and_not_by_the_key():
    firm = register_firm()
    row = OrganisationVersion.objects.get(organisation=firm.id)
    for _ in range(120):
        register_firm()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE legal_persons_organisationversion")
    query = as_of(OrganisationVersion.objects.filter(organisation=row.organisation_id), date(2026, 1, 1))
    plan = query.order_by("-valid_from")[:1].explain()
    assert "Index Scan using organisation_version_as_of" in plan, plan
