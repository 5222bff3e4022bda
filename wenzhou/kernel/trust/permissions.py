"""Permissions of trust."""

from __future__ import annotations

from wenzhou.kernel.base.actors import CLERK, HEAD, OPERATOR, SYSTEM
from wenzhou.kernel.base.permissions import Permission
from wenzhou.kernel.base.text import Text

HOLD_CEREMONY = Permission(
    "trust.ceremony", Text("建立认证机构", "Set up certification authorities"), (OPERATOR, SYSTEM)
)
ISSUE = Permission("trust.issue", Text("签发证书", "Issue certificates"), (CLERK, HEAD, OPERATOR, SYSTEM))
REVOKE = Permission(
    "trust.revoke", Text("撤销和冻结证书", "Revoke and suspend certificates"), (CLERK, HEAD, OPERATOR, SYSTEM)
)
