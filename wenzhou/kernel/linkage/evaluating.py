"""How good the links are that stand, against the truth that the makers of made lists left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.permissions import require
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.linkage.contracts import RecordKey
from wenzhou.kernel.linkage.model.evaluation import Quality, Truth, judge
from wenzhou.kernel.linkage.models import UNDECIDED, MadeTruth, RecordLink, Review
from wenzhou.kernel.linkage.permissions import RUN
from wenzhou.kernel.linkage.sources import sources

RECORDS_AT_MOST = 60_000
"""Records with a truth that are looked at; of more, the first so many."""

ERRORS = {
    "clean": Text("无差错", "No error"),
    "variant": Text("异体字或繁体字", "Variant characters"),
    "pinyin": Text("拼音姓名", "Name in pinyin"),
    "homophone": Text("同音字", "A character that sounds alike"),
    "slip": Text("号码错一位", "A digit slipped"),
    "swap": Text("号码相邻颠倒", "Two digits swapped"),
    "old-number": Text("15 位旧号码", "Old fifteen digits"),
    "no-number": Text("缺号码", "No number"),
    "born-slip": Text("出生日期有误", "Birth slipped"),
    "no-born": Text("缺出生日期", "No birth"),
    "new-phone": Text("电话已换", "Another telephone"),
    "no-phone": Text("缺电话", "No telephone"),
    "moved": Text("已搬家", "Moved"),
    "no-address": Text("缺住址", "No address"),
}


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The result over ``records`` made records; ``whole``: these are all that have a truth."""

    quality: Quality
    records: int
    whole: bool
    kinds: Sequence[tuple[Text, float, int]]
    """Kind of error, recall among pairs with it, how many there are."""


def evaluate(actor: Actor) -> Evaluation | None:
    """The links that stand against the truth; None where no record has one. Raises Refused."""
    require(actor, RUN)
    rows = list(MadeTruth.objects.order_by("id")[: RECORDS_AT_MOST + 1])
    if not rows:
        return None
    whole = len(rows) <= RECORDS_AT_MOST
    rows = rows[:RECORDS_AT_MOST]
    about = {RecordKey(row.source, row.key): row.about for row in rows}
    entities = _entities(about)
    numbers = {key: number for number, key in enumerate(about)}
    persons: dict[UUID, int] = {}
    errors = {RecordKey(row.source, row.key): tuple(row.errors) for row in rows}
    truth = {
        numbers[key]: Truth(persons.setdefault(person, len(persons)), errors.get(key, ()))
        for key, person in about.items()
    }
    groups = [[numbers[key] for key in members] for members in entities]
    grey = [
        (numbers[left], numbers[right])
        for left, right in (
            (RecordKey(*row[:2]), RecordKey(*row[2:]))
            for row in Review.objects.filter(state__in=UNDECIDED).values_list(
                "left_source", "left_key", "right_source", "right_key"
            )
        )
        if left in numbers and right in numbers
    ]
    quality = judge(groups, truth, grey)
    kinds = [
        (ERRORS.get(kind, Text(kind, kind)), quality.recall_of(kind), there)
        for kind, (_, there) in sorted(quality.by_error.items(), key=lambda item: -item[1][1])
    ]
    return Evaluation(quality, len(rows), whole, kinds)


def _entities(about: dict[RecordKey, UUID]) -> list[list[RecordKey]]:
    """The records of each entity that holds one with a truth. Records of anchored sources speak for themselves: they join ``about``."""
    anchored = {code for code, source in sources().items() if source.anchored}
    links = RecordLink.objects.filter(superseded_at=None)
    touched = {
        entity
        for source, key, entity in links.filter(key__in=[key.key for key in about]).values_list(
            "source", "key", "entity"
        )
        if RecordKey(source, key) in about
    }
    groups: dict[UUID, list[RecordKey]] = {}
    for source, key, entity in links.filter(entity__in=touched).values_list("source", "key", "entity"):
        record = RecordKey(source, key)
        if source in anchored:
            about.setdefault(record, key)
        if record in about:
            groups.setdefault(entity, []).append(record)
    return list(groups.values())
