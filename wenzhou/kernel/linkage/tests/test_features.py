"""What an office typed becomes columns that can be compared."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import duckdb
import pytest

from wenzhou.kernel.linkage.model.features import SCHEMA, prepare

RAW = "name VARCHAR, number VARCHAR, sex VARCHAR, born VARCHAR, phone VARCHAR, address VARCHAR, division VARCHAR"


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(":memory:", config={"threads": 1}) as found:
        found.execute(SCHEMA)
        found.execute(
            f"CREATE TABLE incoming (rid BIGINT, source VARCHAR, key UUID, solo BOOLEAN, digest UBIGINT, {RAW})"
        )
        yield found


def prepared(connection: duckdb.DuckDBPyConnection, *wanted: str, **typed: str | None) -> tuple[Any, ...]:
    columns = ("name", "number", "sex", "born", "phone", "address", "division")
    connection.execute(
        "INSERT INTO incoming VALUES (1, 's', uuid(), false, 1, ?, ?, ?, ?, ?, ?, ?)",
        [typed.get(column) for column in columns],
    )
    assert prepare(connection) == 1
    ((*found,),) = connection.execute(f"SELECT {', '.join(wanted)} FROM records").fetchall()
    return tuple(found)


def test_number_of_eighteen(connection: duckdb.DuckDBPyConnection) -> None:
    found = prepared(connection, "number", "number15", "valid", number="１１０１０５ 19491231 002x")
    assert found == ("11010519491231002X", "110105491231002", True)  # the example of GB 11643


def test_number_of_fifteen(connection: duckdb.DuckDBPyConnection) -> None:
    found = prepared(connection, "number", "number15", "valid", number="110105491231002")
    assert found == ("110105491231002", "110105491231002", False)


@pytest.mark.parametrize("typed", ["110105194912310021", "11010519491231002", "none", "", None])
def test_number_that_is_none(connection: duckdb.DuckDBPyConnection, typed: str | None) -> None:
    (valid,) = prepared(connection, "valid", number=typed)
    assert valid is False


@pytest.mark.parametrize("typed", ["+86 138-0000-1234", "8613800001234", "013800001234", "138 0000 1234"])
def test_telephone(connection: duckdb.DuckDBPyConnection, typed: str) -> None:
    assert prepared(connection, "phone", phone=typed) == ("13800001234",)


def test_short_telephone_is_none(connection: duckdb.DuckDBPyConnection) -> None:
    assert prepared(connection, "phone", phone="110") == (None,)


def test_address_and_division(connection: duckdb.DuckDBPyConnection) -> None:
    found = prepared(
        connection,
        "address",
        "village",
        "town",
        "county",
        address="浙江省温州市鹿城区五马街道人民路１２号 3栋－２０１室",
        division="330302001000",
    )
    assert found == ("鹿城区五马街道人民路12号3幢-201室", None, "330302001", "330302")


@pytest.mark.parametrize("typed", ["19990101", "", "1999-01-01", None])
def test_birth_is_eight_digits_or_unknown(connection: duckdb.DuckDBPyConnection, typed: str | None) -> None:
    assert prepared(connection, "born", born=typed) == ("19990101" if typed == "19990101" else None,)


def test_name_that_is_missing(connection: duckdb.DuckDBPyConnection) -> None:
    assert prepared(connection, "name", "folded", "letters", name="  ") == (None, None, None)
