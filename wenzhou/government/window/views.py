"""The page of a clerk who opens accounts."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from wenzhou.government.window.services import find, find_again
from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.errors import Conflict, Invalid
from wenzhou.kernel.base.pages import actor_of
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.identity import api as identity
from wenzhou.kernel.registers.api import mask_number
from wenzhou.kernel.registers.contracts import PersonProfile

PAGE = "window/open_account.html"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def open_account(request: HttpRequest) -> HttpResponse:
    """Type the number, compare the card with the register, open the account, print the slip (each a POST)."""
    actor = actor_of(request).actor
    identity.require_counter(actor)
    if request.method != "POST":
        return render(request, PAGE, {})
    if "person" in request.POST:
        return _open(request, actor)
    number = request.POST.get("number", "")
    try:
        found = find(actor, number)
    except Invalid as problem:
        return render(request, PAGE, {"number": number, "errors": problem.fields}, status=422)
    return _compare(request, found)


def _compare(
    request: HttpRequest, found: PersonProfile, errors: Mapping[str, Text] | None = None
) -> HttpResponse:
    context = {
        "found": found,
        "masked": mask_number(found.number or ""),
        "account": identity.account_of_person(found.id),
        "errors": errors,
    }
    return render(request, PAGE, context, status=422 if errors else 200)


def _open(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The slip; its code stands in this one answer and nowhere else."""
    try:
        person = UUID(request.POST["person"])
    except ValueError:
        return render(request, PAGE, {}, status=422)
    if not request.POST.get("checked"):
        unchecked = Text("请先当面核对身份证，再勾选确认。", "Compare the card first, then confirm it here.")
        return _compare(request, find_again(actor, person), {"checked": unchecked})
    try:
        slip = identity.open_account(actor, person)
    except Conflict as problem:
        return render(request, PAGE, {"problem": problem}, status=409)
    return render(request, "window/slip.html", {"slip": slip, "clerk": actor.name})
