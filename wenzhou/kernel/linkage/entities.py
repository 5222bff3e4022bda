"""Reads of entities: the records of one, masked or for a purpose, their links over time, the acts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from wenzhou.kernel.base import audit
from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.errors import NotFound
from wenzhou.kernel.base.pagination import Slice, keyset
from wenzhou.kernel.base.permissions import Purpose, holding_posts, require
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.identity.api import person_by_number
from wenzhou.kernel.linkage.contracts import Record, RecordKey
from wenzhou.kernel.linkage.models import Act, RecordLink
from wenzhou.kernel.linkage.permissions import READ_RECORDS, SEE_LINKS
from wenzhou.kernel.linkage.selectors import Step, history
from wenzhou.kernel.linkage.showing import FIELDS, masked, read
from wenzhou.kernel.linkage.sources import sources
from wenzhou.kernel.registers.api import SEXES

PAGE = 20


@dataclass(frozen=True, slots=True)
class Member:
    """A record of an entity, now or once: its values as this reader sees them, and since when until when it was linked."""

    key: RecordKey
    title: Text
    values: Sequence[str]
    there: bool
    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Entity:
    """An entity as this reader sees it. ``later``: where its former records are now."""

    id: UUID
    members: Sequence[Member]
    former: Sequence[Member]
    steps: Sequence[Step]
    made: bool
    purpose: Purpose | None
    later: frozenset[UUID]


def entity(actor: Actor, entity_id: UUID, *, purpose: Purpose | None = None) -> Entity:
    """The records of an entity, now and before, with its history.

    Raises Refused, and NotFound for one that never was or has no record in the actor's area.
    """
    require(actor, SEE_LINKS)
    links = list(RecordLink.objects.filter(entity=entity_id).order_by("recorded_at", "id"))
    if not links:
        raise _unknown()
    if purpose is not None:
        require(actor, READ_RECORDS, purpose=purpose)
    keys = {RecordKey(link.source, link.key) for link in links}
    with transaction.atomic():
        found = read(actor, keys, purpose)
        if not _within(actor, found.values()):
            raise _unknown()
    titles = {code: source.title for code, source in sources().items()}
    members = [_member(link, found, titles, purpose) for link in links]
    moved = RecordLink.objects.filter(superseded_at=None, key__in=[key.key for key in keys])
    return Entity(
        id=entity_id,
        members=[one for one in members if one.until is None],
        former=[one for one in members if one.until is not None],
        steps=history(actor, entity_id),
        made=any(record.made for record in found.values()),
        purpose=purpose,
        later=frozenset(moved.exclude(entity=entity_id).values_list("entity", flat=True)),
    )


def _within(actor: Actor, records: Iterable[Record]) -> bool:
    """Whether a record lives in an area of the actor's; who answers for the whole city sees all."""
    areas = {post.area for post in holding_posts(actor, SEE_LINKS)}
    if any("3303".startswith(area) for area in areas):
        return True
    return any(record.division.startswith(area) for record in records for area in areas)


def _member(
    link: RecordLink, found: dict[RecordKey, Record], titles: dict[str, Text], purpose: Purpose | None
) -> Member:
    key = RecordKey(link.source, link.key)
    record = found.get(key)
    return Member(
        key=key,
        title=titles.get(key.source, Text(key.source, key.source)),
        values=[_shown(record, field, purpose) for field in FIELDS] if record else [""] * len(FIELDS),
        there=record is not None,
        since=link.recorded_at,
        until=link.superseded_at,
    )


def _shown(record: Record, field: str, purpose: Purpose | None) -> str:
    value = str(getattr(record, field)) if purpose is not None else masked(record, field)
    return str(SEXES.get(value, value)) if field == "sex" else value


def of_person(actor: Actor, number: str) -> UUID | None:
    """The entity of the person with this identity number, None when she is linked to nothing. Raises Refused."""
    require(actor, SEE_LINKS)
    person = person_by_number(number.strip().upper())
    anchored = [code for code, source in sources().items() if source.anchored]
    if person is None:
        return None
    audit.record(actor, "linkage.find", person=str(person.id))
    rows = RecordLink.objects.filter(superseded_at=None, source__in=anchored, key=person.id)
    return rows.values_list("entity", flat=True).first()


def _unknown() -> NotFound:
    return NotFound(Text("没有这个实体，或者不在您的区域内。", "No such entity, or not in your area."))


def acts(actor: Actor, *, token: str = "") -> Slice[Act]:
    """Changes of links by people and runs, newest first. Raises Refused."""
    require(actor, SEE_LINKS)
    return keyset(Act.objects.select_related("run"), "-id", token=token, size=PAGE)


def touched(act_ids: Sequence[UUID]) -> dict[UUID, list[UUID]]:
    """The entities whose links these acts opened or closed; of acts of people, which are small."""
    found: dict[UUID, list[UUID]] = {}
    either = Q(opened_by__in=act_ids) | Q(ended_by__in=act_ids)
    for link in RecordLink.objects.filter(either).only("opened_by", "ended_by", "entity"):
        for act in act_ids:
            if act in (link.opened_by, link.ended_by) and link.entity not in found.setdefault(act, []):
                found[act].append(link.entity)
    return found
