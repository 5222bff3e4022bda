"""An import whose worker is killed (SIGKILL) in the middle of a chunk and gone on with leaves what an undisturbed one leaves."""

from __future__ import annotations

import os
import signal
import time
import warnings

import pytest
from django.db import connection

from wenzhou.kernel.base.models import OutboxEntry
from wenzhou.kernel.registers.tests.records import PERSONS
from wenzhou.kernel.registers.tests.test_imports import (
    imported,
    new_row,
    numbers,
    police,
    rows_of,
)
from wenzhou.kernel.registers.transfer import running
from wenzhou.kernel.registers.transfer.imports import start_load
from wenzhou.kernel.registers.transfer.models import BadRow, Import, ImportState

CHUNK = 4


@pytest.fixture(autouse=True)
def data_folder(settings, tmp_path):
    settings.WZ_DATA = str(tmp_path)


def file_of(known):
    """New records, one changed twice in other chunks, one as it was, a bad row."""
    rows = [new_row(number, name=f"陈大{'文明强伟芳'[place % 5]}") for place, number in enumerate(known)]
    again = [
        new_row(known[0], name="陈小文"),
        new_row(known[0], name="陈小明"),
        new_row(known[1], name="陈大明"),
    ]
    return rows_of([*rows[:6], new_row(known[6], name="陈"), *rows[7:], *again])


def left(known, run):
    """What an import has left: versions by place in the file, bad lines, counts, events."""
    place = {number: index for index, number in enumerate(known)}
    rows = PERSONS.objects.filter(person__number__in=known).select_related("person")
    versions = sorted(
        (
            place[row.person.number],
            row.name,
            row.person.name,
            row.valid_from,
            row.superseded_at is None,
            row.source,
        )
        for row in rows
    )
    told = OutboxEntry.objects.filter(name="registers.loaded", payload__run=str(run.id))
    records = sorted(len(one.payload["created"]) + len(one.payload["changed"]) for one in told)
    bad = list(BadRow.objects.filter(run=run).order_by("line").values_list("line", "faults"))
    counts = (run.state, run.position, run.created, run.changed, run.unchanged, run.bad, run.reasons)
    return versions, records, bad, counts


def killed_in_the_middle(import_id, chunk):
    """A process that is killed inside the transaction of this chunk, when its rows are written and not committed."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # the child touches no thread of ours
        child = os.fork()
    if child == 0:
        try:
            connection.connection = None  # the parent's: neither used nor closed
            keep, calls = running._keep_bad, []

            def die(*arguments):
                calls.append(arguments)
                if len(calls) == chunk:
                    os.kill(os.getpid(), signal.SIGKILL)
                keep(*arguments)

            running._keep_bad = die
            running.run(import_id, chunk=CHUNK)
        finally:
            os._exit(1)
    return os.waitpid(child, 0)[1]


@pytest.mark.django_db(transaction=True)
def test_a_killed_import_goes_on_and_no_row_is_lost_or_taken_twice():
    actor = police()
    known, others = numbers(14), numbers(14)
    undisturbed = left(known, imported(actor, file_of(known), chunk=CHUNK))
    assert undisturbed[3][0] == ImportState.DONE

    run = imported(actor, file_of(others), load=False, chunk=CHUNK)
    start_load(actor, run.id, by_job=False)
    until = time.monotonic() + 20
    for chunk in (3, 1):  # a second time, at once where the first was
        while os.WTERMSIG(killed_in_the_middle(run.id, chunk)) != signal.SIGKILL:
            assert time.monotonic() < until, "it leaves while the session of the killed one is still there"
        run.refresh_from_db()
        assert (run.state, run.position) == (ImportState.LOADING, 2 * CHUNK)
    while run.state == ImportState.LOADING and time.monotonic() < until:
        running.run(run.id, chunk=CHUNK)  # leaves until the session of the killed one has gone
        run = Import.objects.get(id=run.id)
    assert left(others, run) == undisturbed
