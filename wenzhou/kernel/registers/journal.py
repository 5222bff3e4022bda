"""Writing the journal of data use: in the transaction of the reading, so that none goes unwritten."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.permissions import Purpose
from wenzhou.kernel.base.statements import insertion, run
from wenzhou.kernel.registers.contracts import Subject
from wenzhou.kernel.registers.models import AccessEntry

# All but "at", which is the database's clock.
_COLUMNS = [field.attname for field in AccessEntry._meta.concrete_fields if field.attname != "at"]
_INSERT = insertion(AccessEntry._meta.db_table, _COLUMNS)


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
    entry = _entry(actor, subject, resource, consumer, purpose, fields, masked, case)
    run(_INSERT, [getattr(entry, name) for name in _COLUMNS])


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
    """One line for each subject of a list that was shown; returns how many."""
    entries = [_entry(actor, s, resource, consumer, purpose, fields, masked, case) for s in subjects]
    AccessEntry.objects.bulk_create(entries)
    return len(entries)


def _entry(
    actor: Actor,
    subject: Subject,
    resource: str,
    consumer: str,
    purpose: Purpose,
    fields: Sequence[str],
    masked: bool,
    case: UUID | None,
) -> AccessEntry:
    return AccessEntry(
        subject_person=subject.person,
        subject_organisation=subject.organisation,
        reader=actor.account,
        reader_name=actor.name,
        reader_offices=sorted(actor.offices),
        consumer=consumer,
        resource=resource,
        purpose=purpose.code,
        purpose_zh=purpose.title.zh,
        purpose_en=purpose.title.en,
        case=case,
        fields=list(fields),
        masked=masked,
        request_id=actor.request_id,
    )
