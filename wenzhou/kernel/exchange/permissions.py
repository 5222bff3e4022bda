"""Permissions of the exchange."""

from __future__ import annotations

from wenzhou.kernel.base.actors import AUDITOR, DATA_OFFICER
from wenzhou.kernel.base.permissions import Permission
from wenzhou.kernel.base.text import Text

MANAGE_GRANTS = Permission("exchange.manage-grants", Text("管理数据授权", "Manage grants"), (DATA_OFFICER,))
SEE_GRANTS = Permission("exchange.see-grants", Text("查看数据授权", "See grants"), (DATA_OFFICER, AUDITOR))
