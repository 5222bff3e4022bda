"""Counting the days that are over (日统计): what was received, decided and rated then does not change any more."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count, Exists, F, Min, OuterRef, Q, Sum
from django.db.models.expressions import NegatedExpression
from django.db.models.functions import Left, TruncDate
from django.utils import timezone

from wenzhou.kernel.base import audit
from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.jobs import Job
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.cases.clock import midnight
from wenzhou.kernel.cases.models import CountedThrough, OfficeDay, OfficeRating, Rating, Task, TaskState

TOWN_DIGITS = 9
GRACE = timedelta(minutes=15)
"""A day is over for us when a transaction that began on it has long ended."""

ON_TIME = Q(decided_at__date__lte=F("deadline"))
SYSTEM = Actor.system("cases.count-days")
_KEY = ("office", "day", "town", "element", "name_zh", "name_en")
_AT_ONCE = 31


def count_days() -> None:
    """Count the days that are over and not yet counted; repeated, it changes nothing."""
    last = timezone.localdate(timezone.now() - GRACE) - timedelta(days=1)
    with transaction.atomic():
        mark = _locked_mark()
        if mark is None or mark.day >= last:
            return
        first = mark.day + timedelta(days=1)
        for begin in range(first.toordinal(), last.toordinal() + 1, _AT_ONCE):
            until = min(begin + _AT_ONCE, last.toordinal() + 1)
            _count(midnight(date.fromordinal(begin)), midnight(date.fromordinal(until)))
        mark.day = last
        mark.save(update_fields=["day"])
        audit.record(SYSTEM, "cases.count-days", first=first.isoformat(), last=last.isoformat())


def count_anew(since: date) -> None:
    """Forget what was counted from a day on, since rows were written into the past; the job counts it again."""
    with transaction.atomic():
        mark = CountedThrough.objects.select_for_update().first()
        if mark is None or mark.day < since:
            return
        OfficeDay.objects.filter(day__gte=since).delete()
        OfficeRating.objects.filter(day__gte=since).delete()
        mark.day = since - timedelta(days=1)
        mark.save(update_fields=["day"])


def first_in_case() -> NegatedExpression[Any]:
    """Whether the office had decided nothing in the case before: so many such tasks, so many cases."""
    same = Task.objects.filter(case=OuterRef("case"), office=OuterRef("office"), state=TaskState.DONE)
    before = Q(decided_at__lt=OuterRef("decided_at"))
    together = Q(decided_at=OuterRef("decided_at"), id__lt=OuterRef("id"))
    return ~Exists(same.filter(before | together))


def _locked_mark() -> CountedThrough | None:
    """How far it was counted, locked; the day before the first task of all when nothing was. None without any task."""
    if not CountedThrough.objects.exists():
        first: datetime | None = Task.objects.aggregate(first=Min("opened_at"))["first"]
        if first is None:
            return None
        CountedThrough.objects.get_or_create(defaults={"day": timezone.localdate(first) - timedelta(days=1)})
    return CountedThrough.objects.select_for_update().get()


def _count(begin: datetime, end: datetime) -> None:
    """Write the days between two midnights."""
    found: dict[tuple[Any, ...], dict[str, int]] = defaultdict(dict)
    for rows in (_opened(begin, end), _decided(begin, end)):
        for row in rows:
            found[tuple(row.pop(name) for name in _KEY)].update(row)
    OfficeDay.objects.bulk_create(
        (
            OfficeDay(office_id=office, **dict(zip(_KEY[1:], rest, strict=True)), **sums)
            for (office, *rest), sums in found.items()
        ),
        batch_size=1000,
    )
    OfficeRating.objects.bulk_create(
        (OfficeRating(office_id=row.pop("office"), **row) for row in _rated(begin, end)), batch_size=1000
    )


def _opened(begin: datetime, end: datetime) -> list[dict[str, Any]]:
    rows = Task.objects.filter(opened_at__gte=begin, opened_at__lt=end)
    keyed = rows.annotate(day=TruncDate("opened_at"), town=Left("area", TOWN_DIGITS)).values(*_KEY)
    return list(keyed.annotate(opened=Count("id")).order_by())


def _decided(begin: datetime, end: datetime) -> list[dict[str, Any]]:
    rows = Task.objects.filter(state=TaskState.DONE, decided_at__gte=begin, decided_at__lt=end)
    rows = rows.annotate(first=first_in_case())
    keyed = rows.annotate(day=TruncDate("decided_at"), town=Left("area", TOWN_DIGITS)).values(*_KEY)
    return list(
        keyed.annotate(
            decided=Count("id"),
            on_time=Count("id", filter=ON_TIME),
            used=Sum("days_used", default=0),
            promised=Sum("promise_days"),
            cases=Count("id", filter=Q(first=True)),
        ).order_by()
    )


def _rated(begin: datetime, end: datetime) -> list[dict[str, Any]]:
    """For each office that decided a step of the rated case."""
    rows = Rating.objects.filter(at__gte=begin, at__lt=end, case__tasks__state=TaskState.DONE)
    keyed = rows.values(
        "stars",
        day=TruncDate("at"),
        office=F("case__tasks__office"),
        town=Left("case__tasks__area", TOWN_DIGITS),
    )
    return [dict(row) for row in keyed.annotate(count=Count("case", distinct=True)).order_by()]


COUNT_DAYS = Job(
    name="cases.count-days",
    title=Text("汇总前一日办件统计", "Count the figures of the day before"),
    run=count_days,
    cron="20 * * * *",
)
