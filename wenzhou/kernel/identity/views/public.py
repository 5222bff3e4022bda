"""Public pages: the directory of offices; what a demonstration city shows besides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.account.internal.stagekit import unstash_login
from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from wenzhou.kernel.base.errors import Invalid, NotFound, Refused
from wenzhou.kernel.base.form_fields import add_problem
from wenzhou.kernel.base.text import Text, t
from wenzhou.kernel.identity import selectors, services
from wenzhou.kernel.identity.demo import ACCOUNTS, DEMO_PASSWORD
from wenzhou.kernel.identity.forms import ActivateForm
from wenzhou.kernel.identity.models import Account

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


def offices(request: HttpRequest) -> HttpResponse:
    """Offices by area and function, with address and telephone."""
    area = request.GET.get("area", "")[:12]
    function = request.GET.get("function", "")[:40]
    rows = selectors.office_directory(area=area, function=function)
    everything = selectors.office_directory()
    return render(
        request,
        "identity/offices.html",
        {
            "offices": rows,
            "area": area,
            "function": function,
            "areas": [("", Text("全市", "Whole city")), *selectors.areas_of_offices(everything)],
            "functions": [("", Text("全部", "All")), *selectors.functions_of_offices(everything)],
            "made": any(row.made for row in rows),
        },
    )


@sensitive_post_parameters()
@never_cache
def activate(request: HttpRequest) -> HttpResponse:
    """A person who has a slip from the counter sets her password; then she signs in as everybody does."""
    form = ActivateForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            services.activate(data["username"], data["code"], email=data["email"], password=data["password"])
        except Invalid as problem:
            add_problem(form, problem)
        else:
            messages.success(
                request,
                t("账户已激活，请用新密码登录。", "Your account is active: sign in with the new password."),
            )
            return redirect("account_login")
    return render(request, "identity/activate.html", {"form": form}, status=422 if form.errors else 200)


def _only_in_demonstration() -> None:
    if not settings.WZ_DEMO:
        raise NotFound(Text("此页面只在演示城市提供。", "This page exists in demonstration cities only."))


def demo_accounts(request: HttpRequest) -> HttpResponse:
    """The made accounts and their published password."""
    _only_in_demonstration()
    there = {
        row.username: row
        for row in Account.objects.filter(made=True, username__in=[a.username for a in ACCOUNTS])
    }
    names = {row.code: row.name for row in selectors.office_directory()}
    rows = [
        {
            "username": one.username,
            "name": there[one.username].name,
            "role": Text(one.role.zh, one.role.en) if one.role else _role(agent=one.agent),
            "office": names.get(one.office, ""),
        }
        for one in ACCOUNTS
        if one.username in there
    ]
    return render(request, "identity/demo_accounts.html", {"rows": rows, "password": DEMO_PASSWORD})


def _role(*, agent: bool) -> Text:
    return Text("企业经办人", "Firm's agent") if agent else Text("市民", "Citizen")


@never_cache
def demo_code(request: HttpRequest) -> HttpResponse:
    """The sign-in code that this very browser waits for, when the account is a made one.

    It is read from this browser's own session, so nobody sees another's code. Raises NotFound
    outside demonstration mode and Refused for accounts that are not made.
    """
    _only_in_demonstration()
    login = unstash_login(request, peek=True)
    state = {}
    if login is not None and login.user is not None:
        if not login.user.made:
            raise Refused(
                Text(
                    "此账户不是演示账户，验证码只发送到邮箱。",
                    "This is no made account: its code goes to its mailbox only.",
                )
            )
        state = login.state.get("stages", {}).get("login_by_code", {}).get("data", {})
    return render(request, "identity/demo_code.html", {"code": state.get("code", ""), "login": login})
