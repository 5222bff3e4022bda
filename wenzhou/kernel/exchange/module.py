"""Manifest of the exchange."""

from __future__ import annotations

from wenzhou.kernel.base.manifest import Demo, Module
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.exchange import demo
from wenzhou.kernel.exchange.permissions import MANAGE_GRANTS, SEE_GRANTS
from wenzhou.kernel.exchange.resources import RESOURCES
from wenzhou.kernel.exchange.tasks import SYNC
from wenzhou.kernel.registers.module import MODULE as REGISTERS

MODULE = Module(
    code="exchange",
    title=Text("数据交换", "Exchange"),
    summary=Text(
        "数据资源目录、授权和调用：每次调用都有依据、有记录。",
        "Catalogue of data resources, grants and calls: each call has its basis and leaves its line.",
    ),
    group="kernel",
    rows=("K4",),
    clauses=("1.5",),
    depends_on=(REGISTERS,),
    permissions=(MANAGE_GRANTS, SEE_GRANTS),
    jobs=(SYNC,),
    declares=RESOURCES,
    demo=Demo(load=demo.load, order=900),
)
