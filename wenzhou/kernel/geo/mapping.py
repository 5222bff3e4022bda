"""Figures of one day's divisions on another day's: old code to new with its share."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from wenzhou.kernel.geo.contracts import Change
from wenzhou.kernel.geo.directory import directory


def mapping(code: str, counted_on: date, shown_on: date) -> tuple[tuple[str, float], ...]:
    """Where what ``code`` counted on one day belongs on a later one: codes with shares that add up to one.

    A part that was split off takes the share that its order states, and nothing where none is stated.
    """
    shares = {code: 1.0}
    for change in directory().changes:
        if (
            counted_on < change.on <= shown_on
            and change.old_code in shares
            and change.old_code != change.new_code
        ):
            _take(shares, change)
    return tuple(sorted((key, share) for key, share in shares.items() if share > 0))


def _take(shares: dict[str, float], change: Change) -> None:
    part = (change.share or 0.0) if change.keeps_old else 1.0
    moved = shares[change.old_code] * part
    shares[change.old_code] -= moved
    shares[change.new_code] = shares.get(change.new_code, 0.0) + moved


def regroup(counts: Mapping[str, float], counted_on: date, shown_on: date) -> dict[str, float]:
    """Figures by code of one day as figures by code of a later day; their sum stays the same."""
    found: dict[str, float] = {}
    for code, number in counts.items():
        for new, share in mapping(code, counted_on, shown_on):
            found[new] = found.get(new, 0.0) + number * share
    return found
