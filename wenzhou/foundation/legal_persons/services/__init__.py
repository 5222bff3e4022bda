"""Writes of the legal persons register, one file for each matter."""

from __future__ import annotations

from wenzhou.foundation.legal_persons.services.changes import CHANGEABLE, register_change, register_correction
from wenzhou.foundation.legal_persons.services.common import SOURCE, functions_of
from wenzhou.foundation.legal_persons.services.establish import enter, enter_branch, establish, next_code
from wenzhou.foundation.legal_persons.services.holdings import set_holders
from wenzhou.foundation.legal_persons.services.people import appoint, dismiss
from wenzhou.foundation.legal_persons.services.status import (
    announce_closing,
    deregister,
    reinstate,
    resume,
    resume_expired,
    revoke,
    suspend,
    withdraw_closing,
)

__all__ = [
    "CHANGEABLE",
    "SOURCE",
    "announce_closing",
    "appoint",
    "deregister",
    "dismiss",
    "enter",
    "enter_branch",
    "establish",
    "functions_of",
    "next_code",
    "register_change",
    "register_correction",
    "reinstate",
    "resume",
    "resume_expired",
    "revoke",
    "set_holders",
    "suspend",
    "withdraw_closing",
]
