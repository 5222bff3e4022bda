"""Endpoints: HTTP APIs on django-ninja, each with its permission or ``public=True``.

One ``NinjaAPI`` for the city under ``/api/``; its OpenAPI document is generated from the
manifests. A cookie session must send the CSRF token with unsafe methods. Every error is a
problem document (RFC 9457).
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, cast

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.http.request import RawPostDataException
from ninja import NinjaAPI, Router
from ninja.constants import NOT_SET
from ninja.errors import HttpError, ValidationError
from ninja.utils import check_csrf

from wenzhou.kernel.base import audit
from wenzhou.kernel.base.actors import ActorRequest
from wenzhou.kernel.base.errors import Invalid, NotFound, Problem, Refused
from wenzhou.kernel.base.manifest import Module
from wenzhou.kernel.base.openapi import CityAPI, JsonReader
from wenzhou.kernel.base.permissions import Permission, require
from wenzhou.kernel.base.problems import problem_response
from wenzhou.kernel.base.statements import DisprovedError, proven_first, together
from wenzhou.kernel.base.text import Text

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """One operation of the API. ``view`` is an ordinary typed django-ninja view function.

    Its path is ``/api/<module code>/<path>``; ``response`` a ninja schema type; ``answers`` instead of it, where the
    view writes its answer itself: status to media type to JSON Schema (none for an answer without a body). ``problems``
    are statuses of problem documents beyond those that the declaration makes plain (``problem_statuses``). ``audit_first``: the call's line
    in the audit is written by the view's first statement (``base.statements``), also when that finds nothing; such a view
    begins with a statement of ``statements.run``, and who asks is proven by it.
    """

    method: str
    path: str
    view: Callable[..., Any]
    summary: Text
    response: Any = None
    permission: Permission | None = None
    public: bool = False
    audit_first: bool = False
    answers: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)
    problems: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if self.public == (self.permission is not None):
            raise ValueError(f"endpoint {self.path}: name a permission, or say public=True")

    @property
    def problem_statuses(self) -> list[int]:
        """The statuses with which this operation may answer instead: what the API's document says of it."""
        asks = set(inspect.signature(self.view).parameters) - {"request"}
        possible = {
            400: self.method not in SAFE_METHODS,
            401: self.permission is not None,
            403: self.permission is not None or self.method not in SAFE_METHODS,
            404: "{" in self.path,
            409: self.method not in SAFE_METHODS,
            422: bool(asks),
        }
        return sorted({status for status, may_be in possible.items() if may_be} | set(self.problems))

    @property
    def described(self) -> dict[str, Any]:
        """What is added to ninja's description of the operation."""
        responses = {
            status: {
                "description": HTTPStatus(status).phrase,
                **(
                    {"content": {media: {"schema": schema} for media, schema in kinds.items()}}
                    if kinds
                    else {}
                ),
            }
            for status, kinds in self.answers.items()
        }
        security: list[dict[str, Any]] = [{"session": []}] if self.permission is not None else []
        return {
            "x-answers": {"responses": responses, "problems": self.problem_statuses},
            "security": security,
        }


def _admitted(request: ActorRequest, endpoint: Endpoint, full_name: str) -> None:
    """May the actor; a refusal is written down. Raises Unauthenticated, Refused."""
    if endpoint.permission is None:
        return
    try:
        require(request.actor, endpoint.permission)
    except Problem:
        audit.record(request.actor, "endpoint.call", outcome="refused", endpoint=full_name, path=request.path)
        raise


def _in_one_statement(
    request: ActorRequest, endpoint: Endpoint, full_name: str, view: Callable[[], Any]
) -> Any:
    """The view, with the call's line in its first statement.

    Who asks is presumed from the session's last call, where there was one, and that statement does nothing unless the
    session is word for word as it was then. If it is not, or if anything went wrong before that was known, all begins
    again with the session read.
    """
    presumed = request.presume()
    if presumed is not None:
        kept, (actor, premise) = request.actor, presumed
        request.actor = actor
        try:
            if endpoint.permission is not None:
                require(actor, endpoint.permission)
            with together(premise), proven_first(premise):
                audit.record(actor, "endpoint.call", endpoint=full_name, path=request.path)
                return view()
        except (DisprovedError, Problem):
            if premise.proven:
                raise
            request.actor = kept
    _admitted(request, endpoint, full_name)
    with together():
        audit.record(request.actor, "endpoint.call", endpoint=full_name, path=request.path)
        return view()


def _guard(endpoint: Endpoint, full_name: str) -> Callable[..., Any]:
    @functools.wraps(endpoint.view)  # ninja reads the signature
    def guarded(plain: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        request = cast("ActorRequest", plain)
        # Only what a browser sends by itself can be forged; a program without a session sends nothing by itself.
        forgeable = endpoint.method not in SAFE_METHODS and settings.SESSION_COOKIE_NAME in request.COOKIES
        if forgeable and not request.actor.is_anonymous and check_csrf(request):
            raise Refused(
                Text(
                    "缺少或错误的 CSRF 令牌，请刷新页面后重试。",
                    "CSRF token missing or wrong; reload and retry.",
                ),
                code="csrf",
            )
        if not endpoint.audit_first:
            _admitted(request, endpoint, full_name)
            result = endpoint.view(request, *args, **kwargs)
            if endpoint.permission is not None:
                audit.record(request.actor, "endpoint.call", endpoint=full_name, path=request.path)
            return result
        return _in_one_statement(
            request, endpoint, full_name, lambda: endpoint.view(request, *args, **kwargs)
        )

    # ninja would look annotations up in this module; they are the view's module's words.
    guarded.__signature__ = inspect.signature(endpoint.view, eval_str=True)  # type: ignore[attr-defined]
    return guarded


def build_api(modules: Iterable[Module]) -> NinjaAPI:
    """The city's API from all manifests."""
    api = CityAPI(
        title="Digital Wenzhou 数字温州",
        version="1",
        urls_namespace="api",
        docs_url=None,
        parser=JsonReader(),
    )
    for module in modules:
        if not module.endpoints:
            continue
        router = Router(tags=[module.code])
        for endpoint in module.endpoints:
            name = f"{module.code}:{endpoint.method} {endpoint.path}"
            router.add_api_operation(
                endpoint.path,
                [endpoint.method],
                _guard(endpoint, name),
                response=NOT_SET if endpoint.answers and endpoint.response is None else endpoint.response,
                summary=endpoint.summary.en,
                description=endpoint.summary.zh,
                operation_id=f"{module.code}_{endpoint.view.__name__}",
                openapi_extra=endpoint.described,
            )
        api.add_router(f"/{module.code}", router)
    _install_problem_handlers(api)
    return api


def _install_problem_handlers(api: NinjaAPI) -> None:
    def on_problem(request: HttpRequest, problem: Problem) -> HttpResponse:
        return problem_response(request, problem)

    def on_validation(request: HttpRequest, error: ValidationError) -> HttpResponse:
        fields = {
            ".".join(str(part) for part in item["loc"][1:]): Text(f"格式不符：{item['msg']}", item["msg"])
            for item in error.errors
        }
        return problem_response(
            request,
            Invalid(
                Text(
                    "部分参数不符合要求，请按 errors 中的说明修改。",
                    "Some parameters cannot be taken; see errors.",
                ),
                fields=fields,
            ),
        )

    def on_missing(request: HttpRequest, _: Http404) -> HttpResponse:
        return problem_response(request, NotFound(Text("没有这个资源。", "There is no such resource.")))

    def on_http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
        unreadable = Text(
            "请求正文无法识别，应为 JSON。", "The body of the call cannot be read; it has to be JSON."
        )
        problem = Problem(
            unreadable if error.status_code == HTTPStatus.BAD_REQUEST else Text(str(error), str(error))
        )
        problem.status = error.status_code  # type: ignore[assignment]
        return problem_response(request, problem)

    def on_form(request: HttpRequest, _: RawPostDataException) -> HttpResponse:
        # A multipart form was taken in before the call was read: to an API it is no JSON like any other.
        return on_http_error(request, HttpError(HTTPStatus.BAD_REQUEST, ""))

    api.add_exception_handler(Problem, cast("Any", on_problem))
    api.add_exception_handler(RawPostDataException, cast("Any", on_form))
    api.add_exception_handler(ValidationError, cast("Any", on_validation))
    api.add_exception_handler(Http404, cast("Any", on_missing))
    api.add_exception_handler(HttpError, cast("Any", on_http_error))
