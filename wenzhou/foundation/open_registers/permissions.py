"""Permissions of registers made at run time."""

from __future__ import annotations

from wenzhou.kernel.base.actors import DATA_OFFICER, MACHINE
from wenzhou.kernel.base.permissions import Permission
from wenzhou.kernel.base.text import Text

USE_OPEN_REGISTERS = Permission(
    "open_registers.use", Text("使用自建登记簿", "Use registers made at run time"), (DATA_OFFICER, MACHINE)
)
ADMIT_CLIENTS = Permission(
    "open_registers.admit", Text("管理接入系统", "Admit systems to these registers"), (DATA_OFFICER,)
)
