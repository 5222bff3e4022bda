"""Masking (脱敏): enough to recognise one's own, not enough to learn another's (GB/T 37964)."""

from __future__ import annotations

import re

_TOWN = re.compile(r"^.*?(?:街道|镇|乡)")
_COUNTY = re.compile(r"^.*?市(?:[^市区县]{1,4}[市区县])?")


def mask_name(name: str) -> str:
    """``陈大文`` → ``陈**``: the first character, the rest hidden."""
    return name[:1] + "*" * (len(name) - 1)


def mask_number(number: str) -> str:
    """``330302199001011234`` → ``3303**********1234``; a short text is hidden whole."""
    if len(number) <= 8:
        return "*" * len(number)
    return number[:4] + "*" * (len(number) - 8) + number[-4:]


def mask_phone(phone: str) -> str:
    """``13800001234`` → ``138****1234``; a short text is hidden whole."""
    if len(phone) <= 7:
        return "*" * len(phone)
    return phone[:3] + "*" * (len(phone) - 7) + phone[-4:]


def mask_address(address: str) -> str:
    """Down to the town or street office, or else to the county; what lies below is hidden."""
    found = _TOWN.match(address) or _COUNTY.match(address)
    return f"{found.group()}***" if found else "***"
