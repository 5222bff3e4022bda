"""The Digital Registries API 1.3 of GovStack: data of registers, and their definitions.

Addresses are those of the specification and those of its test suite where they differ (``update-entries`` for
``updateEntries``). Errors of missing records are as the specification writes them; all others are problem documents.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import Schema
from ninja.params.functions import Body as BodyParameter
from ninja.params.functions import Query as QueryParameter
from pydantic import ConfigDict, Field

from wenzhou.foundation.open_registers import selectors, services
from wenzhou.foundation.open_registers.models import EntryVersion, OpenRegister
from wenzhou.foundation.open_registers.permissions import USE_OPEN_REGISTERS
from wenzhou.kernel.base.endpoints import Endpoint
from wenzhou.kernel.base.errors import Invalid, NotFound, Problem
from wenzhou.kernel.base.pages import actor_of
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.identity.api import person_by_number
from wenzhou.kernel.registers.api import uses_of

MAX_PAGE = 1000
_WORD = re.compile(r"[A-Za-z0-9_-]{1,60}")


AnyBody = Annotated[dict[str, Any], BodyParameter()]
PageNumber = Annotated[int, QueryParameter(ge=1, le=1_000_000)]
PageSize = Annotated[int, QueryParameter(ge=1, le=MAX_PAGE, alias="pageSize")]
UserId = Annotated[str, QueryParameter(alias="userID")]
DatabaseId = Annotated[str, QueryParameter(alias="DatabaseID")]


class Content(Schema):
    """An entry."""

    content: dict[str, Any]


class WriteIn(Schema):
    """What is written."""

    write: Content


class QueryWriteIn(Schema):
    """By what entries are found, and what is written to them."""

    query: Content
    write: Content


class DefineIn(Schema):
    """A register's definition. The names are those of the suite; the specification writes groupName, catalogName."""

    model_config = ConfigDict(extra="ignore", populate_by_name=True)

    code: str = Field(min_length=1, max_length=60)
    version: str = "1.0"
    group_name: str = Field(default="", alias="groupName")
    catalog_name: str = Field(default="", alias="catalogName")
    definition: dict[str, Any] = Field(alias="schema")


class BadRequest(Problem):
    """A parameter that the specification answers with 400."""

    status = 400  # type: ignore[assignment]
    code = "bad-parameter"
    title = Text("参数有误", "Bad parameter")


def listing(
    request: HttpRequest,
    registry: str,
    version: str,
    search: str = "",
    filter: str = "",
    ordering: str = "",
    page: PageNumber = 1,
    page_size: PageSize = MAX_PAGE,
) -> dict[str, Any]:
    """Entries, a page at a time; ``query.NAME`` for exact values, ``search`` in the field ``filter`` or in all."""
    row = selectors.register(actor_of(request).actor, registry, version)
    exact = {
        name.removeprefix("query."): str(request.GET[name])
        for name in request.GET
        if name.startswith("query.")
    }
    found = selectors.search(
        row, text=search, field=filter, descending=ordering.startswith("desc"), exact=exact
    )
    count = found.count()
    start = (page - 1) * page_size
    rows = list(found[start : start + page_size])
    return {
        "count": count,
        "next": _page(request, page + 1) if start + page_size < count else "",
        "previous": _page(request, page - 1) if page > 1 else None,
        "results": [one.content for one in rows],
    }


def _page(request: HttpRequest, page: int) -> str:
    given = request.GET.copy()
    given["page"] = str(page)
    return request.build_absolute_uri(f"{request.path}?{given.urlencode()}")


def create(request: HttpRequest, registry: str, version: str, body: WriteIn) -> dict[str, Any]:
    """A new entry."""
    return _content(services.create(actor_of(request).actor, registry, version, body.write.content))


def exists(request: HttpRequest, registry: str, version: str, body: AnyBody) -> dict[str, Any]:
    """Whether there is such an entry."""
    row = selectors.register(actor_of(request).actor, registry, version)
    found = selectors.find(row, _wanted(body)).exists()
    message = "Object found from database" if found else "Object not found from database"
    return {"answer": {"status": found, "message": message}}


def read(request: HttpRequest, registry: str, version: str, body: AnyBody) -> Any:
    """One entry; 404 when none says all that."""
    row = selectors.register(actor_of(request).actor, registry, version)
    found = selectors.find(row, _wanted(body)).first()
    return _missing() if found is None else _content(found)


def read_value(request: HttpRequest, registry: str, version: str, uuid: UUID, field: str, ext: str) -> Any:
    """One property of one entry, as JSON or as plain text."""
    row = selectors.register(actor_of(request).actor, registry, version)
    found = selectors.entries(row).filter(entry=uuid).first()
    if found is None or field not in found.content or ext not in {"json", "txt"}:
        return _missing()
    value = found.content[field]
    if ext == "txt":
        return HttpResponse(str(value), content_type="text/plain; charset=utf-8")
    return JsonResponse(value, safe=False, json_dumps_params={"ensure_ascii": False})


def update(request: HttpRequest, registry: str, version: str, body: QueryWriteIn) -> Any:
    """Change one entry."""
    try:
        services.update(actor_of(request).actor, registry, version, body.query.content, body.write.content)
    except NotFound as problem:
        if problem.detail.en != "no record found":
            raise
        return _missing()
    return {}


def update_entries(request: HttpRequest, registry: str, version: str, body: QueryWriteIn) -> dict[str, Any]:
    """Change all that the query finds."""
    count = services.update_all(
        actor_of(request).actor, registry, version, body.query.content, body.write.content
    )
    return {"count": count}


def update_or_create(request: HttpRequest, registry: str, version: str, body: QueryWriteIn) -> dict[str, Any]:
    """Change one entry, or make it."""
    return _content(
        services.update_or_create(
            actor_of(request).actor, registry, version, body.query.content, body.write.content
        )
    )


def delete(request: HttpRequest, registry: str, version: str, key: str) -> HttpResponse:
    """The entry is no longer so; also when it was not there, since that is what was asked for (RFC 9110 §9.2.2)."""
    services.delete(actor_of(request).actor, registry, version, key)
    return HttpResponse(status=204)


def my_personal_data_usage(request: HttpRequest, user: UserId, database: DatabaseId) -> list[dict[str, Any]]:
    """Who has read the data of a person, from the access journal of the whole city."""
    for name, value in (("userID", user), ("DatabaseID", database)):
        if not _WORD.fullmatch(value):
            text = Text("应为字母、数字、“-”或“_”", "Letters, digits, - or _")
            raise BadRequest(Text(f"参数 {name} 有误。", f"{name} cannot be read."), fields={name: text})
    selectors.may_tell_uses(actor_of(request).actor)
    person = person_by_number(user)
    if person is None:
        return []
    return [
        {
            "ID": str(one.id),
            "ReaderID": str(one.reader or ""),
            "ReaderInitials": one.reader_name[:1],
            "ReaderInstitutionID": ",".join(one.reader_offices),
            "ReaderInstitutionName": ",".join(one.reader_offices),
            "ReaderApplicationName": one.consumer,
            "SearchDateTime": one.at.isoformat(),
        }
        for one in uses_of(person.id)
    ]


def databases(request: HttpRequest) -> dict[str, Any]:
    """All registers that the caller may read."""
    rows = list(selectors.readable(actor_of(request).actor)[:MAX_PAGE])
    return {
        "id": 0,
        "name": "Digital Wenzhou",
        "code": "open-registers",
        "databases": [_info(row) for row in rows],
        "group_id": 0,
        "order": 0,
        "data_index_increment": 0,
    }


def database(request: HttpRequest, number: int) -> dict[str, Any]:
    """One register with its schema."""
    return _info(selectors.by_number(actor_of(request).actor, number))


def remove_database(request: HttpRequest, number: int) -> Any:
    """Take a register out of use; its entries and their history stay."""
    services.archive(actor_of(request).actor, number)
    return JsonResponse("Success", safe=False)


def modify_database(request: HttpRequest, body: DefineIn) -> dict[str, Any]:
    """Make a register or change its schema; gives the schema in force."""
    row = services.define(
        actor_of(request).actor,
        body.code,
        body.version,
        body.definition,
        name=body.catalog_name,
        group=body.group_name,
    )
    schema: dict[str, Any] = row.schema
    return schema


def _wanted(body: dict[str, Any]) -> dict[str, Any]:
    """By what an entry is found: ``query.content``, or the bare content, which the suite sends for ``exists``."""
    query = body.get("query")
    content = query.get("content") if isinstance(query, dict) else body
    if not isinstance(content, dict) or not content:
        text = Text("请给出 query.content，至少一项", "Give query.content with at least one property")
        raise Invalid(text, fields={"query": text})
    return content


def _content(found: EntryVersion) -> dict[str, Any]:
    return {"content": found.content}


def _missing() -> HttpResponse:
    return JsonResponse({"detail": "no record found"}, status=404)


def _info(row: OpenRegister) -> dict[str, Any]:
    return {
        "id": row.number,
        "version": row.version,
        "name": row.name,
        "description": row.group,
        "institution": row.office,
        "number_format": "{code}{indexNoByCode}",
        "schema": row.schema,
        "schema_tags": [],
        "schema_flags": [
            {"name": "mandatory", "path": f"/{name}"} for name in row.schema.get("required") or []
        ],
        "fields_uniques": [[row.key]],
        "is_draft": False,
        "is_disabled": False,
        "is_archived": row.archived,
        "modified_at": row.modified_at.isoformat(),
        "by_user_name": row.modified_by,
        "generic_services": [],
        "data_index_increment": row.last_index,
        "has_logo": False,
    }


# The specification's spelling of addresses whose other spelling the suite asks for.


def update_entries_by_specification(
    request: HttpRequest, registry: str, version: str, body: QueryWriteIn
) -> dict[str, Any]:
    """``updateEntries``."""
    return update_entries(request, registry, version, body)


def update_or_create_by_specification(
    request: HttpRequest, registry: str, version: str, body: QueryWriteIn
) -> dict[str, Any]:
    """``updateOrCreate``."""
    return update_or_create(request, registry, version, body)


def read_value_by_specification(
    request: HttpRequest, registry: str, version: str, uuid: UUID, field: str, ext: str
) -> Any:
    """``readValue``."""
    return read_value(request, registry, version, uuid, field, ext)


_REGISTRY = "/data/{registry}/{version}"


_JSON = "application/json"
_MISSING = {
    _JSON: {"type": "object", "required": ["detail"], "properties": {"detail": {"const": "no record found"}}}
}
_ENTRY = {_JSON: {"type": "object", "required": ["content"], "properties": {"content": {"type": "object"}}}}
_PROPERTY = {_JSON: {}, "text/plain": {"type": "string"}}
_Answers = Mapping[int, Mapping[str, Any]]


def _endpoint(
    method: str,
    path: str,
    view: Callable[..., Any],
    zh: str,
    en: str,
    answers: _Answers | None = None,
    problems: tuple[int, ...] = (),
) -> Endpoint:
    return Endpoint(
        method=method,
        path=path,
        view=view,
        summary=Text(zh, en),
        response=Any,
        permission=USE_OPEN_REGISTERS,
        answers=answers or {},
        problems=problems,
    )


ENDPOINTS = (
    _endpoint(
        "GET",
        "/data/MyPersonalDataUsage/1.0",
        my_personal_data_usage,
        "谁用了我的数据",
        "Who read my data",
        problems=(400,),
    ),
    _endpoint("GET", _REGISTRY, listing, "检索记录", "Search entries"),
    _endpoint("POST", f"{_REGISTRY}/create", create, "新建记录", "Create an entry"),
    _endpoint("POST", f"{_REGISTRY}/exists", exists, "记录是否存在", "Is there such an entry"),
    _endpoint("POST", f"{_REGISTRY}/read", read, "读取记录", "Read an entry", {200: _ENTRY, 404: _MISSING}),
    _endpoint(
        "PUT",
        f"{_REGISTRY}/update",
        update,
        "修改记录",
        "Update an entry",
        {200: {_JSON: {"type": "object"}}, 404: _MISSING},
    ),
    _endpoint("PUT", f"{_REGISTRY}/update-entries", update_entries, "批量修改", "Update entries"),
    _endpoint(
        "PUT", f"{_REGISTRY}/updateEntries", update_entries_by_specification, "批量修改", "Update entries"
    ),
    _endpoint(
        "POST", f"{_REGISTRY}/update-or-create", update_or_create, "修改或新建", "Update or create an entry"
    ),
    _endpoint(
        "POST",
        f"{_REGISTRY}/updateOrCreate",
        update_or_create_by_specification,
        "修改或新建",
        "Update or create an entry",
    ),
    _endpoint("DELETE", f"{_REGISTRY}/{{key}}/delete", delete, "删除记录", "Delete an entry", {204: {}}),
    _endpoint(
        "GET",
        f"{_REGISTRY}/{{uuid:uuid}}/read-value/{{field}}.{{ext}}",
        read_value,
        "读取一项",
        "Read one property",
        {200: _PROPERTY, 404: _MISSING},
    ),
    _endpoint(
        "GET",
        f"{_REGISTRY}/{{uuid:uuid}}/readValue/{{field}}.{{ext}}",
        read_value_by_specification,
        "读取一项",
        "Read one property",
        {200: _PROPERTY, 404: _MISSING},
    ),
    _endpoint("GET", "/databases", databases, "自建登记簿目录", "All databases"),
    _endpoint("POST", "/database/modify", modify_database, "定义登记簿", "Define a database"),
    _endpoint("GET", "/database/{int:number}", database, "登记簿定义", "A database with its schema"),
    _endpoint(
        "DELETE", "/database/{int:number}", remove_database, "停用登记簿", "Take a database out of use"
    ),
)
