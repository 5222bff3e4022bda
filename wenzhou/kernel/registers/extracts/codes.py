"""Verification codes (核验码): 80 random bits in letters and digits that are not taken for one another."""

from __future__ import annotations

import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O, U."""
LENGTH = 16
_TAKEN_FOR = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None, "－": None})


def fresh() -> str:
    """A new code."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def tidy(text: str) -> str:
    """What was typed as a code: without gaps, and with the letters that can be meant."""
    return text.strip().upper().translate(_TAKEN_FOR)


def extract_code(text: str) -> str:
    """The code that was typed; empty when this is none."""
    code = tidy(text)
    return code if len(code) == LENGTH and set(code) <= set(ALPHABET) else ""


def grouped(code: str) -> str:
    """In fours, for people."""
    return "-".join(code[start : start + 4] for start in range(0, LENGTH, 4))
