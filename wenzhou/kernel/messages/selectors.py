"""Reads of messages, scoped by who asks."""

from __future__ import annotations

from uuid import UUID

from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.errors import NotFound
from wenzhou.kernel.base.pagination import Slice, keyset
from wenzhou.kernel.base.permissions import require
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.messages.models import Notice, Outgoing, OutgoingState
from wenzhou.kernel.messages.permissions import READ_NOTICES, SEE_OUTBOX

PAGE = 20


def notices_of(actor: Actor, *, page: str = "") -> Slice[Notice]:
    """One's own notices, newest first."""
    require(actor, READ_NOTICES)
    return keyset(Notice.objects.filter(recipient=actor.account), "-id", token=page, size=PAGE)


def unread_count(account: UUID | None) -> int:
    """How many notices of the account are unread; 0 for nobody."""
    return Notice.objects.filter(recipient=account, read_at=None).count() if account else 0


def outbox(actor: Actor, *, state: str = "", page: str = "") -> Slice[Outgoing]:
    """What left the house or waits to, newest first; without texts."""
    require(actor, SEE_OUTBOX)
    rows = Outgoing.objects.defer("body")
    if state in OutgoingState.values:
        rows = rows.filter(state=state)
    return keyset(rows, "-id", token=page, size=PAGE)


def outgoing(actor: Actor, outgoing_id: UUID) -> Outgoing:
    """One outgoing message; a sensitive one shows no text, since a code opens an account. Raises NotFound."""
    require(actor, SEE_OUTBOX)
    row = Outgoing.objects.filter(id=outgoing_id).first()
    if row is None:
        raise NotFound(Text("没有这条外发消息。", "There is no such message."))
    if row.sensitive:
        row.body = ""
    return row
