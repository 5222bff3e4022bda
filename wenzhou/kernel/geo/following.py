"""The job by which records follow changed divisions: batch after batch, each noted with how far it came."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count, Q, Sum
from django.utils import timezone

from wenzhou.kernel.base.jobs import Job
from wenzhou.kernel.base.registry import registry
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.geo.declarations import DivisionFollower
from wenzhou.kernel.geo.models import DivisionFollowing, DivisionOrder


def follow_due() -> None:
    """Let records follow every order whose day has come; killed anywhere, the next run goes on."""
    left = DivisionFollowing.objects.filter(done_at=None, order__on__lte=timezone.localdate())
    # Villages before the towns they lay in, orders in their order: a code may change twice.
    for following in list(left.order_by("order__on", "order_id", "id").values_list("id", flat=True)):
        while _batch(following):
            pass


def _batch(following_id: int) -> bool:
    """One batch in one transaction; False when nothing is left, or another worker is at it."""
    with transaction.atomic():
        row = (
            DivisionFollowing.objects.select_for_update(skip_locked=True, of=("self",))
            .select_related("order")
            .filter(id=following_id, done_at=None)
            .first()
        )
        if row is None:
            return False
        follower = next(one for one in registry.declared(DivisionFollower) if one.code == row.follower)
        done = follower.follow(row.old_code, row.new_code, row.order.on, row.after)
        row.moved += done.moved
        row.refused = [*row.refused, *(str(one) for one in done.refused)]
        row.after = done.after
        row.done_at = None if done.after else timezone.now()
        row.save(update_fields=["moved", "refused", "after", "done_at"])
        return done.after is not None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the records of an order have come: codes done of all, records moved, records that could not be."""

    order: DivisionOrder
    codes: int
    done: int
    moved: int
    refused: int


def progress(limit: int = 50) -> list[Progress]:
    """The latest orders with their progress, newest first; two statements."""
    orders = list(
        DivisionOrder.objects.annotate(
            codes=Count("followings"),
            done=Count("followings", filter=Q(followings__done_at__isnull=False)),
            moved=Sum("followings__moved", default=0),
        )
        .select_related("proposal")
        .order_by("-id")[:limit]
    )
    refused: dict[object, int] = {}
    problems = DivisionFollowing.objects.filter(order__in=orders).exclude(refused=[])
    for order_id, ids in problems.values_list("order_id", "refused"):
        refused[order_id] = refused.get(order_id, 0) + len(ids)
    return [Progress(one, one.codes, one.done, one.moved, refused.get(one.id, 0)) for one in orders]


@dataclass(frozen=True, slots=True)
class FollowerProgress:
    """How far one follower has come with an order."""

    title: Text
    codes: int
    done: int
    moved: int
    refused: int


def follower_progress(order: DivisionOrder) -> list[FollowerProgress]:
    """How far the records of each register have come with an order; one statement."""
    rows: dict[str, list[DivisionFollowing]] = {}
    for row in order.followings.order_by("id"):
        rows.setdefault(row.follower, []).append(row)
    titles = {one.code: one.title for one in registry.declared(DivisionFollower)}
    return [
        FollowerProgress(
            titles.get(code, Text(code, code)),
            len(found),
            sum(row.done_at is not None for row in found),
            sum(row.moved for row in found),
            sum(len(row.refused) for row in found),
        )
        for code, found in rows.items()
    ]


FOLLOW = Job(
    name="geo.follow-divisions",
    title=Text("记录随区划调整更新", "Let records follow changed divisions"),
    run=follow_due,
    cron="*/5 * * * *",
)
