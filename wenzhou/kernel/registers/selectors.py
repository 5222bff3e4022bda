"""Reads of the journal: one's own, and the whole for those who oversee it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.pagination import Slice, keyset
from wenzhou.kernel.base.permissions import require
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.identity.api import offices, person_by_number
from wenzhou.kernel.registers.declarations import CaseWords
from wenzhou.kernel.registers.models import AccessEntry
from wenzhou.kernel.registers.permissions import OWN_DATA_USE, READ_JOURNAL
from wenzhou.kernel.registers.words import case_words, consumer_title, field_titles, resource_title

PAGE = 30
YOURSELF = Text("本人", "Yourself")
SYSTEM = Text("系统自动办理", "The platform itself")


@dataclass(frozen=True, slots=True)
class Line:
    """One reading in words."""

    at: datetime
    office: str
    reader: str
    resource: Text
    consumer: Text
    purpose: Text
    fields: tuple[Text, ...]
    masked: bool
    case: CaseWords | None
    subject: UUID | None


@dataclass(frozen=True, slots=True)
class Use:
    """The readings of one office on one page of the list."""

    office: str
    lines: tuple[Line, ...]


def own_data_use(actor: Actor, *, token: str = "") -> tuple[Slice[AccessEntry], list[Use]]:
    """Who read the record of the person who asks, newest first, gathered by office. Raises Refused."""
    require(actor, OWN_DATA_USE)
    rows = AccessEntry.objects.filter(subject_person=actor.person)
    if actor.person is None:
        rows = rows.none()
    page = keyset(rows, "-id", token=token, size=PAGE)
    lines = in_words(page.rows, actor)
    gathered: dict[str, list[Line]] = {}
    for line in lines:
        gathered.setdefault(line.office, []).append(line)
    return page, [Use(office, tuple(found)) for office, found in gathered.items()]


def uses_of(person: UUID, *, limit: int = 1000) -> list[AccessEntry]:
    """The last readings of a person's data, newest first; the caller says whether they may be told."""
    return list(AccessEntry.objects.filter(subject_person=person).order_by("-id")[:limit])


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """What the overseer asks for; empty values ask for everything."""

    reader: str = ""
    number: str = ""
    resource: str = ""
    since: date | None = None
    until: date | None = None


def journal_lines(actor: Actor, asked: Filter, *, token: str = "") -> tuple[Slice[AccessEntry], list[Line]]:
    """The journal, newest first. ``until`` is the last day included. Raises Refused."""
    require(actor, READ_JOURNAL)
    rows = AccessEntry.objects.filter(_about(asked.number), _between(asked.since, asked.until))
    if asked.reader:
        rows = rows.filter(reader_name__startswith=asked.reader)
    if asked.resource:
        rows = rows.filter(resource=asked.resource)
    page = keyset(rows, "-id", token=token, size=PAGE)
    return page, in_words(page.rows, actor)


def _about(number: str) -> Q:
    if not number:
        return Q()
    person = person_by_number(number.strip())
    return Q(subject_person=person.id) if person else Q(pk__in=[])


def _between(since: date | None, until: date | None) -> Q:
    """Days as bounds of the key, which begins with the milliseconds of its making."""
    found = Q()
    if since is not None:
        found &= Q(id__gte=_first_id(since))
    if until is not None:
        found &= Q(id__lt=_first_id(until + timedelta(days=1)))
    return found


def _first_id(day: date) -> UUID:
    instant = timezone.make_aware(datetime.combine(day, time.min))
    return UUID(int=int(instant.timestamp() * 1000) << 80)


def in_words(entries: Sequence[AccessEntry], actor: Actor) -> list[Line]:
    """Lines for people to read; one statement for the names of all offices, one for the numbers of all cases."""
    known = offices({code for row in entries for code in row.reader_offices})
    names = {code: str(ref.name) for code, ref in known.items()}
    titles = field_titles()
    cases = case_words(actor, {row.case for row in entries if row.case is not None})
    return [
        Line(
            at=row.at,
            office=_office(row, actor, names),
            reader=row.reader_name,
            resource=resource_title(row.resource),
            consumer=consumer_title(row.consumer),
            purpose=Text(row.purpose_zh, row.purpose_en),
            fields=tuple(titles.get(name, Text(name, name)) for name in row.fields),
            masked=row.masked,
            case=cases.get(row.case) if row.case else None,
            subject=row.subject_person or row.subject_organisation,
        )
        for row in entries
    ]


def _office(row: AccessEntry, actor: Actor, names: dict[str, str]) -> str:
    if row.reader is not None and row.reader == actor.account and row.subject_person == actor.person:
        return str(YOURSELF)
    if row.reader_offices:
        return "、".join(names.get(code, code) for code in row.reader_offices)
    return row.reader_name if row.reader is not None else str(SYSTEM)
