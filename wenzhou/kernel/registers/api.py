"""The door of registers for other modules."""

from __future__ import annotations

from wenzhou.kernel.registers.codes import ETHNICITIES, SEXES
from wenzhou.kernel.registers.declaration import register_of, registers
from wenzhou.kernel.registers.journal import journal, journal_many, read_person
from wenzhou.kernel.registers.masking import mask_address, mask_name, mask_number, mask_phone
from wenzhou.kernel.registers.models import Versioned, temporal_constraints, temporal_indexes
from wenzhou.kernel.registers.scope import areas, functions, visible
from wenzhou.kernel.registers.versions import as_of, change, correct, end, lock, timeline

__all__ = [
    "ETHNICITIES",
    "SEXES",
    "Versioned",
    "areas",
    "as_of",
    "change",
    "correct",
    "end",
    "functions",
    "journal",
    "journal_many",
    "lock",
    "mask_address",
    "mask_name",
    "mask_number",
    "mask_phone",
    "read_person",
    "register_of",
    "registers",
    "temporal_constraints",
    "temporal_indexes",
    "timeline",
    "visible",
]
