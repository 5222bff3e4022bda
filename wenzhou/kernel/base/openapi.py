"""The city's OpenAPI 3.1 document: every schema stands where it is used, every error is a problem document.

django-ninja puts schemas side by side under their class names, where one module's ``FieldOut`` would overwrite
another's; here each operation carries its own.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation
from ninja.parser import Parser

PROBLEM_MEDIA = "application/problem+json"
_TEXT = {"type": "string"}
PROBLEM: dict[str, Any] = {
    "type": "object",
    "title": "Problem",
    "description": "RFC 9457",
    "required": ["type", "title", "status", "detail", "instance"],
    "properties": {
        "type": _TEXT,
        "title": _TEXT,
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": _TEXT,
        "instance": _TEXT,
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["pointer", "field", "detail"],
                "properties": {"pointer": _TEXT, "field": _TEXT, "detail": _TEXT},
            },
        },
    },
}
MEANINGS = {
    400: "请求无法识别 The request cannot be read",
    401: "请先登录 Sign in first",
    403: "没有权限 Refused",
    404: "未找到 Not found",
    409: "状态冲突 Conflict",
    422: "填写有误 Some entries are not right",
    429: "操作过于频繁 Too many requests",
}
GEOJSON_MEDIA = "application/geo+json"
GEOJSON: dict[str, Any] = {
    "type": "object",
    "title": "FeatureCollection",
    "description": "RFC 7946",
    "required": ["type", "features"],
    "properties": {
        "type": {"const": "FeatureCollection"},
        "features": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["type", "geometry", "properties"],
                "properties": {
                    "type": {"const": "Feature"},
                    "geometry": {
                        "type": ["object", "null"],
                        "required": ["type"],
                        "properties": {"type": _TEXT},
                    },
                    "properties": {"type": ["object", "null"]},
                },
            },
        },
    },
}

GEOJSON_ANSWERS = {200: {GEOJSON_MEDIA: GEOJSON}}


class CityAPI(NinjaAPI):
    """A NinjaAPI with that document."""

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None
    ) -> OpenAPISchema:
        """The document, made for each reader of it: seldom."""
        prefix = self.get_root_path(path_params or {}) if path_prefix is None else path_prefix
        return _Document(self, prefix)


class _Document(OpenAPISchema):
    """Ninja's document with every reference replaced by what it names."""

    def __init__(self, api: NinjaAPI, path_prefix: str) -> None:
        super().__init__(api, path_prefix)
        session = {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME}
        self["components"] = {"securitySchemes": {"session": session}}
        del self["servers"]  # the one that serves the document

    def _create_schema_from_model(self, *given: Any, **more: Any) -> tuple[dict[str, Any], bool]:
        self.schemas.clear()
        schema, required = super()._create_schema_from_model(*given, **more)
        return _inline(schema, self.schemas), required

    def _extract_parameters(self, model: Any) -> list[dict[str, Any]]:
        self.schemas.clear()
        found: list[dict[str, Any]] = super()._extract_parameters(model)
        return [{**one, "schema": _inline(one["schema"], self.schemas)} for one in found]

    def operation_details(self, operation: Operation) -> dict[str, Any]:
        """With what the endpoint's declaration says of its answers."""
        details: dict[str, Any] = super().operation_details(operation)
        extra = details.pop("x-answers")
        details["responses"] = extra["responses"] or details["responses"]
        for status in extra["problems"]:
            answer = details["responses"].setdefault(status, {"description": MEANINGS[status], "content": {}})
            answer["content"][PROBLEM_MEDIA] = {"schema": PROBLEM}
        return details


def _inline(node: Any, definitions: dict[str, Any]) -> Any:
    """The schema with each reference replaced. Raises RecursionError for one that holds itself: flatten it."""
    if isinstance(node, list):
        return [_inline(one, definitions) for one in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        named = definitions[str(node["$ref"]).rsplit("/", 1)[-1]]
        rest = {key: value for key, value in node.items() if key != "$ref"}
        return _inline({**named, **rest}, definitions)
    return {key: _inline(value, definitions) for key, value in node.items() if key != "discriminator"}


class JsonReader(Parser):
    """Bodies of calls. Text that PostgreSQL cannot hold (U+0000, half a surrogate pair) and numbers that JSON does not have
    (NaN) are as unreadable as what is no JSON: ninja answers 400.
    """

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        """What the body says. Raises ValueError, RecursionError."""
        found: dict[str, Any] = json.loads(request.body, parse_constant=_refuse)
        if rb"\u" in request.body:
            for text in _texts(found):
                if "\0" in text:
                    raise ValueError("U+0000")
                text.encode()
        return found


def _refuse(word: str) -> None:
    raise ValueError(word)


def _texts(node: Any) -> Iterator[str]:
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict):
        yield from node
        for value in node.values():
            yield from _texts(value)
    elif isinstance(node, list):
        for value in node:
            yield from _texts(value)
