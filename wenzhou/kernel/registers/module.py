"""Manifest of registers."""

from __future__ import annotations

from wenzhou.kernel.base.manifest import Module
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.identity.module import MODULE as IDENTITY
from wenzhou.kernel.registers.permissions import OWN_DATA_USE, READ_JOURNAL

MODULE = Module(
    code="registers",
    title=Text("基础数据库引擎", "Registers"),
    summary=Text(
        "双时态记录、脱敏与按用途读取、数据使用记录。",
        "Bitemporal records, masked and purpose-bound reading, the journal of who read whose data.",
    ),
    group="kernel",
    rows=("K3",),
    clauses=("1.3",),
    depends_on=(IDENTITY,),
    permissions=(OWN_DATA_USE, READ_JOURNAL),
)
