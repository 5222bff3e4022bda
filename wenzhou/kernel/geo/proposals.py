"""Orders on their way (区划调整): one person enters an order and sees what it would do, another one confirms it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from wenzhou.kernel.base import audit
from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.errors import Conflict, Invalid, NotFound, Refused
from wenzhou.kernel.base.registry import registry
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.geo.contracts import ChangeKind
from wenzhou.kernel.geo.declarations import DivisionFollower
from wenzhou.kernel.geo.following import FOLLOW
from wenzhou.kernel.geo.models import DivisionProposal, ProposalState
from wenzhou.kernel.geo.orders import Move, may_reorder, rehearse, reorder


@dataclass(frozen=True, slots=True)
class Follows:
    """How many records of one follower would follow; None where it cannot count them beforehand."""

    title: Text
    records: int | None


@dataclass(frozen=True, slots=True)
class Preview:
    """What an order would do: old code to new, and the records that follow."""

    codes: tuple[tuple[str, str], ...]
    follows: tuple[Follows, ...]


def preview(actor: Actor, kind: ChangeKind, on: date, moves: Sequence[Move], *, basis: str) -> Preview:
    """What ``reorder`` would do, without doing it. Raises what it raises."""
    codes = rehearse(actor, kind, on, tuple(moves), basis=basis)
    old = [code for code, _ in codes]
    return Preview(
        tuple(codes),
        tuple(
            Follows(follower.title, follower.count(old, on) if follower.count else None)
            for follower in registry.declared(DivisionFollower)
        ),
    )


def propose(
    actor: Actor, key: str, kind: ChangeKind, on: date, moves: Sequence[Move], *, basis: str
) -> DivisionProposal:
    """Enter an order that is confirmed by somebody else; again with the same key: the same.

    Raises what ``reorder`` raises: an order that could not be carried out is not entered.
    """
    may_reorder(actor)
    if not 1 <= len(key) <= 100:
        raise Invalid(
            Text("缺少办理编号。", "The key is missing."),
            fields={"key": Text("1 至 100 个字符", "1 to 100 characters")},
        )
    done = DivisionProposal.objects.filter(key=key).first()
    if done is not None:
        if (done.kind, done.on, moves_of(done)) != (kind, on, tuple(moves)):
            raise Conflict(
                Text(
                    "该办理编号已用于另一项调整，请重新打开表单。",
                    "This key has been used for another order; open the form again.",
                ),
                code="key-used",
            )
        return done
    rehearse(actor, kind, on, tuple(moves), basis=basis)
    try:
        with transaction.atomic():
            row = DivisionProposal.objects.create(
                key=key,
                on=on,
                kind=kind.value,
                basis=basis.strip(),
                moves=[asdict(move) for move in moves],
                proposed_by=actor.account,
                proposed_by_name=actor.name,
            )
            audit.record(actor, "geo.propose-order", row, kind=kind.value, on=str(on), moves=len(moves))
            return row
    except IntegrityError:
        return DivisionProposal.objects.get(key=key)  # another request with this key was first


def confirm(actor: Actor, proposal_id: UUID) -> DivisionProposal:
    """Carry an order out that somebody else has entered; records begin to follow at once when its day has come.

    Again: nothing. Raises Refused (one's own), NotFound, Conflict (withdrawn), and what ``reorder`` raises.
    """
    with transaction.atomic():
        row = _held(actor, proposal_id)
        if row.state == ProposalState.CONFIRMED:
            return row
        if row.state == ProposalState.WITHDRAWN:
            raise Conflict(Text("该调整已撤回。", "This order has been withdrawn."))
        if row.proposed_by is not None and row.proposed_by == actor.account:
            raise Refused(
                Text(
                    "登记人不能自行确认，请由另一位经办人确认。",
                    "Whoever entered it does not confirm it; somebody else does.",
                )
            )
        row.order = reorder(actor, ChangeKind(row.kind), row.on, moves_of(row), basis=row.basis)
        row.state, row.decided_by, row.decided_by_name = ProposalState.CONFIRMED, actor.account, actor.name
        _decide(row)
        FOLLOW.defer()
        return row


def withdraw(actor: Actor, proposal_id: UUID) -> DivisionProposal:
    """Take an order back that has not been confirmed; again: nothing. Raises Refused, NotFound, Conflict."""
    with transaction.atomic():
        row = _held(actor, proposal_id)
        if row.state == ProposalState.CONFIRMED:
            raise Conflict(
                Text("该调整已确认生效，请另行登记新的调整。", "It has been confirmed; enter another order.")
            )
        if row.state == ProposalState.OPEN:
            row.state, row.decided_by, row.decided_by_name = (
                ProposalState.WITHDRAWN,
                actor.account,
                actor.name,
            )
            _decide(row)
            audit.record(actor, "geo.withdraw-order", row)
        return row


def moves_of(row: DivisionProposal) -> tuple[Move, ...]:
    """The moves of a proposal as ``reorder`` takes them."""
    return tuple(_move(one) for one in row.moves)


def proposal(actor: Actor, proposal_id: UUID) -> DivisionProposal:
    """One proposal. Raises Refused, NotFound."""
    may_reorder(actor)
    row = DivisionProposal.objects.select_related("order").filter(id=proposal_id).first()
    if row is None:
        raise _unknown()
    return row


def open_proposals(actor: Actor) -> list[DivisionProposal]:
    """Those that wait to be confirmed, the latest first."""
    may_reorder(actor)
    return list(DivisionProposal.objects.filter(state=ProposalState.OPEN).order_by("-id")[:50])


def _held(actor: Actor, proposal_id: UUID) -> DivisionProposal:
    may_reorder(actor)
    row = DivisionProposal.objects.select_for_update().filter(id=proposal_id).first()
    if row is None:
        raise _unknown()
    return row


def _unknown() -> NotFound:
    return NotFound(Text("没有这项区划调整。", "There is no such order."))


def _decide(row: DivisionProposal) -> None:
    row.save(update_fields=["order", "state", "decided_by", "decided_by_name"])
    DivisionProposal.objects.filter(id=row.id).update(decided_at=Now())


def _move(said: dict[str, Any]) -> Move:
    name = said["name"]
    return Move(
        said["old"],
        said["new"],
        Text(name["zh"], name["en"]) if name else None,
        tuple(said["villages"]),
        said["share"],
    )
