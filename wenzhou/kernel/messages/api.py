"""The door of messages for other modules."""

from __future__ import annotations

from wenzhou.kernel.messages.contracts import Context, NoticeTemplate
from wenzhou.kernel.messages.selectors import unread_count
from wenzhou.kernel.messages.services import tell

__all__ = ["Context", "NoticeTemplate", "tell", "unread_count"]
