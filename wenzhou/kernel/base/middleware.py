"""Middleware of the toolkit: a reference number for each request, unreadable input, problems into responses."""

from __future__ import annotations

import logging
from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from wenzhou.kernel.base.errors import Invalid, NotFound, Problem
from wenzhou.kernel.base.ids import uuid7
from wenzhou.kernel.base.problems import is_call, problem_response
from wenzhou.kernel.base.text import Text

log = logging.getLogger("wenzhou.request")

_UNREADABLE = Text(
    "内容含有不能识别的字符，请删除后重新输入。",
    "The text has a character that cannot be read; type it again.",
)


def _not_allowed() -> Problem:
    """django-ninja says this in plain text, past its own handlers of errors."""
    problem = Problem(
        Text("此地址不接受这种方法。", "This address takes no such method."), code="method-not-allowed"
    )
    problem.status = HTTPStatus.METHOD_NOT_ALLOWED
    return problem


Next = Callable[[HttpRequest], HttpResponseBase]


class RequestMiddleware:
    """Gives the request its reference number and answers raised problems with it."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.request_id = str(uuid7())  # type: ignore[attr-defined]
        response = self.get_response(request)
        if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED and is_call(request):
            allowed, response = response.headers.get("Allow", ""), problem_response(request, _not_allowed())
            response.headers["Allow"] = allowed
        response.headers["X-Request-Id"] = request.request_id  # type: ignore[attr-defined]
        return response

    def process_view(self, request: HttpRequest, *_: object) -> HttpResponse | None:
        """Text that PostgreSQL cannot hold (U+0000) is answered here: every query with it would fail."""
        if "\0" in request.path:
            return problem_response(request, NotFound(_UNREADABLE))
        wrong = {
            name.replace("\0", ""): _UNREADABLE
            for given in (request.GET, request.POST)
            for name, values in given.lists()
            if "\0" in name or any("\0" in value for value in values)
        }
        return problem_response(request, Invalid(_UNREADABLE, fields=wrong)) if wrong else None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """A Problem that a view raised becomes its page or document."""
        if isinstance(exception, Problem):
            return problem_response(request, exception)
        return None
