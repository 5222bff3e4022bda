"""The operator's calendar (工作日历): days that the State Council's notice, or the city, moves."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import connection, transaction

from wenzhou.kernel.base import audit
from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.errors import Invalid
from wenzhou.kernel.base.permissions import require
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.cases.models import CalendarDay
from wenzhou.kernel.cases.permissions import KEEP_CALENDAR

MAX_DAYS = 31
FIRST_YEAR, LAST_YEAR = 2004, 2100
_LOCK = 0x63616C  # of the whole calendar: two operators who change the same days do it one after the other


def set_days(actor: Actor, first: date, last: date, *, working: bool, note: str = "") -> int:
    """Say of each day from ``first`` to ``last`` whether offices work on it; how many days have changed.

    Deadlines counted before keep the date that was promised. Raises Refused, Invalid.
    """
    require(actor, KEEP_CALENDAR)  # may the actor
    note = note.strip()
    _check(first, last, note)
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    with transaction.atomic():
        _lock()  # lock
        known = {row.day: (row.working, row.note) for row in CalendarDay.objects.filter(day__in=days)}
        changed = [day for day in days if known.get(day) != (working, note)]
        for day in changed:  # change
            CalendarDay.objects.update_or_create(day=day, defaults={"working": working, "note": note})
        if changed:  # audit; nobody waits for an event, so there is none to emit
            audit.record(
                actor,
                "cases.set-calendar",
                first=changed[0].isoformat(),
                last=changed[-1].isoformat(),
                days=len(changed),
                working=working,
                note=note,
            )
    return len(changed)


def clear_day(actor: Actor, day: date) -> bool:
    """Let a day be again what the published calendar says; False when nothing had been set."""
    require(actor, KEEP_CALENDAR)
    with transaction.atomic():
        _lock()
        removed, _ = CalendarDay.objects.filter(day=day).delete()
        if removed:
            audit.record(actor, "cases.clear-calendar", day=day.isoformat())
    return bool(removed)


def _lock() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def _check(first: date, last: date, note: str) -> None:
    wrong: dict[str, Text] = {}
    if not FIRST_YEAR <= first.year <= LAST_YEAR:
        wrong["first"] = Text(
            f"年份应在 {FIRST_YEAR} 至 {LAST_YEAR} 之间", f"The year is from {FIRST_YEAR} to {LAST_YEAR}"
        )
    if last < first:
        wrong["last"] = Text("结束日不能早于开始日", "The last day is not before the first")
    elif (last - first).days >= MAX_DAYS:
        wrong["last"] = Text(f"一次最多 {MAX_DAYS} 天", f"At most {MAX_DAYS} days at a time")
    if len(note) > 100:
        wrong["note"] = Text("最多 100 字", "At most 100 characters")
    if wrong:
        raise Invalid(
            Text("有内容需要修改，已在对应位置标出。", "Some entries need a change; each is marked."),
            fields=wrong,
        )
