"""Clerical review: a clerk takes a doubtful pair and says same, different or unsure; weighty merges take two."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from wenzhou.kernel.base import audit
from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.errors import Conflict, Invalid, NotFound, Refused
from wenzhou.kernel.base.permissions import require
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.linkage.contracts import RecordKey
from wenzhou.kernel.linkage.models import Ground, Review, ReviewState
from wenzhou.kernel.linkage.permissions import REVIEW
from wenzhou.kernel.linkage.scope import mine
from wenzhou.kernel.linkage.services.links import join, link_of, part
from wenzhou.kernel.linkage.services.lock import lock_links


class Decision(StrEnum):
    """What a clerk says of a pair."""

    SAME = "same"
    DIFFERENT = "different"
    UNSURE = "unsure"


def claim(actor: Actor, review_id: UUID) -> Review:
    """Take a pair. Raises Refused, NotFound, Conflict when a colleague has it or it is decided."""
    with transaction.atomic():
        row = _locked(actor, review_id)
        if row.state == ReviewState.CLAIMED and row.claimed_by_id == actor.account:
            return row
        if row.state not in {ReviewState.OPEN, ReviewState.UNSURE}:
            raise Conflict(
                Text("这对记录已由同事领取或已判定。", "A colleague has taken or decided this pair.")
            )
        row.state, row.claimed_by_id = ReviewState.CLAIMED, actor.account
        row.save(update_fields=["state", "claimed_by"])
        audit.record(actor, "linkage.claim", row)
    return row


def release(actor: Actor, review_id: UUID) -> Review:
    """Give a pair back. Raises Refused, NotFound, Conflict."""
    with transaction.atomic():
        row = _own(actor, review_id)
        row.state, row.claimed_by_id = ReviewState.OPEN, None
        row.save(update_fields=["state", "claimed_by"])
        audit.record(actor, "linkage.release", row)
    return row


def take_next(actor: Actor, *, after: UUID | None = None) -> Review | None:
    """Take the pair that is most urgent, behind ``after`` when it is given, of the actor's offices and areas; None when there is none.

    What she holds already comes first; the pair ``after`` is given back. Colleagues who ask at once get different pairs.
    Raises Refused.
    """
    require(actor, REVIEW)
    with transaction.atomic():
        own = Review.objects.filter(mine(actor, REVIEW), state=ReviewState.CLAIMED, claimed_by=actor.account)
        left = own.filter(id=after).first() if after else None
        if left is not None:
            release(actor, left.id)
        held = own.order_by("due", "id").first()
        if held is not None:
            return held
        todo = Review.objects.filter(mine(actor, REVIEW), state=ReviewState.OPEN)
        todo = todo.select_for_update(skip_locked=True, of=("self",)).order_by("due", "id")
        row = None
        if left is not None:
            row = todo.filter(Q(due__gt=left.due) | Q(due=left.due, id__gt=left.id)).first()
        row = row or (todo.exclude(id=after) if after else todo).first()
        return claim(actor, row.id) if row is not None else None


def decide(actor: Actor, review_id: UUID, decision: str, note: str = "", *, ground: str = "") -> Review:
    """Say what the pair is, and what that rests on. Saying same links the records at once, or waits for a second clerk
    when that is weighty.

    Raises Refused, NotFound, Invalid, and Conflict when somebody else has the pair.
    """
    chosen, note = _read(decision, note, ground)
    with transaction.atomic():
        lock_links()
        row = _own(actor, review_id)
        row.note, row.ground = note, ground
        _DECIDE[chosen](actor, row)
        row.save()
        audit.record(actor, "linkage.decide", row, decision=chosen.value, state=row.state)
    return row


def confirm(actor: Actor, review_id: UUID, *, agree: bool, note: str = "") -> Review:
    """The second pair of eyes on a weighty merge: it takes effect, or the pair goes back to the list with a note.

    Raises Refused for who decided first, NotFound, Invalid, Conflict.
    """
    _, note = _read(Decision.SAME, note)
    with transaction.atomic():
        lock_links()
        row = _locked(actor, review_id)
        if row.state != ReviewState.SECOND:
            raise Conflict(Text("这对记录不在等待二审。", "This pair does not wait for a second decision."))
        if row.decided_by_id == actor.account:
            raise Refused(
                Text(
                    "重要合并须由另一人确认，您是初判人。",
                    "A weighty merge is confirmed by somebody else; you decided first.",
                )
            )
        if agree:
            row.second_by_id, row.second_at = actor.account, timezone.now()
            _link(actor, row)
        else:
            row.state, row.note = ReviewState.OPEN, note or row.note
            row.decided_by, row.decided_at, row.claimed_by = None, None, None
        row.save()
        audit.record(actor, "linkage.confirm", row, agree=agree, state=row.state)
    return row


def ends(row: Review) -> tuple[RecordKey, RecordKey]:
    """The two records of a pair."""
    return RecordKey(row.left_source, row.left_key), RecordKey(row.right_source, row.right_key)


def reason_of(row: Review) -> str:
    """Ground and note as one text for the act, as clerks write it."""
    ground = Ground(row.ground).text.zh if row.ground else ""
    return "；".join(filter(None, (ground, row.note)))[:500]


def is_weighty(row: Review) -> bool:
    """Whether two people answer for it: by its nature, or because both records belong to entities by now."""
    left, right = (link_of(record) for record in ends(row))
    return row.weighty or (left is not None and right is not None and left.entity != right.entity)


def _same(actor: Actor, row: Review) -> None:
    row.decided_by_id, row.decided_at = actor.account, timezone.now()
    row.weighty = is_weighty(row)
    if row.weighty:
        row.state = ReviewState.SECOND
        return
    _link(actor, row)


def _link(actor: Actor, row: Review) -> None:
    row.act = join(actor, *ends(row), reason=reason_of(row))
    row.state = ReviewState.SAME


def _different(actor: Actor, row: Review) -> None:
    left, right = ends(row)
    ours, theirs = link_of(left), link_of(right)
    if ours is not None and theirs is not None and ours.entity == theirs.entity:
        raise Conflict(
            Text(
                "这两条记录已链接到同一个人；如有误，请先在实体页面拆分。",
                "These records are linked to one person; if that is wrong, un-merge them on the entity's page.",
            )
        )
    part(left, right, row)
    row.state, row.decided_by_id, row.decided_at = ReviewState.DIFFERENT, actor.account, timezone.now()


def _unsure(actor: Actor, row: Review) -> None:
    if not row.note:
        wrong = Text("请写明存疑之处，供下一位参考", "Say what is doubtful, for who looks next")
        raise Invalid(wrong, fields={"note": wrong})
    row.state, row.claimed_by = ReviewState.UNSURE, None
    row.decided_by_id, row.decided_at = actor.account, timezone.now()


_DECIDE: dict[Decision, Callable[[Actor, Review], None]] = {
    Decision.SAME: _same,
    Decision.DIFFERENT: _different,
    Decision.UNSURE: _unsure,
}


def _read(decision: str, note: str, ground: str = "") -> tuple[Decision, str]:
    note = note.strip()
    wrong: dict[str, Text] = {}
    if ground and ground not in Ground.values:
        wrong["ground"] = Text("请选择判定依据", "Choose what the decision rests on")
    if ground == Ground.OTHER and not note:
        wrong["note"] = Text("请写明依据", "Say what the decision rests on")
    if decision not in set(Decision):
        wrong["decision"] = Text("请选择同一人、不同人或存疑", "Choose same, different or unsure")
    if len(note) > 500 or "\x00" in note:
        wrong["note"] = Text("说明不超过 500 字", "A note has at most 500 characters")
    if wrong:
        raise Invalid(Text("判定填写有误。", "The decision is not right."), fields=wrong)
    return Decision(decision), note


def _locked(actor: Actor, review_id: UUID) -> Review:
    row = Review.objects.select_for_update(of=("self",)).filter(id=review_id).first()
    if row is None:
        raise NotFound(Text("没有这对记录。", "No such pair."))
    require(actor, REVIEW, office=row.office_id, area=row.area)
    return row


def _own(actor: Actor, review_id: UUID) -> Review:
    row = _locked(actor, review_id)
    if row.state != ReviewState.CLAIMED or row.claimed_by_id != actor.account:
        raise Conflict(
            Text(
                "请先领取这对记录；它可能已被同事领取或判定。",
                "Take this pair first; a colleague may have it.",
            )
        )
    return row
