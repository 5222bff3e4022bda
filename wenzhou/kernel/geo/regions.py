"""Which six-digit codes a citizen's number or a credit code may carry, in all of China."""

from __future__ import annotations

from datetime import date

from wenzhou.kernel.base.text import Text
from wenzhou.kernel.geo import facts

# Residence permits of residents from Hong Kong, Macao and Taiwan (State Council, 国办发〔2018〕81号).
_PERMIT_REGIONS = frozenset({"810000", "820000", "830000"})
_PERMITS_SINCE = date(2018, 9, 1)
_NATION = "100000"


def known_region(code: str, on: date) -> bool:
    """Whether a citizen identity number may begin with ``code`` on a day of check.

    A number keeps the code of its first registration for life, so every county code that was in
    force at some time up to ``on`` is good, abolished ones too.
    """
    if code in _PERMIT_REGIONS:
        return on >= _PERMITS_SINCE
    return not code.endswith("00") and _in_tables(code, on)


def known_registration_region(code: str, on: date) -> bool:
    """The same for a credit code: firms are registered by the nation, provinces and cities as well."""
    return code == _NATION or _in_tables(code, on)


def region_name(code: str) -> Text | None:
    """The latest name of a six-digit code anywhere in China; None for an unknown one. English is the code."""
    found = facts.regions().get(code)
    return Text(found[0], f"{found[0]} ({code})") if found else None


def lasting_county_codes() -> tuple[str, ...]:
    """County codes of China in force without a break from 1984, when numbers began, to now."""
    return tuple(
        code
        for code, (_, first, last) in sorted(facts.regions().items())
        if first <= 1984 and last is None and not code.endswith("00")
    )


def _in_tables(code: str, on: date) -> bool:
    found = facts.regions().get(code)
    return found is not None and found[1] <= on.year
