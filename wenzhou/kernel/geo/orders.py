"""Changes of divisions (区划调整): renamed, coded anew, merged, split, from a day on; records follow by a job."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db import connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone

from wenzhou.kernel.base import audit
from wenzhou.kernel.base.actors import DATA_OFFICER, Actor
from wenzhou.kernel.base.errors import Conflict, Invalid, NotFound, Refused
from wenzhou.kernel.base.outbox import emit
from wenzhou.kernel.base.permissions import holding_posts, require
from wenzhou.kernel.base.registry import registry
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.geo import directory
from wenzhou.kernel.geo.contracts import CODE_LENGTHS, ChangeKind, Level, Place, version_id
from wenzhou.kernel.geo.declarations import DivisionFollower
from wenzhou.kernel.geo.events import DivisionsReordered
from wenzhou.kernel.geo.models import (
    Division,
    DivisionFollowing,
    DivisionLoad,
    DivisionOrder,
    DivisionSuccession,
)
from wenzhou.kernel.geo.permissions import CHANGE_DIVISIONS
from wenzhou.kernel.identity.api import offices

OWNER = "civil-affairs"
"""The function of the offices that keep the divisions (《行政区划管理条例》 第三条)."""

SOURCE = "order"
FARTHEST = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Move:
    """One division of the order: ``old`` becomes ``new``. ``name`` is needed where ``new`` is not there yet.

    ``villages`` of ``old`` go to ``new`` where a part is split off; ``share`` is what the part counted for.
    """

    old: str
    new: str
    name: Text | None = None
    villages: tuple[str, ...] = ()
    share: float | None = None


@dataclass(slots=True)
class _Work:
    on: date
    kind: ChangeKind
    basis: str
    moves: list[tuple[str, str]] = field(default_factory=list)
    used: set[str] = field(default_factory=set)


def reorder(
    actor: Actor, kind: ChangeKind, on: date, moves: tuple[Move, ...], *, basis: str
) -> DivisionOrder:
    """Record what an order does to divisions from a day on; records of all registers follow when the day has come.

    What lies below moves along. Raises Refused, NotFound (a division not in force), Invalid, Conflict (a code is
    taken, or the same order stands already).
    """
    may_reorder(actor)
    _check(kind, on, moves, basis)
    with transaction.atomic():
        _hold()  # lock
        work = _carried_out(kind, on, moves, basis)  # change
        order = DivisionOrder.objects.create(on=on, kind=kind, basis=work.basis, recorded_by=actor.account)
        _plan(order, work)
        DivisionLoad.objects.create(added=len(work.moves), changed=len(work.moves), sources=[])
        audit.record(actor, "geo.reorder", order, kind=kind.value, on=str(on), moves=work.moves)  # audit
        emit(  # emit
            DivisionsReordered(order=order.id, on=on, kind=kind.value, moves=tuple(work.moves)), actor=actor
        )
        directory.forget()
        transaction.on_commit(directory.forget)
    return order


def rehearse(
    actor: Actor, kind: ChangeKind, on: date, moves: tuple[Move, ...], *, basis: str
) -> list[tuple[str, str]]:
    """Which codes ``reorder`` would change, old to new; nothing is written. Raises what it raises."""
    may_reorder(actor)
    _check(kind, on, moves, basis)
    try:
        with transaction.atomic():
            _hold()
            work = _carried_out(kind, on, moves, basis)
            transaction.set_rollback(True)
        return work.moves
    finally:
        directory.forget()


def _hold() -> None:
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE geo_division IN SHARE ROW EXCLUSIVE MODE")
    directory.forget()


def _carried_out(kind: ChangeKind, on: date, moves: tuple[Move, ...], basis: str) -> _Work:
    work = _Work(on, kind, basis.strip())
    for move in moves:
        _apply(work, move)
    return work


def may_reorder(actor: Actor) -> None:
    """Data officers, and the offices of civil affairs. Raises Refused."""
    require(actor, CHANGE_DIVISIONS)
    posts = holding_posts(actor, CHANGE_DIVISIONS)
    if any(post.role == DATA_OFFICER.code for post in posts):
        return
    known = offices({post.office for post in posts})
    if not any(known[post.office].function == OWNER for post in posts if post.office in known):
        raise Refused(
            Text(
                "区划调整由民政部门登记，请转交该部门办理。",
                "Civil affairs keeps the divisions; pass the order on to it.",
            )
        )


def _check(kind: ChangeKind, on: date, moves: tuple[Move, ...], basis: str) -> None:
    wrong: dict[str, Text] = {}
    if not 2 <= len(basis.strip()) <= 200:
        wrong["basis"] = Text(
            "请填写批准文件，2 至 200 个字", "The document of approval, 2 to 200 characters"
        )
    if on > timezone.localdate() + FARTHEST:
        wrong["on"] = Text("生效日期不能超过一年以后", "The day cannot be more than a year ahead")
    if not moves or len({move.old for move in moves}) != len(moves):
        wrong["moves"] = Text("请列出区划，每个一次", "Name the divisions, each once")
    for move in moves:
        wrong |= _check_move(kind, move)
    if wrong:
        raise Invalid(
            Text("区划调整有误，见各项说明。", "The order cannot be taken; see each item."), fields=wrong
        )


def _check_move(kind: ChangeKind, move: Move) -> dict[str, Text]:
    wrong: dict[str, Text] = {}
    if len(move.old) != len(move.new) or (kind is ChangeKind.RENAMED) != (move.old == move.new):
        wrong["moves"] = Text("新旧代码与调整类型不符", "Old and new code do not fit the kind of change")
    if kind is ChangeKind.RENAMED and move.name is None:
        wrong["name"] = Text("请填写新名称", "Enter the new name")
    if move.share is not None and not 0 < move.share < 1:
        wrong["share"] = Text("划出比例应在 0 和 1 之间", "The share lies between 0 and 1")
    return wrong


def _apply(work: _Work, move: Move) -> None:
    old = _in_force(move.old, work.on)
    if work.kind is ChangeKind.RENAMED:
        _close(old, work.on)
        _open(move.new, move.name or old.name, old.level, old.parent_code, work.on)
        _succeed(work, move.old, move.new)
    elif work.kind is ChangeKind.SPLIT:
        if directory.directory().version(move.new, work.on) is None:
            _open(move.new, _needed(move), old.level, old.parent_code, work.on)
        _succeed(work, move.old, move.new, share=move.share)
        for village in move.villages:
            if _in_force(village, work.on).parent_code != move.old:
                raise Invalid(
                    Text(f"{village} 不属于 {move.old}。", f"{village} does not lie in {move.old}."),
                    fields={"villages": Text("不属于原区划", "Not of the old division")},
                )
            _move_below(work, village, move.new, ChangeKind.RECODED)
    else:
        _recode(work, old, move.new, move.name, work.kind)


def _recode(work: _Work, old: Place, new: str, name: Text | None, kind: ChangeKind) -> None:
    """Close a division and let another code carry it on, with all that lies below."""
    below = directory.directory().children(old.code, work.on)
    if directory.directory().version(new, work.on) is None and new not in work.used:
        _open(new, name or old.name, old.level, _parent(old, new), work.on)
        work.used.add(new)
    elif kind is not ChangeKind.MERGED:
        raise Conflict(
            Text(f"代码 {new} 已在使用，请换一个代码。", f"The code {new} is in use; choose another.")
        )
    _close(old, work.on)
    _succeed(work, old.code, new, kind=kind)
    for child in below:
        _move_below(work, child.code, new, ChangeKind.RECODED)


def _move_below(work: _Work, code: str, parent: str, kind: ChangeKind) -> None:
    """A town or village under another parent: its last three digits stay where they are free."""
    place = _in_force(code, work.on)
    last = int(code[-3:])
    held = directory.directory()
    for step in range(1000):
        new = f"{parent}{(last + step) % 1000:03d}"
        if new not in work.used and new not in held.versions:
            _recode(work, place, new, None, kind)
            return
    raise Conflict(Text(f"{parent} 下没有空余代码。", f"No code is free below {parent}."))


def _parent(old: Place, new: str) -> str | None:
    return new[:-3] if old.level in CODE_LENGTHS and len(new) > 6 else old.parent_code


def _needed(move: Move) -> Text:
    if move.name is None:
        raise Invalid(
            Text("新设区划须有名称。", "A new division needs a name."),
            fields={"name": Text("请填写名称", "Enter the name")},
        )
    return move.name


def _in_force(code: str, on: date) -> Place:
    place = directory.directory().version(code, on)
    if place is None or (place.end is not None and place.end > on) or place.start >= on:
        raise NotFound(
            Text(
                f"代码 {code} 在生效日不是现行区划，或当日及以后已有调整。",
                f"{code} is no division in force on that day, or has been changed on it or after it.",
            )
        )
    return place


def _close(place: Place, on: date) -> None:
    Division.objects.filter(id=place.id).update(valid=DateRange(place.start, on, "[)"), source=SOURCE)


def _open(code: str, name: Text, level: Level, parent: str | None, on: date) -> None:
    Division.objects.create(
        id=version_id(code, on),
        code=code,
        name=name.zh,
        name_en=name.en,
        level=level,
        parent_code=parent,
        valid=DateRange(on, None, "[)"),
        source=SOURCE,
    )


def _succeed(
    work: _Work, old: str, new: str, *, kind: ChangeKind | None = None, share: float | None = None
) -> None:
    DivisionSuccession.objects.create(
        on=work.on,
        precision="day",
        kind=kind or work.kind,
        old_code=old,
        new_code=new,
        note=work.basis,
        note_en=work.basis,
        share=share,
    )
    if old != new and (kind or work.kind) is not ChangeKind.SPLIT:
        work.moves.append((old, new))


def _plan(order: DivisionOrder, work: _Work) -> None:
    """What the job has to do: every follower with every code that has changed."""
    DivisionFollowing.objects.bulk_create(
        DivisionFollowing(order=order, follower=follower.code, old_code=old, new_code=new)
        for follower in registry.declared(DivisionFollower)
        for old, new in work.moves
    )
