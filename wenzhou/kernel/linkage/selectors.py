"""Reads of links and runs. Keys only: who may see records is asked in ``comparing``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q

from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.errors import Invalid, NotFound
from wenzhou.kernel.base.pagination import Slice, keyset
from wenzhou.kernel.base.permissions import require
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.linkage.contracts import Link, RecordKey
from wenzhou.kernel.linkage.model.persons import PERSONS
from wenzhou.kernel.linkage.models import OPEN_RUNS, Act, ActKind, Band, Pair, RecordLink, Run
from wenzhou.kernel.linkage.permissions import RUN, SEE_LINKS

PAGE = 20


def known(at: datetime | None) -> Q:
    """Links as they are now, or as they were known at an instant."""
    if at is None:
        return Q(superseded_at=None)
    return Q(recorded_at__lte=at) & (Q(superseded_at=None) | Q(superseded_at__gt=at))


def entity_of(record: RecordKey, *, known_at: datetime | None = None) -> UUID | None:
    """The entity that a record is linked to, now or as known at an instant; None when to none."""
    rows = RecordLink.objects.filter(known(known_at), source=record.source, key=record.key)
    return rows.values_list("entity", flat=True).first()


def records_of(entity: UUID, *, known_at: datetime | None = None) -> list[RecordKey]:
    """The records that are linked to an entity, now or as known at an instant."""
    rows = RecordLink.objects.filter(known(known_at), entity=entity).order_by("source", "key")
    return [RecordKey(*row) for row in rows.values_list("source", "key")]


def links_of(act: UUID) -> Iterator[Link]:
    """The links that an act opened, in no order; also those that were closed since."""
    rows = RecordLink.objects.filter(opened_by=act).values_list("source", "key", "entity", "recorded_at")
    for source, key, entity, recorded_at in rows.iterator(5_000):
        yield Link(RecordKey(source, key), entity, act, recorded_at)


def runs(actor: Actor, *, token: str = "") -> Slice[Run]:
    """Runs, newest first. Raises Refused."""
    require(actor, RUN)
    return keyset(Run.objects.defer("learnt"), "-id", token=token, size=PAGE)


def run(actor: Actor, run_id: UUID) -> Run:
    """One run. Raises Refused, NotFound."""
    require(actor, RUN)
    row = Run.objects.filter(id=run_id).first()
    if row is None:
        raise NotFound(Text("没有这次运行。", "No such run."))
    return row


@dataclass(frozen=True, slots=True)
class Flips:
    """What another threshold would make of the pairs of a run: linked ones that clerks would see, and the other way round.

    ``held`` pairs lie above it too but contradict themselves or their groups: clerks see them whatever the threshold.
    """

    match: float
    to_clerks: int
    to_links: int
    held: int


def flips(actor: Actor, row: Run, given: str) -> Flips:
    """What the run would have done with another probability from which pairs are linked. Raises Refused, Invalid."""
    require(actor, RUN)
    try:
        match = float(given)
    except ValueError:
        match = 0.0
    if not PERSONS.grey < match < 1:
        wrong = Text(f"请填 {PERSONS.grey} 与 1 之间的数", f"Give a number between {PERSONS.grey} and 1")
        raise Invalid(wrong, fields={"match": wrong})
    found = Pair.objects.filter(run=row.id).aggregate(
        to_clerks=Count("pk", filter=Q(band=Band.MATCH, probability__lt=match)),
        to_links=Count("pk", filter=Q(band=Band.GREY, probability__gte=match, probability__lt=PERSONS.match)),
        held=Count(
            "pk", filter=Q(band=Band.GREY, probability__gte=match) & Q(probability__gte=PERSONS.match)
        ),
    )
    return Flips(match, **found)


def under_way() -> bool:
    """Whether any run is."""
    return Run.objects.filter(state__in=OPEN_RUNS).exists()


@dataclass(frozen=True, slots=True)
class Step:
    """One act in the history of an entity: how many records it brought, and how many left by it."""

    act: Act
    opened: int
    closed: int

    @property
    def title(self) -> Text:
        """In words."""
        return title_of(self.act)


def title_of(act: Act) -> Text:
    """What an act did, in words."""
    return _ACTS[ActKind(act.kind)]


_ACTS = {
    ActKind.RUN: Text("由链接运行建立或增加", "Linked by a run"),
    ActKind.CREATED: Text("复核后建立", "Linked after review"),
    ActKind.EXTENDED: Text("复核后增加记录", "A record added after review"),
    ActKind.MERGED: Text("合并", "Merged"),
    ActKind.UNMERGED: Text("拆分", "Un-merged"),
}


def history(actor: Actor, entity: UUID) -> Sequence[Step]:
    """The acts that touched an entity, newest first. Raises Refused."""
    require(actor, SEE_LINKS)
    opened: dict[UUID, int] = {}
    closed: dict[UUID, int] = {}
    for first, last in RecordLink.objects.filter(entity=entity).values_list("opened_by", "ended_by"):
        opened[first] = opened.get(first, 0) + 1
        if last is not None:
            closed[last] = closed.get(last, 0) + 1
    acts = Act.objects.filter(id__in=opened.keys() | closed.keys()).order_by("-at", "-id")
    return [Step(act, opened.get(act.id, 0), closed.get(act.id, 0)) for act in acts]
