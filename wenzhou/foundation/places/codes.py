"""Codes of addresses, parcels and buildings."""

from __future__ import annotations

import re

from django.db import connection

from wenzhou.foundation.places.models import Level

_LEVELS = {
    Level.ROAD: 1,
    Level.LANE: 2,
    Level.NUMBER: 3,
    Level.BUILDING: 4,
    Level.UNIT: 5,
    Level.ROOM: 6,
}
TENURES = {
    "GB": "国有建设用地使用权宗地",
    "JB": "集体建设用地使用权宗地",
    "JC": "宅基地使用权宗地",
}
"""Kinds of right in a parcel's code (宗地特征码, GB/T 37346 table 1): those that people build on."""

ADDRESS = re.compile(r"[0-9]{6}[1-6][0-9]{11}")
PARCEL = re.compile(r"[0-9]{12}(?:GB|JB|JC)[0-9]{5}")
BUILDING = re.compile(r"[0-9]{12}(?:GB|JB|JC)[0-9]{5}F[0-9]{4}")


def address_code(county: str, level: Level, serial: int) -> str:
    """Eighteen digits: county of first entry, level, serial of ten digits, check digit (GB/T 17710, MOD 11,10).

    The code names the address for ever; that its first digits are a county's is its history, not its place.
    """
    body = f"{county}{_LEVELS[level]}{serial:010d}"
    return body + check_digit(body)


def check_digit(body: str) -> str:
    """ISO 7064 MOD 11,10 (GB/T 17710) over decimal digits."""
    product = 10
    for digit in body:
        total = (product + int(digit)) % 10 or 10
        product = total * 2 % 11
    return str((11 - product) % 10)


def is_address_code(code: str) -> bool:
    """Whether it has the form of an address code and its check digit."""
    return ADDRESS.fullmatch(code) is not None and check_digit(code[:-1]) == code[-1]


def next_address_code(county: str, level: Level) -> str:
    """A fresh code; serials of real addresses begin where those of made ones end."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('places_address_serial')")
        serial: int = cursor.fetchone()[0]
    return address_code(county, level, serial)


def parcel_code(county: str, district: int, block: int, tenure: str, serial: int) -> str:
    """Nineteen characters (GB/T 37346): county, cadastral district and sub-district, kind of right, serial."""
    return f"{county}{district:03d}{block:03d}{tenure}{serial:05d}"


def building_code(parcel: str, serial: int) -> str:
    """Twenty-four characters (自然幢号): the parcel's code, F for a house, serial on the parcel."""
    return f"{parcel}F{serial:04d}"
