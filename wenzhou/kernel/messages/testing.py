"""Test kit of messages: notices and outgoing mail made directly, what was told, samples of the pages."""

from __future__ import annotations

from uuid import UUID

from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.testing import Sample, SampleMaker
from wenzhou.kernel.identity.testing import actor_with
from wenzhou.kernel.messages.models import Channel, Notice, Outgoing
from wenzhou.kernel.messages.services import queue

__all__ = ["SAMPLES", "Notice", "mailed", "make_notice", "make_outgoing", "told"]


def make_notice(
    actor: Actor, *, zh: str = "您的申请已受理", en: str = "Your application was accepted"
) -> UUID:
    """An unread notice of this actor's account."""
    if actor.account is None:
        raise ValueError("an actor without account has no notices")
    row = Notice.objects.create(
        recipient_id=actor.account,
        template="test",
        title_zh=zh,
        title_en=en,
        body_zh=zh,
        body_en=en,
        link="/",
    )
    return row.id


def make_outgoing(to: str = "someone@example.test", *, sensitive: bool = False) -> UUID:
    """A waiting e-mail."""
    return queue(Channel.EMAIL, to, "测试 Test", "正文 Body", sensitive=sensitive)


def told(account: UUID) -> list[str]:
    """Codes of the templates of what the account was told, oldest first."""
    return list(Notice.objects.filter(recipient=account).order_by("id").values_list("template", flat=True))


def mailed(to: str) -> list[str]:
    """Texts of the e-mails queued for this address, oldest first, whatever their state."""
    return list(
        Outgoing.objects.filter(to=to, channel=Channel.EMAIL).order_by("id").values_list("body", flat=True)
    )


def _notice_page() -> Sample:
    actor = actor_with()
    return Sample(kwargs={"notice_id": make_notice(actor)}, account=actor.account)


def _outgoing_page() -> Sample:
    return Sample(kwargs={"outgoing_id": make_outgoing()})


SAMPLES: dict[str, SampleMaker] = {"notice": _notice_page, "outgoing": _outgoing_page}
