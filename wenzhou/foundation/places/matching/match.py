"""From a free text to the standard addresses it may mean, each with a confidence and the reasons for it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from wenzhou.foundation.places.matching.divisions import EXACT, Part, heads
from wenzhou.foundation.places.matching.tail import tails
from wenzhou.foundation.places.matching.text import alike, normalise, pairs
from wenzhou.foundation.places.models import AddressVersion, Level
from wenzhou.foundation.places.selectors import AddressRecord, records
from wenzhou.kernel.base.errors import Invalid
from wenzhou.kernel.base.text import Text

LONGEST = 200
KEPT = 40
"""Candidates that are followed at each step."""

_LIKE = 0.5
_MISSING = {
    Level.LANE: 0.40,
    Level.NUMBER: 0.45,
    Level.BUILDING: 0.22,
    Level.UNIT: 0.18,
    Level.ROOM: 0.15,
}
"""What a part that is asked and not there takes from the confidence."""

_FORMER = Text("曾用名称或已注销", "a former name, or ended")
_SIMILAR = Text("相近", "similar")
_ABSENT = Text("登记簿中没有", "not in the register")
_PASSED = Text("省略了中间层级", "a level between was left out")
_ELSEWHERE = Text("与所写区划不符", "in another division than written")
_UNREAD = Text("未能识别", "could not be read")


@dataclass(frozen=True, slots=True)
class Match:
    """An address that may be meant: 0 … 1, and which part was found how."""

    address: AddressRecord
    confidence: float
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class _State:
    """A candidate on the way down: where it stands, what is still to find, what that has cost."""

    location: UUID
    division: str
    left: tuple[tuple[Level, str], ...]
    cost: float
    parts: tuple[Part, ...]
    area: str
    lost: bool = False


def match(text: str, *, on: date | None = None, limit: int = 5) -> list[Match]:
    """The likeliest addresses as of a day, best first; at most a dozen statements. Raises Invalid."""
    if not 2 <= len(text.strip()) <= LONGEST:
        wrong = Text(f"请输入 2 至 {LONGEST} 个字的地址", f"Enter an address of 2 to {LONGEST} characters")
        raise Invalid(wrong, fields={"text": wrong})
    day = on or timezone.localdate()
    states = _roads(normalise(text), day)
    for level in (Level.LANE, Level.NUMBER, Level.BUILDING, Level.UNIT, Level.ROOM):
        states = _descend(states, level, day)
    return _judged(states, day, limit)


def _roads(text: str, day: date) -> list[_State]:
    """Candidates for the road of every reading: by name; by likeness when no road has the name."""
    readings = [(head, tail) for head in heads(text) for tail in tails(head.rest)]
    names = {tail.road for _, tail in readings if tail.road}
    exact = _rows(Q(level=Level.ROAD, key__in=names), day)
    similar = [] if exact else _similar([(head.area, tail.road) for head, tail in readings], day)
    found: list[_State] = []
    for head, tail in readings:
        for row, likeness in [*((row, 1.0) for row in exact if row.key == tail.road), *similar]:
            if likeness < 1.0:
                likeness = alike(row.key, tail.road)
            if likeness < _LIKE:
                continue
            parts = (*head.parts, *_where(head.area, row), _road_part(row, tail.road, likeness))
            if tail.left:
                parts = (
                    *parts,
                    Part("rest", tail.left, "", _UNREAD, min(0.09 + 0.02 * len(tail.left), 0.25)),
                )
            cost = sum(part.cost for part in parts)
            found.append(_State(row.location_id, row.division, tail.keys, cost, parts, head.area))
    return _best(found)


def _similar(asked: Iterable[tuple[str, str]], day: date) -> list[tuple[AddressVersion, float]]:
    """Roads that share a pair of characters with a name asked for in the same county, the likeliest ones."""
    wanted: dict[str, set[str]] = {}
    for area, road in asked:
        if 2 <= len(road) <= 12:
            wanted.setdefault(area[:6], set()).add(road)
    found: dict[UUID, tuple[AddressVersion, float]] = {}
    for county, roads in wanted.items():
        shared = sorted({pair for road in roads for pair in pairs(road)})
        condition = Q(level=Level.ROAD, pairs__overlap=shared, division__startswith=county)
        for row in _rows(condition, day):
            likeness = max(alike(row.key, road) for road in roads)
            if likeness >= _LIKE:
                found[row.id] = (row, likeness if likeness < 1.0 else 0.99)
    return sorted(found.values(), key=lambda pair: -pair[1])[:KEPT]


def _where(area: str, row: AddressVersion) -> tuple[Part, ...]:
    if row.division.startswith(area) or area.startswith(row.division):
        return ()
    cost = 0.20 if area[:6] == row.division[:6] else 0.40
    return (Part("division", area, row.division, _ELSEWHERE, cost),)


def _road_part(row: AddressVersion, asked: str, likeness: float) -> Part:
    if likeness < 1.0:
        return Part(Level.ROAD, asked, row.name, _SIMILAR, 0.12 + 0.8 * (1.0 - likeness))
    return _found_part(row, asked)


def _found_part(row: AddressVersion, asked: str) -> Part:
    how, cost = (
        (EXACT, 0.0) if row.valid_to is None or row.valid_to > timezone.localdate() else (_FORMER, 0.06)
    )
    return Part(row.level, asked, row.name, how, cost)


def _descend(states: Sequence[_State], level: Level, day: date) -> list[_State]:
    """One level down: who has the part that is asked, who passes over a level, who has it not."""
    asking = [state for state in states if state.left and state.left[0][0] is level and not state.lost]
    rest = [state for state in states if state not in asking]
    if not asking:
        return list(states)
    keys = {state.left[0][1] for state in asking}
    below: dict[tuple[UUID, str], list[AddressVersion]] = {}
    for row in _rows(Q(parent__in={s.location for s in asking}, level=level, key__in=keys), day):
        below.setdefault((row.parent_id, row.key), []).append(row)  # type: ignore[arg-type]
    missed = [state for state in asking if (state.location, state.left[0][1]) not in below]
    passed = _pass_over(missed, level, day)
    for state in asking:
        rows = below.get((state.location, state.left[0][1]), [])
        rest += [_at(state, row) for row in rows]
    for state in missed:
        deeper = passed.get((state.location, state.left[0][1]), [])
        rest += [_at(state, row, Part(level, "", "", _PASSED, 0.05)) for row in deeper] or [_lost(state)]
    return _best(rest)


def _pass_over(
    states: Sequence[_State], level: Level, day: date
) -> dict[tuple[UUID, str], list[AddressVersion]]:
    """Parts two or three levels below, where people leave out a building or a stair (or a road its lane)."""
    found: dict[tuple[UUID, str], list[AddressVersion]] = {}
    above = {state.location: state.location for state in states}
    keys = {state.left[0][1] for state in states}
    for _ in range(2):
        between = Q(parent__in=list(above), level__in=[Level.LANE, Level.BUILDING, Level.UNIT])
        if level is Level.NUMBER:
            between &= Q(level=Level.LANE)
        above = {row.location_id: above[row.parent_id] for row in _rows(between, day)[:400]}  # type: ignore[index]
        if not above:
            break
        for row in _rows(Q(parent__in=list(above), level=level, key__in=keys), day):
            found.setdefault((above[row.parent_id], row.key), []).append(row)  # type: ignore[index]
    return found


def _at(state: _State, row: AddressVersion, *passed: Part) -> _State:
    parts = (*state.parts, *passed, _found_part(row, state.left[0][1]))
    cost = state.cost + sum(part.cost for part in parts[len(state.parts) :])
    if len(state.division) == 9 and len(state.area) == 12 and row.division != state.area:
        parts = (*parts, Part("division", state.area, row.division, _ELSEWHERE, 0.20))
        cost += 0.20
    return replace(
        state, location=row.location_id, division=row.division, left=state.left[1:], cost=cost, parts=parts
    )


def _lost(state: _State) -> _State:
    """The part is not there: what was found above it remains, and nothing below is looked for."""
    level, key = state.left[0]
    gone = [Part(level, key, "", _ABSENT, _MISSING[level])]
    gone += [Part(deeper, other, "", _ABSENT, 0.03) for deeper, other in state.left[1:]]
    cost = state.cost + sum(part.cost for part in gone)
    return replace(state, left=(), cost=cost, parts=(*state.parts, *gone), lost=True)


def _best(states: Iterable[_State]) -> list[_State]:
    """The cheapest state of each place with the same left to find."""
    cheapest: dict[tuple[object, ...], _State] = {}
    for state in sorted(states, key=lambda one: one.cost):
        cheapest.setdefault((state.location, state.left), state)
    return list(cheapest.values())[:KEPT]


def _judged(states: Sequence[_State], day: date, limit: int) -> list[Match]:
    cheapest: dict[UUID, _State] = {}
    for state in states:
        cheapest.setdefault(state.location, state)
    ordered = sorted(cheapest.values(), key=lambda one: one.cost)
    # Equals share the confidence: which of them is meant, the text does not say.
    equals = sum(1 for state in ordered if state.cost <= ordered[0].cost + 0.005) if ordered else 0
    known = records([state.location for state in ordered[:limit]], day)
    found = []
    for state in ordered[:limit]:
        confidence = max(0.0, 1.0 - state.cost)
        if equals > 1:
            confidence /= equals**0.5
        if state.location in known:
            found.append(Match(known[state.location], round(confidence, 3), state.parts))
    return found


def _rows(condition: Q, day: date) -> list[AddressVersion]:
    """Versions known now that were so on the day or before it."""
    rows = AddressVersion.objects.filter(condition, superseded_at=None, valid_from__lte=day)
    return list(rows.order_by("-valid_from")[:2_000])
