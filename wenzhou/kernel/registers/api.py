"""The door of registers for other modules."""

from __future__ import annotations

from wenzhou.kernel.registers.changing import (
    Written,
    change_record,
    correct_record,
    end_record,
    tell_changed,
    tell_created,
    tell_ended,
)
from wenzhou.kernel.registers.codes import ETHNICITIES, SEXES
from wenzhou.kernel.registers.corrections import decide, withdraw
from wenzhou.kernel.registers.corrections import queue as correction_queue
from wenzhou.kernel.registers.deadlines import days_left
from wenzhou.kernel.registers.declaration import register_of, registers
from wenzhou.kernel.registers.erasure import ask as ask_erasure
from wenzhou.kernel.registers.erasure import confirm as confirm_erasure
from wenzhou.kernel.registers.extracts.codes import extract_code
from wenzhou.kernel.registers.extracts.issuing import may_extract
from wenzhou.kernel.registers.following import count_following, follow_division
from wenzhou.kernel.registers.journal import journal, journal_many, read_person
from wenzhou.kernel.registers.masking import mask_address, mask_name, mask_number, mask_phone
from wenzhou.kernel.registers.models import (
    Keyed,
    Versioned,
    temporal_constraints,
    temporal_indexes,
    temporal_key,
)
from wenzhou.kernel.registers.obstacles import obstacles
from wenzhou.kernel.registers.records import (
    Difference,
    Found,
    Instant,
    Record,
    difference,
    history,
    read,
    search,
)
from wenzhou.kernel.registers.schema import publish as publish_schema
from wenzhou.kernel.registers.scope import areas, functions, visible
from wenzhou.kernel.registers.selectors import uses_of
from wenzhou.kernel.registers.temporal import OverlapGuard, PeriodKey
from wenzhou.kernel.registers.versions import as_of, change, correct, end, end_many, lock, lock_many, timeline

__all__ = [
    "ETHNICITIES",
    "SEXES",
    "Difference",
    "Found",
    "Instant",
    "Keyed",
    "OverlapGuard",
    "PeriodKey",
    "Record",
    "Versioned",
    "Written",
    "areas",
    "as_of",
    "ask_erasure",
    "change",
    "change_record",
    "confirm_erasure",
    "correct",
    "correct_record",
    "correction_queue",
    "count_following",
    "days_left",
    "decide",
    "difference",
    "end",
    "end_many",
    "end_record",
    "extract_code",
    "follow_division",
    "functions",
    "history",
    "journal",
    "journal_many",
    "lock",
    "lock_many",
    "mask_address",
    "mask_name",
    "mask_number",
    "mask_phone",
    "may_extract",
    "obstacles",
    "publish_schema",
    "read",
    "read_person",
    "register_of",
    "registers",
    "search",
    "tell_changed",
    "tell_created",
    "tell_ended",
    "temporal_constraints",
    "temporal_indexes",
    "temporal_key",
    "timeline",
    "uses_of",
    "visible",
    "withdraw",
]
