"""Certificates held against the journal: each issued one has its line with the digest of its bytes, and the other way round."""

from __future__ import annotations

from django.db import connection

_STRAYS = """
WITH said AS (
  SELECT subject AS serial, detail->>'authority' AS authority, detail->>'sha256' AS digest
  FROM trust_journalline WHERE act = 'issue'
), held AS (
  SELECT c.serial, a.code AS authority, encode(sha256(c.der), 'hex') AS digest
  FROM trust_certificate c JOIN trust_authority a ON a.id = c.authority_id WHERE c.der IS NOT NULL
)
SELECT coalesce(said.serial, held.serial) FROM said FULL JOIN held USING (serial, authority, digest)
WHERE said.serial IS NULL OR held.serial IS NULL ORDER BY 1 LIMIT 1000
"""


def strays() -> list[str]:
    """Serials of certificates without their line, and of lines without their certificate."""
    with connection.cursor() as cursor:
        cursor.execute(_STRAYS)
        return [row[0] for row in cursor.fetchall()]
