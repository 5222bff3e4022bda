"""Permissions of trust."""

from __future__ import annotations

from wenzhou.kernel.base.actors import AUDITOR, CITIZEN, CLERK, HEAD, OPERATOR, SYSTEM
from wenzhou.kernel.base.permissions import Permission
from wenzhou.kernel.base.text import Text

HOLD_CEREMONY = Permission(
    "trust.ceremony", Text("建立认证机构", "Set up certification authorities"), (OPERATOR, SYSTEM)
)
ISSUE = Permission("trust.issue", Text("签发证书", "Issue certificates"), (CLERK, HEAD, OPERATOR, SYSTEM))
REVOKE = Permission(
    "trust.revoke", Text("撤销和冻结证书", "Revoke and suspend certificates"), (CLERK, HEAD, OPERATOR, SYSTEM)
)
READ_JOURNAL = Permission(
    "trust.journal", Text("查阅认证日志", "Read the authority's journal"), (AUDITOR, OPERATOR)
)
OWN_CERTIFICATES = Permission(
    "trust.own", Text("管理自己的证书", "Manage one's own certificates"), (CITIZEN,)
)
