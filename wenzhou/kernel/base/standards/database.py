"""The check characters of GB 11643 and GB 32100 as functions of the database: for whole registers in one statement.

Each takes the text and today's date, and gives what ``parse`` of its Python module would: true where that accepts. They hold no
state; a migration makes them, and a property test compares the two.
"""

from __future__ import annotations

from django.db.migrations import RunSQL

from wenzhou.kernel.base.standards import gb11643, gb32100

_BASE36 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def _sum(alphabet: str, weights: tuple[int, ...], first: int = 1) -> str:
    """The weighted sum of characters; no cast, so that nothing raises whatever stands there."""
    return " + ".join(
        f"{weight} * (strpos('{alphabet}', substr(value, {place}, 1)) - 1)"
        for place, weight in enumerate(weights, start=first)
    )


def _function(name: str, body: str) -> str:
    return (
        f"CREATE OR REPLACE FUNCTION {name}(value text, today date) RETURNS boolean "
        f"LANGUAGE sql STABLE PARALLEL SAFE AS $$ SELECT {body} $$;"
    )


_NUMBER = f"""CASE WHEN value ~ '^[0-9]{{17}}[0-9X]$' AND pg_input_is_valid(substr(value, 7, 8), 'date')
THEN substr(value, 7, 8)::date BETWEEN '{gb11643.EARLIEST_BIRTH}' AND today
AND substr('{gb11643.CHECK_CHARACTERS}', ({_sum("0123456789", gb11643.WEIGHTS)}) % 11 + 1, 1) = substr(value, 18, 1)
ELSE false END"""

_CODE = f"""value ~ '^[{gb32100.ALPHABET}]{{2}}[0-9]{{6}}[{gb32100.ALPHABET}]{{10}}$'
AND substr('{gb32100.ALPHABET}', (31 - ({_sum(gb32100.ALPHABET, gb32100.WEIGHTS)}) % 31) % 31 + 1, 1) = substr(value, 18, 1)
AND substr('0123456789X', (11 - ({_sum(_BASE36, gb32100.ORGANISATION_WEIGHTS, 9)}) % 11) % 11 + 1, 1) = substr(value, 17, 1)"""


def check_functions() -> RunSQL:
    """The operation that makes ``wz_gb11643`` and ``wz_gb32100``."""
    return RunSQL(
        sql=_function("wz_gb11643", _NUMBER) + _function("wz_gb32100", _CODE),
        reverse_sql="DROP FUNCTION wz_gb11643(text, date); DROP FUNCTION wz_gb32100(text, date);",
    )
