"""The operator's pages: accounts, posts, locks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from wenzhou.kernel.base.errors import Invalid
from wenzhou.kernel.base.form_fields import add_problem
from wenzhou.kernel.base.pages import actor_of
from wenzhou.kernel.base.text import t
from wenzhou.kernel.identity import selectors, services
from wenzhou.kernel.identity.forms import LockForm, PostForm
from wenzhou.kernel.identity.models import PostHolding

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse


def accounts(request: HttpRequest) -> HttpResponse:
    """Accounts by sign-in name, with search."""
    search = request.GET.get("q", "")[:100]
    found = selectors.accounts(actor_of(request).actor, search=search, token=request.GET.get("page", ""))
    return render(request, "identity/accounts.html", {"slice": found, "search": search})


def account(request: HttpRequest, account: UUID) -> HttpResponse:
    """One account with its posts."""
    return _account_page(request, account, PostForm(), LockForm())


def _account_page(
    request: HttpRequest, account_id: UUID, post_form: PostForm, lock_form: LockForm
) -> HttpResponse:
    row = selectors.managed_account(actor_of(request).actor, account_id)
    return render(
        request,
        "identity/account.html",
        {
            "account": row,
            "holdings": [_holding(one) for one in selectors.holdings_of(row.id)],
            "post_form": post_form,
            "lock_form": lock_form,
        },
        status=422 if post_form.is_bound or lock_form.is_bound else 200,
    )


def _holding(row: PostHolding) -> dict[str, object]:
    return {
        "id": row.id,
        "title": selectors.ROLE_TITLES[row.role],
        "office": row.office.name if row.office else "",
        "area": row.area,
        "since": row.since,
        "until": row.until,
        "ended": row.until is not None and row.until <= timezone.localdate(),
    }


@require_POST
def give_post(request: HttpRequest, account: UUID) -> HttpResponse:
    """Give a post."""
    form = PostForm(request.POST)
    if form.is_valid():
        data = form.cleaned_data
        try:
            services.give_post(
                actor_of(request).actor, account, role=data["role"], office=data["office"], area=data["area"]
            )
        except Invalid as problem:
            add_problem(form, problem)
        else:
            messages.success(request, t("岗位已生效。", "The post is in force."))
            return redirect("identity:account", account=account)
    return _account_page(request, account, form, LockForm())


@require_POST
def end_post(request: HttpRequest, holding: UUID) -> HttpResponse:
    """End a post."""
    ended = services.end_post(actor_of(request).actor, holding)
    messages.success(request, t("任职已结束，立即失效。", "The post has ended and carries nothing any more."))
    return redirect("identity:account", account=ended.account)


@require_POST
def lock(request: HttpRequest, account: UUID) -> HttpResponse:
    """Lock an account."""
    form = LockForm(request.POST)
    if form.is_valid():
        services.lock(actor_of(request).actor, account, reason=form.cleaned_data["reason"])
        messages.success(request, t("账户已锁定，其设备均已退出。", "Locked; its devices are signed out."))
        return redirect("identity:account", account=account)
    return _account_page(request, account, PostForm(), form)


@require_POST
def unlock(request: HttpRequest, account: UUID) -> HttpResponse:
    """Unlock an account."""
    services.unlock(actor_of(request).actor, account)
    messages.success(request, t("账户已解锁。", "Unlocked."))
    return redirect("identity:account", account=account)
