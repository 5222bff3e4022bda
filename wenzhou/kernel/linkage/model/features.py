"""From what an office typed to columns that can be compared: names, numbers, telephones, addresses.

Done in DuckDB for every engine: it is linear in the records, and one implementation cannot contradict itself.
"""

from __future__ import annotations

import duckdb
import pyarrow as pa

from wenzhou.kernel.base.standards.gb11643 import CHECK_CHARACTERS, WEIGHTS
from wenzhou.kernel.linkage.model.chinese import Name, read_name

SCHEMA = """
CREATE TABLE IF NOT EXISTS records (
    rid BIGINT NOT NULL, source VARCHAR NOT NULL, key UUID NOT NULL, solo BOOLEAN NOT NULL, digest UBIGINT NOT NULL,
    name VARCHAR, folded VARCHAR, sound VARCHAR, letters VARCHAR, surname VARCHAR,
    number VARCHAR, number15 VARCHAR, digit_sum INTEGER, valid BOOLEAN,
    born VARCHAR, sex VARCHAR, phone VARCHAR, address VARCHAR, village VARCHAR, town VARCHAR, county VARCHAR
);
CREATE TABLE IF NOT EXISTS fresh_ids (rid BIGINT NOT NULL);
CREATE VIEW IF NOT EXISTS fresh AS SELECT * FROM records SEMI JOIN fresh_ids USING (rid);
CREATE VIEW IF NOT EXISTS standing AS SELECT * FROM records ANTI JOIN fresh_ids USING (rid);
"""

_WEIGHED = " + ".join(
    f"{weight} * CAST(substr(number, {place}, 1) AS INTEGER)" for place, weight in enumerate(WEIGHTS, 1)
)
_SUMMED = " + ".join(f"CAST(substr(number, {place}, 1) AS INTEGER)" for place in range(1, 18))
_NUMBER = "nullif(regexp_replace(upper(translate(number, '０１２３４５６７８９Ｘｘ', '0123456789XX')), '[^0-9X]', '', 'g'), '')"
_PHONE = "nullif(regexp_replace(regexp_replace(phone, '[^0-9]', '', 'g'), '^(0086|86)?0?', ''), '')"
_ADDRESS = (
    "nullif(regexp_replace(replace(replace(translate(address, '０１２３４５６７８９－—（）栋座 　', '0123456789--()幢幢'), ' ', ''),"
    " '号楼', '幢'), '^(浙江省)?(温州市)?', ''), '')"
)

_PREPARE = f"""
INSERT INTO records BY NAME
WITH cleaned AS (
    SELECT rid, source, key, solo, digest, trim(name) AS typed, {_NUMBER} AS number, nullif(sex, '') AS sex,
        CASE WHEN regexp_full_match(born, '[0-9]{{8}}') THEN born END AS born,
        {_PHONE} AS phone, {_ADDRESS} AS address, nullif(regexp_replace(division, '0+$', ''), '') AS code, division
    FROM incoming
), numbered AS (
    SELECT *, regexp_full_match(number, '[0-9]{{17}}[0-9X]') AS long, regexp_full_match(number, '[0-9]{{15}}') AS short
    FROM cleaned
)
SELECT rid, source, key, solo, digest, written AS name, folded, sound, letters, surname,
    number,
    CASE WHEN long THEN substr(number, 1, 6) || substr(number, 9, 9) WHEN short THEN number END AS number15,
    CASE WHEN long THEN {_SUMMED} END AS digit_sum,
    coalesce(CASE WHEN long THEN
        substr('{CHECK_CHARACTERS}', ({_WEIGHED}) % 11 + 1, 1) = substr(number, 18, 1) END, false) AS valid,
    born, sex, CASE WHEN length(phone) >= 7 THEN phone END AS phone, address,
    CASE WHEN length(code) > 9 THEN substr(division, 1, 12) END AS village,
    CASE WHEN length(code) > 6 THEN substr(division, 1, 9) END AS town,
    CASE WHEN length(code) > 4 THEN substr(division, 1, 6) END AS county
FROM numbered LEFT JOIN typed_names USING (typed)
"""  # noqa: S608 - constants


def prepare(connection: duckdb.DuckDBPyConnection) -> int:
    """Make the rows of ``incoming`` comparable and add them to ``records``; how many there were.

    ``incoming`` has the columns of a source, as text, and ``rid``, ``solo``, ``digest``.
    """
    connection.register("typed_names", _typed_names(connection))
    connection.execute(_PREPARE)
    connection.unregister("typed_names")
    ((number,),) = connection.execute("SELECT count(*) FROM incoming").fetchall()
    return int(number)


def _typed_names(connection: duckdb.DuckDBPyConnection) -> pa.Table:
    """Every name once: there are far fewer names than people."""
    typed = [
        name
        for (name,) in connection.execute(
            "SELECT DISTINCT trim(name) FROM incoming WHERE trim(name) <> ''"
        ).fetchall()
    ]
    read = [read_name(name) or Name("", "", "", "", "") for name in typed]
    return pa.table(
        {
            "typed": pa.array(typed, pa.string()),
            "written": pa.array([name.written or None for name in read], pa.string()),
            "folded": pa.array([name.folded or None for name in read], pa.string()),
            "sound": pa.array([name.sound or None for name in read], pa.string()),
            "letters": pa.array([name.letters or None for name in read], pa.string()),
            "surname": pa.array([name.surname or None for name in read], pa.string()),
        }
    )
