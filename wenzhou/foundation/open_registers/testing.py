"""Factories of registers made at run time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from wenzhou.foundation.open_registers.models import EntryVersion, OpenRegister
from wenzhou.foundation.open_registers.services import create, define
from wenzhou.kernel.base.actors import DATA_OFFICER, Actor, Post
from wenzhou.kernel.base.testing import Sample

MAKER = Actor(name="测试", posts=(Post(DATA_OFFICER.code),))
SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "ID": {"type": "string", "primaryKey": True},
        "Name": {"type": "string"},
        "Age": {"type": "integer"},
    },
    "required": ["ID"],
}


def make_register(code: str = "pets", version: str = "1") -> OpenRegister:
    """A register of pets."""
    return define(MAKER, code, version, SCHEMA)


def make_entry(**content: Any) -> EntryVersion:
    """An entry of it."""
    make_register()
    return create(MAKER, "pets", "1", content or {"ID": "P1", "Name": "阿黄"})


def _listing() -> Sample:
    make_register()
    return Sample(kwargs={"registry": "pets", "version": "1"})


def _with(body: dict[str, Any]) -> Callable[[], Sample]:
    def sample() -> Sample:
        make_entry()
        return Sample(kwargs={"registry": "pets", "version": "1"}, body=body)

    return sample


def _value() -> Sample:
    entry = make_entry()
    return Sample(
        kwargs={"registry": "pets", "version": "1", "uuid": entry.entry_id, "field": "Name", "ext": "json"}
    )


def _key() -> Sample:
    make_entry()
    return Sample(kwargs={"registry": "pets", "version": "1", "key": "P1"})


def _number() -> Sample:
    return Sample(kwargs={"number": make_register().number})


_DATA = "/data/{registry}/{version}"
_QUERY = {"query": {"content": {"ID": "P1"}}}
_BOTH = _QUERY | {"write": {"content": {"Name": "小白"}}}
SAMPLES: dict[str, Callable[[], Sample]] = {
    "GET /data/MyPersonalDataUsage/1.0": lambda: Sample(query="?userID=X1&DatabaseID=pets"),
    f"GET {_DATA}": _listing,
    f"POST {_DATA}/create": _with({"write": {"content": {"Name": "小黑"}}}),
    f"POST {_DATA}/exists": _with(_QUERY),
    f"POST {_DATA}/read": _with(_QUERY),
    f"PUT {_DATA}/update": _with(_BOTH),
    f"PUT {_DATA}/update-entries": _with(_BOTH),
    f"PUT {_DATA}/updateEntries": _with(_BOTH),
    f"POST {_DATA}/update-or-create": _with(_BOTH),
    f"POST {_DATA}/updateOrCreate": _with(_BOTH),
    f"DELETE {_DATA}/{{key}}/delete": _key,
    f"GET {_DATA}/{{uuid:uuid}}/read-value/{{field}}.{{ext}}": _value,
    f"GET {_DATA}/{{uuid:uuid}}/readValue/{{field}}.{{ext}}": _value,
    "POST /database/modify": lambda: Sample(body={"code": "pets", "schema": SCHEMA}),
    "GET /database/{int:number}": _number,
    "DELETE /database/{int:number}": _number,
}
