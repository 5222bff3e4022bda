"""Manifest of the places database."""

from __future__ import annotations

from wenzhou.foundation.places import demo
from wenzhou.kernel.base.manifest import Demo, Module
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.exchange.module import MODULE as EXCHANGE
from wenzhou.kernel.geo.module import MODULE as GEO

MODULE = Module(
    code="places",
    title=Text("地名地址库", "Places database"),
    summary=Text(
        "标准地址、宗地和建筑物及其变更历史，地址识别匹配与反向查询。",
        "Standard addresses, parcels and buildings with their history; matching of free text; what is at a point.",
    ),
    group="foundation",
    rows=("F3c",),
    clauses=("1.3",),
    depends_on=(GEO, EXCHANGE),
    demo=Demo(load=demo.load, order=25),
)
