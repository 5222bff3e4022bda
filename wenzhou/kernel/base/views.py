"""Generated pages of the platform: systems, permissions, events; the audit; parked deliveries."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from wenzhou.kernel.base.errors import Problem
from wenzhou.kernel.base.outbox import replay
from wenzhou.kernel.base.pages import actor_of
from wenzhou.kernel.base.pagination import keyset
from wenzhou.kernel.base.registry import registry
from wenzhou.kernel.base.selectors import audit_entries, event_rows, parked_deliveries, permission_matrix
from wenzhou.kernel.base.text import Text, t

GROUPS = {
    "kernel": Text("内核", "Kernel"),
    "foundation": Text("两项基础工程", "Foundation"),
    "enterprise": Text("企业信息化", "Enterprise"),
    "government": Text("政府信息化", "Government"),
    "community": Text("社区与农村信息化", "Community and countryside"),
    "assurance": Text("保障与目标", "Safeguards and the goal"),
}


def systems(request: HttpRequest) -> HttpResponse:
    """What stands: every module with its rows of the plan."""
    groups = [
        (title, [module for module in registry.modules if module.group == code])
        for code, title in GROUPS.items()
    ]
    return render(request, "base/system/systems.html", {"groups": [g for g in groups if g[1]]})


def permissions(request: HttpRequest) -> HttpResponse:
    """Who may what: the matrix of permissions and roles."""
    roles, rows = permission_matrix()
    return render(request, "base/system/permissions.html", {"roles": roles, "rows": rows})


def events(request: HttpRequest) -> HttpResponse:
    """Who emits and who handles what."""
    return render(request, "base/system/events.html", {"rows": event_rows()})


def deliveries(request: HttpRequest) -> HttpResponse:
    """Deliveries that failed, with the button to send them again."""
    rows = parked_deliveries(actor_of(request).actor)
    page = keyset(rows, "-id", token=request.GET.get("page", ""))
    return render(request, "base/system/deliveries.html", {"page": page})


def replay_delivery(request: HttpRequest, delivery_id: UUID) -> HttpResponse:
    """Send one again (POST); by GET, back to the list."""
    if request.method == "POST":
        try:
            replay(actor_of(request).actor, delivery_id)
            messages.success(request, t("已重新投递。", "Sent again."))
        except Problem as problem:
            messages.error(request, str(problem.detail))
    return redirect("base:deliveries")


class AuditFilter(forms.Form):
    """Filters of the audit; all may be left empty."""

    action = forms.CharField(required=False, max_length=100)
    who = forms.CharField(required=False, max_length=60)
    object_id = forms.CharField(required=False, max_length=60)
    since = forms.DateField(required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = {
            "action": t("动作（如 cases.decide）", "Action (such as cases.decide)"),
            "who": t("操作人", "Who"),
            "object_id": t("对象标识", "Id of the object"),
            "since": t("自", "From"),
            "until": t("至", "To"),
        }
        for name, label in labels.items():
            self.fields[name].label = label


def audit(request: HttpRequest) -> HttpResponse:
    """The audit, latest first."""
    form = AuditFilter(request.GET)
    valid = form.is_valid()
    values = form.cleaned_data if valid else {}
    rows = audit_entries(
        actor_of(request).actor,
        action=values.get("action", ""),
        who=values.get("who", ""),
        object_id=values.get("object_id", ""),
        since=_midnight(values.get("since")),
        until=_midnight(values.get("until"), days=1),
    )
    page = keyset(rows, "-id", token=request.GET.get("page", ""))
    return render(request, "base/system/audit.html", {"form": form, "page": page})


def _midnight(day: Any, *, days: int = 0) -> datetime | None:
    if day is None:
        return None
    return timezone.make_aware(datetime.combine(day + timedelta(days=days), datetime.min.time()))
