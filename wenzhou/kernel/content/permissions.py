"""Rights on public content: writing it and releasing it are in different hands (信息发布审核)."""

from __future__ import annotations

from wenzhou.kernel.base.actors import EDITOR, HEAD
from wenzhou.kernel.base.permissions import Permission
from wenzhou.kernel.base.text import Text

EDIT = Permission("content.edit", Text("编辑门户内容", "Edit public content"), (EDITOR,))
PUBLISH = Permission(
    "content.publish", Text("审核发布门户内容", "Approve and publish public content"), (HEAD,)
)
