"""Permissions of identity."""

from __future__ import annotations

from wenzhou.kernel.base.actors import CITIZEN, CLERK, OPERATOR
from wenzhou.kernel.base.permissions import Permission
from wenzhou.kernel.base.text import Text

MANAGE_ACCOUNTS = Permission(
    "identity.manage-accounts", Text("管理账户与岗位", "Manage accounts and posts"), (OPERATOR,)
)
OPEN_ACCOUNTS = Permission(
    "identity.open-accounts", Text("窗口开户", "Open accounts for people at the counter"), (CLERK,)
)
OWN_ACCOUNT = Permission("identity.own-account", Text("管理本人账户", "Manage one's own account"), (CITIZEN,))
