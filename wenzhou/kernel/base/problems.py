"""Problems as responses: a problem document for machines, a page for people."""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render

from wenzhou.kernel.base.errors import NotFound, Problem, Refused, Unauthenticated
from wenzhou.kernel.base.text import Text


def is_call(request: HttpRequest) -> bool:
    """Whether this is a call of the API rather than a page."""
    return request.path_info.startswith("/api/")


def wants_json(request: HttpRequest) -> bool:
    """Whether the reader is a program: an API address, or no wish for HTML."""
    if is_call(request):
        return True
    return not request.accepts("text/html")


def problem_response(request: HttpRequest, problem: Problem) -> HttpResponse:
    """The answer for a problem, negotiated; the anonymous at a page are led to sign-in."""
    reference = getattr(request, "request_id", "")
    if wants_json(request):
        return JsonResponse(
            problem.as_json(instance=f"urn:uuid:{reference}"),
            status=int(problem.status),
            content_type="application/problem+json",
            json_dumps_params={"ensure_ascii": False},
        )
    if isinstance(problem, Unauthenticated) and not request.headers.get("HX-Request"):
        return redirect(f"/account/login/?next={quote(request.get_full_path())}")
    return render(
        request,
        "base/problem.html",
        {"problem": problem, "reference": reference},
        status=int(problem.status),
    )


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler400."""
    return problem_response(
        request,
        Problem(
            Text("请求无法识别，请返回上一页重试。", "The request was not understood; go back and retry.")
        ),
    )


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler403."""
    return problem_response(
        request,
        Refused(Text("您不能访问此内容。", "You may not see this.")),
    )


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Django's CSRF_FAILURE_VIEW."""
    return problem_response(
        request,
        Refused(
            Text(
                "页面已过期，您填写的内容未提交。请刷新后重试。",
                "The page has expired and nothing was sent. Reload it and retry.",
            ),
            code="csrf",
        ),
    )


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler404."""
    return problem_response(
        request,
        NotFound(Text("此地址没有内容，可能已移动或从未存在。", "There is nothing here; it may have moved.")),
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's handler500."""
    problem = Problem(
        Text(
            "系统出现故障，已记录。请稍后重试，或凭参考号联系我们。",
            "Something failed on our side and is on record. Retry later or quote the reference.",
        ),
        code="server-error",
    )
    problem.status = HTTPStatus.INTERNAL_SERVER_ERROR
    return problem_response(request, problem)
