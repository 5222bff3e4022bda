"""Manifest of registers made at run time."""

from __future__ import annotations

from wenzhou.foundation.open_registers import views
from wenzhou.foundation.open_registers.endpoints import ENDPOINTS
from wenzhou.foundation.open_registers.mediators import MEDIATED
from wenzhou.foundation.open_registers.permissions import ADMIT_CLIENTS, USE_OPEN_REGISTERS
from wenzhou.kernel.base.manifest import Module
from wenzhou.kernel.base.pages import REGISTERS, Nav, Page
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.registers.module import MODULE as REGISTERS_MODULE

MODULE = Module(
    code="open_registers",
    title=Text("自建登记簿", "Registers made at run time"),
    summary=Text(
        "部门按 GovStack 数字登记簿接口自行定义的登记簿，带历史。",
        "Registers that offices define themselves by the GovStack Digital Registries API, with their history.",
    ),
    group="foundation",
    rows=("K3",),
    clauses=("1.3",),
    depends_on=(REGISTERS_MODULE,),
    permissions=(USE_OPEN_REGISTERS, ADMIT_CLIENTS),
    pages=(
        Page(
            name="index",
            path="open-registers/",
            view=views.index,
            title=Text("自建登记簿", "Registers made at run time"),
            permission=ADMIT_CLIENTS,
            nav=Nav(REGISTERS, 60, "database"),
        ),
    ),
    endpoints=ENDPOINTS,
    declares=(MEDIATED,),
)
