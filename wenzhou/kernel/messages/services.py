"""Writes of messages: tell an account something, mark as read, queue what leaves the house, send again."""

from __future__ import annotations

from email.utils import parseaddr
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from wenzhou.kernel.base import audit
from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.errors import Conflict, NotFound
from wenzhou.kernel.base.ids import uuid7
from wenzhou.kernel.base.permissions import require
from wenzhou.kernel.base.registry import registry
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.identity import api as identity
from wenzhou.kernel.messages.contracts import Context, NoticeTemplate
from wenzhou.kernel.messages.models import Channel, Notice, Outgoing, OutgoingState
from wenzhou.kernel.messages.permissions import READ_NOTICES, SEE_OUTBOX
from wenzhou.kernel.messages.sending import SEND

_SIGNED = Text("数字温州", "Digital Wenzhou")


def tell(
    account: UUID,
    template: NoticeTemplate,
    context: Context | None = None,
    *,
    link: str = "",
    case: UUID | None = None,
) -> UUID:
    """Tell an account something, when and only when the caller's transaction commits; gives the notice's id.

    `link` is a path of this site. The e-mail, where the account has an address, follows by a job.
    """
    if not connection.in_atomic_block:
        raise RuntimeError(f"{template.code}: tell() belongs inside the transaction of the change")
    if template not in registry.declared(NoticeTemplate):
        raise RuntimeError(f"{template.code}: list this template in a manifest's declares")
    if link and (not link.startswith("/") or link.startswith("//")):
        raise ValueError(f"not a path of this site: {link!r}")
    recipient = identity.account(account)
    if recipient is None:
        raise NotFound(Text("没有这个账户。", "There is no such account."))
    title, body = template.fill(context or {})
    notice = Notice.objects.create(
        recipient_id=account,
        template=template.code,
        title_zh=title.zh[:200],
        title_en=title.en[:300],
        body_zh=body.zh,
        body_en=body.en,
        link=link,
        case=case,
    )
    if template.email and recipient.email:
        subject = f"{_SIGNED.zh}：{title.zh} / {title.en}"
        queue(Channel.EMAIL, recipient.email, subject, _mail_text(body, link), account=account, notice=notice)
    return notice.id


def _mail_text(body: Text, link: str) -> str:
    where = f"{settings.WZ_PUBLIC_URL}{link}" if link else settings.WZ_PUBLIC_URL
    return (
        f"{body.zh}\n\n查看详情：{where}\n\n{_SIGNED.zh}\n\n----\n\n{body.en}\n\nSee: {where}\n\n{_SIGNED.en}\n\n"
        "此邮件由系统自动发送，请勿回复。 This mailbox is not read; please do not reply.\n"
    )


def queue(
    channel: Channel,
    to: str,
    subject: str,
    body: str,
    *,
    account: UUID | None = None,
    notice: Notice | None = None,
    sensitive: bool = False,
) -> UUID:
    """Put one message into the queue, to be sent after the surrounding transaction has committed."""
    key = uuid7()
    with transaction.atomic():
        Outgoing.objects.create(
            id=key,
            channel=channel,
            account_id=account,
            notice=notice,
            to=to,
            subject=" ".join(subject.split())[:500],
            body=body,
            sensitive=sensitive,
            message_id=f"<{key}@{_domain()}>",
        )
        SEND.defer(outgoing=str(key))
    return key


def _domain() -> str:
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"


def mark_read(actor: Actor, notice_id: UUID) -> Notice:
    """Open one's own notice: from now on it counts as read. Raises NotFound for another's."""
    require(actor, READ_NOTICES)
    with transaction.atomic():
        notice = Notice.objects.select_for_update().filter(id=notice_id, recipient=actor.account).first()
        if notice is None:
            raise NotFound(Text("没有这条通知。", "There is no such notice."))
        if notice.read_at is None:
            notice.read_at = timezone.now()
            notice.save(update_fields=["read_at"])
            audit.record(actor, "notices.read", notice)
    return notice


def mark_all_read(actor: Actor) -> int:
    """All of one's own notices count as read; how many were not."""
    require(actor, READ_NOTICES)
    with transaction.atomic():
        changed = Notice.objects.filter(recipient=actor.account, read_at=None).update(read_at=timezone.now())
        if changed:
            audit.record(actor, "notices.read-all", count=changed)
    return changed


def send_again(actor: Actor, outgoing_id: UUID) -> None:
    """An operator sends a failed message again, under the same Message-ID, with its attempts counted anew."""
    require(actor, SEE_OUTBOX)
    with transaction.atomic():
        row = Outgoing.objects.select_for_update().filter(id=outgoing_id).first()
        if row is None:
            raise NotFound(Text("没有这条外发消息。", "There is no such message."))
        if row.state != OutgoingState.FAILED:
            raise Conflict(
                Text("只有发送失败的消息可以重发。", "Only a message that failed can be sent again.")
            )
        row.state = OutgoingState.WAITING
        row.attempts = 0
        row.error = ""
        row.due = timezone.now()
        row.save(update_fields=["state", "attempts", "error", "due"])
        audit.record(actor, "notices.send-again", row)
        SEND.defer(outgoing=str(row.id))
