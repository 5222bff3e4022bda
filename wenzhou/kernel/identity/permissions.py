"""Permissions of identity."""

from __future__ import annotations

from wenzhou.kernel.base.actors import CITIZEN, OPERATOR
from wenzhou.kernel.base.permissions import Permission
from wenzhou.kernel.base.text import Text

MANAGE_ACCOUNTS = Permission(
    "identity.manage-accounts", Text("管理账户与岗位", "Manage accounts and posts"), (OPERATOR,)
)
OWN_ACCOUNT = Permission("identity.own-account", Text("管理本人账户", "Manage one's own account"), (CITIZEN,))
