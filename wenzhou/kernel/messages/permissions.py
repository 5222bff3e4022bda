"""Permissions of messages."""

from __future__ import annotations

from wenzhou.kernel.base.actors import CITIZEN, OPERATOR
from wenzhou.kernel.base.permissions import Permission
from wenzhou.kernel.base.text import Text

READ_NOTICES = Permission("notices.read", Text("查看本人通知", "Read one's own notices"), (CITIZEN,))
SEE_OUTBOX = Permission("notices.outbox", Text("查看外发消息", "See what was sent out"), (OPERATOR,))
