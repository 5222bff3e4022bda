"""Permissions of the toolkit's own pages."""

from __future__ import annotations

from wenzhou.kernel.base.actors import AUDITOR, DATA_OFFICER, HEAD, OPERATOR
from wenzhou.kernel.base.permissions import Permission
from wenzhou.kernel.base.text import Text

OPERATE = Permission("base.operate", Text("运行维护", "Operate the platform"), (OPERATOR,))
READ_AUDIT = Permission("base.read-audit", Text("查阅审计", "Read the audit"), (AUDITOR,))
SEE_STRUCTURE = Permission(
    "base.see-structure",
    Text("查看系统结构", "See how the platform is put together"),
    (OPERATOR, AUDITOR, HEAD, DATA_OFFICER),
)
