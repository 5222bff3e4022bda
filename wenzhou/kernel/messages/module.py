"""Manifest of messages."""

from __future__ import annotations

from wenzhou.kernel.base.manifest import Module
from wenzhou.kernel.base.module import MODULE as BASE
from wenzhou.kernel.base.pages import MINE, OPERATIONS, Nav, Page
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.identity.module import MODULE as IDENTITY
from wenzhou.kernel.messages import views
from wenzhou.kernel.messages.permissions import READ_NOTICES, SEE_OUTBOX
from wenzhou.kernel.messages.sending import SEND, SWEEP

MODULE = Module(
    code="notices",
    title=Text("消息通知", "Messages"),
    summary=Text(
        "站内通知、电子邮件和短信：随业务事务写入，提交后发送，留有送达凭据。",
        "Notices, e-mail and SMS: written with the change they tell of, sent after commit, with proof of delivery.",
    ),
    group="kernel",
    rows=("K10",),
    depends_on=(BASE, IDENTITY),
    permissions=(READ_NOTICES, SEE_OUTBOX),
    pages=(
        Page(
            name="list",
            path="messages/mine/",
            view=views.notices,
            title=Text("我的通知", "My notices"),
            permission=READ_NOTICES,
            nav=Nav(MINE, order=20, icon="bell"),
        ),
        Page(
            name="read-all",
            path="messages/mine/read/",
            view=views.read_all,
            title=Text("全部标为已读", "Mark all as read"),
            permission=READ_NOTICES,
        ),
        Page(
            name="outbox",
            path="messages/outbox/",
            view=views.outbox,
            title=Text("外发消息", "Outbox"),
            permission=SEE_OUTBOX,
            nav=Nav(OPERATIONS, order=40, icon="send"),
        ),
        Page(
            name="outgoing",
            path="messages/outbox/<uuid:outgoing_id>/",
            view=views.outgoing,
            title=Text("外发消息详情", "Outgoing message"),
            permission=SEE_OUTBOX,
        ),
        Page(
            name="notice",
            path="messages/mine/<uuid:notice_id>/",
            view=views.notice,
            title=Text("通知详情", "Notice"),
            permission=READ_NOTICES,
        ),
    ),
    jobs=(SEND, SWEEP),
)
