"""Reads of clerical review: the worklist, one pair side by side, what was decided. Scoped by the actor's posts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone

from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.errors import Invalid, NotFound
from wenzhou.kernel.base.pagination import Slice, keyset
from wenzhou.kernel.base.permissions import Purpose, require
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.linkage.contracts import Record, RecordKey
from wenzhou.kernel.linkage.differences import Part, marked
from wenzhou.kernel.linkage.model.evidence import Weighed, bits, prior, weigh
from wenzhou.kernel.linkage.model.persons import PERSONS
from wenzhou.kernel.linkage.models import (
    UNDECIDED,
    Pair,
    Reason,
    RecordLink,
    Review,
    ReviewState,
)
from wenzhou.kernel.linkage.permissions import READ_RECORDS, REVIEW, SEE_DECISIONS
from wenzhou.kernel.linkage.scope import answers_for, mine, overseen
from wenzhou.kernel.linkage.services.review import ends
from wenzhou.kernel.linkage.showing import MASKS, masked, read
from wenzhou.kernel.linkage.sources import sources
from wenzhou.kernel.registers.api import SEXES, days_left

PAGE = 20
LISTED = ("name", "number")
"""Fields that the worklist shows, masked."""

TABS = {
    "open": Text("待复核", "To review"),
    "own": Text("我领取的", "Taken by me"),
    "second": Text("待二审", "For a second look"),
    "unsure": Text("存疑", "Unsure"),
}
_TAB_STATES = {
    "open": (ReviewState.OPEN, ReviewState.CLAIMED),
    "own": (ReviewState.CLAIMED,),
    "second": (ReviewState.SECOND,),
    "unsure": (ReviewState.UNSURE,),
}


CONTRADICTORY = Text(
    "证据互相矛盾，只能由人判定", "The evidence contradicts itself: only people may join them"
)


def reason_of(row: Review) -> Text:
    """Why a clerk is asked: a pair above the grey zone is here because the model may not join it by itself."""
    reason = Reason(row.reason)
    return CONTRADICTORY if reason is Reason.GREY and row.probability >= PERSONS.match else reason.text


@dataclass(frozen=True, slots=True)
class Entry:
    """A pair in the worklist: its two records in short, masked."""

    row: Review
    left: str
    right: str
    lists: tuple[Text, Text]
    days: int

    @property
    def reason(self) -> Text:
        """Why a clerk is asked."""
        return reason_of(self.row)

    @property
    def percent(self) -> int:
        """The model's probability, of a hundred."""
        return int(self.row.probability * 100)


def counts(actor: Actor) -> dict[str, int]:
    """How many pairs stand in each tab of the worklist. Raises Refused."""
    require(actor, REVIEW)
    asked = {name: Count("pk", filter=_of_tab(actor, name)) for name in TABS}
    states = {state for found in _TAB_STATES.values() for state in found}
    found: dict[str, int] = Review.objects.filter(mine(actor, REVIEW), state__in=states).aggregate(**asked)
    return found


def worklist(actor: Actor, tab: str, *, token: str = "") -> tuple[Slice[Review], list[Entry]]:
    """Pairs for the actor's offices and areas, nearest deadline first. Raises Refused, Invalid."""
    require(actor, REVIEW)
    if tab not in TABS:
        raise Invalid(Text("没有这个列表。", "There is no such list."))
    rows = Review.objects.filter(mine(actor, REVIEW), _of_tab(actor, tab)).select_related("claimed_by")
    with transaction.atomic():
        page = keyset(rows, "due", "id", token=token, size=PAGE)
        keys = {key for row in page.rows for key in ends(row)}
        found = read(actor, keys, None, LISTED)
    titles = {code: source.title for code, source in sources().items()}
    left = days_left(timezone.localdate(), [row.due for row in page.rows]) if page.rows else {}
    return page, [_entry(row, found, titles, left[row.due]) for row in page.rows]


def _of_tab(actor: Actor, tab: str) -> Q:
    found = Q(state__in=_TAB_STATES[tab])
    return found & Q(claimed_by=actor.account) if tab == "own" else found


def _entry(row: Review, found: Mapping[RecordKey, Record], titles: Mapping[str, Text], days: int) -> Entry:
    left, right = (_short(found.get(key)) for key in ends(row))
    return Entry(row, left, right, (_title(titles, row.left_source), _title(titles, row.right_source)), days)


def _short(record: Record | None) -> str:
    return "—" if record is None else " ".join(filter(None, (masked(record, name) for name in LISTED)))


def _title(titles: Mapping[str, Text], code: str) -> Text:
    return titles.get(code, Text(code, code))


@dataclass(frozen=True, slots=True)
class Side:
    """One record of the pair: its list, whether it is still there, the entity it is linked to with how many others."""

    key: RecordKey
    title: Text
    there: bool
    made: bool
    entity: UUID | None
    linked: int


@dataclass(frozen=True, slots=True)
class Line:
    """One field side by side, and what the model makes of it."""

    title: Text
    left: Sequence[Part]
    right: Sequence[Part]
    weighed: Weighed
    share: int
    """Length of its bar, of a hundred for the strongest."""

    @property
    def speaks(self) -> str:
        """``for``, ``against`` or ``nothing``."""
        weight = self.weighed.bits or 0.0
        return "nothing" if abs(weight) < 0.5 else "for" if weight > 0 else "against"


@dataclass(frozen=True, slots=True)
class Comparison:
    """A pair as this reader sees it. ``total`` and ``prior`` in bits; ``rarity`` is what rare values add to the degrees."""

    row: Review
    sides: tuple[Side, Side]
    lines: Sequence[Line]
    prior: float | None
    rarity: float | None
    total: float
    purpose: Purpose | None
    days: int

    @property
    def percent(self) -> float:
        """The model's probability, of a hundred."""
        return min(round(self.row.probability * 100, 1), 99.9)


def comparison(actor: Actor, review_id: UUID, *, purpose: Purpose | None = None) -> Comparison:
    """One pair side by side, masked, or whole for a purpose; both readings are written down.

    Raises Refused, and NotFound for a pair of another office or area.
    """
    require(actor, REVIEW)
    rows = Review.objects.select_related("run", "claimed_by", "decided_by", "second_by", "office")
    row = rows.filter(id=review_id).first()
    if row is None or not answers_for(actor, REVIEW, row):
        raise NotFound(
            Text("没有这对记录，或者不由您的部门复核。", "No such pair, or not for your office to review.")
        )
    if purpose is not None:
        require(actor, READ_RECORDS, office=row.office_id, area=row.area, purpose=purpose)
    left, right = ends(row)
    with transaction.atomic():
        found = read(actor, {left, right}, purpose)
    learnt = row.run.learnt if row.run is not None else None
    weights = weigh(PERSONS, learnt, row.levels)
    total, before = _total(row), prior(learnt)
    known = [one.bits for one in weights if one.bits is not None]
    return Comparison(
        row=row,
        sides=_sides((left, right), found),
        lines=_lines(weights, found.get(left), found.get(right), whole=purpose is not None),
        prior=before,
        rarity=total - before - sum(known) if before is not None and len(known) == len(weights) else None,
        total=total,
        purpose=purpose,
        days=days_left(timezone.localdate(), [row.due])[row.due],
    )


def _total(row: Review) -> float:
    """The weight as the run wrote it; from the probability where its pairs have been tidied away."""
    if row.run_id is None:
        return bits(row.probability)
    pairs = Pair.objects.filter(run=row.run_id, left_key=row.left_key, right_key=row.right_key)
    weight = pairs.values_list("weight", flat=True).first()
    return bits(row.probability) if weight is None else float(weight)


def _lines(
    weights: Sequence[Weighed], left: Record | None, right: Record | None, *, whole: bool
) -> list[Line]:
    strongest = max((abs(one.bits) for one in weights if one.bits), default=1.0)
    found = []
    for one in weights:
        values = _word(one.code, left), _word(one.code, right)
        ours, theirs = marked(*values, None if whole else MASKS.get(one.code))
        found.append(Line(one.title, ours, theirs, one, round(abs(one.bits or 0.0) / strongest * 100)))
    return found


def _word(code: str, record: Record | None) -> str:
    if record is None:
        return ""
    value = str(getattr(record, code))
    return str(SEXES.get(value, value)) if code == "sex" else value


def _sides(keys: tuple[RecordKey, RecordKey], found: Mapping[RecordKey, Record]) -> tuple[Side, Side]:
    titles = {code: source.title for code, source in sources().items()}
    links = RecordLink.objects.filter(superseded_at=None)
    own: dict[RecordKey, UUID] = {
        RecordKey(source, key): entity
        for source, key, entity in links.filter(key__in=[key.key for key in keys]).values_list(
            "source", "key", "entity"
        )
    }
    sizes: dict[Any, int] = dict(
        links.filter(entity__in=own.values()).values_list("entity").annotate(number=Count("pk"))
    )
    left, right = (
        Side(
            key=key,
            title=_title(titles, key.source),
            there=key in found,
            made=key in found and found[key].made,
            entity=own.get(key),
            linked=sizes.get(own.get(key), 0),
        )
        for key in keys
    )
    return left, right


def decisions(actor: Actor, state: str, *, token: str = "") -> Slice[Review]:
    """What was decided, newest first: of the actor's office, or of all in their area for who oversees.

    Raises Refused, Invalid.
    """
    require(actor, SEE_DECISIONS)
    done = [one.value for one in ReviewState if one not in UNDECIDED and one is not ReviewState.GONE]
    if state and state not in done:
        raise Invalid(Text("没有这个筛选项。", "There is no such choice."))
    rows = Review.objects.exclude(state__in=UNDECIDED).filter(
        overseen(actor, SEE_DECISIONS), state__in=[state] if state else done
    )
    asked = rows.select_related("decided_by", "second_by", "office")
    return keyset(asked, "-decided_at", "-id", token=token, size=PAGE)
