"""Writing the journal of data use: in the transaction of the reading, so that none goes unwritten."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any
from uuid import UUID

from django.db import connection

from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.ids import uuid7
from wenzhou.kernel.base.permissions import Purpose
from wenzhou.kernel.base.statements import Insertion, Values, array, first, insert
from wenzhou.kernel.registers.contracts import Subject
from wenzhou.kernel.registers.models import AccessEntry

# All but "at", which is the database's clock.
_COLUMNS = [field.attname for field in AccessEntry._meta.concrete_fields if field.attname != "at"]
_ROW = Insertion(AccessEntry._meta.db_table, tuple(_COLUMNS))


def journal(
    actor: Actor,
    subject: Subject,
    *,
    resource: str,
    consumer: str,
    purpose: Purpose,
    fields: Sequence[str],
    masked: bool,
    case: UUID | None = None,
) -> None:
    """One line: ``actor`` read these ``fields`` of ``subject`` through ``consumer`` for ``purpose``."""
    values = _values(actor, resource, consumer, purpose, fields, masked, case)
    insert(_ROW, {**values, "subject_person": subject.person, "subject_organisation": subject.organisation})


def read_person(
    found: str,
    values: Values,
    actor: Actor,
    *,
    resource: str,
    consumer: str,
    purpose: Purpose,
    fields: Sequence[str],
    masked: bool,
    case: UUID | None = None,
) -> tuple[Any, ...] | None:
    """The row of the constant SELECT ``found``, which finds at most one and calls the person ``person_id``.

    Reading and line are one statement: no row can leave without its line, and there is no line without a row.
    """
    line = _values(actor, resource, consumer, purpose, fields, masked, case)
    return first(
        "SELECT * FROM found",
        {
            **values,
            "line_subject_organisation": None,
            **{f"line_{name}": value for name, value in line.items()},
        },
        parts=_reading(found),
    )


@cache
def _reading(found: str) -> dict[str, str]:
    return {"found": found, "line": _ROW.selecting("line", "found", subject_person="found.person_id")}


def _values(
    actor: Actor,
    resource: str,
    consumer: str,
    purpose: Purpose,
    fields: Sequence[str],
    masked: bool,
    case: UUID | None,
) -> dict[str, Any]:
    """A line without its subject."""
    return {
        "id": uuid7(),
        "reader": actor.account,
        "reader_name": actor.name,
        "reader_offices": array(tuple(sorted(actor.offices))),
        "consumer": consumer,
        "resource": resource,
        "purpose": purpose.code,
        "purpose_zh": purpose.title.zh,
        "purpose_en": purpose.title.en,
        "case": case,
        "fields": array(tuple(fields)),
        "masked": masked,
        "request_id": actor.request_id,
    }


def journal_many(
    actor: Actor,
    subjects: Iterable[Subject],
    *,
    resource: str,
    consumer: str,
    purpose: Purpose,
    fields: Sequence[str],
    masked: bool,
    case: UUID | None = None,
) -> int:
    """One line for each subject of a list that was shown, in one statement; returns how many."""
    told = list(subjects)
    if not told:
        return 0
    line = _values(actor, resource, consumer, purpose, fields, masked, case)
    values = {
        **line,
        "ids": [uuid7() for _ in told],
        "persons": [subject.person for subject in told],
        "organisations": [subject.organisation for subject in told],
    }
    with connection.cursor() as cursor:
        cursor.execute(_many(), values)
    return len(told)


@cache
def _many() -> str:
    """The statement: what differs from line to line as arrays, the rest once."""
    own = {"id": "s.id", "subject_person": "s.person", "subject_organisation": "s.organisation"}
    quote = connection.ops.quote_name
    names = ", ".join(quote(name) for name in _COLUMNS)
    values = ", ".join(own.get(name) or f"%({name})s::{_type(name)}" for name in _COLUMNS)
    return f"""
        INSERT INTO {quote(AccessEntry._meta.db_table)} ({names}) SELECT {values}
        FROM unnest(%(ids)s::uuid[], %(persons)s::uuid[], %(organisations)s::uuid[]) AS s (id, person, organisation)
    """  # noqa: S608 - names of our own model


def _type(name: str) -> str:
    """The type of a column without its length: a cast to that would cut a text that is too long, not refuse it."""
    return re.sub(r"\([0-9]+\)", "", str(AccessEntry._meta.get_field(name).db_type(connection)))
