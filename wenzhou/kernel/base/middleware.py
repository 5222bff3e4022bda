"""Middleware of the toolkit: a reference number for each request, problems into responses."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from wenzhou.kernel.base.errors import Problem
from wenzhou.kernel.base.ids import uuid7
from wenzhou.kernel.base.problems import problem_response

log = logging.getLogger("wenzhou.request")

Next = Callable[[HttpRequest], HttpResponseBase]


class RequestMiddleware:
    """Gives the request its reference number and answers raised problems with it."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.request_id = str(uuid7())  # type: ignore[attr-defined]
        response = self.get_response(request)
        response.headers["X-Request-Id"] = request.request_id  # type: ignore[attr-defined]
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """A Problem that a view raised becomes its page or document."""
        if isinstance(exception, Problem):
            return problem_response(request, exception)
        return None
