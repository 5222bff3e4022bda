"""Limits in working days, by the table of the city if it has one."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, timedelta

from wenzhou.kernel.base.registry import registry
from wenzhou.kernel.registers.declaration import Deadlines


def deadline(start: date, days: int) -> date:
    """So many working days after ``start``; by the calendar alone in a city that has no table of working days."""
    for calendar in registry.declared(Deadlines):
        return calendar.after(start, days)
    return start + timedelta(days=days + days // 5 * 2)


def days_left(today: date, dues: Collection[date]) -> Mapping[date, int]:
    """Working days from today to each of these days, below 0 when it is over; calendar days without a table."""
    for calendar in registry.declared(Deadlines):
        return calendar.left(today, dues)
    return {due: (due - today).days for due in dues}
