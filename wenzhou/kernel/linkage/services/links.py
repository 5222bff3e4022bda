"""Merging and un-merging: links are closed and opened, never removed, so what was can always be restored.

The caller stands in a transaction and holds the links (``lock_links``).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import combinations, product
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q

from wenzhou.kernel.base import audit
from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.errors import Conflict, Invalid, NotFound
from wenzhou.kernel.base.ids import uuid7
from wenzhou.kernel.base.outbox import emit
from wenzhou.kernel.base.permissions import require
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.linkage.contracts import RecordKey
from wenzhou.kernel.linkage.events import EntitiesMerged, EntityCreated, EntityExtended, EntityUnmerged
from wenzhou.kernel.linkage.models import Act, ActKind, RecordLink, Review, Separation
from wenzhou.kernel.linkage.permissions import UNMERGE
from wenzhou.kernel.linkage.services.lock import lock_links

PARTED_AT_MOST = 400
"""Pairs of records that an un-merge writes down as parted; of larger groups the first so many."""

CURRENT = Q(superseded_at=None)


def join(actor: Actor, left: RecordKey, right: RecordKey, *, reason: str) -> Act:
    """The two records are about one person: link them, or merge the entities they belong to.

    Raises Conflict when they are one already, or when people have parted other records of theirs.
    """
    ours, theirs = link_of(left), link_of(right)
    if ours is not None and theirs is not None:
        return _merge(actor, ours.entity, theirs.entity, (left, right), reason)
    _unpart(left, right)
    entity = ours.entity if ours else theirs.entity if theirs else uuid7()
    kind = ActKind.EXTENDED if ours or theirs else ActKind.CREATED
    alone = [record for record, link in ((left, ours), (right, theirs)) if link is None]
    _refuse_parted(members(entity), alone)
    act = _act(actor, kind, reason)
    _open(act, [(record, entity) for record in alone])
    audit.record(actor, f"linkage.{kind.value}", act, entity=str(entity))
    told = EntityCreated if kind is ActKind.CREATED else EntityExtended
    emit(told(act=act.id, entity=entity), actor=actor)
    return act


def _merge(actor: Actor, one: UUID, other: UUID, pair: tuple[RecordKey, RecordKey], reason: str) -> Act:
    if one == other:
        raise Conflict(
            Text("这两条记录已经链接到同一个人。", "These two records are linked to one person already.")
        )
    _unpart(*pair)
    sides = {one: members(one), other: members(other)}
    _refuse_parted(sides[one], sides[other])
    kept, ended = sorted(sides, key=lambda entity: (-len(sides[entity]), entity))
    act = _act(actor, ActKind.MERGED, reason)
    _close(act, RecordLink.objects.filter(CURRENT, entity=ended))
    _open(act, [(record, kept) for record in sides[ended]])
    audit.record(actor, "linkage.merged", act, kept=str(kept), ended=str(ended))
    emit(EntitiesMerged(act=act.id, kept=kept, ended=ended), actor=actor)
    return act


def unmerge(actor: Actor, entity: UUID, *, reason: str) -> Act:
    """Undo the last change of an entity: its links of that act are closed, what they had replaced is linked again.

    The records that come apart are written down as parted, so that no run joins them again. Raises Refused, NotFound,
    Invalid without a reason, and Conflict when later acts have moved some of them on: undo those first.
    """
    require(actor, UNMERGE)
    reason = _given(reason)
    with transaction.atomic():
        lock_links()
        links = list(RecordLink.objects.filter(CURRENT, entity=entity).order_by("recorded_at", "id"))
        if not links:
            raise NotFound(
                Text("没有这个实体，或者它已被拆分。", "No such entity, or it has been un-merged.")
            )
        undone = Act.objects.get(id=links[-1].opened_by)
        opened = [link for link in links if link.opened_by == undone.id]
        if RecordLink.objects.filter(opened_by=undone.id, entity=entity).count() != len(opened):
            raise Conflict(
                Text(
                    "该次合并之后这些记录又有变动，请先撤销后来的变动。",
                    "Some of these records were moved on by later acts; undo those first.",
                )
            )
        act = _act(actor, ActKind.UNMERGED, reason, reverses=undone)
        _close(act, RecordLink.objects.filter(id__in=[link.id for link in opened]))
        _open(act, _before(undone, opened))
        _part_sides(act, undone, [link for link in links if link.opened_by != undone.id], opened)
        audit.record(actor, "linkage.unmerged", act, entity=str(entity), undone=str(undone.id))
        emit(EntityUnmerged(act=act.id, entity=entity, undone=undone.id), actor=actor)
    return act


def take_out(actor: Actor, record: RecordKey, *, reason: str) -> Act:
    """One record is not about the person of its entity: close its link alone, and part it from the others.

    Raises Refused, NotFound, Invalid without a reason.
    """
    require(actor, UNMERGE)
    reason = _given(reason)
    with transaction.atomic():
        lock_links()
        link = link_of(record)
        if link is None:
            raise NotFound(Text("这条记录没有链接。", "This record is linked to nothing."))
        act = _act(actor, ActKind.UNMERGED, reason, reverses=Act.objects.get(id=link.opened_by))
        _close(act, RecordLink.objects.filter(id=link.id))
        _part(((other, record) for other in members(link.entity)), act=act)
        audit.record(actor, "linkage.unmerged", act, entity=str(link.entity), undone=str(link.opened_by))
        emit(EntityUnmerged(act=act.id, entity=link.entity, undone=link.opened_by), actor=actor)
    return act


def part(left: RecordKey, right: RecordKey, review: Review) -> None:
    """A clerk holds them for two people."""
    _part([(left, right)], review=review)


def link_of(record: RecordKey) -> RecordLink | None:
    """The link of a record now."""
    return RecordLink.objects.filter(CURRENT, source=record.source, key=record.key).first()


def members(entity: UUID) -> list[RecordKey]:
    """The records that are linked to an entity now, oldest link first."""
    rows = RecordLink.objects.filter(CURRENT, entity=entity).order_by("recorded_at", "id")
    return [RecordKey(*row) for row in rows.values_list("source", "key")]


def _given(reason: str) -> str:
    reason = reason.strip()
    if not reason or len(reason) > 500 or "\x00" in reason:
        wrong = Text("请说明理由，500 字以内", "Give a reason, of at most 500 characters")
        raise Invalid(wrong, fields={"reason": wrong})
    return reason


def _act(actor: Actor, kind: ActKind, reason: str, *, reverses: Act | None = None) -> Act:
    return Act.objects.create(
        kind=kind, at=instant(), by=actor.account, by_name=actor.name, reason=reason, reverses=reverses
    )


def instant() -> datetime:
    """Now, by the database's clock, after the links were locked: acts have the order in which they took effect."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT greatest(clock_timestamp(), max(at) + interval '1 microsecond') FROM linkage_act"
        )
        now: datetime = cursor.fetchone()[0]
    return now


def _open(act: Act, links: Iterable[tuple[RecordKey, UUID]]) -> None:
    RecordLink.objects.bulk_create(
        [
            RecordLink(
                source=record.source, key=record.key, entity=entity, opened_by=act.id, recorded_at=act.at
            )
            for record, entity in links
        ]
    )


def _close(act: Act, links: object) -> None:
    links.update(superseded_at=act.at, ended_by=act.id)  # type: ignore[attr-defined]


def _before(undone: Act, opened: Sequence[RecordLink]) -> list[tuple[RecordKey, UUID]]:
    """What the act had replaced: the links that it closed of the same records."""
    records = {RecordKey(link.source, link.key) for link in opened}
    closed = RecordLink.objects.filter(ended_by=undone.id, key__in=[record.key for record in records])
    return [
        (RecordKey(link.source, link.key), link.entity)
        for link in closed.order_by("recorded_at", "id")
        if RecordKey(link.source, link.key) in records
    ]


def _part_sides(act: Act, undone: Act, stay: Sequence[RecordLink], left: Sequence[RecordLink]) -> None:
    """Part what an un-merge took apart; an un-merge that is itself undone takes its own partings back."""
    if undone.kind == ActKind.UNMERGED:
        Separation.objects.filter(CURRENT, act=undone).update(superseded_at=act.at)
        return
    staying = [RecordKey(link.source, link.key) for link in stay]
    leaving = [RecordKey(link.source, link.key) for link in left]
    if staying:
        _part(product(staying, leaving), act=act)
    elif undone.kind != ActKind.MERGED:
        _part(combinations(leaving, 2), act=act)


def _part(
    pairs: Iterable[tuple[RecordKey, RecordKey]], *, act: Act | None = None, review: Review | None = None
) -> None:
    rows = []
    for pair in pairs:
        one, other = sorted(pair, key=lambda record: (record.key, record.source))
        rows.append(
            Separation(
                left_source=one.source,
                left_key=one.key,
                right_source=other.source,
                right_key=other.key,
                act=act,
                review=review,
            )
        )
        if len(rows) == PARTED_AT_MOST:
            break
    Separation.objects.bulk_create(rows, ignore_conflicts=True)


def _unpart(left: RecordKey, right: RecordKey) -> None:
    one, other = sorted((left, right), key=lambda record: (record.key, record.source))
    Separation.objects.filter(
        CURRENT, left_source=one.source, left_key=one.key, right_source=other.source, right_key=other.key
    ).update(superseded_at=instant())


def _refuse_parted(one: Sequence[RecordKey], other: Sequence[RecordKey]) -> None:
    ours, theirs = {record.key for record in one}, {record.key for record in other}
    both = ours | theirs
    rows = Separation.objects.filter(CURRENT, left_key__in=both, right_key__in=both)
    for left, right in rows.values_list("left_key", "right_key"):
        if (left in ours and right in theirs) or (left in theirs and right in ours):
            raise Conflict(
                Text(
                    "其中有记录已被判定为不同人，不能合并；请先复核那一对。",
                    "Some of these records were held for two people; review that pair first.",
                )
            )
