"""Pages: one's own notices and the outbox."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages as flash
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from wenzhou.kernel.base.pages import actor_of
from wenzhou.kernel.base.text import Text, t
from wenzhou.kernel.messages import selectors, services
from wenzhou.kernel.messages.models import Channel, Outgoing, OutgoingState

STATES = {
    OutgoingState.WAITING: ("waiting", Text("等待发送", "Waiting")),
    OutgoingState.SENT: ("ok", Text("已发送", "Sent")),
    OutgoingState.CAPTURED: ("new", Text("演示截留", "Captured (demonstration)")),
    OutgoingState.FAILED: ("late", Text("发送失败", "Failed")),
}


def notices(request: HttpRequest) -> HttpResponse:
    """One's own notices, newest first."""
    actor = actor_of(request).actor
    rows = selectors.notices_of(actor, page=request.GET.get("page", ""))
    return render(
        request, "notices/list.html", {"rows": rows, "unread": selectors.unread_count(actor.account)}
    )


def notice(request: HttpRequest, notice_id: UUID) -> HttpResponse:
    """One notice; opening it marks it as read."""
    row = services.mark_read(actor_of(request).actor, notice_id)
    return render(request, "notices/notice.html", {"notice": row})


def read_all(request: HttpRequest) -> HttpResponse:
    """POST: all notices count as read."""
    if request.method != "POST":
        return HttpResponseRedirect(reverse("notices:list"))
    changed = services.mark_all_read(actor_of(request).actor)
    flash.success(request, t("已将 {n} 条通知标为已读。", "{n} notice(s) marked as read.", n=changed))
    return HttpResponseRedirect(reverse("notices:list"))


def outbox(request: HttpRequest) -> HttpResponse:
    """What left the house by e-mail and SMS."""
    state = request.GET.get("state", "")
    rows = selectors.outbox(actor_of(request).actor, state=state, page=request.GET.get("page", ""))
    shown = [(row, *STATES[OutgoingState(row.state)]) for row in rows.rows]
    choices = [(value.value, text) for value, (_, text) in STATES.items()]
    return render(
        request, "notices/outbox.html", {"rows": rows, "shown": shown, "state": state, "choices": choices}
    )


def outgoing(request: HttpRequest, outgoing_id: UUID) -> HttpResponse:
    """One outgoing message; POST sends a failed one again."""
    actor = actor_of(request).actor
    if request.method == "POST":
        services.send_again(actor, outgoing_id)
        flash.success(request, t("已重新加入发送队列。", "It is in the queue again."))
        return HttpResponseRedirect(request.path)
    row = selectors.outgoing(actor, outgoing_id)
    badge, state = STATES[OutgoingState(row.state)]
    return render(
        request, "notices/outgoing.html", {"row": row, "badge": badge, "state": state, "facts": _facts(row)}
    )


def _facts(row: Outgoing) -> list[tuple[str, object]]:
    pairs: list[tuple[str, object]] = [
        (t("收件", "To"), row.to),
        (t("方式", "Channel"), t("短信", "SMS") if row.channel == Channel.SMS else t("电子邮件", "E-mail")),
        ("Message-ID", row.message_id),
        (t("入队时间", "Queued"), row.at),
        (t("尝试次数", "Attempts"), row.attempts),
    ]
    if row.sent_at:
        pairs.append((t("发出时间", "Sent"), row.sent_at))
    if row.receipt:
        pairs.append((t("服务商回执", "Provider's receipt"), row.receipt))
    if row.error:
        pairs.append((t("错误", "Error"), row.error))
    return pairs
