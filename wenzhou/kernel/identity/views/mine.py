"""One's own account: posts, devices, real name, acting for a firm."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from allauth.mfa.utils import is_mfa_enabled
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST

from wenzhou.kernel.base.errors import Invalid
from wenzhou.kernel.base.form_fields import add_problem
from wenzhou.kernel.base.pages import actor_of
from wenzhou.kernel.base.text import Text, t
from wenzhou.kernel.identity import selectors, services
from wenzhou.kernel.identity.forms import OfferForm, RealNameForm
from wenzhou.kernel.identity.middleware import SESSION_ACTING_FOR
from wenzhou.kernel.identity.models import DelegationState, PostHolding

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from wenzhou.kernel.base.actors import Actor


def home(request: HttpRequest) -> HttpResponse:
    """My account."""
    actor = actor_of(request).actor
    account = selectors.account_of(actor)
    person = account.person
    return render(
        request,
        "identity/home.html",
        {
            "account": account,
            "person_number": _masked(person.number) if person else "",
            "posts": [_post(row) for row in selectors.posts_of(account.id)],
            "sessions": UserSession.objects.purge_and_list(account),
            "has_factor": is_mfa_enabled(account),
            "principals": selectors.principals_of(actor),
            "offers": [d for d in selectors.delegations_to(actor) if d.state == DelegationState.OFFERED],
        },
    )


def _masked(number: str) -> str:
    """Ends only: the page may stand open on a counter."""
    return f"{number[:6]}{'*' * 8}{number[-4:]}"


def _post(row: PostHolding) -> dict[str, object]:
    return {
        "id": row.id,
        "role": selectors.ROLE_TITLES[row.role],
        "office": row.office.name if row.office else "",
        "area": row.area,
        "since": row.since,
    }


@require_POST
def end_session(request: HttpRequest, session: int) -> HttpResponse:
    """Sign one of my devices out."""
    services.end_session(actor_of(request).actor, session)
    messages.success(request, t("该设备已退出登录。", "That device was signed out."))
    return redirect("usersessions_list")


@require_http_methods(["GET", "POST"])
def real_name(request: HttpRequest) -> HttpResponse:
    """Have my real name verified."""
    actor = actor_of(request).actor
    form = RealNameForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.verify_real_name(actor, form.cleaned_data["name"], form.cleaned_data["number"])
        except Invalid as problem:
            add_problem(form, problem)
        else:
            messages.success(request, t("实名核验通过。", "Your real name is verified."))
            return redirect("identity:home")
    status = 422 if form.is_bound else 200
    return render(request, "identity/real_name.html", {"form": form, "verified": actor.person}, status=status)


@require_http_methods(["GET", "POST"])
def delegations(request: HttpRequest) -> HttpResponse:
    """Offers to me, firms I act for, agents of my firms; a form to name another agent."""
    actor = actor_of(request).actor
    firms = selectors.principals_of(actor)
    form = OfferForm(request.POST or None, firms=firms)
    if request.method == "POST" and form.is_valid() and _offer(actor, form):
        messages.success(
            request, t("已发出，对方接受后生效。", "Offered; it counts once the other side accepts.")
        )
        return redirect("identity:delegations")
    return render(
        request,
        "identity/delegations.html",
        {
            "form": form,
            "firms": firms,
            "to_me": selectors.delegations_to(actor),
            "by_me": selectors.delegations_by(actor),
            "person": actor.person,
        },
        status=422 if form.is_bound else 200,
    )


def _offer(actor: Actor, form: OfferForm) -> bool:
    data = form.cleaned_data
    try:
        services.offer_delegation(
            actor,
            UUID(data["organisation"]),
            username=data["username"],
            name=data["name"],
            until=data["until"],
        )
    except Invalid as problem:
        add_problem(form, problem)
        return False
    return True


@require_POST
def accept(request: HttpRequest, delegation: UUID) -> HttpResponse:
    """Accept an offer."""
    services.accept_delegation(actor_of(request).actor, delegation)
    messages.success(request, t("委托已生效。", "You may now act for the firm."))
    return redirect("identity:delegations")


@require_POST
def revoke(request: HttpRequest, delegation: UUID) -> HttpResponse:
    """Revoke or decline a delegation."""
    services.revoke_delegation(actor_of(request).actor, delegation)
    messages.success(request, t("委托已撤销，立即失效。", "Revoked; it no longer counts."))
    return redirect("identity:delegations")


@require_http_methods(["GET", "POST"])
def acting(request: HttpRequest) -> HttpResponse:
    """Choose for whom I act in this session."""
    actor = actor_of(request).actor
    if request.method == "POST":
        chosen = _uuid(request.POST.get("organisation", ""))
        remembered = services.switch_principal(actor, chosen)
        request.session.pop(SESSION_ACTING_FOR, None)
        if remembered is not None:
            request.session[SESSION_ACTING_FOR] = str(remembered)
        return redirect(_back(request))
    return render(
        request,
        "identity/acting.html",
        {"principals": selectors.principals_of(actor), "now": actor.organisation},
    )


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError as error:
        raise Invalid(Text("请从列表中选择单位。", "Choose a firm from the list.")) from error


def _back(request: HttpRequest) -> str:
    target = request.POST.get("next", "")
    allowed = url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()})
    return target if target and allowed else "/account/"
