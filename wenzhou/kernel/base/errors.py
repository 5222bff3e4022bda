"""Errors a reader can act on: one exception family, one shape on the wire (RFC 9457)."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from wenzhou.kernel.base.text import Text


class Problem(Exception):
    """Something that went wrong and what to do about it, in both languages.

    ``code`` is the last part of the problem type URI; ``fields`` maps the name of an input
    to what is wrong with it and the remedy.
    """

    status: HTTPStatus = HTTPStatus.BAD_REQUEST
    code: str = "bad-request"
    title: Text = Text("请求有误", "The request is not right")

    def __init__(
        self, detail: Text, *, code: str | None = None, fields: Mapping[str, Text] | None = None
    ) -> None:
        super().__init__(detail.en)
        self.detail = detail
        self.code = code or type(self).code
        self.fields: dict[str, Text] = dict(fields or {})

    @property
    def particulars(self) -> list[Text]:
        """What the fields say besides the detail, each once: a page shows them below it."""
        return [text for text in dict.fromkeys(self.fields.values()) if text != self.detail]

    def as_json(self, *, instance: str) -> dict[str, Any]:
        """The members of an ``application/problem+json`` document, in the reader's language."""
        document: dict[str, Any] = {
            "type": f"/problems/{self.code}",
            "title": str(self.title),
            "status": int(self.status),
            "detail": str(self.detail),
            "instance": instance,
        }
        if self.fields:
            document["errors"] = [
                {"pointer": f"#/{name}", "field": name, "detail": str(text)}
                for name, text in self.fields.items()
            ]
        return document


class Unauthenticated(Problem):
    """Nobody is signed in and the page is not public."""

    status = HTTPStatus.UNAUTHORIZED
    code = "sign-in-first"
    title = Text("请先登录", "Sign in first")


class Refused(Problem):
    """The actor may not do this."""

    status = HTTPStatus.FORBIDDEN
    code = "refused"
    title = Text("没有权限", "You may not do this")


class NotFound(Problem):
    """No such thing, or none that the actor may know of."""

    status = HTTPStatus.NOT_FOUND
    code = "not-found"
    title = Text("未找到", "Not found")


class Conflict(Problem):
    """Another actor was first, or the state of the thing does not allow the act."""

    status = HTTPStatus.CONFLICT
    code = "conflict"
    title = Text("状态冲突", "Someone or something was first")


class Invalid(Problem):
    """The input cannot be taken; ``fields`` says where and why."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    code = "invalid"
    title = Text("填写有误", "Some entries are not right")


class TooMany(Problem):
    """A rate limit was met."""

    status = HTTPStatus.TOO_MANY_REQUESTS
    code = "too-many"
    title = Text("操作过于频繁", "Too many requests")
