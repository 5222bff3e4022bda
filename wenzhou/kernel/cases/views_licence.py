"""The public verification of licences (证照核验)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from wenzhou.kernel.base.errors import NotFound
from wenzhou.kernel.cases.selectors_licence import verify
from wenzhou.kernel.registers.api import extract_code


def verify_by_number(request: HttpRequest) -> HttpResponse:
    """Type the number of a licence, or the code of a register's extract, and see whether it is good."""
    number = request.GET.get("number", "").strip()
    error = ""
    if number:
        extract = extract_code(number)
        if extract:
            return redirect("registers:verify-extract", code=extract)
        try:
            return redirect("cases:verify", token=verify(number=number[:40]).token)
        except NotFound as problem:
            error = str(problem.detail)
    return render(
        request,
        "cases/licence/find.html",
        {"number": number, "error": error, "errors": {"number": error} if error else None},
        status=404 if error else 200,
    )


def verify_by_token(request: HttpRequest, token: str) -> HttpResponse:
    """What the QR code of a licence leads to."""
    return render(request, "cases/licence/verify.html", {"licence": verify(token=token)})
