"""The door of linkage for other modules: links by key, now and as known at an instant; lists of offices."""

from __future__ import annotations

from wenzhou.kernel.linkage.contracts import COLUMNS, Link, Record, RecordKey
from wenzhou.kernel.linkage.model.chinese import syllables
from wenzhou.kernel.linkage.models import RunKind
from wenzhou.kernel.linkage.selectors import entity_of, links_of, records_of
from wenzhou.kernel.linkage.services.lists import open_list, take_in, take_off
from wenzhou.kernel.linkage.services.runs import ask

__all__ = [
    "COLUMNS",
    "Link",
    "Record",
    "RecordKey",
    "RunKind",
    "ask",
    "entity_of",
    "links_of",
    "open_list",
    "records_of",
    "syllables",
    "take_in",
    "take_off",
]
