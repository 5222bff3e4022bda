"""Receipt numbers of cases (受理号): WZ, the day of submission, and a running number that no two cases share."""

from __future__ import annotations

from datetime import date

from django.db import connection
from django.utils import timezone

_LETTERS = "WZ"


def next_number() -> str:
    """The next receipt number."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('cases_number')")
        (running,) = cursor.fetchone()
    return f"{_LETTERS}{timezone.localdate():%Y%m%d}{running:07d}"


def submitted_since(beginning: str) -> date | None:
    """The first day on which a case whose number begins so can have been submitted; None when it does not say.

    No deadline lies before it, so that a search for the numbers of a month need not look through older work.
    """
    digits = beginning.removeprefix(_LETTERS)[:8]
    if not beginning.startswith(_LETTERS) or len(digits) < 4 or not digits.isdecimal():
        return None
    lowest = digits.ljust(8, "0")
    try:
        return date(int(lowest[:4]), max(int(lowest[4:6]), 1), max(int(lowest[6:]), 1))
    except ValueError:
        return None
