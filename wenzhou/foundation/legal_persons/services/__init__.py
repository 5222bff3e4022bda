"""Writes of the legal persons register, one file for each matter."""

from __future__ import annotations

from wenzhou.foundation.legal_persons.services.changes import CHANGEABLE, register_change
from wenzhou.foundation.legal_persons.services.common import SOURCE
from wenzhou.foundation.legal_persons.services.establish import enter, establish, next_code

__all__ = [
    "CHANGEABLE",
    "SOURCE",
    "enter",
    "establish",
    "next_code",
    "register_change",
]
