"""Reads of families and households: relatives of a person, what happened in her life, who lives in a household."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from uuid import UUID

from django.db.models import Q

from wenzhou.foundation.population.kinship import children_of, marriage_of, parentage_of
from wenzhou.foundation.population.models import (
    EventKind,
    Household,
    HouseholdVersion,
    LifeEvent,
    Marriage,
    Membership,
    PersonVersion,
)
from wenzhou.foundation.population.permissions import SEARCH_PERSONS
from wenzhou.foundation.population.words import EVENTS, GROUNDS, RELATIONS
from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.errors import NotFound
from wenzhou.kernel.base.permissions import require
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.registers.api import areas, as_of, timeline

SPOUSE = Text("配偶", "Spouse")
FATHER, MOTHER, CHILD = Text("父亲", "Father"), Text("母亲", "Mother"), Text("子女", "Child")


@dataclass(frozen=True, slots=True)
class Relative:
    """A relative on a day: what she is, on which ground, since and until when. ``up``: a parent, drawn above."""

    person: UUID
    name: str
    relation: Text
    ground: Text
    since: date
    until: date | None
    up: bool = False


def relatives(person: UUID, on: date, known_at: datetime | None = None) -> list[Relative]:
    """Spouse, parents and children on a day, as known now or at an instant; three statements."""
    found = []
    marriage = marriage_of(person, on, known_at)
    if marriage is not None:
        other = marriage.wife if marriage.husband_id == person else marriage.husband
        found.append(
            Relative(other.id, other.name, SPOUSE, GROUNDS[""], marriage.valid_from, marriage.valid_to)
        )
    row = parentage_of(person, on, known_at)
    if row is not None:
        for parent, by, title in (
            (row.father, row.father_by, FATHER),
            (row.mother, row.mother_by, MOTHER),
        ):
            if parent is not None:
                found.append(
                    Relative(
                        parent.id, parent.name, title, GROUNDS[by], row.valid_from, row.valid_to, up=True
                    )
                )
    for child in children_of(person, on, known_at):
        by = child.father_by if child.father_id == person else child.mother_by
        found.append(
            Relative(child.child_id, child.child.name, CHILD, GROUNDS[by], child.valid_from, child.valid_to)
        )
    return found


@dataclass(frozen=True, slots=True)
class Happening:
    """One entry of a life."""

    on: date
    title: Text
    note: Text | None
    icon: str


_ICONS: dict[str, str] = {
    EventKind.BIRTH: "user-plus",
    EventKind.MARRIAGE: "heart",
    EventKind.MOVE: "arrows-exchange",
    EventKind.HOUSEHOLD_MOVE: "home",
}


def happenings(person: UUID, known_at: datetime | None = None) -> list[Happening]:
    """What the register knows of a life, newest first: events, and what stands in its rows without one; five statements."""
    events = LifeEvent.objects.filter(people__contains=[person])
    if known_at is not None:
        events = events.filter(at__lte=known_at)
    found = [Happening(e.on, EVENTS[e.kind], _paper(e), _ICONS.get(e.kind, "file-text")) for e in events]
    said = {(one.on, one.title.en) for one in found}
    days = {one.on for one in found}
    for one in (*_of_herself(person, known_at), *_of_marriages(person, known_at)):
        if (one.on, one.title.en) not in said:
            found.append(one)
    for row in timeline(Membership, person, known_at).select_related("household"):
        if row.valid_from not in days:
            note = Text(
                f"户号 {row.household.number}，{RELATIONS[row.relation].zh}",
                f"household {row.household.number}, {RELATIONS[row.relation].en.lower()}",
            )
            found.append(
                Happening(row.valid_from, Text("入户登记", "Registered in a household"), note, "home")
            )
    return sorted(found, key=lambda one: one.on, reverse=True)


def _paper(event: LifeEvent) -> Text | None:
    if not event.reference:
        return None
    return Text(f"证件编号 {event.reference}", f"paper {event.reference}")


def _of_herself(person: UUID, known_at: datetime | None) -> Iterator[Happening]:
    versions = list(reversed(timeline(PersonVersion, person, known_at)))
    if versions:
        yield Happening(versions[0].born, EVENTS[EventKind.BIRTH], None, "user-plus")
    titles = {
        "name": Text("姓名", "name"),
        "sex": Text("性别", "sex"),
        "ethnicity": Text("民族", "ethnicity"),
        "phone": Text("联系电话", "telephone"),
    }
    for before, after in pairwise(versions):
        changed = [title for name, title in titles.items() if getattr(before, name) != getattr(after, name)]
        if changed:
            note = Text("、".join(one.zh for one in changed), ", ".join(one.en for one in changed))
            yield Happening(after.valid_from, Text("信息变更", "Change"), note, "pencil")


def _of_marriages(person: UUID, known_at: datetime | None) -> Iterator[Happening]:
    rows = Marriage.objects.filter(Q(husband=person) | Q(wife=person))
    rows = rows.filter(superseded_at=None) if known_at is None else rows.filter(recorded_at__lte=known_at)
    for row in rows.exclude(superseded_at__lte=known_at) if known_at else rows:
        yield Happening(row.valid_from, EVENTS[EventKind.MARRIAGE], None, "heart")


def last_day(person: UUID, today: date) -> date:
    """The newest day up to today on which the register says something of a person; today where it says nothing."""
    row = timeline(PersonVersion, person).filter(valid_from__lte=today).first()
    if row is None or row.valid_to is None or row.valid_to > today:
        return today
    return date.fromordinal(row.valid_to.toordinal() - 1)


def ended_by(person: UUID) -> LifeEvent | None:
    """The death or the last departure of a person."""
    rows = LifeEvent.objects.filter(person=person, kind__in=(EventKind.DEATH, EventKind.DEPARTURE))
    return rows.order_by("-on", "-id").first()


@dataclass(frozen=True, slots=True)
class Home:
    """A household on a day: where it is, who belongs to it, and all its places."""

    id: UUID
    number: str
    made: bool
    division: str
    address: str
    members: Sequence[Membership]
    places: Sequence[HouseholdVersion]


def home(actor: Actor, household: UUID, on: date) -> Home:
    """A household on a day, for who may search persons where it is on that day; three statements.

    Raises Refused, NotFound (also outside the area).
    """
    require(actor, SEARCH_PERSONS)
    row = Household.objects.filter(id=household).first()
    places = list(timeline(HouseholdVersion, household)) if row else []
    place = next(
        (one for one in places if one.valid_from <= on and (one.valid_to is None or one.valid_to > on)), None
    )
    scope = areas(actor, SEARCH_PERSONS)
    if row is None or place is None or (scope is not None and not place.division.startswith(scope)):
        raise NotFound(
            Text(
                "没有这个户在该日期的记录，或者不在您的管辖区域；请核对日期。",
                "There is no such household on that day, or not in your area; check the day.",
            )
        )
    members = as_of(Membership.objects.filter(household=household), on).select_related("person")
    return Home(
        row.id,
        row.number,
        row.made,
        place.division,
        place.address,
        list(members.order_by("relation", "valid_from", "id")),
        places,
    )
