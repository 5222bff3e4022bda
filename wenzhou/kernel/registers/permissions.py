"""Permissions of registers."""

from __future__ import annotations

from wenzhou.kernel.base.actors import AUDITOR, CITIZEN, DATA_OFFICER
from wenzhou.kernel.base.permissions import Permission
from wenzhou.kernel.base.text import Text

OWN_DATA_USE = Permission(
    "registers.own-data-use", Text("查看本人数据使用记录", "See who used one's own data"), (CITIZEN,)
)
READ_JOURNAL = Permission(
    "registers.read-journal",
    Text("查阅数据使用记录", "Read the journal of data use"),
    (DATA_OFFICER, AUDITOR),
)
