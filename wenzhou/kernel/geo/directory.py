"""All versions of all divisions in memory: four thousand rows, read on every page, changed once a year."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from threading import Lock

from django.db.models import Max
from django.utils import timezone

from wenzhou.kernel.base.text import Text
from wenzhou.kernel.geo.contracts import Change, ChangeKind, Level, Place
from wenzhou.kernel.geo.models import Division, DivisionLoad, DivisionSuccession

RECHECK_AFTER = 60.0
"""Seconds after which a process asks whether another one has loaded divisions meanwhile."""


@dataclass(frozen=True)
class Directory:
    """One consistent copy of the tables."""

    stamp: int
    versions: dict[str, tuple[Place, ...]]
    below: dict[str, tuple[str, ...]]
    changes: tuple[Change, ...]

    def version(self, code: str, on: date) -> Place | None:
        """The version of a code in force on a day.

        Where only the first day of observation is known, the first version also answers for days before it,
        unless its parent was not there yet: towns are older than the list that first shows them.
        """
        versions = self.versions.get(code, ())
        for place in versions:
            if place.valid_on(on):
                return place
        first = versions[0] if versions else None
        if first and not first.start_known and on < first.start and first.parent_code:
            return first if self.version(first.parent_code, on) else None
        return None

    def children(self, code: str | None, on: date) -> tuple[Place, ...]:
        """What lies directly below a code on a day, by code; below None stands the province."""
        found = (self.version(child, on) for child in self.below.get(code or "", ()))
        return tuple(place for place in found if place is not None and place.parent_code == code)


class _Holder:
    def __init__(self) -> None:
        self.copy: Directory | None = None
        self.checked = 0.0
        self.lock = Lock()


_held = _Holder()


def directory() -> Directory:
    """The present copy, read again when a load has changed the tables."""
    copy = _held.copy
    if copy is not None and copy.stamp and time.monotonic() - _held.checked < RECHECK_AFTER:
        return copy
    with _held.lock:
        stamp = DivisionLoad.objects.aggregate(last=Max("id"))["last"] or 0
        if _held.copy is None or _held.copy.stamp != stamp or not stamp:
            _held.copy = _read(stamp)
        _held.checked = time.monotonic()
        return _held.copy


def forget() -> None:
    """Drop the copy of this process; the next reader reads the tables."""
    _held.copy = None


def today() -> date:
    """The day in the city."""
    return timezone.localdate()


def _read(stamp: int) -> Directory:
    versions: dict[str, list[Place]] = defaultdict(list)
    below: dict[str, set[str]] = defaultdict(set)
    for place in _places(Division.objects.order_by("code", "valid").iterator()):
        versions[place.code].append(place)
        below[place.parent_code or ""].add(place.code)
    return Directory(
        stamp,
        {code: tuple(found) for code, found in versions.items()},
        {code: tuple(sorted(codes)) for code, codes in below.items()},
        tuple(
            Change(
                row.on,
                row.precision,
                ChangeKind(row.kind),
                row.old_code,
                row.new_code,
                Text(row.note, row.note_en),
                row.share,
            )
            for row in DivisionSuccession.objects.order_by("on", "old_code", "new_code")
        ),
    )


def _places(rows: Iterable[Division]) -> Iterable[Place]:
    for row in rows:
        yield Place(
            row.id,
            row.code,
            Text(row.name, row.name_en),
            Level(row.level),
            row.parent_code,
            row.valid.lower,
            row.valid.upper,
            row.start_known,
        )
